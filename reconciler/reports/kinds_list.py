"""The kinds of resource as a readable list."""

from collections.abc import Iterator
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from rich.text import Text

from reconciler.contract import Adapter
from reconciler.field_schema import Shape, fields_of

WIDTH = 40
WORDS = {str: "text", int: "whole number", float: "number", bool: "true or false"}


def kind_lines(adapter: Adapter[Any]) -> Iterator[Text]:
    """The lines about a kind: its summary and its fields."""
    line = Text(adapter.kind, "bold")
    line.append(f"  {adapter.summary}", "dim")
    yield line
    for name, shape in fields_of(adapter.model).items():
        field = Text(f"    {name:<{WIDTH}} ")
        traits = (sort_of(shape, adapter.model.model_fields[name].annotation), *traits_of(adapter, name))
        field.append(", ".join(traits), "dim")
        yield field
    for name, attribute in adapter.attributes.items():
        line = Text(f"    {f'#{name}':<{WIDTH}} ")
        line.append(f"{attribute.summary}, for references in text", "dim")
        yield line
    yield Text()


def traits_of(adapter: Adapter[Any], name: str) -> Iterator[str]:
    """What a field means when a resource is created, and whether AWS reports it."""
    if name in adapter.create.needed:
        yield "needed to create"
    if name in adapter.create.fixed:
        yield "fixed once created"
    if name in adapter.create.write_only:
        yield "never read back"


def sort_of(shape: Shape, annotation: Any) -> str:
    """The type of a field in words."""
    annotation = bare(annotation)
    if shape.ref:
        return f"name of a {shape.ref.kind}{', or of one outside the stack' if shape.ref.outside else ''}"
    if shape.document:
        return "document, inline or {file: path}"
    if shape.secret:
        return "{secret: {ssm: path}} or {secret: {secretsmanager: id}}"
    if shape.archive:
        return "path of a folder"
    if shape.part:
        return "{" + ", ".join(shape.fields) + "}"
    if shape.items:
        return f"list of {sort_of(shape.items, get_args(annotation)[0])}"
    if shape.values:
        return "map"
    if get_origin(annotation) is Literal:
        return " | ".join(map(str, get_args(annotation)))
    return WORDS.get(annotation, "value")


def bare(annotation: Any) -> Any:
    """An annotation without its marks and without None."""
    while get_origin(annotation) in (Annotated, Union, UnionType):
        annotation = next(each for each in get_args(annotation) if each is not type(None))
    return annotation
