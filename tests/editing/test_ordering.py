"""The order of YAML text: members move with their comments, and nothing else changes."""

import random
import tempfile
import textwrap
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reconciler.editing.formatting import formatted
from reconciler.editing.ordering import in_order
from reconciler.editing.stack_order import Alphabetical, order_of_files, order_of_header
from reconciler.editing.tree import Uneditable, comments
from reconciler.stack import Place, Stack
from tests.desired.desired_toys import BASE, KINDS, stack, write


def in_files(text: str) -> str:
    return in_order(textwrap.dedent(text), order_of_files(KINDS))


def within(inner: Any) -> Alphabetical:
    return Alphabetical(inner)


EVERYWHERE = within(within(within(within(Alphabetical()))))


def sorted_text(text: str) -> str:
    return in_order(textwrap.dedent(text), EVERYWHERE)


def test_fields_take_the_order_of_the_model_and_names_that_of_the_alphabet() -> None:
    assert in_files(
        """\
        connect.queue:
          Sales:
            policy: {replace: true, on_drift: report}
            tags: {B: b, A: a}
            max_contacts: 5
            instance: main
            hours_of_operation: Always
          Help: {description: x, hours_of_operation: Always}
        connect.hours_of_operation:
          Always:
            config: [{start_time: "09:00", day: MONDAY}]
            time_zone: UTC
        """
    ) == textwrap.dedent(
        """\
        connect.hours_of_operation:
          Always:
            time_zone: UTC
            config: [{day: MONDAY, start_time: "09:00"}]
        connect.queue:
          Help: {hours_of_operation: Always, description: x}
          Sales:
            hours_of_operation: Always
            max_contacts: 5
            tags: {A: a, B: b}
            instance: main
            policy: {on_drift: report, replace: true}
        """
    )


def test_a_member_takes_its_comments_along() -> None:
    assert sorted_text(
        """\
        b: 1  # of b
        # above a
        # and more
        a:  # of a
          y: 1
            # deeper than y
          # above x
          x: 2
        # at the end
        """
    ) == textwrap.dedent(
        """\
        # above a
        # and more
        a:  # of a
          # above x
          x: 2
          y: 1
            # deeper than y
        b: 1  # of b
        # at the end
        """
    )


def test_a_comment_that_an_empty_line_sets_apart_is_a_heading_and_stays() -> None:
    text = """\
    # The file.

    d: 1
    c: 2

    # Second part.

    b: 3
    a: 4
    """
    assert sorted_text(text) == textwrap.dedent(
        """\
        # The file.

        c: 2
        d: 1

        # Second part.

        a: 4
        b: 3
        """
    )


def test_empty_lines_stay_between_the_places() -> None:
    assert sorted_text("b: 1\n\na: 2\nc: 3\n") == "a: 2\n\nb: 1\nc: 3\n"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("- b: 1\n  a: 2\n", "- a: 2\n  b: 1\n"),
        ("- - b: |\n      text\n    a: 2\n", "- - a: 2\n    b: |\n      text\n"),
        ("x:\n- b: 1 # c\n  a: 2 # d\n", "x:\n- a: 2 # d\n  b: 1 # c\n"),
        ("{b: 1, a: [x, y], c}", "{a: [x, y], b: 1, c}\n"),
        ("{b, a}\n", "{a, b}\n"),
        ("b:\na:\n", "a:\nb:\n"),
        ("b: >-\n  # no comment\n  text\na: 'one\n  two'\n", "a: 'one\n  two'\nb: >-\n  # no comment\n  text\n"),
        ("b: 1\r\na: 2\r\n", "a: 2\r\nb: 1\r\n"),
        ("%YAML 1.1\n---\nb: 1\na: 2\n...\n", "%YAML 1.1\n---\na: 2\nb: 1\n...\n"),
        ("# yaml-language-server: $schema=x\n# of b\nb: 1\na: 2\n",
         "# yaml-language-server: $schema=x\na: 2\n# of b\nb: 1\n"),
        ("b: 012\na: +44\n", "a: +44\nb: 012\n"),
        ("b: 1\na: 2", "a: 2\nb: 1\n"),
        ("b: é\na: 😀\n", "a: 😀\nb: é\n"),
    ],
)  # fmt: skip
def test_every_style_is_sorted(before: str, after: str) -> None:
    assert in_order(before, EVERYWHERE) == after
    assert in_order(after, EVERYWHERE) == after


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n",
        "# only a comment\n",
        "text\n",
        "{b: 1, # of b\n a: 2}\n",
        "b: |+\n  text\n\na: 2\n",
        "a: |\n  no line break at the end",
        "? b\n: 1\n? a\n: 2\n",
        "- b: 1\n  # above a\n  a: 2\n",
        "-\n  # c\n  b: 1\n  a: 2\n",
    ],
)
def test_what_cannot_be_sorted_for_certain_stays_as_it_is(text: str) -> None:
    assert in_order(text, EVERYWHERE) == text


