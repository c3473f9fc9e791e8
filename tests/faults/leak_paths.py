"""Finds every sensitive member in botocore's models, and builds the smallest request with it."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any

import botocore.session
from botocore import xform_name
from botocore.model import OperationModel, Shape

from reconciler.field_schema import Shape as FieldShape
from reconciler.field_schema import fields_of
from reconciler.kinds import known_kinds
from reconciler.sandbox.journal import is_read

Way = tuple[str, ...]
"""The path of a member in a request; `[]` is an item of a list, `{}` a value of a map and `{key}` a key."""

NAMES = {"Bucket": "row-i-bucket", "CopySource": "row-i-bucket/key", "RequestRoute": "route"}
"""Values that botocore checks more strictly than its models."""


@dataclass(frozen=True)
class Path:
    """A sensitive member of a mutating operation."""

    service: str
    operation: str
    """The name of the operation in AWS."""
    way: Way

    def __str__(self) -> str:
        return f"{self.service}:{self.operation}.{'.'.join(self.way)}"

    @property
    def call(self) -> str:
        """The name of the operation in boto3."""
        return str(xform_name(self.operation))


@cache
def core() -> Any:
    """A botocore session that reads each model once."""
    return botocore.session.get_session()


def model(service: str, operation: str) -> OperationModel:
    """botocore's model of an operation, by its name in AWS."""
    return service_model(service).operation_model(operation)


@cache
def service_model(service: str) -> Any:
    """botocore's model of a service."""
    return core().get_service_model(service)


@cache
def services() -> tuple[str, ...]:
    """Every service with a kind, and those that store secrets."""
    return tuple(sorted({each.service.name for each in known_kinds().values()} | {"ssm", "secretsmanager"}))


@cache
def all_paths() -> tuple[Path, ...]:
    """Every sensitive member of every mutating operation of these services."""
    return tuple(
        Path(service, name, way)
        for service in services()
        for name in service_model(service).operation_names
        if not is_read(name)
        for way in _ways(model(service, name).input_shape, (), frozenset())
    )


@cache
def declared() -> frozenset[Path]:
    """The sensitive members that a kind may send: in create, updates, tagging and delete."""
    sent = set()
    for adapter in known_kinds().values():
        sent |= {(adapter.service.name, each) for each in adapter.changes}
    return frozenset(each for each in all_paths() if (each.service, each.call) in sent)


def secret_fields() -> Iterator[str]:
    """Every field for a secret, such as `connect.user.password`."""
    for kind, adapter in sorted(known_kinds().items()):
        for name, shape in fields_of(adapter.model).items():
            yield from _secrets(f"{kind}.{name}", shape)


def _secrets(name: str, shape: FieldShape) -> Iterator[str]:
    if shape.secret:
        yield name
    for inner, each in shape.fields.items() if shape.part else ():
        yield from _secrets(f"{name}.{inner}", each)
    for held in (shape.items, shape.values):
        if held:
            yield from _secrets(name, held)


def _ways(shape: Any, way: Way, above: frozenset[str]) -> Iterator[Way]:
    """The paths of sensitive members in a shape; recursive structures are followed once."""
    if shape is None or shape.name in above:
        return
    if shape.metadata.get("sensitive"):
        yield way
        return
    above |= {shape.name}
    for step, inner in _inner(shape).items():
        yield from _ways(inner, (*way, step), above)


def _inner(shape: Any) -> Mapping[str, Any]:
    match shape.type_name:
        case "structure":
            return dict(shape.members)
        case "list":
            return {"[]": shape.member}
        case "map":
            return {"{key}": shape.key, "{}": shape.value}
    return {}


def request(service: str, operation: str, values: Mapping[Way, str]) -> dict[str, Any]:
    """The smallest request with these values."""
    shape = model(service, operation).input_shape
    made: dict[str, Any] = _least(shape, "", values, ())
    return made


def _least(shape: Any, name: str, values: Mapping[Way, str], way: Way) -> Any:
    if way in values:
        return _holding(shape, values[way])
    steps = {each[len(way)] for each in values if each[: len(way)] == way}
    match shape.type_name:
        case "structure":
            wanted = {*shape.required_members, *steps}
            if getattr(shape, "is_tagged_union", False) and not wanted:
                wanted = {next(iter(shape.members))}
            return {each: _least(shape.members[each], each, values, (*way, each)) for each in sorted(wanted)}
        case "list":
            least = max(shape.metadata.get("min", 0), 1)
            return [_least(shape.member, name, values, (*way, "[]"))] * least
        case "map":
            key = _least(shape.key, name, values, (*way, "{key}"))
            return {key: _least(shape.value, name, values, (*way, "{}"))}
    return _plain(shape, name)


def _plain(shape: Any, name: str) -> Any:
    traits = shape.metadata
    match shape.type_name:
        case "boolean":
            return True
        case "timestamp":
            return datetime(2027, 12, 25, tzinfo=UTC)
        case "integer" | "long":
            return traits.get("min", 1)
        case "float" | "double":
            return float(traits.get("min", 1))
        case "blob":
            return b"x"
    return NAMES.get(name) or (traits.get("enum") or ["x" * max(traits.get("min", 1), 1)])[0]


def _holding(shape: Any, value: str) -> Any:
    """A value of a sensitive shape, with this text as every text in it."""
    match shape.type_name:
        case "structure":
            return {name: _holding(inner, value) for name, inner in shape.members.items()}
        case "list":
            return [_holding(shape.member, value)]
        case "map":
            return {_holding(shape.key, value): _holding(shape.value, value)}
        case "blob":
            return value.encode()
        case "string":
            return value
    return _plain(shape, "")


def mistyped(shape: Any, value: Any) -> Any:
    """The request with every sensitive value, or its whole structure, as a list: botocore repeats it in its error message."""
    return _with_sensitive(shape, value, lambda each: [each])


def _with_sensitive(shape: Shape | None, value: Any, change: Callable[[Any], Any]) -> Any:
    if shape is None:
        return value
    if shape.metadata.get("sensitive"):
        return change(value)
    inner: Any = shape
    match shape.type_name:
        case "structure" if isinstance(value, Mapping):
            return {
                name: _with_sensitive(inner.members.get(name), item, change) for name, item in value.items()
            }
        case "list" if isinstance(value, list):
            return [_with_sensitive(inner.member, item, change) for item in value]
        case "map" if isinstance(value, Mapping):
            return {key: _with_sensitive(inner.value, item, change) for key, item in value.items()}
    return value
