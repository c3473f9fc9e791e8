"""References in text: in any field and document, to attributes, and every mistake in them at once."""

from pathlib import Path
from typing import Any

import pytest

from reconciler.desired.mistakes import COMPARED, Mistakes
from reconciler.desired.spellings import Spellings
from reconciler.stack import Key
from reconciler.stack_json import stack_from, stack_text
from tests.desired.desired_toys import BASE, HEADER, INSTANCE, KINDS, mistakes, stack

SALES = Key("connect.queue", "Sales")
OTHER = Key("connect.queue", "Other")
HOURS = Key("connect.hours_of_operation", "Always")
BUCKET = Key("toy.bucket", "photos")
QUEUES = "connect.queue: {Sales: {hours_of_operation: Always}, Other: {hours_of_operation: Always}}\n"
"""Line 6; the next text begins on line 7."""
BUCKETS = BASE + QUEUES + "toy.bucket: {photos: {stream: true}, plain: {stream: false}}\n"
"""The next text begins on line 8."""


def user(tmp_path: Path, fields: str) -> Any:
    text = BUCKETS + f"connect.user: {{ada: {{{fields}}}}}\n"
    return stack(tmp_path, {"stack.yaml": text}).resources[Key("connect.user", "ada")]


FIELDS = {
    "in a structure": (
        "identity_info",
        "{first_name: '${toy.bucket:photos}'}",
        {"first_name": "${toy.bucket:photos}"},
    ),
    "in a longer text": (
        "identity_info",
        "{first_name: 'a ${toy.bucket:photos}/${connect.queue:Sales#id} b'}",
        {"first_name": "a ${toy.bucket:photos}/${connect.queue:Sales#id} b"},
    ),
    "in a map": ("tags", "{Bucket: '${toy.bucket:photos#name}'}", {"Bucket": "${toy.bucket:photos#name}"}),
    "beside a variable": (
        "identity_info",
        "{first_name: '${alias}-${toy.bucket:photos#stream_arn}'}",
        {"first_name": "acme-dev-${toy.bucket:photos#stream_arn}"},
    ),
    "under a rule for the whole text": (
        "identity_info",
        "{first_name: A, email: '${toy.bucket:photos#name}'}",
        {"first_name": "A", "email": "${toy.bucket:photos#name}"},
    ),
    "under a closed set of values": (
        "phone_config",
        "{phone_type: '${toy.bucket:photos#name}'}",
        {"phone_type": "${toy.bucket:photos#name}"},
    ),
}


@pytest.mark.parametrize(("field", "written", "value"), FIELDS.values(), ids=FIELDS.keys())
def test_a_reference_stands_in_any_text(tmp_path: Path, field: str, written: str, value: Any) -> None:
    found = user(tmp_path, f"{field}: {written}")
    assert found.settings == {field: value}
    expected = (BUCKET, SALES) if "queue:" in written else (BUCKET,)
    assert found.references == {field: expected}


def test_a_literal_that_looks_like_a_reference_keeps_its_escape_and_is_none(tmp_path: Path) -> None:
    found = user(tmp_path, "identity_info: {first_name: '$${toy.bucket:gone} $${x} $${queue:Sales}'}")
    assert found.settings == {"identity_info": {"first_name": "$${toy.bucket:gone} ${x} ${queue:Sales}"}}
    assert found.references == {}


def test_what_a_variable_brings_is_no_reference(tmp_path: Path) -> None:
    header = HEADER.replace("alias: acme-dev", 'alias: "$${toy.bucket:photos}"')
    text = (
        header
        + "connect.instance: {main: {alias: '${alias} ${toy.bucket:photos}'}}\ntoy.bucket: {photos: {}}\n"
    )
    main = stack(tmp_path, {"stack.yaml": text}).resources[Key("connect.instance", "main")]
    assert main.settings == {"alias": "$${toy.bucket:photos} ${toy.bucket:photos}"}
    assert main.references == {"alias": (BUCKET,)}


def test_a_document_without_short_forms_takes_references_to_kinds(tmp_path: Path) -> None:
    pattern = """{a: "${toy.bucket:photos}/*", b: "${aws:username}", c: "$${toy.bucket:photos}", d: ["${*}", "${a"]}"""
    text = BUCKETS + f"events.rule: {{r: {{pattern: {pattern}}}}}\n"
    rule = stack(tmp_path, {"stack.yaml": text}).resources[Key("events.rule", "r")]
    assert rule.settings["pattern"] == {
        "a": "${toy.bucket:photos}/*",
        "b": "${aws:username}",
        "c": "$${toy.bucket:photos}",
        "d": ["${*}", "${a"],
    }
    assert rule.references == {"pattern": (BUCKET,)}


def test_a_reference_where_a_name_is_expected_is_that_name(tmp_path: Path) -> None:
    assert user(tmp_path, "queue: '${connect.queue:Sales}'").settings == {"queue": "Sales"}
    assert user(tmp_path, "queue: '${connect.queue:Sales#arn}'").references == {"queue": (SALES,)}


