"""The settings that a rollback applies: former values combined with the files, for structures and rows."""

from typing import Annotated, Any

import pytest

from reconciler.history.revert import reverted_values
from reconciler.model import Part, Rows, Whole
from reconciler.resources.lasting import LASTS


class Phone(Part):
    sort: str | None = None
    limit: int | None = None
    kept: Annotated[int | None, LASTS] = None


class Row(Part):
    name: str
    priority: int | None = None
    delay: int | None = None


class Thing(Part):
    note: str | None = None
    phone: Phone | None = None
    lasting: Annotated[Phone | None, LASTS] = None
    exact: Annotated[Phone | None, Whole()] = None
    rows: Annotated[list[Row] | None, Rows(("name",))] = None
    steps: list[Row] | None = None
    labels: Annotated[dict[str, str] | None, Whole()] = None
    words: dict[str, str | None] | None = None


def row(name: str, **more: int | None) -> dict[str, Any]:
    return {"name": name, **more}


CASES: dict[str, tuple[dict[str, Any], dict[str, Any], dict[str, Any], dict[str, Any]]] = {
    "a value comes back": ({}, {"note": "b"}, {"note": "a"}, {"note": "a"}),
    "what was not there is cleared": ({}, {"note": "b"}, {}, {"note": None}),
    "what was the same is left alone": ({}, {"note": "a"}, {"note": "a"}, {}),
    "the files win": ({"note": "n"}, {"note": "b"}, {"note": "a"}, {"note": "n"}),
    "null in the files wins": ({"note": None}, {"note": "b"}, {"note": "a"}, {"note": None}),
    "a map that is sent whole is one value": (
        {},
        {"labels": {"x": "2"}},
        {"labels": {"x": "1", "y": "1"}},
        {"labels": {"x": "1", "y": "1"}},
    ),
    "only changed members of a structure": (
        {},
        {"phone": {"limit": 2}},
        {"phone": {"limit": 1, "sort": "s"}},
        {"phone": {"limit": 1}},
    ),
    "members beside those of the files": (
        {"phone": {"sort": "n"}},
        {"phone": {"sort": "b", "limit": 2}},
        {"phone": {"sort": "a"}},
        {"phone": {"sort": "n", "limit": None}},
    ),
    "an empty structure in the files wants nothing": (
        {"phone": {}},
        {"phone": {"limit": 2}},
        {"phone": {"limit": 1}},
        {"phone": {"limit": 1}},
    ),
    "a structure that was not there": ({}, {"phone": {"limit": 2}}, {}, {"phone": None}),
    "one that lasts, member by member": (
        {},
        {"lasting": {"limit": 2}},
        {},
        {"lasting": {"limit": None}},
    ),
    "a structure that was taken away, beside the files": (
        {"phone": {"sort": "n"}},
        {"phone": None},
        {"phone": {"sort": "a", "limit": 1}},
        {"phone": {"sort": "n", "limit": 1}},
    ),
    "what is sent whole is the files' whole": (
        {"exact": {"sort": "n"}},
        {"exact": {"limit": 2}},
        {"exact": {"limit": 1}},
        {"exact": {"sort": "n"}},
    ),
    "what is sent whole comes back whole": (
        {},
        {"exact": {"limit": 2}},
        {"exact": {"limit": 1, "sort": "s"}},
        {"exact": {"limit": 1, "sort": "s"}},
    ),
    "rows come back, and lose what they lacked": (
        {},
        {"rows": [row("a", priority=2, delay=9), row("b")]},
        {"rows": [row("c", priority=1), row("a", priority=1)]},
        {"rows": [row("c", priority=1), row("a", priority=1, delay=None)]},
    ),
    "rows of the files, each with its former members": (
        {"rows": [row("a", priority=0), row("n")]},
        {"rows": [row("a", priority=2, delay=9), row("b")]},
        {"rows": [row("a", priority=1, delay=4), row("c")]},
        {"rows": [row("a", priority=0, delay=4), row("n")]},
    ),
    "a row that was taken away": (
        {"rows": [row("a")]},
        {"rows": []},
        {"rows": [row("a", priority=1)]},
        {"rows": [row("a", priority=1)]},
    ),
    "rows without a key, by their place": (
        {"steps": [row("n"), row("m")]},
        {"steps": [row("x", delay=2), row("y")]},
        {"steps": [row("x", delay=1), row("y")]},
        {"steps": [row("n", delay=1), row("m")]},
    ),
    "entries of a map that were changed, added and taken out": (
        {},
        {"words": {"a": "2", "b": "2", "c": None, "d": "4"}},
        {"words": {"a": "1", "c": "3", "d": "4", "e": "5"}},
        {"words": {"a": "1", "b": None, "c": "3"}},
    ),
    "entries of a map beside those of the files": (
        {"words": {"a": "0"}},
        {"words": {"a": "2", "b": "2"}},
        {"words": {"a": "1"}},
        {"words": {"a": "0", "b": None}},
    ),
    "a map that was taken away": (
        {},
        {"words": None},
        {"words": {"a": "1"}},
        {"words": {"a": "1"}},
    ),
    "rows without a key, and not as many": (
        {"steps": [row("n")]},
        {"steps": [row("x", delay=2), row("y")]},
        {"steps": [row("x", delay=1), row("y")]},
        {"steps": [row("n")]},
    ),
}


@pytest.mark.parametrize(("wanted", "written", "found", "after"), CASES.values(), ids=CASES)
def test_former_values(wanted: Any, written: Any, found: Any, after: Any) -> None:
    told: list[str] = []
    assert reverted_values(Thing, wanted, written, found, told.append) == after
    assert told == []
    assert reverted_values(Thing, after, written, found, told.append) == after  # nothing is left to add


def test_what_aws_cannot_take_away_is_told_and_left() -> None:
    told: list[str] = []
    written = {"phone": {"kept": 2, "limit": 2}, "lasting": {"kept": 2}}
    assert reverted_values(Thing, {}, written, {"phone": {"limit": 1}}, told.append) == {
        "phone": {"limit": 1}
    }
    assert told == ["phone.kept", "lasting.kept"]


def no_one(_name: str) -> None:
    """Ignore a field."""


def test_the_earliest_change_decides() -> None:
    first = reverted_values(
        Thing, {}, {"note": "b", "phone": {"limit": 2}}, {"note": "a", "phone": {"limit": 1}}, no_one
    )
    second = (
        {"note": "c", "phone": {"limit": 3, "sort": "t"}},
        {"note": "x", "phone": {"limit": 9, "sort": "s"}},
    )
    assert reverted_values(Thing, first, *second, no_one) == {
        "note": "a",
        "phone": {"limit": 1, "sort": "s"},
    }
