"""Documents: inline and in files, their tokens, their own checks, and strict JSON."""

from pathlib import Path
from typing import Any

import pytest

from reconciler.desired import InvalidStack
from reconciler.stack import Key
from reconciler.stack_json import stack_from, stack_text
from tests.desired.desired_toys import BASE, mistakes, stack

MAIN = Key("connect.flow", "Main")
QUEUES = "connect.queue: {Sales-dev: {hours_of_operation: Always}}\n"
"""Line 6; what follows begins on line 7."""
BARE = "`${` begins a variable such as ${environment}; write $${ for the text itself"


def test_a_document_inline_and_in_a_file_are_the_same(tmp_path: Path) -> None:
    content = '{"Version": "1", "Actions": ["${queue:Sales-${environment}}", "${limit}", "a $${x} $.b", "${flow:Main}"]}'
    files = {
        "stack.yaml": BASE
        + QUEUES
        + f"connect.flow: {{Main: {{content: {content}}}, Other: {{content: {{file: 'flows/${{environment}}.json'}}}}}}",
        "flows/dev.json": content,
    }
    resources = stack(tmp_path, files).resources
    inline, filed = resources[MAIN], resources[Key("connect.flow", "Other")]
    assert inline.settings == filed.settings
    assert inline.settings["content"]["Actions"] == ["${queue:Sales-dev}", 5, "a ${x} $.b", "${flow:Main}"]
    assert inline.references == filed.references == {"content": (Key("connect.queue", "Sales-dev"), MAIN)}


def test_a_document_without_tokens_keeps_what_looks_like_one(tmp_path: Path) -> None:
    text = BASE + 'events.rule: {r: {pattern: {a: "${aws:username}", b: "${alias} ${*}", c: "$${alias}"}}}\n'
    rule = stack(tmp_path, {"stack.yaml": text}).resources[Key("events.rule", "r")]
    assert rule.settings == {"pattern": {"a": "${aws:username}", "b": "acme-dev ${*}", "c": "${alias}"}}
    assert rule.references == {}


def test_a_document_may_be_cleared(tmp_path: Path) -> None:
    text = BASE + "connect.flow: {Main: {content: null}}\n"
    assert stack(tmp_path, {"stack.yaml": text}).resources[MAIN].settings == {"content": None}


PASTED = (
    "expected the name of a connect.queue, and this is an {}; write the name that AWS shows for it, and under connect.queue "
    "`NAME: {{existing: true}}` unless the files have it"
)
TOKENS = {
    "an unknown word": ("${queu:Sales-dev}", 'no reference begins with "queu"; did you mean "queue"?'),
    "a word far off": (
        "${x:Sales-dev}",
        'no reference begins with "x"; it may be one of queue, flow, instance, or a kind',
    ),
    "leading nowhere": ("${queue:Sales-de}", 'no queue named "Sales-de"; did you mean "Sales-dev"?'),
    "an ARN": ("${queue:arn:aws:connect:x}", PASTED.format("ARN")),
    "an id": (
        "${queue:4ab79ac1-dbc3-4626-927b-9e16654f2410}",
        PASTED.format("id"),
    ),
    "in longer text": ("to ${queue:Sales-de}.", 'no queue named "Sales-de"; did you mean "Sales-dev"?'),
    "by kind": (
        "${connect.queues:Sales-dev}",
        'no reference begins with "connect.queues"; did you mean "connect.queue"?',
    ),
    "of an unknown attribute": (
        "${queue:Sales-dev#arm}",
        'connect.queue has no attribute "arm"; did you mean "arn"?',
    ),
    "without a name": ("${queue:}", "a reference needs a name, as in ${queue:Name}"),
    "left open": ("${queue:Sales", BARE),
    "an unknown variable": ("${alis}", 'no variable named "alis" in environment dev; did you mean "alias"?'),
}


@pytest.mark.parametrize(("text", "expected"), TOKENS.values(), ids=TOKENS.keys())
def test_a_token_inline(tmp_path: Path, text: str, expected: Any) -> None:
    inline = BASE + QUEUES + f'connect.flow: {{Main: {{content: {{Version: 1, Actions: ["{text}"]}}}}}}\n'
    assert mistakes(tmp_path, {"stack.yaml": inline}) == [
        f"stack.yaml:7:55: connect.flow/Main.content.Actions[0]: {expected}"
    ]


