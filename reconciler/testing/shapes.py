"""Compares the fields of a model with the members of requests in botocore's model."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from botocore import xform_name
from botocore.model import OperationModel
from botocore.model import Shape as AwsShape
from pydantic import TypeAdapter, ValidationError

from reconciler.field_schema import PLAIN, Shape, fields_of
from reconciler.model import Document, Part, Ref
from reconciler.sandbox import service_models
from reconciler.testing.samples import A_LOG_GROUP

SESSION = service_models.session()

SCALARS: Mapping[type, set[str]] = {
    str: {"string"},
    bool: {"boolean"},
    int: {"integer", "long"},
    float: {"float", "double"},
}
EXAMPLES: tuple[Any, ...] = (True, "09:00", "2027-01-02", "text", A_LOG_GROUP, 1, 2048, {})
"""Examples: every codec encodes at least one of them. The result is compared with AWS's shape."""


@cache
def operations_of(service: str) -> Mapping[str, OperationModel]:
    """Every operation of a service by its name in boto3."""
    model = SESSION.get_service_model(service)
    return MappingProxyType({xform_name(name): model.operation_model(name) for name in model.operation_names})


def failed_parts_in(operation: OperationModel) -> str | None:
    """The member of a reply that lists failed parts of the request, each with its error; None if there is none."""
    members = operation.output_shape.members if operation.output_shape else {}
    for name, shape in members.items():
        row = shape.member if shape.type_name == "list" else None
        within = row.members if row is not None and row.type_name == "structure" else {}
        error = within.get("Error")
        if "ErrorCode" in within or (error is not None and "Code" in getattr(error, "members", ())):
            return str(name)
    return None


@dataclass(frozen=True)
class Misfit:
    """One place where a model and AWS disagree."""

    path: str
    what: str

    def __str__(self) -> str:
        return f"{self.path}: {self.what}"


def misfits(path: str, annotation: Any, shape: Shape, aws: AwsShape) -> Iterator[Misfit]:
    """Every place where a value of this annotation does not fit AWS's shape."""
    if shape.codec:
        yield from value_misfits(path, shape.codec.encode(_example(annotation)), aws)
    elif shape.document:
        yield from _document_misfits(path, shape.document, aws)
    elif shape.archive:
        yield from (
            () if aws.type_name == "blob" else [Misfit(path, f"an archive here, {aws.type_name} there")]
        )
    elif shape.ref or shape.secret:
        yield from _scalar_misfits(path, str, aws)
    elif shape.part:
        yield from _part_misfits(path, shape, aws)
    elif shape.items:
        if aws.type_name == "list":
            yield from misfits(f"{path}[]", get_args(plain(annotation))[0], shape.items, aws.member)
        else:
            yield Misfit(path, f"a list here, {aws.type_name} there")
    elif shape.values:
        if aws.type_name == "map":
            yield from misfits(f"{path}{{}}", get_args(plain(annotation))[1], shape.values, aws.value)
        else:
            yield Misfit(path, f"a map here, {aws.type_name} there")
    else:
        yield from _scalar_misfits(path, plain(annotation), aws)


def member_of(aws: AwsShape | None, wire: str) -> AwsShape | None:
    """AWS's shape of a member by its name, which may have dots; None if there is none. A map has members of every name."""
    for name in wire.split("."):
        if aws is not None and aws.type_name == "map":
            aws = aws.value
        elif aws is None or aws.type_name != "structure":
            return None
        else:
            aws = aws.members.get(name)
    return aws


def value_misfits(path: str, value: Any, aws: AwsShape) -> Iterator[Misfit]:
    """Every place where a value in the form of requests does not fit AWS's shape."""
    if aws.type_name == "structure" and isinstance(value, Mapping):
        for name, inner in value.items():
            if name in aws.members:
                yield from value_misfits(f"{path}.{name}", inner, aws.members[name])
            else:
                yield Misfit(f"{path}.{name}", "AWS has no such member")
    elif aws.type_name == "list" and isinstance(value, list):
        for item in value:
            yield from value_misfits(f"{path}[]", item, aws.member)
    elif aws.type_name == "map" and isinstance(value, Mapping):
        for item in value.values():
            yield from value_misfits(f"{path}{{}}", item, aws.value)
    elif aws.type_name == "timestamp" and isinstance(value, str):
        return
    elif aws.type_name not in SCALARS.get(type(value), ()):
        yield Misfit(path, f"{type(value).__name__} here, {aws.type_name} there")


def example_of(aws: AwsShape | None, within: tuple[str, ...] = ()) -> Any:
    """A value with every member of AWS's shape; a list of plain values has one of them, other lists and maps are empty.

    A structure within one of its own kind is empty; `within` are the names of those around it.
    """
    if aws is None or aws.name in within:
        return {}
    if aws.type_name == "structure":
        inner = (*within, aws.name)
        return {name: example_of(member, inner) for name, member in aws.members.items()}
    if aws.type_name == "list":
        nested = aws.member.type_name in ("structure", "list", "map")
        return [] if nested else [example_of(aws.member)]
    return {} if aws.type_name == "map" else aws.name


