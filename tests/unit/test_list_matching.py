"""Lists without keys: members outside the files stay, or the difference says that they are removed."""

from typing import Annotated, Any

import pytest

from reconciler.field_schema import fields_of
from reconciler.model import AtLeast, Cleared, Part, Rows, Supplied, Unordered
from reconciler.planning.diff import LOST, ORDER, SUPPLIED, Difference, differences, supplied
from tests.unit.generated import DECODER, ENCODER


class Rule(Part):
    origins: Annotated[list[str], Unordered()]
    methods: Annotated[list[str] | None, Unordered()] = None
    seconds: int | None = None
    switch: Annotated[bool | None, Cleared(False)] = None


class Channel(Part):
    channel: str
    many: int | None = None


class Told(Part):
    id: str
    marker: Annotated[str | None, Supplied("Disabled")] = None


class House(Part):
    rules: list[Rule] | None = None
    told: Annotated[list[Told] | None, Rows(("id",))] = None


class Thing(Part):
    rules: list[Rule] | None = None
    channels: Annotated[
        list[Channel] | None, Rows(("channel",), nothing=lambda row: row.get("many") == 0)
    ] = None
    told: Annotated[list[Told] | None, Rows(("id",))] = None
    one: Told | None = None
    house: House | None = None
    floor: Annotated[int | None, AtLeast()] = None


FIELDS = fields_of(Thing)


def found(field: str, desired: Any, observed: Any) -> list[Difference]:
    return list(differences(field, FIELDS[field], desired, observed))


def sent(field: str, desired: Any, observed: Any) -> Any:
    """The value that is sent for an observed value, both in the form of files."""
    live = ENCODER.members(FIELDS, {field: observed}, {}) if observed is not None else {}
    members = ENCODER.members(FIELDS, {field: desired}, live)
    return DECODER.fields(FIELDS, members).get(field)


A = {"origins": ["a"], "methods": ["GET"], "seconds": 5}
B = {"origins": ["b"], "methods": ["PUT"], "seconds": 6}


def test_the_only_element_keeps_what_nobody_wrote_whatever_else_changes() -> None:
    assert sent("rules", [{"origins": ["z"]}], [A]) == [{**A, "origins": ["z"]}]
    assert found("rules", [{"origins": ["z"]}], [A]) == [Difference("rules[0].origins", ["a"], ["z"])]


def test_elements_are_known_by_what_is_written_of_them() -> None:
    wanted = [{"origins": ["b"], "methods": ["POST"]}, {"origins": ["a"]}]
    assert sent("rules", wanted, [A, B]) == [{**B, "methods": ["POST"]}, A]
    changed, moved = found("rules", wanted, [A, B])
    assert changed == Difference("rules[0].methods", ["PUT"], ["POST"])
    assert (moved.field, moved.note) == ("rules", ORDER)


def test_an_element_is_added_and_taken_away_without_touching_the_others() -> None:
    new = {"origins": ["n"]}
    assert sent("rules", [new, {"origins": ["b"]}], [A, B]) == [new, B]
    assert found("rules", [new, {"origins": ["a"]}], [A]) == [Difference("rules[0]", None, new)]
    assert found("rules", [{"origins": ["b"]}], [A, B]) == [
        Difference("rules[live 0]", A, None, deletes="rules[live 0]")
    ]


def test_elements_that_nothing_tells_apart_are_said_to_be_replaced_as_a_whole() -> None:
    wanted = [{"origins": ["x"]}, {"origins": ["y"]}]
    assert sent("rules", wanted, [A, B]) == wanted
    assert found("rules", wanted, [A, B]) == [
        Difference("rules[0]", A, wanted[0], note=LOST),
        Difference("rules[1]", B, wanted[1], note=LOST),
    ]


def test_more_live_elements_than_written_ones_are_said_to_go_with_what_nobody_wrote() -> None:
    wanted = [{"origins": ["x"]}]
    first, second = found("rules", wanted, [A, B])
    assert (first.field, first.note) == ("rules[0]", LOST)
    assert (second.field, second.deletes, second.note) == ("rules[1]", "rules[1]", LOST)


