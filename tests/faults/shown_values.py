"""The values that plain boto3 shows of a field: in one form, by the names of AWS."""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from reconciler.contract import Adapter
from reconciler.field_schema import PLAIN, Shape, fields_of


def top_shape(adapter: Adapter[Any], top: str) -> Shape:
    """The shape of a top-level field."""
    return fields_of(adapter.model)[top]


def last_member(shape: Shape) -> str:
    return (shape.wire or "").rpartition(".")[2]


def plain_value(value: Any) -> Any:
    """A value in a form that ignores the order of lists and members, with times as texts."""
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%dT%H:%M:%SZ")
    if isinstance(value, Mapping):
        return {name: plain_value(value[name]) for name in sorted(value)}
    if isinstance(value, list | tuple):
        return sorted(map(plain_value, value), key=lambda each: json.dumps(each, default=str))
    return value


def values_of(raw: Any, name: str) -> list[Any]:
    """Every value of a member with this name, at any depth."""
    found: list[Any] = []
    if isinstance(raw, Mapping):
        found += [raw[name]] if name in raw else []
        for value in raw.values():
            found += values_of(value, name)
    elif isinstance(raw, Sequence) and not isinstance(raw, str):
        for value in raw:
            found += values_of(value, name)
    return found


def is_floor(shape: Shape) -> bool:
    """Whether AWS may raise the value by itself (for example with the capacity), and never lowers it."""
    return shape.part is not None and all(inner.at_least for inner in shape.fields.values())


def ids_of_parts(value: Any, *, within: bool = False) -> Iterator[str]:
    """The ids of all parts of a resource."""
    if isinstance(value, list):
        for each in value:
            yield from ids_of_parts(each, within=True)
    elif isinstance(value, Mapping):
        for name, each in value.items():
            own = within or name == "AssociationId"  # of a resource with one association
            if own and name.endswith("Id") and isinstance(each, str):
                yield each
            yield from ids_of_parts(each, within=within)


def floors_in(shape: Shape) -> set[str]:
    """AWS's names of such values within a field."""
    inner = [each for each in (shape.items, shape.values, *shape.fields.values()) if each is not None]
    here = {last_member(each) for each in inner if is_floor(each)}
    return here.union(*(floors_in(each) for each in inner))


def risen(shape: Shape, was: Any, now: Any) -> bool:
    """Whether AWS has raised such a value."""
    return (
        is_floor(shape) and bool(now) and all(now[member] >= least for member, least in (was or {}).items())
    )


def without(raw: Any, name: str) -> Any:
    if isinstance(raw, Mapping):
        return {key: without(value, name) for key, value in raw.items() if key != name}
    if isinstance(raw, list):
        return [without(each, name) for each in raw]
    return raw


def unset_left_out(shape: Shape, value: Any) -> Any:
    """A shown value without what means the same as nothing: empty values, and those that AWS shows for cleared fields."""
    if shape.cleared and value == plain_value(shape.cleared.value):
        return None
    inner: Mapping[str, Shape] = {each.wire or name: each for name, each in shape.fields.items()}
    if isinstance(value, Mapping) and not (shape.codec or shape.document):
        left = {
            name: unset_left_out(inner.get(name) or shape.values or PLAIN, each)
            for name, each in value.items()
        }
        value = {name: each for name, each in left.items() if each is not None}
    elif isinstance(value, list) and shape.items:
        value = [unset_left_out(shape.items, each) for each in value]
    return None if value in ("", [], {}) else value