LOG = "arn:aws:s3:::"
LOGS = {
    "a name": ("photos", "photos", (BUCKET,)),
    "an ARN that ends with a name": (f"{LOG}photos", "photos", (BUCKET,)),
    "an ARN with a path": (f"{LOG}bucket/photos", "photos", (BUCKET,)),
    "an ARN outside the stack": (f"{LOG}elsewhere", f"{LOG}elsewhere", ()),
}


@pytest.mark.parametrize(("written", "value", "keys"), LOGS.values(), ids=LOGS.keys())
def test_an_arn_may_mean_a_resource_of_the_stack(
    tmp_path: Path, written: str, value: str, keys: tuple[Key, ...]
) -> None:
    text = BASE + f"toy.bucket: {{photos: {{}}, plain: {{log: '{written}'}}}}\n"
    plain = stack(tmp_path, {"stack.yaml": text}).resources[Key("toy.bucket", "plain")]
    assert (plain.settings, plain.references.get("log", ())) == ({"log": value}, keys)


def test_a_name_outside_the_stack_must_be_an_arn(tmp_path: Path) -> None:
    text = BASE + "toy.bucket: {plain: {log: elsewhere}}\n"
    said = 'no bucket of the stack is named "elsewhere"; of one outside write the ARN'
    assert mistakes(tmp_path, {"stack.yaml": text}) == [f"stack.yaml:6:27: toy.bucket/plain.log: {said}"]


def test_defaults_and_a_text_form_of_the_stack_keep_references(tmp_path: Path) -> None:
    text = BUCKETS + "defaults: {connect.queue: {description: 'for ${toy.bucket:photos}'}}\n"
    loaded = stack(tmp_path, {"stack.yaml": text})
    assert loaded.resources[SALES].references == {"hours_of_operation": (HOURS,), "description": (BUCKET,)}
    assert stack_from(stack_text(loaded)) == loaded


WRONG = {
    "an unknown kind": (
        "${toy.bukcet:photos}",
        ['no reference begins with "toy.bukcet"; did you mean "toy.bucket"?'],
    ),
    "a short form outside of flows": (
        "${queue:Sales}",
        ['no reference begins with "queue"; did you mean "connect.queue"?'],
    ),
    "an unknown resource": ("${toy.bucket:photo}", ['no bucket named "photo"; did you mean "photos"?']),
    "an unknown attribute": (
        "${toy.bucket:photos#steam_arn}",
        ['toy.bucket has no attribute "steam_arn"; did you mean "stream_arn"?'],
    ),
    "an attribute far off": (
        "${connect.queue:Sales#x}",
        ['connect.queue has no attribute "x"; the attributes are arn, id, name'],
    ),
    "an attribute that the files take away": (
        "${toy.bucket:plain#stream_arn}",
        ["toy.bucket/plain has no stream_arn: its stream is off; write stream: true"],
    ),
    "several at once": (
        "${toy.bucket:photo} ${toy.bukcet:x} ${connect.queue:Sales#x}",
        [
            'connect.queue has no attribute "x"; the attributes are arn, id, name',
            'no bucket named "photo"; did you mean "photos"?',
            'no reference begins with "toy.bukcet"; did you mean "toy.bucket"?',
        ],
    ),
    "without a name": ("${toy.bucket:}", ["a reference needs a name, as in ${toy.bucket:Name}"]),
}


@pytest.mark.parametrize(("written", "expected"), WRONG.values(), ids=WRONG.keys())
def test_what_is_wrong_with_a_reference(tmp_path: Path, written: str, expected: list[str]) -> None:
    text = BUCKETS + f"connect.user: {{ada: {{identity_info: {{first_name: '{written}'}}}}}}\n"
    place = "stack.yaml:8:50: connect.user/ada.identity_info.first_name: "
    assert mistakes(tmp_path, {"stack.yaml": text}) == [place + each for each in expected]


NONE_STANDS = "no reference is allowed here; write the value itself, or $${ for the text itself"
NOWHERE = {
    "the name of a resource": ("connect.user: {'${toy.bucket:photos}': {}}", f"8:16: {NONE_STANDS}"),
    "a former name": (
        "connect.user: {ada: {renamed_from: '${toy.bucket:photos}'}}",
        f"8:36: connect.user/ada.renamed_from: {NONE_STANDS}",
    ),
    "a policy": (
        "connect.user: {ada: {policy: {on_drift: '${toy.bucket:photos}'}}}",
        f"8:41: connect.user/ada.policy.on_drift: {NONE_STANDS}",
    ),
    "where a secret is kept": (
        "connect.user: {ada: {password: {secret: {ssm: '${toy.bucket:photos}'}}}}",
        f"8:47: connect.user/ada.password: {NONE_STANDS}",
    ),
    "the path of a document": (
        "connect.flow: {F: {content: {file: '${toy.bucket:photos}'}}}",
        f"8:36: connect.flow/F.content.file: {NONE_STANDS}",
    ),
    "a field that takes no references": (
        "toy.bucket: {x: {label: '${toy.bucket:photos}'}}",
        f"8:25: toy.bucket/x.label: {NONE_STANDS}",
    ),
    "a number": (
        "connect.queue: {x: {hours_of_operation: Always, max_contacts: '${toy.bucket:photos}'}}",
        "8:63: connect.queue/x.max_contacts: expected a whole number, got text",
    ),
    "the name of another kind": (
        "connect.user: {ada: {queue: '${toy.bucket:photos}'}}",
        (
            "8:29: connect.user/ada.queue: expected the name of a connect.queue, and ${toy.bucket:photos} is not one; "
            "write only the name"
        ),
    ),
}