@pytest.mark.parametrize(("text", "expected"), TOKENS.values(), ids=TOKENS.keys())
def test_a_token_in_a_file(tmp_path: Path, text: str, expected: Any) -> None:
    files = {
        "stack.yaml": BASE + QUEUES + "connect.flow: {Main: {content: {file: a.json}}}\n",
        "a.json": f'{{"Version": 1,\n "Actions":\n  ["{text}"]}}',
    }
    assert mistakes(tmp_path, files) == [f"a.json:3:4: connect.flow/Main.content.Actions[0]: {expected}"]


CHECKS = {
    "inline": ("{}", ["the flow has no Version", "the flow has no Actions"]),
    "in a file": ("{file: a.json}", ["the flow has no Actions"]),
    "of the wrong type": ("[Version]", ["expected a mapping, got a list"]),
    "as text": ("x.json", ["expected a mapping, got text"]),
    "with a secret": (
        "{Version: 1, Actions: {secret: {ssm: /x}}}",
        ["no secret is allowed here; only in fields that AWS keeps secret"],
    ),
}


@pytest.mark.parametrize(("text", "expected"), CHECKS.values(), ids=CHECKS.keys())
def test_a_document_is_checked(tmp_path: Path, text: str, expected: Any) -> None:
    files = {
        "stack.yaml": BASE + f"connect.flow: {{Main: {{content: {text}}}}}\n",
        "a.json": '{"Version": 1}',
    }
    found = mistakes(tmp_path, files)
    assert sorted(line.partition("content")[2].partition(": ")[2] for line in found) == sorted(expected)
    file = "a.json:1:1:" if text == "{file: a.json}" else "stack.yaml:6:"
    assert all(line.startswith(file) for line in found)


WRONG = '{"Version": 1,\n "Actions": ["fine",\n   "wrong",\n   "odd"]}'


def test_a_finding_stands_at_its_place_in_the_file(tmp_path: Path) -> None:
    files = {"stack.yaml": BASE + "connect.flow: {Main: {content: {file: a.json}}}\n", "a.json": WRONG}
    with pytest.raises(InvalidStack) as caught:
        stack(tmp_path, files)
    (mistake,) = caught.value.mistakes
    assert str(mistake) == "a.json:3:4: connect.flow/Main.content.Actions[1]: wrong in 111111111111/eu-west-2"
    assert caught.value.warnings == ("a.json:4:4: warning: connect.flow/Main.content.Actions[2]: odd",)


def test_a_finding_about_a_missing_item_stands_at_its_list(tmp_path: Path) -> None:
    files = {
        "stack.yaml": BASE + "connect.flow: {Main: {content: {file: a.json}}}\n",
        "a.json": '{"Version": 1,\n "Actions": ["fine", "no end"]}',
    }
    (found,) = mistakes(tmp_path, files)
    assert found == "a.json:2:13: connect.flow/Main.content.Actions: an action is missing after this one"


def test_a_text_with_a_wrong_variable_is_not_checked_further(tmp_path: Path) -> None:
    document = '{"Version": 1, "Actions": ["wrong ${nothing}", "wrong"]}'
    files = {"stack.yaml": BASE + "connect.flow: {Main: {content: {file: a.json}}}\n", "a.json": document}
    found = mistakes(tmp_path, files)
    assert [line.partition(": ")[0] for line in found] == ["a.json:1:28", "a.json:1:48"]
    assert "nothing" in found[0]
    assert "wrong in" in found[1]


def test_a_finding_stands_at_its_place_in_the_yaml(tmp_path: Path) -> None:
    inline = (
        "connect.flow:\n  Main:\n    content:\n      Version: 1\n      Actions:\n      - odd\n      - wrong\n"
    )
    found = mistakes(tmp_path, {"stack.yaml": BASE + inline})
    assert [line.partition(": ")[0] for line in found] == ["stack.yaml:12:9"]


