"""Differences between desired and observed settings."""

from typing import Annotated, Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from reconciler.field_schema import Shape, fields_of, is_empty
from reconciler.model import Cleared, Document, Part, Ref, Rows, Unordered, Whole
from reconciler.planning.diff import Difference, differences
from tests.unit.generated import DECODER, ENCODER, Model, models


def without_layout(tree: Any) -> Any:
    return {key: value for key, value in tree.items() if key != "layout"}


class Row(Part):
    name: str
    channel: str | None = None
    priority: int | None = None


class Level(Part):
    above: float


class Inner(Part):
    size: int | None = None
    label: str | None = None
    deeper: Annotated[list[Row] | None, Rows(("name",))] = None


class Thing(Part):
    text: str | None = None
    number: float | None = None
    truth: bool | None = None
    ref: Annotated[str | None, Ref("toy.queue")] = None
    clearable: Annotated[str | None, Cleared("none")] = None
    inner: Inner | None = None
    whole: Annotated[Inner | None, Whole()] = None
    rows: Annotated[list[Row] | None, Rows(("name", "channel"))] = None
    levels: Annotated[list[Level] | None, Rows(("above",))] = None
    unordered: Annotated[list[str] | None, Unordered()] = None
    ordered: list[Inner] | None = None
    free: dict[str, str | None] | None = None
    every: Annotated[dict[str, str] | None, Whole()] = None
    documents: Annotated[
        dict[str, Annotated[dict[str, Any], Document(without_layout, {})]] | None, Whole()
    ] = None
    content: Annotated[dict[str, Any] | None, Document(without_layout, {})] = None


def found(field: str, desired: Any, observed: Any) -> list[tuple[str, Any, Any]]:
    """Differences of one field, as (path, observed, desired)."""
    shape = fields_of(Thing)[field]
    return [
        (each.field, each.observed, each.desired) for each in differences(field, shape, desired, observed)
    ]


VOICE, CHAT = {"name": "A", "channel": "VOICE"}, {"name": "A", "channel": "CHAT"}

# field, desired, observed
SAME: dict[str, tuple[str, Any, Any]] = {
    "scalars": ("text", "a", "a"),
    "null and nothing": ("text", None, None),
    "null and an empty text": ("text", None, ""),
    "an empty text and nothing": ("text", "", None),
    "an empty list and nothing": ("rows", [], None),
    "null and an empty map": ("free", None, {}),
    "whole numbers and fractions": ("number", 3, 3.0),
    "whole numbers and fractions by which rows are known": ("levels", [{"above": 80}], [{"above": 80.0}]),
    "null, and what AWS says instead of nothing": ("clearable", None, "none"),
    "unwritten members of a part": ("inner", {"size": 1}, {"size": 1, "label": "x"}),
    "a part of which nothing is written": ("inner", {}, {"size": 1}),
    "a part of which nothing is written, and nothing": ("inner", {}, None),
    # An empty structure is desired, so a missing one is equal.
    "null members of a part that is missing": ("inner", {"size": None, "deeper": []}, None),
    "rows in another order": ("rows", [VOICE, CHAT], [CHAT, VOICE]),
    "unwritten members of a row": ("rows", [VOICE], [{**VOICE, "priority": 5}]),
    "an unordered list in another order": ("unordered", ["a", "b"], ["b", "a"]),
    "an ordered list": ("ordered", [{"size": 1}, {}], [{"size": 1, "label": "x"}, {"size": 2}]),
    "a map": ("free", {"a": "1", "b": "2"}, {"b": "2", "a": "1"}),
    "unwritten entries of a map": ("free", {"a": "1"}, {"a": "1", "b": "2"}),
    "a map of which nothing is written": ("free", {}, {"a": "1"}),
    "an entry that is to go and is not there": ("free", {"a": None}, {"b": "2"}),
    "an entry that is to go of a map that is missing": ("free", {"a": None}, None),
    "a map of documents that mean the same": (
        "documents",
        {"a": {"b": 1, "layout": 2}},
        {"a": {"layout": 3, "b": 1}},
    ),
    "documents whose canonical forms are the same": ("content", {"a": 1, "layout": 2}, {"layout": 3, "a": 1}),
}


@pytest.mark.parametrize(("field", "desired", "observed"), SAME.values(), ids=SAME.keys())
def test_what_is_no_difference(field: str, desired: Any, observed: Any) -> None:
    assert found(field, desired, observed) == []