@pytest.mark.parametrize(("line", "expected"), NOWHERE.values(), ids=NOWHERE.keys())
def test_where_no_reference_can_stand(tmp_path: Path, line: str, expected: str) -> None:
    buckets = "toy.bucket: {photos: {stream: true}, plain: {stream: false}}\n"
    files = {"stack.yaml": BASE + QUEUES + "\n" + line, "buckets.yaml": buckets}
    if line.startswith("connect.queue"):
        files["stack.yaml"] = BASE + "\n\n" + line
    assert mistakes(tmp_path, files) == [f"stack.yaml:{expected}"]


def test_a_reference_beside_another_mistake_in_its_text_is_told_too(tmp_path: Path) -> None:
    label = "toy.bucket: {x: {label: '${toy.bucket:photos} ${each.name}'}}\n"
    place = "stack.yaml:6:25: toy.bucket/x.label: "
    assert mistakes(tmp_path, {"stack.yaml": BASE + label}) == [
        f"{place}`${{each...}}` is only known in a resource with `for_each`; write $${{ for the text itself",
        f"{place}{NONE_STANDS}",
    ]


def test_a_limit_that_the_literal_part_exceeds_is_told(tmp_path: Path) -> None:
    zone = "connect.hours_of_operation: {Late: {time_zone: '%s${toy.bucket:photos}'}}\ntoy.bucket: {photos: {}}\n"
    assert mistakes(tmp_path, {"stack.yaml": HEADER + INSTANCE + zone % ("x" * 50)}) == []
    assert mistakes(tmp_path, {"stack.yaml": HEADER + INSTANCE + zone % ("x" * 51)}) == [
        "stack.yaml:5:48: connect.hours_of_operation/Late.time_zone: expected 50 or fewer characters"
    ]


def test_a_ring_by_way_of_a_text_is_told_as_any_other(tmp_path: Path) -> None:
    text = BASE + (
        "connect.queue:\n"
        "  A: {hours_of_operation: Always, description: 'after ${connect.queue:B}'}\n"
        "  B: {hours_of_operation: Always, description: 'after ${connect.queue:A#id}'}\n"
    )
    (told,) = mistakes(tmp_path, {"stack.yaml": text})
    assert told == (
        "stack.yaml:7:3: references form a cycle, so nothing in it can be created first: "
        "connect.queue/A -> connect.queue/B -> connect.queue/A; remove at least one reference"
    )


def test_a_ring_by_way_of_a_text_is_opened_at_a_field_that_may_follow(tmp_path: Path) -> None:
    text = BASE + (
        "connect.queue:\n  A: {hours_of_operation: Always, description: 'after ${connect.flow:F}'}\n"
        "connect.flow: {F: {content: {Version: 1, Actions: ['${queue:A}']}}}\n"
    )
    assert mistakes(tmp_path, {"stack.yaml": text}) == []


ODD = ("Sales #vip", "a } b", "a:b", 'say "hello"', "100%")


@pytest.mark.parametrize("name", ODD)
def test_a_name_with_special_characters_can_be_referred_to(tmp_path: Path, name: str) -> None:
    doubled = name.replace('"', '""')
    yaml_name = name.replace('"', '\\"')
    quoted = doubled.replace('"', '\\"')
    text = BASE + f'toy.bucket: {{"{yaml_name}": {{}}}}\n'
    text += f'connect.user: {{ada: {{identity_info: {{first_name: "${{toy.bucket:\\"{quoted}\\"#id}}"}}}}}}\n'
    found = stack(tmp_path, {"stack.yaml": text}).resources[Key("connect.user", "ada")]
    assert found.references == {"identity_info": (Key("toy.bucket", name),)}


def test_two_attributes_that_only_aws_knows_are_two_texts() -> None:
    one = Spellings({}, KINDS, "111111111111", "eu-west-2").one
    assert one("${toy.bucket:photos}") == one("${toy.bucket:photos#arn}")
    assert one("${toy.bucket:photos#id}") != one("${toy.bucket:photos#arn}")


def test_too_many_names_are_not_searched_for_a_similar_one() -> None:
    names = ["Sales", *map(str, range(COMPARED))]
    assert Mistakes().near("Sals", names) == ""
    assert Mistakes().near("Sals", names[:3]) == '; did you mean "Sales"?'