def test_the_header_keeps_the_order_of_environments() -> None:
    text = 'environments:\n  prod: {region: r, account: "1"}\n  dev: {variables: {b: 1, a: 2}}\nstack: s\n'
    assert in_order(text, order_of_header(KINDS)) == (
        'stack: s\nenvironments:\n  prod: {account: "1", region: r}\n  dev: {variables: {a: 2, b: 1}}\n'
    )


def test_inline_documents_keep_the_order_of_their_author() -> None:
    text = "events.rule:\n  r: {pattern: {b: 1, a: {d: 1, c: 2}}}\n"  # fmt: skip
    assert in_order(text, order_of_files(KINDS)) == text


def test_old_line_ends_and_aliases_are_refused() -> None:
    with pytest.raises(Uneditable, match="single carriage return"):
        in_order("b: 1\ra: 2\r", EVERYWHERE)
    with pytest.raises(Uneditable, match="aliases"):
        in_order("b: &x 1\na: *x\n", EVERYWHERE)
    with pytest.raises(Uneditable, match="line 2 cannot be read"):
        in_order("b: 1\n]", EVERYWHERE)


TREE: dict[str, Any] = {
    "connect.queue": {
        "Sales": {"hours_of_operation": "Always", "quick": ["Help"], "policy": {"on_drift": "report", "protect": True}},
        "Help": {"max_contacts": 3, "hours_of_operation": "Always", "description": "${alias}", "tags": {"B": "b", "A": "-"}},
    },
    "connect.user": {
        "ada": {
            "identity_info": {"first_name": "Ada", "email": "a@b"},
            "phone_config": {"phone_type": "SOFT_PHONE", "auto_accept": False},
            "password": {"secret": {"ssm": "/x"}},
            "by_skill": {"y": "Sales", "x": "Help"},
        }
    },
    "connect.hours_of_operation": {
        "Nights": {
            "time_zone": "UTC",
            "config": [{"day": "MONDAY", "start_time": "09:00"}, {"day": "FRIDAY", "start_time": "#7"}],
        }
    },
    "events.rule": {"r": {"pattern": {"b": [{"d": None, "c": "two: lines"}], "a": " # no comment"}}},
}  # fmt: skip


def shuffled(value: Any, rng: random.Random) -> Any:
    """The value with the members of its mappings in any order."""
    if isinstance(value, dict):
        names = rng.sample(list(value), len(value))
        return {name: shuffled(value[name], rng) for name in names}
    return [shuffled(each, rng) for each in value] if isinstance(value, list) else value


def commented(text: str, rng: random.Random) -> str:
    """The text with comments and empty lines between any two lines that are not in quotes."""
    lines, number = [], 0
    for line in text.splitlines():
        for _ in range(rng.choice((0, 0, 1, 2))):
            number += 1
            lines.append(rng.choice(("", f"{' ' * rng.randrange(9)}# comment {number}")))
        end = f"  # end {number}" if rng.random() < 0.2 and not line.endswith("|") else ""
        lines.append(line + end)
    return "\n".join(lines) + rng.choice(("", "\n", "\n# last\n"))


def meaning(found: Stack) -> Stack:
    """The stack without places, and with references in one order: that of a map's keys has no meaning."""
    resources = {
        key: replace(
            each,
            place=Place("", 0, 0),
            references={name: tuple(sorted(to)) for name, to in each.references.items()},
        )
        for key, each in found.resources.items()
    }
    return replace(found, resources=resources, files_hash="")


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.randoms(use_true_random=False))
def test_the_meaning_and_the_comments_of_any_stack_stay(rng: random.Random) -> None:
    style = rng.choice((None, False, False, True))
    indent = rng.choice((2, 4))
    dumped = yaml.safe_dump(
        shuffled(TREE, rng), default_flow_style=style, indent=indent, width=10**6, sort_keys=False
    )
    text = commented(dumped, rng)
    with tempfile.TemporaryDirectory() as directory:
        folder = Path(directory)
        before = meaning(stack(folder, {"stack.yaml": BASE, "a.yaml": text.encode()}))
        after = formatted(folder, KINDS)["a.yaml"][1]
        assert comments(after.decode()) == comments(text)
        assert meaning(stack(folder, {"stack.yaml": BASE, "a.yaml": after})) == before
        assert formatted(folder, KINDS)["a.yaml"] == (after, after)


def test_a_byte_order_mark_stays(tmp_path: Path) -> None:
    write(tmp_path, {"stack.yaml": BASE, "a.yaml": b"\xef\xbb\xbfconnect.queue: {B: {}, A: {}}\n"})
    assert formatted(tmp_path, KINDS)["a.yaml"][1] == b"\xef\xbb\xbfconnect.queue: {A: {}, B: {}}\n"