@pytest.mark.parametrize("wanted", [[{"origins": ["a"]}, {"origins": ["b"]}], [A, B]])
def test_what_holds_is_no_difference(wanted: Any) -> None:
    assert found("rules", wanted, [A, B]) == []
    assert sent("rules", wanted, [A, B]) == [A, B]


def test_two_alike_stand_for_two() -> None:
    assert found("rules", [{"origins": ["a"]}, {"origins": ["a"]}], [A, A]) == []
    assert found("rules", [{"origins": ["a"]}], [A, A]) == [
        Difference("rules[1]", A, None, deletes="rules[1]")
    ]


def test_null_of_a_member_clears_it_and_tells_nothing_of_who_it_is() -> None:
    assert sent("rules", [{"origins": ["b"], "seconds": None}, {"origins": ["a"]}], [A, B]) == [
        {"origins": ["b"], "methods": ["PUT"]},
        A,
    ]


# -- rows --------------------------------------------------------------------------------------------------------------

NONE, THREE = {"channel": "CHAT", "many": 0}, {"channel": "CHAT", "many": 3}
VOICE = {"channel": "VOICE", "many": 1}


def test_a_row_that_says_nothing_and_no_row_are_the_same() -> None:
    assert found("channels", [VOICE, NONE], [VOICE]) == []
    assert found("channels", [VOICE], [VOICE, NONE]) == []
    assert found("channels", [NONE], None) == []
    assert found("channels", [], [NONE]) == []


def test_a_row_that_goes_is_told_as_a_deletion() -> None:
    (gone,) = found("channels", [VOICE, NONE], [VOICE, THREE])
    assert gone == Difference("channels[CHAT]", THREE, None, deletes="channels[CHAT]")
    assert found("channels", [VOICE, THREE], [VOICE]) == [Difference("channels[CHAT]", None, THREE)]


def test_all_rows_that_go_are_told_as_a_deletion() -> None:
    assert found("channels", None, [VOICE]) == [Difference("channels", [VOICE], None, deletes="channels")]


# -- values that AWS raises, and values that are sent as well --------------------------------------------------------------


def test_a_live_value_above_a_floor_is_no_difference_and_is_never_lowered() -> None:
    assert found("floor", 10, 500) == []
    assert found("floor", 10, 10) == []
    assert found("floor", 10, 9) == [Difference("floor", 9, 10)]
    assert sent("floor", 10, 500) == 500
    assert sent("floor", 10, 9) == 10


def test_what_aws_wants_to_be_told_is_sent_and_shown() -> None:
    live = [{"id": "old", "marker": "Enabled"}]
    assert sent("told", [{"id": "old"}, {"id": "new"}], live) == [
        {"id": "old", "marker": "Enabled"},
        {"id": "new", "marker": "Disabled"},
    ]
    assert list(supplied("told", FIELDS["told"], [{"id": "old"}, {"id": "new"}], live)) == [
        Difference("told[new].marker", None, "Disabled", note=SUPPLIED)
    ]
    assert list(supplied("one", FIELDS["one"], {"id": "x", "marker": "Enabled"}, None)) == []
    assert sent("one", {"id": "x", "marker": None}, None) == {"id": "x"}


@pytest.mark.parametrize(
    ("field", "live", "lost"),
    [
        ("rules", [A, B], 2),
        ("told", [{"id": "x"}], 1),
        ("house", {"rules": [A, B], "told": [{"id": "x"}]}, 3),
        ("house", {"rules": [], "told": []}, 0),
        ("one", {"id": "x", "marker": "on"}, 0),
    ],
)
def test_what_is_cleared_is_deleted_with_each_row_in_it(field: str, live: Any, lost: int) -> None:
    (gone,) = found(field, None, live)
    assert (gone.deletes, gone.deleted) == (field if lost else "", lost)
