"""Values at the boundaries of a field, and just outside them, according to its annotation."""

import re
from collections.abc import Iterator
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import TypeAdapter, ValidationError
from pydantic.fields import FieldInfo

from reconciler.testing.shapes import plain
from tests.faults.field_places import FieldPath, FieldValues

LIMITS = ("ge", "le", "min_length", "max_length", "pattern")


def limits(annotation: Any) -> dict[str, Any]:
    """The constraints of a value, without those of its elements."""
    found: dict[str, Any] = {}
    while True:
        origin = get_origin(annotation)
        if origin is Annotated:
            annotation, *marks = get_args(annotation)
            for mark in marks:
                for each in mark.metadata if isinstance(mark, FieldInfo) else [mark]:
                    found |= {name: getattr(each, name) for name in LIMITS if hasattr(each, name)}
        elif origin in (Union, UnionType):
            options = [each for each in get_args(annotation) if each is not type(None)]
            if len(options) > 1:
                return found
            (annotation,) = options
        else:
            return {name: value for name, value in found.items() if value is not None}


def never_null(field_path: FieldPath) -> bool:
    """Whether the model refuses null."""
    try:
        TypeAdapter(field_path.annotation).validate_python(None)
    except ValidationError:
        return True
    return False


def edges(field_path: FieldPath, field_values: FieldValues) -> list[Any]:
    """Valid values at the boundaries: least, most, longest, empty; or every value of an enum."""
    if field_values.edges is not None:
        return list(field_values.edges)
    kind, found = plain(field_path.annotation), limits(field_path.annotation)
    if get_origin(kind) is Literal:
        return [word for word in get_args(kind) if word not in (field_values.first, field_values.second)]
    if field_path.shape.ref or field_path.shape.document or field_path.shape.codec or "pattern" in found:
        return []
    if kind in (int, float):
        return [found[name] for name in ("ge", "le") if name in found]
    if kind is str:
        return ["x" * found[name] for name in ("min_length", "max_length") if found.get(name)]
    if get_origin(kind) is list:
        return list(_lists(field_values, found))
    return []


def _lists(field_values: FieldValues, found: dict[str, Any]) -> Iterator[Any]:
    if not found.get("min_length"):
        yield []
    if field_values.many and "max_length" in found:
        yield field_values.many(found["max_length"])


def beyond(field_path: FieldPath, field_values: FieldValues) -> list[Any]:
    """Values that the model must refuse: of the wrong type, and just outside its constraints."""
    return [*_mistyped(field_path), *_outside(field_path, field_values), *field_values.bad]


def _mistyped(field_path: FieldPath) -> Iterator[Any]:
    kind = plain(field_path.annotation)
    if get_origin(kind) is Literal:
        yield from ("no such word", 7777)
    elif field_path.shape.ref:
        yield from ("Nobody knows it", 7)
    elif field_path.shape.document:
        yield from (7, ["a list"])
    elif field_path.shape.secret:
        yield from ("in the open", 7)
    elif kind is bool:
        yield from ("yes", 1)
    elif kind is int:
        yield from ("text", 1.5, True)
    elif kind is float:
        yield from ("text", True)
    elif kind is str:
        yield from (7, ["a list"], True)
    elif field_path.shape.part:
        yield from (["a list"], {"no_such_field": 1})
    elif field_path.shape.items:
        yield from ("text", {"no": "list"})
    else:
        yield from ("text", ["a list"])
    if never_null(field_path):
        yield None


def _outside(field_path: FieldPath, field_values: FieldValues) -> Iterator[Any]:
    found = limits(field_path.annotation)
    if "ge" in found:
        yield found["ge"] - 1
    if "le" in found:
        yield found["le"] + 1
    if "pattern" in found:
        texts = ("no match, ever", "no:match", ":no match", "no match: \u20ac", "aws:no match")
        yield next(text for text in texts if not re.fullmatch(found["pattern"], text))
    is_list = field_path.shape.items is not None
    some = field_values.first[0] if is_list and not field_values.tops and field_values.first else None
    if found.get("min_length"):
        yield [] if is_list else "x" * (found["min_length"] - 1)
    if "max_length" in found and not field_path.shape.values:
        many = found["max_length"] + 1
        if not is_list:
            yield "x" * many
        elif field_values.many or some is not None:
            yield field_values.many(many) if field_values.many else [some] * many
    if "max_length" in found and field_path.shape.values:
        yield {f"key {number}": "value" for number in range(found["max_length"] + 1)}
