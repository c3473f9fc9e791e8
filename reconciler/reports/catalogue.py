"""The kinds of resource, as a list to read."""

from collections.abc import Iterator
from typing import Any

from rich.text import Text

from reconciler.contract import Adapter
from reconciler.shapes import Shape, fields_of

WIDTH = 40


def kind_lines(adapter: Adapter[Any]) -> Iterator[Text]:
    """A kind, what it is, and its fields."""
    line = Text(adapter.kind, "bold")
    line.append(f"  {adapter.summary}", "dim")
    yield line
    for name, shape in fields_of(adapter.model).items():
        field = Text(f"    {name:<{WIDTH}} ")
        field.append(", ".join(_traits(adapter, name, shape)), "dim")
        yield field
    yield Text()


def _traits(adapter: Adapter[Any], name: str, shape: Shape) -> Iterator[str]:
    yield _sort(shape)
    if name in adapter.needed:
        yield "needed to create"
    if name in adapter.fixed:
        yield "fixed once created"
    if name in adapter.write_only:
        yield "never read back"


def _sort(shape: Shape) -> str:
    if shape.ref:
        return f"name of a {shape.ref.kind}"
    if shape.document:
        return "document, inline or from a file"
    if shape.secret:
        return "secret"
    if shape.part:
        return "{" + ", ".join(shape.fields) + "}"
    if shape.items:
        return f"list of {_sort(shape.items)}"
    if shape.values:
        return "map"
    return "value"