def test_a_warning_keeps_nothing_from_being_used(tmp_path: Path) -> None:
    files = {
        "stack.yaml": BASE + "connect.flow: {Main: {content: {file: a.json}}}\n",
        "a.json": WRONG.replace("wrong", "good"),
    }
    loaded = stack(tmp_path, files)
    assert loaded.warnings == ("a.json:4:4: warning: connect.flow/Main.content.Actions[2]: odd",)
    assert stack_from(stack_text(loaded)) == loaded


# -- the parent of the resource -----------------------------------------------------------------------------------------


def test_the_short_form_stands_for_what_the_resource_lives_in(tmp_path: Path) -> None:
    text = 'connect.flow: {Main: {content: {Version: 1, Actions: ["${instance}", "${instance#name}", "$${instance}"]}}}'
    main = stack(tmp_path, {"stack.yaml": BASE + text}).resources[MAIN]
    assert main.scope is not None
    name = main.scope.name
    assert main.settings["content"]["Actions"] == [f"${{instance:{name}}}", name, "${instance}"]
    assert main.references == {"content": (main.scope,)}


def test_the_short_form_in_longer_text(tmp_path: Path) -> None:
    text = 'connect.flow: {Main: {content: {Version: 1, Actions: ["in ${instance}, ${instance#name}"]}}}\n'
    main = stack(tmp_path, {"stack.yaml": BASE + text}).resources[MAIN]
    assert main.settings["content"]["Actions"] == ["in ${instance:main}, main"]
    assert main.references == {"content": (main.scope,)}


def test_what_is_escaped_is_no_reference(tmp_path: Path) -> None:
    text = QUEUES + 'connect.flow: {Main: {content: {Version: 1, Actions: ["$${queue:Sales-dev}"]}}}\n'
    main = stack(tmp_path, {"stack.yaml": BASE + text}).resources[MAIN]
    assert main.references == {}
    assert main.settings["content"]["Actions"] == ["$${queue:Sales-dev}"]


def test_a_variable_of_that_name_is_the_variable(tmp_path: Path) -> None:
    text = BASE.replace("alias: acme-dev", "alias: acme-dev, instance: mine")
    assert "instance: mine" in text
    text += 'connect.flow: {Main: {content: {Version: 1, Actions: ["${instance}"]}}}\n'
    assert stack(tmp_path, {"stack.yaml": text}).resources[MAIN].settings["content"]["Actions"] == ["mine"]


JSON = {
    "a comma too many": ("[1,\n 2,]", "2:4", "this is not JSON: expecting value"),
    "a comma too few": ("[1\n 2]", "2:2", "this is not JSON: expected `,`"),
    "no colon": ('{"a" 1}', "1:6", "this is not JSON: expected `:`"),
    "a bare key": ("{a: 1}", "1:2", "this is not JSON: expected a key in double quotes"),
    "single quotes": ("['a']", "1:2", "this is not JSON: expecting value"),
    "a comment": ("{} // x", "1:4", "this is not JSON: something follows after its end"),
    "two documents": ("{}\n{}", "2:1", "this is not JSON: something follows after its end"),
    "nothing": ("", "1:1", "this is not JSON: expecting value"),
    "left open": ('{"a": [', "1:8", "this is not JSON: expecting value"),
    "text left open": ('["abc', "1:2", "this is not JSON: unterminated string"),
    "a line break in text": ('["a\nb"]', "1:4", "this is not JSON: invalid control character"),
    "a wrong escape": ('["\\x"]', "1:3", "this is not JSON: invalid \\escape"),
    "a key twice": (
        '{"a": 1,\n "b": {"a": 2},\n "a": 3}',
        "3:2",
        "this key is given twice, first on line 1; keep one of the two",
    ),
    "NaN": ("[NaN]", "1:2", "JSON has neither NaN nor Infinity; write a number"),
    "Infinity": ("[-Infinity]", "1:2", "JSON has neither NaN nor Infinity; write a number"),
    "a float beyond measure": ("[1e999]", "1:2", "the number is too large"),
    "a huge number": (
        f"[{'9' * 5000}]",
        "1:2",
        "the number needs more than 64 bits; if it is a code, put it in quotes",
    ),
    "half a surrogate pair": (
        '["\\ud800"]',
        "1:2",
        "the text holds half a surrogate pair; write the whole character",
    ),
    "NUL": ('["\\u0000"]', "1:2", "the text holds a NUL character; remove it"),
    "too deep": ("[" * 100_000, "1:34", "values are nested more than 32 levels deep; flatten them"),
    "a leading zero": ("[01]", "1:3", "this is not JSON: expected `,`"),
}


