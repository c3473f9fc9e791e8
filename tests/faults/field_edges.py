"""Values at the boundaries of a field, and just outside them, according to its annotation."""

import re
from collections.abc import Iterator
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import TypeAdapter, ValidationError
from pydantic.fields import FieldInfo

from reconciler.testing.shapes import plain
from tests.faults.field_places import Play, Spot

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


def never_null(spot: Spot) -> bool:
    """Whether the model refuses null."""
    try:
        TypeAdapter(spot.annotation).validate_python(None)
    except ValidationError:
        return True
    return False


def edges(spot: Spot, play: Play) -> list[Any]:
    """Valid values at the boundaries: least, most, longest, empty; or every value of an enum."""
    if play.edges is not None:
        return list(play.edges)
    kind, found = plain(spot.annotation), limits(spot.annotation)
    if get_origin(kind) is Literal:
        return [word for word in get_args(kind) if word not in (play.first, play.second)]
    if spot.shape.ref or spot.shape.document or spot.shape.codec or "pattern" in found:
        return []
    if kind in (int, float):
        return [found[name] for name in ("ge", "le") if name in found]
    if kind is str:
        return ["x" * found[name] for name in ("min_length", "max_length") if found.get(name)]
    if get_origin(kind) is list:
        return list(_lists(play, found))
    return []


def _lists(play: Play, found: dict[str, Any]) -> Iterator[Any]:
    if not found.get("min_length"):
        yield []
    if play.many and "max_length" in found:
        yield play.many(found["max_length"])


def beyond(spot: Spot, play: Play) -> list[Any]:
    """Values that the model must refuse: of the wrong type, and just outside its constraints."""
    return [*_mistyped(spot), *_outside(spot, play), *play.bad]


def _mistyped(spot: Spot) -> Iterator[Any]:
    kind = plain(spot.annotation)
    if get_origin(kind) is Literal:
        yield from ("no such word", 7777)
    elif spot.shape.ref:
        yield from ("Nobody knows it", 7)
    elif spot.shape.document:
        yield from (7, ["a list"])
    elif spot.shape.secret:
        yield from ("in the open", 7)
    elif kind is bool:
        yield from ("yes", 1)
    elif kind is int:
        yield from ("text", 1.5, True)
    elif kind is float:
        yield from ("text", True)
    elif kind is str:
        yield from (7, ["a list"], True)
    elif spot.shape.part:
        yield from (["a list"], {"no_such_field": 1})
    elif spot.shape.items:
        yield from ("text", {"no": "list"})
    else:
        yield from ("text", ["a list"])
    if never_null(spot):
        yield None


def _outside(spot: Spot, play: Play) -> Iterator[Any]:
    found = limits(spot.annotation)
    if "ge" in found:
        yield found["ge"] - 1
    if "le" in found:
        yield found["le"] + 1
    if "pattern" in found:
        texts = ("no match, ever", "no:match", ":no match", "no match: \u20ac", "aws:no match")
        yield next(text for text in texts if not re.fullmatch(found["pattern"], text))
    is_list = spot.shape.items is not None
    some = play.first[0] if is_list and not play.tops and play.first else None
    if found.get("min_length"):
        yield [] if is_list else "x" * (found["min_length"] - 1)
    if "max_length" in found and not spot.shape.values:
        many = found["max_length"] + 1
        if not is_list:
            yield "x" * many
        elif play.many or some is not None:
            yield play.many(many) if play.many else [some] * many
    if "max_length" in found and spot.shape.values:
        yield {f"key {number}": "value" for number in range(found["max_length"] + 1)}
