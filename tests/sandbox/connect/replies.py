"""Checks the bodies of replies with botocore's output shapes."""

from collections.abc import Iterator, Mapping
from typing import Any

NUMBER = (int, float)
# Members of AWS's replies that are missing in its model.
BESIDE_THE_MODEL: Mapping[str, frozenset[str]] = {
    "DescribeContactFlowModule.ContactFlowModule.Status": frozenset({"published", "saved"})
}
TYPES: Mapping[str, Any] = {
    "structure": dict,
    "list": list,
    "map": dict,
    "string": str,
    "boolean": bool,
    "integer": int,
    "long": int,
    "float": NUMBER,
    "double": NUMBER,
    "timestamp": NUMBER,
}


def misfits(shape: Any, value: Any, path: str) -> Iterator[str]:
    """Yield the differences between a value and the model: type, required members, unknown members, enums."""
    kind = shape.type_name
    truth = isinstance(value, bool)  # in Python, a boolean is a number
    if not isinstance(value, TYPES[kind]) or truth != (kind == "boolean"):
        yield f"{path} is {value!r}, not a {kind}"
    elif kind == "structure":
        yield from _misfits_in_structure(shape, value, path)
    elif kind == "list":
        for number, item in enumerate(value):
            yield from misfits(shape.member, item, f"{path}[{number}]")
    elif kind == "map":
        for key, item in value.items():
            yield from misfits(shape.key, key, f"{path}.key")
            yield from misfits(shape.value, item, f"{path}.{key}")
    elif (
        kind == "string"
        and value not in (shape.metadata.get("enum") or [value])
        and value not in BESIDE_THE_MODEL.get(path, ())
    ):
        yield f"{path} is {value!r}, not one of {shape.metadata['enum']}"


def _misfits_in_structure(shape: Any, value: Any, path: str) -> Iterator[str]:
    members = {member.serialization.get("name", name): member for name, member in shape.members.items()}
    required = {shape.members[name].serialization.get("name", name) for name in shape.required_members}
    yield from (f"{path}.{name} is missing" for name in sorted(required - value.keys()))
    for name, item in value.items():
        if name not in members:
            yield f"{path}.{name} is unknown"
        else:
            yield from misfits(members[name], item, f"{path}.{name}")
