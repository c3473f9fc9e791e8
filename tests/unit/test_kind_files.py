"""Files stay short: the file of a kind contains little besides its declaration, and a test module has one subject."""

import inspect
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from typing import Annotated, Any

import pytest
from pydantic.fields import FieldInfo

from reconciler.field_schema import Shape, fields_of
from reconciler.kinds import known_kinds
from reconciler.model import Part, Wire

MEDIAN, LARGEST = 105, 120
TESTS, LARGEST_OF_TESTS = Path(__file__).parents[1], 500
WAIVED: dict[str, str] = {}
"""By kind: why its file is longer than the limit."""
LINES = {
    kind: len(Path(inspect.getfile(type(adapter))).read_text().splitlines())
    for kind, adapter in known_kinds().items()
}


def test_half_of_the_files_of_kinds_are_short() -> None:
    assert median(LINES.values()) <= MEDIAN


@pytest.mark.parametrize("kind", LINES)
def test_no_file_of_a_kind_is_long(kind: str) -> None:
    assert (LINES[kind] > LARGEST) == (kind in WAIVED)


def test_no_module_of_tests_is_long() -> None:
    lines = {str(file.relative_to(TESTS)): len(file.read_text().splitlines()) for file in TESTS.rglob("*.py")}
    assert "unit/test_kind_files.py" in lines
    assert {name: number for name, number in lines.items() if number > LARGEST_OF_TESTS} == {}


def parts_of(shape: Shape) -> Iterator[type[Part]]:
    """The structures within a value."""
    if shape.part:
        yield shape.part
    for inner in (*shape.fields.values(), *filter(None, (shape.items, shape.values))):
        yield from parts_of(inner)


@pytest.mark.parametrize("kind", LINES)
def test_no_name_of_a_member_is_written_that_the_field_says(kind: str) -> None:
    model = known_kinds()[kind].model
    for part in {model, *(each for shape in fields_of(model).values() for each in parts_of(shape))}:
        for name, info in part.model_fields.items():
            written = [mark.name for mark in info.metadata if isinstance(mark, Wire)]
            bare = type("Bare", (part,), {"__annotations__": {name: without_wire(info)}})
            assert fields_of(bare)[name].wire not in written, f"{part.__name__}.{name}"


def without_wire(info: FieldInfo) -> Any:
    """The annotation of a field without AWS's name for it."""
    marks = [mark for mark in info.metadata if not isinstance(mark, Wire)]
    return Annotated[(info.annotation, *marks)] if marks else info.annotation
