"""Checks whether a JSON value has the types of one of botocore's shapes."""

import binascii
from base64 import b64decode
from collections.abc import Iterator, Mapping
from typing import Any

from botocore.utils import parse_timestamp

FEW = 4
"""How many names a message shows at most."""
LAST_MOMENT = 253_402_300_800
"""Seconds from 1970 to the year 10000."""
NO_NUMBERS = frozenset({"NaN", "Infinity", "-Infinity"})
"""Texts that mean numbers (https://smithy.io/2.0/aws/protocols/aws-restjson1-protocol.html)."""
EXPECTED: Mapping[str, str] = {
    "structure": "an object",
    "map": "an object",
    "list": "a list",
    "string": "a text",
    "character": "a text",
    "blob": "a text in base64",
    "boolean": "true or false",
    "integer": "a whole number",
    "long": "a whole number",
    "float": "a number",
    "double": "a number",
    "timestamp": "a time",
}


def json_name(name: str, shape: Any) -> str:
    """The name of a member in JSON."""
    return str(shape.serialization.get("name", name))


def row_problems(shape: Any, rows: list[Any]) -> Iterator[tuple[int, str]]:
    """The rows of a list that do not fit, by index, each with the problem."""
    inner = shape.member
    for at, row in enumerate(rows):
        problem = " is null" if row is None else json_problem(inner, row)
        if problem:
            yield at, problem.lstrip() if problem.startswith(" ") else f"does not fit: {problem.lstrip('.')}"


def json_problem(shape: Any, value: Any) -> str | None:
    """The first problem of a value, with its place; None if it fits. Null fits every shape."""
    kind = shape.type_name
    if value is None or (kind == "structure" and shape.is_document_type):
        return None
    if not _is_a(kind, value):
        return f" is {described(value)}, not {EXPECTED.get(kind, kind)}"
    if kind == "structure":
        return _structure_problem(shape, value)
    if kind == "list":
        if shape.member.type_name == "string" and all(type(each) is str for each in value):
            return None  # by far the most common lists and maps
        pairs = ((f"[{at}]", shape.member, each) for at, each in enumerate(value, 1))
    elif kind == "map":
        if shape.value.type_name == "string" and all(type(each) is str for each in value.values()):
            return None
        pairs = ((f".{key}", shape.value, each) for key, each in value.items())
    else:
        return None
    return next(
        (f"{at}{problem}" for at, inner, each in pairs if (problem := json_problem(inner, each))), None
    )


def _structure_problem(shape: Any, value: Mapping[str, Any]) -> str | None:
    if shape.is_tagged_union:
        told = [name for name, each in value.items() if each is not None and name != "__type"]
        if len(told) != 1:
            return f" has {len(told)} members, not one"
    for name, inner in shape.members.items():
        each = value.get(inner.serialization.get("name", name))
        if each is not None and not (type(each) is str and inner.type_name == "string"):
            problem = json_problem(inner, each)
            if problem:
                return f".{name}{problem}"
    return None


def _is_a(kind: str, value: Any) -> bool:
    """Whether a value has one of botocore's types."""
    if kind in ("string", "character"):
        return isinstance(value, str)
    if kind in ("structure", "map"):
        return isinstance(value, dict)
    if kind == "list":
        return isinstance(value, list)
    if kind == "boolean":
        return isinstance(value, bool)
    if kind in ("integer", "long"):
        return isinstance(value, int | float) and not isinstance(value, bool) and value == value // 1
    if kind in ("float", "double"):
        return (isinstance(value, int | float) and not isinstance(value, bool)) or value in NO_NUMBERS
    if kind == "timestamp":
        return is_time(value)
    return kind != "blob" or is_base64(value)


def is_time(value: Any) -> bool:
    """Whether botocore can read it as a time."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return -LAST_MOMENT < value < LAST_MOMENT
    if not isinstance(value, str):
        return False
    try:
        parse_timestamp(value)
    except (ValueError, OverflowError, OSError):
        return False
    return True


def is_base64(value: Any) -> bool:
    """Whether botocore can read it as bytes."""
    try:
        return isinstance(value, str) and b64decode(value) is not None
    except binascii.Error:
        return False


def described(value: Any) -> str:
    """The type of a value in words, without the value: it may be secret."""
    for kind, name in ((bool, "true or false"), (str, "a text"), (dict, "an object"), (list, "a list")):
        if isinstance(value, kind):
            return name
    return "no JSON" if isinstance(value, bytes) else "null" if value is None else "a number"