# field, desired, observed, expected as (path, observed, desired)
DIFFERENT = {
    "scalars": ("text", "a", "b", [("text", "b", "a")]),
    "text and its own number": ("text", "1", 1, [("text", 1, "1")]),
    # In Python, True == 1.
    "true and one": ("number", 1, True, [("number", True, 1)]),
    "false and nothing": ("truth", False, None, [("truth", None, False)]),
    "zero and nothing": ("number", 0, None, [("number", None, 0)]),
    "null and something": ("text", None, "b", [("text", "b", None)]),
    "an empty list and something": ("unordered", [], ["a"], [("unordered", ["a"], [])]),
    "null and zero": ("number", None, 0, [("number", 0, None)]),
    "a reference to another": ("ref", "A", "q9", [("ref", "q9", "A")]),
    "what AWS says instead of nothing, wanted as such": (
        "clearable",
        "x",
        "none",
        [("clearable", "none", "x")],
    ),
    "a part that is missing": ("inner", {"size": 1}, None, [("inner", None, {"size": 1})]),
    "a part that is to go": ("inner", None, {"size": 1}, [("inner", {"size": 1}, None)]),
    "a member of a part": (
        "inner",
        {"size": 1, "label": "x"},
        {"size": 2, "label": "x"},
        [("inner.size", 2, 1)],
    ),
    # It is sent as written, so members that are left out are removed.
    "a member that is left out of a structure that is always sent whole": (
        "whole",
        {"size": 1},
        {"size": 1, "label": "x"},
        [("whole.label", "x", None)],
    ),
    "a null member": ("inner", {"size": None}, {"size": 2, "label": "x"}, [("inner.size", 2, None)]),
    "a row that is missing": ("rows", [VOICE, CHAT], [VOICE], [("rows[A/CHAT]", None, CHAT)]),
    "a row that is to go": ("rows", [VOICE], [VOICE, CHAT], [("rows[A/CHAT]", CHAT, None)]),
    "a member of a row": (
        "rows",
        [{**VOICE, "priority": 1}],
        [CHAT, {**VOICE, "priority": 2}],
        [("rows[A/VOICE].priority", 2, 1), ("rows[A/CHAT]", CHAT, None)],
    ),
    "rows within a part": (
        "inner",
        {"deeper": [{"name": "A", "priority": 1}]},
        {"deeper": [{"name": "A", "priority": 2}]},
        [("inner.deeper[A].priority", 2, 1)],
    ),
    # Joined by a slash, both keys read A/B/C.
    "rows whose keys only look the same": (
        "rows",
        [{"name": "A/B", "channel": "C"}],
        [{"name": "A", "channel": "B/C"}],
        [
            ("rows[A/B/C]", None, {"name": "A/B", "channel": "C"}),
            ("rows[A/B/C]", {"name": "A", "channel": "B/C"}, None),
        ],
    ),
    "an unordered list": ("unordered", ["b", "a"], ["c", "a"], [("unordered", ["a", "c"], ["a", "b"])]),
    "one of two alike": ("unordered", ["a", "a"], ["a"], []),
    "two alike beside another": (
        "unordered",
        ["a", "a", "b"],
        ["a"],
        [("unordered", ["a"], ["a", "a", "b"])],
    ),
    "an ordered list in another order": (
        "ordered",
        [{"size": 1}, {"size": 2}],
        [{"size": 2}, {"size": 1}],
        [("ordered", [{"size": 2}, {"size": 1}], [{"size": 1}, {"size": 2}])],
    ),
    "an ordered list that is longer": (
        "ordered",
        [{"size": 1}],
        [{"size": 1}, {"size": 2}],
        [("ordered[1]", {"size": 2}, None)],
    ),
    "the entries of a map": (
        "free",
        {"a": "1", "b": "2", "c": None},
        {"a": "9", "c": "3", "d": "4"},
        [("free[a]", "9", "1"), ("free[b]", None, "2"), ("free[c]", "3", None)],
    ),
    "an entry that is left out of a map that is always sent whole": (
        "every",
        {"a": "1"},
        {"a": "1", "b": "2"},
        [("every[b]", "2", None)],
    ),
    "a whole map that is to be empty": ("every", {}, {"a": "1"}, [("every", {"a": "1"}, {})]),
    "documents of a map": (
        "documents",
        {"a": {"b": 1}, "c": {"d": 1}},
        {"a": {"b": 2}, "e": {"f": 1}},
        [
            ("documents[a].b", 2, 1),
            ("documents[c]", None, {"d": 1}),
            ("documents[e]", {"f": 1}, None),
        ],
    ),
    "a map of documents that is to go": (
        "documents",
        None,
        {"a": {"b": 2}, "e": {"f": 1}},
        [("documents[a]", {"b": 2}, None), ("documents[e]", {"f": 1}, None)],
    ),
    "a document": (
        "content",
        {"a": {"b": 1, "c": [1, 2]}, "d": 4},
        {"a": {"b": 2, "c": [2, 1]}, "e": 5},
        [
            ("content.a.b", 2, 1),
            ("content.a.c", [2, 1], [1, 2]),
            ("content.d", None, 4),
            ("content.e", 5, None),
        ],
    ),
    "a document that is missing": ("content", {"a": 1}, None, [("content", None, {"a": 1})]),
    "a document that is no JSON": ("content", {"a": 1}, "{oops", [("content", "{oops", {"a": 1})]),
    "a document that is to go": ("content", None, {"a": 1}, [("content", {"a": 1}, None)]),
}


@pytest.mark.parametrize(
    ("field", "desired", "observed", "expected"), DIFFERENT.values(), ids=DIFFERENT.keys()
)
def test_what_differs(field: str, desired: Any, observed: Any, expected: Any) -> None:
    assert found(field, desired, observed) == expected


