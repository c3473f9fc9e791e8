"""YAML is read strictly: what is refused, with which messages, and the types of plain scalars."""

from pathlib import Path
from typing import Any

import pytest

from reconciler.desired.mistakes import Mistakes, Refused
from reconciler.desired.nodes import MAX_DEPTH, Allowance, plain
from reconciler.desired.scalars import resolve
from reconciler.desired.yamltext import parse_yaml
from tests.desired.desired_toys import BASE, KINDS, mistakes, stack

REUSE = (
    "write what several resources share under `defaults` in stack.yaml, and what differs under `environments`"
)
RARE = "there is a control character or a rare line break here; remove it, or write it as an escape in quotes"
HUGE = "the number needs more than 64 bits; if it is a code, put it in quotes"
NOT_FINITE = "infinity and not-a-number cannot be sent to AWS; write a number, or put the text in quotes"
NOT_TEXT = "a key is text, and this reads as a number, true, false or null; put it in quotes"


def read(text: str) -> tuple[object, list[str]]:
    found = Mistakes()
    try:
        root, _ = parse_yaml(text, "a.yaml", found, Allowance())
    except Refused:
        root = None
    return (plain(root) if root else None), [str(mistake) for mistake in sorted(found._found)]


@pytest.mark.parametrize(
    ("word", "value"),
    [
        ("", None),
        ("~", None),
        ("null", None),
        ("Null", None),
        ("true", True),
        ("FALSE", False),
        ("tRue", "tRue"),
        ("no", "no"),
        ("on", "on"),
        ("yes", "yes"),
        ("y", "y"),
        ("0", 0),
        ("-12", -12),
        ("0o17", 15),
        ("0xff", 255),
        ("012", "012"),
        ("+447009", "+447009"),
        ("1_000", "1_000"),
        ("1,000", "1,000"),
        ("12:30", "12:30"),
        ("12:30:45", "12:30:45"),
        ("2026-01-31", "2026-01-31"),
        ("1.5", 1.5),
        ("-.5", -0.5),
        ("1.", 1.0),
        ("1e3", 1000.0),
        ("01.5", "01.5"),
        (".", "."),
        ("-", "-"),
        ("1.2.3", "1.2.3"),
        ("٣", "٣"),
        ("9223372036854775807", 2**63 - 1),
    ],
)
def test_a_plain_word_means(word: str, value: object) -> None:
    found = resolve(word)
    assert (type(found), found) == (type(value), value)


CASES = {
    "anchor": ("a: &x 1", [f"a.yaml:1:4: anchors are not read; {REUSE}"]),
    "alias": ("a: *x", [f"a.yaml:1:4: aliases are not read; {REUSE}"]),
    "merge key": ("a: {<<: {b: 1}}", [f"a.yaml:1:5: merge keys are not read; {REUSE}"]),
    "quoted merge key": ('a: {"<<": 1}', [f"a.yaml:1:5: merge keys are not read; {REUSE}"]),
    "tag": (
        "a: !!python/name:os 1",
        ["a.yaml:1:4: tags such as !!str are not read; put text in quotes instead"],
    ),
    "tag on a list": (
        "a: !x [1]",
        ["a.yaml:1:4: tags such as !!str are not read; put text in quotes instead"],
    ),
    "key twice": (
        "a: 1\nb: 2\na: 3",
        ["a.yaml:3:1: this key is given twice, first on line 1; keep one of the two"],
    ),
    "second document": ("a: 1\n---\nb: 1", ["a.yaml:2:1: a second document begins here; keep one in a file"]),
    "number as key": ("123: 1", [f"a.yaml:1:1: {NOT_TEXT}"]),
    "no key": ("~: 1", [f"a.yaml:1:1: {NOT_TEXT}"]),
    "true as key": ("true: 1", [f"a.yaml:1:1: {NOT_TEXT}"]),
    "list as key": (
        "[a]: 1",
        ["a.yaml:1:1: a key is text, not a list or a mapping; if it begins with a brace, put it in quotes"],
    ),
    "huge number": ("a: 9223372036854775808", [f"a.yaml:1:4: {HUGE}"]),
    "monstrous number": (f"a: {'9' * 5000}", [f"a.yaml:1:4: {HUGE}"]),
    "float beyond measure": (
        "a: 1e999",
        ["a.yaml:1:4: the number is too large; if it is a code, put it in quotes"],
    ),
    "nan": ("a: .nan", [f"a.yaml:1:4: {NOT_FINITE}"]),
    "inf": ("a: [-.inf]", [f"a.yaml:1:5: {NOT_FINITE}"]),
    "NUL": ('a: "x\\0"', ["a.yaml:1:4: the text holds a NUL character; remove it"]),
    "control character": ("a: 1\nb: x\x07", [f"a.yaml:2:5: {RARE}"]),
    "rare line break": ("a: 1\r\nb: x\u2028", [f"a.yaml:2:5: {RARE}"]),
    "half a surrogate pair": (
        'a: "\\ud800"',
        [
            (
                "a.yaml:1:7: this is not YAML: while parsing a quoted scalar, found invalid Unicode character"
                " escape code"
            )
        ],
    ),
    "quote left open": (
        "a: 'x\n",
        ["a.yaml:1:6: this is not YAML: while scanning a quoted scalar, found unexpected end of stream"],
    ),
    "tab": (
        "\ta: 1",
        [
            (
                "a.yaml:1:1: this is not YAML: while scanning for the next token, found character that cannot"
                " start any token"
            )
        ],
    ),
    "too deep": (
        "[" * 10_000,
        [f"a.yaml:1:{MAX_DEPTH + 2}: values are nested more than {MAX_DEPTH} levels deep; flatten them"],
    ),
    "alias bomb": (
        "a: &a [x]\nb: &b [*a, *a]\n",
        [
            f"a.yaml:1:4: anchors are not read; {REUSE}",
            f"a.yaml:2:4: anchors are not read; {REUSE}",
            f"a.yaml:2:8: aliases are not read; {REUSE}",
            f"a.yaml:2:12: aliases are not read; {REUSE}",
        ],
    ),
}


