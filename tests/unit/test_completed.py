"""What `export --update` adds within a value that the files have."""

from typing import Annotated, Any

import pytest

from reconciler.exporting.accepted import completed
from reconciler.field_schema import fields_of
from reconciler.model import Document, Part, Rows, Unordered, Whole


class Member(Part):
    """A row of a list."""

    name: str
    size: int | None = None
    colour: str | None = None


class Sample(Part):
    """A field of each form."""

    part: Member | None = None
    map: dict[str, str | None] | None = None
    rows: Annotated[list[Member] | None, Rows(("name",))] = None
    items: list[Member] | None = None
    words: Annotated[list[str] | None, Unordered()] = None
    whole: Annotated[Member | None, Whole()] = None
    document: Annotated[dict[str, Any] | None, Document()] = None


@pytest.mark.parametrize(
    ("field", "written", "live", "result"),
    [
        ("part", {"name": "a"}, {"name": "a", "size": 1}, {"name": "a", "size": 1}),
        ("part", {"name": "a"}, {"name": "a", "size": None}, {"name": "a"}),
        ("part", {"name": "a", "size": None}, {"name": "a", "size": 1}, {"name": "a", "size": None}),
        ("part", None, {"name": "a"}, None),
        ("part", {"name": "a"}, None, {"name": "a"}),
        ("map", {"x": "1"}, {"x": "2", "y": "3"}, {"x": "1", "y": "3"}),
        (
            "rows",
            [{"name": "b"}, {"name": "a", "size": 1}],
            [{"name": "a", "size": 1, "colour": "red"}, {"name": "b", "size": 2}, {"name": "c"}],
            [{"name": "b", "size": 2}, {"name": "a", "size": 1, "colour": "red"}],
        ),
        (
            "items",
            [{"name": "b"}, {"name": "z"}],
            [{"name": "a"}, {"name": "b", "size": 2}],
            [{"name": "b", "size": 2}, {"name": "z"}],
        ),
        ("words", ["a"], ["a", "b"], ["a"]),
        ("whole", {"name": "a"}, {"name": "a", "size": 1}, {"name": "a"}),
        ("document", {"a": 1}, {"a": 1, "b": 2}, {"a": 1}),
    ],
)
def test_only_what_is_not_written_is_added(field: str, written: Any, live: Any, result: Any) -> None:
    assert completed(fields_of(Sample)[field], written, live) == result
