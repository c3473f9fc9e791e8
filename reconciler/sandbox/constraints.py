"""Checks a request against botocore's service model, as AWS does: it reports all problems in one error."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from functools import cache
from typing import Any

from botocore.model import ListShape, MapShape, OperationModel, Shape, StructureShape
from moto.core.utils import get_service_model

from reconciler.sandbox.java_patterns import java_pattern
from reconciler.sandbox.sandbox_error import SandboxError

PYTHON_TYPES: Mapping[str, tuple[type, ...]] = {
    "string": (str,),
    "character": (str,),
    "boolean": (bool,),
    "integer": (int,),
    "long": (int,),
    "float": (float, int, Decimal),
    "double": (float, int, Decimal),
    "timestamp": (datetime, str, int, float),
    "structure": (Mapping,),
    "map": (Mapping,),
    "list": (list, tuple),
}
NUMBERS = frozenset({"integer", "long", "float", "double"})

# The codes by which services name an invalid parameter, the most telling first.
INVALID_CODES = (
    "InvalidParameterException",
    "InvalidRequestException",
    "ValidationException",
    "InvalidInputException",
    "InvalidParameterValueException",
    "BadRequestException",
)
# Services whose invalid parameters have a code that no operation declares:
# https://docs.aws.amazon.com/IAM/latest/APIReference/CommonErrors.html
# https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-errors.html
SERVICE_CODES = {"iam": "ValidationError", "ec2": "InvalidParameterValue"}
# What services answer where an operation declares none of these, and what those answer that speak the query protocol.
# Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CommonErrors.html
UNDECLARED, UNDECLARED_OLD = "ValidationException", "ValidationError"

# Patterns of the model that AWS's documentation contradicts, by the name of the shape: a custom domain of a user pool has dots.
# Source: https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-add-custom-domain.html
DOCUMENTED = {"DomainType": r"[a-z0-9](?:[a-z0-9.\-]{0,61}[a-z0-9])?"}

FAILED = "failed to satisfy constraint"
SHOWN = 60  # characters of a refused value

Found = list[str]
Check = Callable[[Any, str, Found], None]
Rule = Callable[[Any], str | None]


def check(service: str, operation: str, params: Mapping[str, Any]) -> None:
    """Raise one SandboxError naming every constraint of the model that the parameters break.

    The code is the invalid-parameter code that the operation declares (ValidationException, or ValidationError of older services, where it declares none).
    """
    checker = _checker(service, operation)
    if checker is None:
        return
    found: Found = []
    checker(params, "", found)
    if found:
        plural = "s" if len(found) > 1 else ""
        text = f"{len(found)} validation error{plural} detected: {'; '.join(found)}"
        raise SandboxError(invalid_code(service, operation), text)


@cache
def invalid_code(service: str, operation: str) -> str:
    """Return the code with which this operation refuses an invalid parameter."""
    if service in SERVICE_CODES:
        return SERVICE_CODES[service]
    declared = {shape.name for shape in _operation(service, operation).error_shapes}
    old = "query" in get_service_model(service).metadata.get("protocols", ())
    return next((code for code in INVALID_CODES if code in declared), UNDECLARED_OLD if old else UNDECLARED)


def _operation(service: str, operation: str) -> OperationModel:
    return get_service_model(service).operation_model(operation)


@cache
def _checker(service: str, operation: str) -> Check | None:
    shape = _operation(service, operation).input_shape
    return None if shape is None else _compile(shape, {})


def _compile(shape: Shape, open_shapes: dict[str, Check | None]) -> Check:
    """Turn a shape into a function once, so that a request costs a few calls and no look-ups in the model."""
    if shape.name in open_shapes:
        return open_shapes[shape.name] or _later(shape.name, open_shapes)
    open_shapes[shape.name] = None  # being compiled
    compiled: Check = _unchecked
    if isinstance(shape, StructureShape):
        free = shape.is_document_type or getattr(shape, "is_eventstream", False)
        compiled = _unchecked if free else _structure(shape, open_shapes)
    else:
        compiled = _value(shape, open_shapes)
    open_shapes[shape.name] = compiled
    return compiled


def _later(name: str, open_shapes: dict[str, Check | None]) -> Check:
    """Look a shape up when it is needed: one that contains itself is not compiled yet when it is first met."""

    def check_when_compiled(value: Any, path: str, found: Found) -> None:
        (open_shapes[name] or _unchecked)(value, path, found)

    return check_when_compiled


def _unchecked(_value: Any, _path: str, _found: Found) -> None:
    return


def _structure(shape: StructureShape, open_shapes: dict[str, Check | None]) -> Check:
    required = tuple(shape.required_members)
    members = {name: _compile(member, open_shapes) for name, member in shape.members.items()}
    union = bool(getattr(shape, "is_tagged_union", False))

    def check_structure(value: Any, path: str, found: Found) -> None:
        if not isinstance(value, Mapping):
            found.append(_problem(path, value, "Member must be a structure"))
            return
        for name in required:
            if value.get(name) is None:
                found.append(f"Value null at '{_at(path, name)}' {FAILED}: Member must not be null")
        for name, item in value.items():
            if item is not None and name in members:
                members[name](item, _at(path, name), found)
        if union and sum(item is not None for item in value.values()) != 1:
            found.append(_problem(path, None, f"Exactly one member must be set of [{', '.join(members)}]"))

    return check_structure


def _value(shape: Shape, open_shapes: dict[str, Check | None]) -> Check:
    kind = shape.type_name
    types = PYTHON_TYPES.get(kind)
    rules = tuple(_rules(shape))
    within = _elements(shape, open_shapes)
    secret = bool(shape.metadata.get("sensitive"))
    no_boolean = kind in NUMBERS  # for Python a boolean is a number; for AWS it is not

    def check_value(value: Any, path: str, found: Found) -> None:
        if types and (not isinstance(value, types) or (no_boolean and isinstance(value, bool))):
            found.append(_problem(path, None if secret else value, f"Member must be of type {kind}"))
            return
        for rule in rules:
            broken = rule(value)
            if broken:
                found.append(_problem(path, None if secret else value, broken))
        if within:
            within(value, path, found)

    return check_value


def _elements(shape: Shape, open_shapes: dict[str, Check | None]) -> Check | None:
    if isinstance(shape, ListShape):
        member = _compile(shape.member, open_shapes)

        def check_items(value: Any, path: str, found: Found) -> None:
            for position, item in enumerate(value):
                member(item, f"{path}[{position}]", found)

        return check_items
    if isinstance(shape, MapShape):
        key_check = _compile(shape.key, open_shapes)
        value_check = _compile(shape.value, open_shapes)

        def check_entries(value: Any, path: str, found: Found) -> None:
            for key, item in value.items():
                key_check(key, f"{path}.key", found)
                value_check(item, f"{path}.{key}", found)

        return check_entries
    return None


def _rules(shape: Shape) -> Iterable[Rule]:
    traits = shape.metadata
    number = shape.type_name in NUMBERS
    measure: Callable[[Any], Any] = (lambda value: value) if number else len
    what = "value" if number else "length"
    sized = number or shape.type_name in {"string", "blob", "list", "map"}
    if sized and "min" in traits:
        yield _bound(
            measure, traits["min"], f"Member must have {what} greater than or equal to {traits['min']}"
        )
    if sized and "max" in traits:
        text = f"Member must have {what} less than or equal to {traits['max']}"
        yield _bound(lambda value: -measure(value), -traits["max"], text)
    if shape.type_name == "string" and traits.get("enum"):
        allowed = frozenset(traits["enum"])
        listed = f"Member must satisfy enum value set: [{', '.join(traits['enum'])}]"
        yield lambda value: None if value in allowed else listed
    said = DOCUMENTED.get(shape.name, traits.get("pattern")) if shape.type_name == "string" else None
    pattern = java_pattern(said) if said else None
    if pattern is not None:
        matches = pattern.fullmatch
        written = f"Member must satisfy regular expression pattern: {said}"
        yield lambda value: None if matches(value) else written


def _bound(measure: Callable[[Any], Any], least: Any, text: str) -> Rule:
    return lambda value: None if measure(value) >= least else text


def _at(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def _problem(path: str, value: Any, text: str) -> str:
    shown = "" if value is None else f" '{str(value)[:SHOWN]}'"
    return f"Value{shown} at '{path}' {FAILED}: {text}"