@pytest.mark.parametrize(("text", "expected"), CASES.values(), ids=CASES.keys())
def test_refused(text: str, expected: Any) -> None:
    assert read(text)[1] == expected


def test_what_is_not_refused_is_read_in_full() -> None:
    value, found = read("a: [1, {b: no}]\n? [x]\n: 1\nc:\n  - |\n    text\n")
    assert value == {"a": [1, {"b": "no"}], "c": ["text\n"]}
    assert len(found) == 1


def test_a_stack_holds_so_many_values_and_no_more() -> None:
    found = Mistakes()
    with pytest.raises(Refused):
        parse_yaml("[1, 2, 3]", "a.yaml", found, Allowance(3))
    assert str(next(iter(found._found))) == (
        "a.yaml:1:8: the stack holds more than 2,000,000 values; split it in two"
    )


FILES = {
    "not UTF-8": ({"a.yaml": b"a: \xff"}, ["a.yaml:1:1: this file is not UTF-8 text: byte 4 is wrong"]),
    "too large": (
        {"a.yaml": b"#" * (8 * 2**20 + 1)},
        ["a.yaml:1:1: this file is larger than 8 MiB; split it"],
    ),
    "a list": ({"a.yaml": "- x"}, ["a.yaml:1:1: expected kinds with their resources, got a list"]),
    "a word": ({"a.yaml": "x"}, ["a.yaml:1:1: expected kinds with their resources, got text"]),
    "empty": ({"a.yaml": "# nothing\n"}, []),
    "a byte order mark": ({"a.yaml": b"\xef\xbb\xbfconnect.queue:\n"}, []),
    "unknown kind": (
        {"deep/er/a.yml": "connect.queues: {}\n"},
        ['deep/er/a.yml:1:1: no kind named "connect.queues" is known; did you mean "connect.queue"?'],
    ),
    "header key elsewhere": ({"a.yaml": "prune: true\n"}, ["a.yaml:1:1: `prune` belongs in stack.yaml"]),
    "resources not by name": (
        {"a.yaml": "connect.queue: [x]\n"},
        ["a.yaml:1:16: connect.queue: expected resources by name, got a list"],
    ),
    "settings not by field": (
        {"a.yaml": "connect.flow: {Main: x}\n"},
        ["a.yaml:1:22: connect.flow/Main: expected settings by field, got text"],
    ),
    "hidden files": ({".git/a.yaml": "x", ".a.yaml": "x", "a.txt": "x"}, []),
    "a name given twice": (
        {"a.yaml": "connect.flow: {Main: }", "b.yaml": "connect.flow: {Main: {}}"},
        ["b.yaml:1:16: connect.flow/Main: this name is given twice, first at a.yaml:1:16; keep one"],
    ),
    "a name of two spellings": (
        {"a.yaml": "connect.flow: {Main-dev: }", "b.yaml": 'connect.flow: {"Main-${environment}": {}}'},
        ["b.yaml:1:16: connect.flow/Main-dev: this name is given twice, first at a.yaml:1:16; keep one"],
    ),
    "an empty name": (
        {"a.yaml": 'connect.flow: {" ": }'},
        ["a.yaml:1:16: a resource needs a name, and this one is empty"],
    ),
    "a name with a space": (
        {"a.yaml": 'connect.flow: {"Main ": }'},
        ['a.yaml:1:16: the name "Main " begins or ends with a space; remove it'],
    ),
    "a name of two lines": (
        {"a.yaml": 'connect.flow: {"Ma\\nin": }'},
        ['a.yaml:1:16: the name "Ma\\nin" holds a line break or a control character; remove it'],
    ),
}


@pytest.mark.parametrize(("files", "expected"), FILES.values(), ids=FILES.keys())
def test_files(tmp_path: Path, files: dict[str, str | bytes], expected: Any) -> None:
    assert mistakes(tmp_path, {"stack.yaml": BASE, **files}) == expected


def test_a_file_that_cannot_be_read_hides_no_other_mistake_and_makes_none(tmp_path: Path) -> None:
    broken = {
        "stack.yaml": BASE,
        "a.yaml": "connect.queue: {Sales: [",
        "b.yaml": "connect.user: {ada: {queue: Sales}, bob: {x: 1}}",
    }
    found = mistakes(tmp_path, broken)
    assert [line.partition(": ")[0] for line in found] == ["a.yaml:1:25", "b.yaml:1:43"]


def test_a_kind_given_twice_in_a_file_makes_no_further_mistakes(tmp_path: Path) -> None:
    text = BASE + "connect.queue: {}\nconnect.queue: {Sales: {}}\nconnect.user: {ada: {queue: Sales}}\n"
    assert mistakes(tmp_path, {"stack.yaml": text}) == [
        "stack.yaml:7:1: this key is given twice, first on line 6; keep one of the two"
    ]


def test_files_are_merged_in_order(tmp_path: Path) -> None:
    loaded = stack(
        tmp_path, {"stack.yaml": BASE, "b/x.yaml": "connect.flow: {B: }", "a.yml": "connect.flow: {A: }"}
    )
    assert [str(key) for key in loaded.resources] == [
        "connect.flow/A",
        "connect.flow/B",
        "connect.instance/main",
        "connect.hours_of_operation/Always",
    ]
    assert str(loaded.resources[next(iter(loaded.resources))].place) == "a.yml:1:16"
    assert KINDS.keys() >= {key.kind for key in loaded.resources}