@pytest.mark.parametrize(("text", "place", "expected"), JSON.values(), ids=JSON.keys())
def test_json_is_read_strictly(tmp_path: Path, text: str, place: str, expected: Any) -> None:
    files = {"stack.yaml": BASE + "connect.flow: {Main: {content: {file: x/a.json}}}\n", "x/a.json": text}
    assert mistakes(tmp_path, files) == [f"x/a.json:{place}: {expected}"]


def test_json_is_read_in_full(tmp_path: Path) -> None:
    text = '\ufeff {"Version": "\\ud83d\\ude00 é", "Actions": [[], {}, [1, -2.5e3, true, null, ""], {"a": {"b": 0}}]}\r\n'
    files = {"stack.yaml": BASE + "connect.flow: {Main: {content: {file: ./x//a.json}}}\n", "x/a.json": text}
    assert stack(tmp_path, files).resources[MAIN].settings["content"] == {
        "Version": "😀 é",
        "Actions": [[], {}, [1, -2500.0, True, None, ""], {"a": {"b": 0}}],
    }


def test_a_document_belongs_to_the_hash(tmp_path: Path) -> None:
    files = {
        "stack.yaml": BASE + "connect.flow: {Main: {content: {file: a.json}}}\n",
        "a.json": '{"Version": 1, "Actions": []}',
    }
    first = stack(tmp_path, files).files_hash
    assert stack(tmp_path, files).files_hash == first
    assert stack(tmp_path, {**files, "a.json": '{"Version": 1, "Actions": [] }'}).files_hash != first


def test_a_script_in_a_file_has_variables_and_references_and_belongs_to_the_hash(tmp_path: Path) -> None:
    declared = 'toy.bucket: {z: {stream: true}, "${each.key}": {for_each: [a, b], script: {file: "start-${environment}.sh"}}}\n'
    script = '#!/bin/sh\ncp ${alias}-${each.key} "$HOME/$${x}"\ncat ${toy.bucket:z#stream_arn}\n'
    files = {"stack.yaml": BASE + declared, "start-dev.sh": script}
    read = stack(tmp_path, files)
    found = read.resources[Key("toy.bucket", "b")]
    assert found.settings["script"] == (
        '#!/bin/sh\ncp acme-dev-b "$HOME/${x}"\ncat ${toy.bucket:z#stream_arn}\n'
    )
    assert found.references == {"script": (Key("toy.bucket", "z"),)}
    assert stack(tmp_path, {**files, "start-dev.sh": script + "\n"}).files_hash != read.files_hash


SCRIPTS = {
    "no such file": (
        "{file: b.sh}",
        'stack.yaml:6:33: toy.bucket/a.script.file: "b.sh": there is no such file',
    ),
    "no path": (
        "{file: 3}",
        "stack.yaml:6:33: toy.bucket/a.script.file: expected the path of a file, such as flows/main.json",
    ),
    "a variable of the shell": (
        "{file: shell.sh}",
        'shell.sh:2:1: toy.bucket/a.script: no variable named "HOME" in environment dev',
    ),
    "another key": ("{files: a.sh}", "stack.yaml:6:26: toy.bucket/a.script: expected text, got a mapping"),
    "too much": (
        "{file: large.sh}",
        'stack.yaml:6:33: toy.bucket/a.script.file: "large.sh": this file is larger than 1 MiB; split it',
    ),
}


@pytest.mark.parametrize(("written", "expected"), SCRIPTS.values(), ids=SCRIPTS.keys())
def test_a_script_that_cannot_be_read_is_one_mistake(tmp_path: Path, written: str, expected: str) -> None:
    files = {
        "stack.yaml": BASE + f"toy.bucket: {{a: {{script: {written}}}}}\n",
        "shell.sh": '#!/bin/sh\necho "${HOME}"\n',
        "large.sh": "#" * (1 << 21),
    }
    assert mistakes(tmp_path, files) == [expected]
