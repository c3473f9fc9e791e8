"""For any files, loading gives a stack or mistakes, and the same result every time."""

import tempfile
from pathlib import Path
from typing import Any

import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reconciler.desired import InvalidStack, Mistake, load
from reconciler.desired.mistakes import MOST
from reconciler.stack import Place, Stack
from tests.desired.desired_toys import BASE, KINDS, write

QUIET = settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))

GOOD = (
    BASE
    + """\
tags: {Project: "${stack}"}
prune: true
release: [connect.queue/Gone]
defaults: {connect.queue: {max_contacts: "${limit}"}}
connect.queue:
  Sales: {hours_of_operation: Always, quick: [Help], policy: {on_drift: report}}
  Help: {hours_of_operation: Always, description: "${alias}", tags: {A: b}}
connect.user:
  ada:
    password: {secret: {ssm: /x}}
    identity_info: {first_name: A, email: a@b}
    by_skill: {x: Sales}
connect.flow:
  Main: {content: {Version: "1", Actions: ["${queue:Sales}"]}}
  Filed: {content: {file: flows/a.json}}
"""
)
DOCUMENT = '{"Version": "1", "Actions": ["${flow:Main}", 1.5, null]}'


def outcome(files: dict[str, bytes]) -> tuple[Stack | None, tuple[Mistake, ...]]:
    """The result of loading: a stack or mistakes."""
    with tempfile.TemporaryDirectory() as directory:
        write(Path(directory), files)
        try:
            return load(Path(directory), None, KINDS), ()
        except InvalidStack as error:
            return None, error.mistakes


def inside(place: Place, files: dict[str, bytes]) -> None:
    """Check that a place exists in its file."""
    if place.file not in files:
        assert (place.line, place.column) == (1, 1)
        return
    text = files[place.file].decode("utf-8-sig", "replace")
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    assert 1 <= place.line <= len(lines)
    assert 1 <= place.column <= len(lines[place.line - 1]) + 1


def same_every_time(files: dict[str, bytes]) -> None:
    found, mistakes = outcome(files)
    assert (found, mistakes) == outcome(files)
    assert (found is None) == bool(mistakes)
    assert list(mistakes) == sorted(set(mistakes))
    for mistake in mistakes:
        inside(mistake.place, files)
        assert str(mistake).isprintable()


words = st.sampled_from(
    [
        *("stack", "environments", "defaults", "release", "tags", "prune", "connect.queue", "connect.user"),
        *("connect.flow", "connect.hours_of_operation", "dev", "Sales", "Main", "content", "file", "policy"),
        *("ignore", "secret", "ssm", "existing", "quick", "description", "config", "day", "password", "keys"),
        *(
            "${stack}",
            "${x}",
            "${",
            "$${",
            "${queue:Sales}",
            "a ${flow:Main}",
            "instance",
            "main",
            "identity_info",
        ),
        *("111111111111", "eu-west-2", "account", "region", "variables", "..", "", " ", "flows/a.json"),
    ]
)
scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | words
trees = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(words | st.text(max_size=4), inner, max_size=4)
    ),
    max_leaves=25,
)
snippets = st.sampled_from(
    [
        *(
            "&a ",
            "*a",
            "<<: ",
            "!!str ",
            "---\n",
            "? ",
            "[",
            "]",
            "{",
            "}",
            "'",
            '"',
            ": ",
            "- ",
            "\n",
            "\t",
            "#",
        ),
        *(
            "|\n",
            "${",
            "${x}",
            "$",
            ".nan",
            "~",
            "0x",
            "9" * 30,
            "\x00",
            "\ufeff",
            "\x85",
            "\u2028",
            "\r",
            "%YAML 9\n",
        ),
        *("secret: ", "file: ", "null", "existing: true", "policy: ", "\\", "...", "@", "`", "é", "😀"),
    ]
)


@QUIET
@given(st.text(max_size=200) | st.lists(snippets, max_size=40).map("".join))
def test_any_text(text: str) -> None:
    data = text.encode("utf-8", "surrogatepass")
    same_every_time({"stack.yaml": BASE.encode() + data})
    same_every_time({"stack.yaml": data, "a.yaml": data, "environments/dev.yaml": data})


@QUIET
@given(st.binary(max_size=200))
def test_any_bytes(data: bytes) -> None:
    same_every_time({"stack.yaml": BASE.encode(), "a.yaml": data, "environments/dev.yaml": data})
    same_every_time({"stack.yaml": GOOD.encode(), "flows/a.json": data})


@QUIET
@given(st.dictionaries(words, trees, max_size=6), trees)
def test_any_tree(top: dict[str, Any], other: Any) -> None:
    files = {
        "stack.yaml": yaml.safe_dump(top, allow_unicode=True).encode("utf-8", "replace"),
        "a.yaml": BASE.split("\n", 3)[3].encode(),
        "environments/dev.yaml": yaml.safe_dump(other).encode(),
    }
    same_every_time(files)


@QUIET
@given(st.dictionaries(st.sampled_from(sorted(KINDS)), st.dictionaries(words, trees, max_size=3), max_size=4))
def test_any_settings(kinds: dict[str, Any]) -> None:
    same_every_time({"stack.yaml": BASE.encode(), "a.yaml": yaml.safe_dump(kinds).encode()})


def mutated(text: str) -> st.SearchStrategy[str]:
    """The text with a few parts replaced."""

    def mutate(edits: list[tuple[int, int, str]]) -> str:
        new = text
        for at, length, put in edits:
            spot = at % (len(new) + 1)
            new = new[:spot] + put + new[spot + length :]
        return new

    edit = st.tuples(st.integers(0, 10**6), st.integers(0, 12), snippets | words | st.text(max_size=3))
    return st.lists(edit, min_size=1, max_size=3).map(mutate)


@QUIET
@given(mutated(GOOD), mutated(DOCUMENT))
def test_a_good_stack_with_a_few_changes(text: str, document: str) -> None:
    same_every_time({"stack.yaml": text.encode(errors="replace"), "flows/a.json": DOCUMENT.encode()})
    same_every_time({"stack.yaml": GOOD.encode(), "flows/a.json": document.encode(errors="replace")})


def test_the_good_stack_is_good() -> None:
    found, mistakes = outcome({"stack.yaml": GOOD.encode(), "flows/a.json": DOCUMENT.encode()})
    assert mistakes == ()
    assert found is not None
    assert len(found.resources) == 7


def test_of_a_hopeless_file_the_first_mistakes_are_kept() -> None:
    names = "".join(f"  q{n}: {{hours_of_operation: H{n}, max_contacts: x}}\n" for n in range(3_000))
    found = outcome({"stack.yaml": (BASE + "connect.queue:\n" + names).encode()})[1]
    assert len(found) == MOST
