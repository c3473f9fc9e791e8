"""The JSON Schema accepts what the loader accepts, and helps to write it."""

from collections.abc import Iterator
from typing import Any

import jsonschema
import pytest
from yaml import safe_load

from reconciler.desired import json_schema
from tests.desired.desired_toys import BASE, KINDS

SCHEMA = json_schema(KINDS)
CHECK = jsonschema.Draft202012Validator(SCHEMA)


def test_it_is_a_schema() -> None:
    CHECK.check_schema(SCHEMA)
    assert SCHEMA["$schema"] == "https://json-schema.org/draft/2020-12/schema"


GOOD = {
    "header": BASE,
    "the rest of the header": "{tags: {A: b}, prune: true, release: [connect.queue/x], defaults: {connect.queue: {max_contacts: 3}}}",
    "an empty kind": "connect.queue:",
    "an empty resource": "connect.queue: {Sales: }",
    "reserved keys": "connect.queue: {Sales: {policy: {on_drift: report, ignore: [x]}, adopt: true, renamed_from: x}}",
    "a variable for a number": "connect.queue: {Sales: {max_contacts: '${limit}', enabled: '${open}'}}",
    "a variable for one of many": "connect.user: {a: {phone_config: {phone_type: '${phone}'}}}",
    "a variable in a pattern": "connect.user: {a: {identity_info: {first_name: A, email: 'a@${domain}'}}}",
    "null": "connect.queue: {Sales: {max_contacts: null}}",
    "a secret": "connect.user: {a: {password: {secret: {ssm: /x}}, keys: {k: {secret: {secretsmanager: x, member: y}}}}}",
    "for_each over a list": "connect.queue: {'L ${each.key}': {for_each: [a, 1], max_contacts: '${each.value}'}}",
    "for_each over a variable": "connect.queue: {'L ${each.key}': {for_each: '${lines}', quick: '${each.value.quick}'}}",
    "for_each over a mapping": "connect.user: {'${each.key}': {for_each: {a: {x: 1}}, phone_config: '${each.value.phone}'}}",
    "variables for for_each": "environments: {dev: {account: '111111111111', region: eu-west-2, variables: {l: [a], m: {a: 1}}}}",
    "a document": "connect.flow: {Main: {content: {Version: x}}}",
    "a document in a file": "connect.flow: {Main: {content: {file: a.json}, instance: main}}",
}
BAD = {
    "unknown kind": "connect.queues: {}",
    "unknown field": "connect.queue: {Sales: {x: 1}}",
    "unknown default": "defaults: {connect.queue: {x: 1}}",
    "text for a number": "connect.queue: {Sales: {max_contacts: many}}",
    "too large": "connect.queue: {Sales: {max_contacts: 1000}}",
    "none of many": "connect.user: {a: {phone_config: {phone_type: FAX}}}",
    "missing within": "connect.user: {a: {phone_config: {}}}",
    "a plain secret": "connect.user: {a: {password: hunter2}}",
    "a number for an account": "environments: {dev: {account: 111111111111, region: eu-west-2}}",
    "a variable for an account": "environments: {dev: {account: '${x}', region: eu-west-2}}",
    "a built-in variable": "environments: {dev: {account: '111111111111', region: eu-west-2, variables: {stack: x}}}",
    "for_each over nothing": "connect.queue: {'${each.key}': {for_each: []}}",
    "for_each over a mapping without members": "connect.queue: {'${each.key}': {for_each: {}}}",
    "for_each over text": "connect.queue: {'${each.key}': {for_each: lines}}",
    "for_each over a list of mappings": "connect.queue: {'${each.key}': {for_each: [{a: 1}]}}",
    "for_each as a default": "defaults: {connect.queue: {for_each: [a]}}",
    "a list where only an item goes": "connect.queue: {Sales: {quick: '${quick}'}}",
    "our own tag": "tags: {'reconciler:stack': x}",
}


@pytest.mark.parametrize("text", GOOD.values(), ids=GOOD.keys())
def test_it_takes(text: str) -> None:
    assert [error.message for error in CHECK.iter_errors(safe_load(text))] == []


@pytest.mark.parametrize("text", BAD.values(), ids=BAD.keys())
def test_it_refuses(text: str) -> None:
    assert not CHECK.is_valid(safe_load(text))


def options_in(schema: Any) -> Iterator[Any]:
    """Each option of each `anyOf`, at any depth."""
    if isinstance(schema, dict):
        yield from schema.get("anyOf", ())
    for inner in schema.values() if isinstance(schema, dict) else schema if isinstance(schema, list) else ():
        yield from options_in(inner)


def test_an_editor_lists_all_options_of_a_value_at_once() -> None:
    found = list(options_in(SCHEMA))
    assert len(found) > 100
    assert [each for each in found if set(each) == {"anyOf"}] == []


def test_it_says_what_things_mean() -> None:
    schema = json_schema(KINDS)
    queue = schema["properties"]["connect.queue"]
    fields = queue["additionalProperties"]["properties"]
    assert queue["description"] == "A toy connect.queue."
    assert fields["hours_of_operation"]["description"] == "When the queue is open."
    assert fields["outbound_flow"]["description"] == "The name of a connect.flow."
    assert fields["quick"]["description"] == "Names of connect.queue."
    assert fields["tags"]["description"].startswith("Tags by key")
    assert fields["existing"]["description"].startswith("Only refer to it")
    assert schema["$defs"]["Slot"]["properties"]["start_time"]["description"] == "When it opens, as HH:MM."
    assert schema["properties"]["stack"]["description"].startswith("The stack's name")