@pytest.mark.parametrize(
    ("path", "top"),
    [("size", "size"), ("inner.size", "inner"), ("rows[A/B].c", "rows"), ("tags.a.b", "tags")],
)
def test_the_field_that_a_path_begins_with(path: str, top: str) -> None:
    assert Difference(path, 1, 2).top == top


EMPTY: dict[str, Any] = {"null": None, "text": "", "list": [], "map": {}}
FULL = {"false": False, "zero": 0, "text": " ", "list": [None], "map": {"a": None}}


@pytest.mark.parametrize("value", EMPTY.values(), ids=EMPTY.keys())
def test_what_says_nothing(value: Any) -> None:
    assert is_empty(value)


@pytest.mark.parametrize("value", FULL.values(), ids=FULL.keys())
def test_what_says_something(value: Any) -> None:
    assert not is_empty(value)


# -- properties ------------------------------------------------------------------------------------------------------

unhurried = settings(deadline=None, max_examples=80, suppress_health_check=[HealthCheck.too_slow])


def differ(shape: Shape, desired: Any, observed: Any) -> bool:
    return any(differences("it", shape, desired, observed))


def agree(shape: Shape, desired: Any, observed: Any) -> bool:
    """A slow implementation of the same comparison, for values without documents."""
    if shape.part and desired is not None:
        looked_at = {**desired, **(observed or {})} if shape.whole else desired
        return all(
            agree(shape.fields[name], desired.get(name), (observed or {}).get(name)) for name in looked_at
        )
    if is_empty(desired) or is_empty(observed):
        return is_empty(desired) and is_empty(observed)
    if shape.rows and shape.items:
        keys = [[tuple(row[name] for name in shape.rows.by) for row in rows] for rows in (desired, observed)]
        twins = dict(zip(keys[1], observed, strict=True))
        same = sorted(keys[0]) == sorted(keys[1])
        return same and all(
            agree(shape.items, row, twins[key]) for key, row in zip(keys[0], desired, strict=True)
        )
    if shape.unordered:
        return sorted(desired) == sorted(observed)
    if shape.items:
        pairs = zip(desired, observed, strict=False)
        return len(desired) == len(observed) and all(agree(shape.items, one, other) for one, other in pairs)
    return repr_sorted(desired) == repr_sorted(observed)


def has_map(shape: Shape) -> bool:
    """Whether a value of this shape has keys of its own at any depth."""
    inner = (*shape.fields.values(), *((shape.items,) if shape.items else ()))
    return shape.values is not None or any(map(has_map, inner))


def repr_sorted(value: Any) -> str:
    """A text that differs for True and 1 and does not depend on the order of keys."""
    if isinstance(value, dict):
        return "{" + ",".join(f"{key}:{repr_sorted(value[key])}" for key in sorted(value)) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(repr_sorted, value)) + "]"
    return repr(value)


@unhurried
@given(st.data(), models())
def test_nothing_differs_from_itself(data: st.DataObject, model: Model) -> None:
    value = data.draw(model.written)
    assert not differ(model.shape, value, value)


@unhurried
@given(st.data(), models())
def test_there_is_a_difference_exactly_when_a_written_field_disagrees(
    data: st.DataObject, model: Model
) -> None:
    observed = data.draw(model.full)
    desired = data.draw(st.one_of(model.written, st.just(observed), model.full))
    assert differ(model.shape, desired, observed) != agree(model.shape, desired, observed)


@unhurried
@given(st.data(), models())
def test_of_two_full_values_either_differs_from_the_other(data: st.DataObject, model: Model) -> None:
    assume(not has_map(model.shape))  # of a map only the written keys are compared
    one, other = data.draw(model.full), data.draw(model.full)
    assert differ(model.shape, one, other) == differ(model.shape, other, one)


@unhurried
@given(st.data(), models())
def test_what_is_sent_settles(data: st.DataObject, model: Model) -> None:
    """A second pass has nothing to do: for any live value, the sent value is equal to the desired one."""
    desired, observed = data.draw(model.written), ENCODER.encode(model.shape, data.draw(model.full))
    sent = ENCODER.members(model.shape.fields, desired, observed)
    assert not differ(model.shape, desired, DECODER.fields(model.shape.fields, sent))


@unhurried
@given(st.data(), models())
def test_every_difference_lies_in_a_field_that_was_written(data: st.DataObject, model: Model) -> None:
    desired, observed = data.draw(model.written), data.draw(model.full)
    for name, shape in model.shape.fields.items():
        if name in desired:
            tops = {each.top for each in differences(name, shape, desired[name], observed.get(name))}
            assert tops <= {name}


def test_a_document_that_is_only_a_text_is_compared_by_its_meaning() -> None:
    shape = Shape(document=Document(lambda content: content.strip() if isinstance(content, str) else content))
    assert list(differences("input", shape, " hello", "hello ")) == []
    assert list(differences("input", shape, "hello", "other")) == [Difference("input", "other", "hello")]
    assert list(differences("input", shape, {"a": 1}, "other")) == [Difference("input", "other", {"a": 1})]