def plain(annotation: Any) -> Any:
    """An annotation without its marks and without `| None`."""
    while True:
        origin = get_origin(annotation)
        if origin is Annotated:
            annotation = get_args(annotation)[0]
        elif origin in (Union, UnionType):
            options = [each for each in get_args(annotation) if each is not type(None)]
            if len(options) > 1:
                return Literal[tuple(word for each in options for word in get_args(plain(each)))]
            (annotation,) = options
        else:
            return annotation


def _part_misfits(path: str, shape: Shape, aws: AwsShape) -> Iterator[Misfit]:
    if shape.part is None or aws.type_name != "structure":
        yield Misfit(path, f"a structure here, {aws.type_name} there")
        return
    for name, inner in shape.fields.items():
        wire = inner.wire or name
        member = member_of(aws, wire)
        if member is None:
            yield Misfit(f"{path}.{name}", f"AWS has no member {wire}")
        else:
            yield from misfits(f"{path}.{name}", _annotation(shape.part, name), inner, member)
    yield from _left_out(path, {inner.wire or name for name, inner in shape.fields.items()}, aws)


def _left_out(path: str, wires: set[str], aws: AwsShape) -> Iterator[Misfit]:
    """Members of a structure that the model lacks: a request with the whole structure would remove them."""
    for name, member in aws.members.items():
        if name in wires:
            continue
        inner = {wire.partition(".")[2] for wire in wires if wire.startswith(f"{name}.")}
        if not inner:
            yield Misfit(path, f"AWS has {name} as well")
        elif member.type_name == "structure":
            yield from _left_out(f"{path}.{name}", inner, member)


def _scalar_misfits(path: str, annotation: Any, aws: AwsShape) -> Iterator[Misfit]:
    if get_origin(annotation) is Literal:
        words = set(get_args(annotation))
        kind = type(next(iter(words)))
        theirs = set(getattr(aws, "enum", None) or ())
        if theirs and words - theirs:
            yield Misfit(path, f"AWS has no {', '.join(sorted(words - theirs))}")
        if theirs - words:
            yield Misfit(path, f"AWS has {', '.join(sorted(theirs - words))} as well")
    else:
        kind = annotation
    if kind is Any:
        return
    if aws.type_name not in SCALARS.get(kind, ()):
        yield Misfit(path, f"{getattr(kind, '__name__', kind)} here, {aws.type_name} there")


def _document_misfits(path: str, document: Document, aws: AwsShape) -> Iterator[Misfit]:
    if document.text and aws.type_name != "string":
        yield Misfit(path, f"text here, {aws.type_name} there")


def _annotation(model: type[Part], name: str) -> Any:
    info = model.model_fields[name]
    return Annotated[(info.annotation, *info.metadata)] if info.metadata else info.annotation


def annotations(model: type[Part]) -> Iterator[tuple[str, Any, Shape]]:
    """Each field of a model with its annotation and its meaning."""
    for name, shape in fields_of(model).items():
        yield name, _annotation(model, name), shape


def references(shape: Shape) -> Iterator[Ref]:
    """Every reference that a value of this shape may contain."""
    if shape.ref:
        yield shape.ref
    if shape.document:
        yield from shape.document.tokens.values()
    for inner in (*shape.fields.values(), shape.items, shape.values):
        if inner:
            yield from references(inner)


def _example(annotation: Any) -> Any:
    """A valid value of the annotation, in the words of desired state."""
    words = plain(annotation)
    candidates = get_args(words) if get_origin(words) is Literal else EXAMPLES
    for value in candidates:
        try:
            valid = TypeAdapter(annotation).validate_python(value, strict=True)
            return valid.model_dump(exclude_unset=True) if isinstance(valid, Part) else valid
        except ValidationError:
            continue
    raise LookupError(f"no example suits {annotation}")


@dataclass(frozen=True)
class Text:
    """A text field of a model, and its member in requests."""

    path: str
    annotation: Any
    shape: Shape
    aws: AwsShape


def texts(path: str, annotation: Any, shape: Shape, aws: AwsShape | None) -> Iterator[Text]:
    """Every text within a field that is neither a document nor a secret, with AWS's shape of it."""
    if aws is None or shape.codec or shape.document or shape.secret or shape.archive:
        return
    if shape.part:
        for name, inner in shape.fields.items():
            member = member_of(aws, inner.wire or name)
            yield from texts(f"{path}.{name}", _annotation(shape.part, name), inner, member)
    elif shape.items and aws.type_name == "list":
        yield from texts(f"{path}[]", get_args(plain(annotation))[0], shape.items, aws.member)
    elif shape.values and aws.type_name == "map":
        yield Text(f"{path}{{key}}", get_args(plain(annotation))[0], PLAIN, aws.key)
        yield from texts(f"{path}{{}}", get_args(plain(annotation))[1], shape.values, aws.value)
    elif aws.type_name in ("string", "integer", "long"):
        yield Text(path, annotation, shape, aws)
