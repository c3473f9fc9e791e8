"""The meaning of marks on a field, and the references in a value."""

from typing import Annotated, Any, TypeAlias

import pytest
from pydantic import Field

from reconciler.field_schema import Shape, fields_of, references_in, text_fields, texts_in, with_texts
from reconciler.model import (
    Cleared,
    Codec,
    Document,
    InFile,
    NoReferences,
    Part,
    Ref,
    Rows,
    Secret,
    Unordered,
    Whole,
    Wire,
)

QUEUE = Ref("toy.queue")
FLOW = Ref("toy.flow", "arn")
UPPER = Codec(str.upper, str.lower)
TREE = Document(lambda tree: tree, {"queue": QUEUE, "flow": FLOW})

Short: TypeAlias = Annotated[str, Field(max_length=5), Cleared("")]


class Inner(Part):
    size: int | None = None
    queue: Annotated[str | None, QUEUE] = None


class Everything(Part):
    plain: str
    optional: int | None = None
    two_words_3: str | None = None
    wired: Annotated[str | None, Wire("Outer.Spelled")] = None
    ref: Annotated[str | None, FLOW] = None
    ref_inside: Annotated[str, QUEUE] | None = None
    refs: list[Annotated[str, QUEUE]] | None = None
    rows: Annotated[list[Inner] | None, Rows(("queue",))] = None
    ordered: list[Inner] | None = None
    unordered: Annotated[list[str] | None, Unordered()] = None
    part: Inner | None = None
    whole: Annotated[Inner | None, Whole()] = None
    mapped: dict[str, Annotated[str, QUEUE]] | None = None
    parts_by_name: dict[str, Inner] | None = None
    cleared: Annotated[str | None, Cleared("")] = None
    aliased: Short | None = None
    coded: Annotated[str | None, UPPER] = None
    secret: Secret | None = None
    fixed: Annotated[str | None, NoReferences()] = None
    script: Annotated[str | None, InFile()] = None
    document: Annotated[dict[str, Any] | None, TREE] = None
    several: Annotated[
        list[Inner] | None, Wire("Many"), Rows(("size",)), Cleared([]), Field(max_length=3)
    ] = None


INNER = Shape(part=Inner)
MEANINGS = {
    "plain": Shape(wire="Plain"),
    "optional": Shape(wire="Optional"),
    "two_words_3": Shape(wire="TwoWords3"),
    "wired": Shape(wire="Outer.Spelled"),
    "ref": Shape(wire="Ref", ref=FLOW),
    "ref_inside": Shape(wire="RefInsideId", ref=QUEUE),
    "refs": Shape(wire="RefIds", items=Shape(ref=QUEUE)),
    "rows": Shape(wire="Rows", items=INNER, rows=Rows(("queue",))),
    "ordered": Shape(wire="Ordered", items=INNER),
    "unordered": Shape(wire="Unordered", items=Shape(), unordered=True),
    "part": Shape(wire="Part", part=Inner),
    "whole": Shape(wire="Whole", part=Inner, whole=True),
    "mapped": Shape(wire="Mapped", values=Shape(ref=QUEUE)),
    "parts_by_name": Shape(wire="PartsByName", values=INNER),
    "cleared": Shape(wire="Cleared", cleared=Cleared("")),
    "aliased": Shape(wire="Aliased", cleared=Cleared("")),
    "coded": Shape(wire="Coded", codec=UPPER),
    "secret": Shape(wire="Secret", secret=True),
    "fixed": Shape(wire="Fixed", no_references=True),
    "script": Shape(wire="Script", in_file=True),
    # A document has free content: the map is not searched.
    "document": Shape(wire="Document", document=TREE),
    "several": Shape(wire="Many", items=INNER, rows=Rows(("size",)), cleared=Cleared([])),
}


@pytest.mark.parametrize(("field", "expected"), MEANINGS.items(), ids=MEANINGS.keys())
def test_what_a_field_means(field: str, expected: Any) -> None:
    assert fields_of(Everything)[field] == expected


def test_every_field_of_the_model_is_in_the_table() -> None:
    assert MEANINGS.keys() == fields_of(Everything).keys()


def test_only_a_part_has_fields() -> None:
    assert Shape(part=Inner).fields == {"size": Shape(wire="Size"), "queue": Shape(wire="QueueId", ref=QUEUE)}
    assert Shape().fields == {}


REFERENCES = {
    "null": ("ref", None, []),
    "one": ("ref", "Main", [(FLOW, "Main")]),
    "several": ("refs", ["A", "B"], [(QUEUE, "A"), (QUEUE, "B")]),
    "in a part": ("part", {"size": 1, "queue": "A"}, [(QUEUE, "A")]),
    "in a part that leaves it out": ("part", {"size": 1}, []),
    "in rows": ("rows", [{"queue": "A"}, {"queue": None}, {"queue": "B"}], [(QUEUE, "A"), (QUEUE, "B")]),
    "in a map": ("mapped", {"x": "A", "y": "B"}, [(QUEUE, "A"), (QUEUE, "B")]),
    "in a document": (
        "document",
        {"a": ["${queue:A}", {"b": "${flow:Main}"}], "c": "${lambda:x}", "d": "see ${queue:A}"},
        [(QUEUE, "A"), (FLOW, "Main"), (QUEUE, "A")],
    ),
    "a short form in plain text": ("plain", "${queue:A}", []),
    "a kind in plain text": ("plain", "at ${toy.flow:Main}, not $${toy.flow:Other}", [(FLOW, "Main")]),
    "an attribute": ("plain", "${toy.flow:Main#id}", [(Ref("toy.flow", "id"), "Main")]),
    "an attribute by a short form": ("document", {"a": "${queue:A#arn}"}, [(Ref("toy.queue", "arn"), "A")]),
    "a kind in a document": ("document", {"a": "${toy.queue:A}"}, [(Ref("toy.queue", "arn"), "A")]),
    "in a list of texts": ("unordered", ["x", "${toy.flow:Main}"], [(FLOW, "Main")]),
    "in a text of another form": ("coded", "${toy.flow:Main}", [(FLOW, "Main")]),
    "where none can stand": ("fixed", "${toy.flow:Main}", []),
}


@pytest.mark.parametrize(("field", "value", "expected"), REFERENCES.values(), ids=REFERENCES.keys())
def test_the_references_that_a_value_holds(field: str, value: Any, expected: Any) -> None:
    assert list(references_in(fields_of(Everything)[field], value)) == expected


def test_the_fields_that_may_hold_texts() -> None:
    names_alone = {"ref", "ref_inside", "refs", "mapped", "secret", "fixed"}
    assert text_fields(Everything) == fields_of(Everything).keys() - names_alone


def test_keys_of_maps_are_no_texts() -> None:
    document = {"${queue:Key}": 1, "list": ["${queue:A}", 2, None, True, ["b"]]}
    shape = fields_of(Everything)["document"]
    assert [text for _, text in texts_in(shape, document)] == ["${queue:A}", "b"]
    changed = with_texts(shape, document, lambda _, text: text.upper())
    assert changed == {"${queue:Key}": 1, "list": ["${QUEUE:A}", 2, None, True, ["B"]]}
