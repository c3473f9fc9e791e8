"""Writes the results of REST-JSON operations that are only in the body, several times as fast as moto."""

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from botocore.model import ListShape, MapShape, OperationModel, Shape, StructureShape

Write = Callable[[Any], Any]
Known = dict[str, Write | None]

AS_IT_IS = frozenset({"string", "boolean", "integer", "long", "float", "double"})
HEADERS: Mapping[str, str] = {"Content-Type": "application/json"}

_writers: Known = {}


class _Elsewhere(Exception):
    """Something that does not stand in the body, or not as plain JSON."""


def written(operation: OperationModel, result: Mapping[str, Any]) -> tuple[int, dict[str, str], str] | None:
    """Return status, headers and body, or None for an operation that is beyond this; none of Amazon Connect's is.

    Members that the model does not know stay behind.
    """
    key = f"{operation.service_model.service_name}:{operation.name}"
    if key not in _writers:
        _writers[key] = _of_operation(operation)
    write = _writers[key]
    if write is None:
        return None
    return int(operation.http.get("responseCode", 200)), {**HEADERS}, json.dumps(write(result))


def _of_operation(operation: OperationModel) -> Write | None:
    shape = operation.output_shape
    try:
        return _nothing if shape is None else _structure(shape, {})
    except _Elsewhere:
        return None


def _nothing(_result: Any) -> dict[str, Any]:
    return {}


def _writer(shape: Shape, known: Known) -> Write | None:
    """Compile a shape; None for what JSON writes as it is."""
    if shape.type_name in AS_IT_IS:
        return None
    if shape.name in known:
        return known[shape.name] or _later(shape.name, known)
    known[shape.name] = None  # being compiled
    known[shape.name] = _container(shape, known)
    return known[shape.name]


def _later(name: str, known: Known) -> Write:
    """Look a writer up when it is needed: a shape that contains itself is not compiled yet when it is first met."""

    def write(value: Any) -> Any:
        return (known[name] or _nothing)(value)

    return write


def _container(shape: Shape, known: Known) -> Write:
    if isinstance(shape, StructureShape):
        return _structure(shape, known)
    if isinstance(shape, ListShape):
        of_item = _writer(shape.member, known)
        return list if of_item is None else lambda items: [of_item(item) for item in items]
    if isinstance(shape, MapShape):
        of_value = _writer(shape.value, known)
        return (
            dict if of_value is None else lambda items: {key: of_value(item) for key, item in items.items()}
        )
    if shape.type_name == "timestamp" and "timestampFormat" not in shape.serialization:
        return _seconds
    raise _Elsewhere


def _structure(shape: StructureShape, known: Known) -> Write:
    if "payload" in shape.serialization or any(
        "location" in each.serialization for each in shape.members.values()
    ):
        raise _Elsewhere
    members = {
        name: (member.serialization.get("name", name), _writer(member, known))
        for name, member in shape.members.items()
    }

    def write(value: Mapping[str, Any]) -> dict[str, Any]:
        reply = {}
        for name, item in value.items():
            if item is not None and name in members:
                key, of_member = members[name]
                reply[key] = item if of_member is None else of_member(item)
        return reply

    return write


def _seconds(moment: datetime | float) -> float:
    """Give a moment in seconds since the epoch, in whole milliseconds: Smithy has no more."""
    if isinstance(moment, datetime):
        moment = moment.timestamp()
    return round(moment * 1000) / 1000
