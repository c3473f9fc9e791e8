"""Compares the texts of every kind with AWS's models: values that AWS refuses are mistakes, and ids and ARNs have a meaning."""

import re
from collections.abc import Iterator
from typing import Any, get_args

from botocore.model import Shape as AwsShape
from pydantic import TypeAdapter, ValidationError

from reconciler.contract import Adapter
from reconciler.field_schema import Shape, fields_of
from reconciler.interpolation import ALWAYS
from reconciler.kinds import known_kinds
from reconciler.sandbox.java_patterns import java_pattern
from reconciler.testing.cloudformation import Schema
from reconciler.testing.shapes import Text, annotations, member_of, operations_of, plain, texts
from reconciler.testing.suite.cloudformation_schema import with_a_schema
from reconciler.testing.tested import KindsUnderTest, every_kind, played, sampled_kinds

ATTRIBUTES = {"Arn": "arn", "Id": "id", "Name": "name"}
POINTER = re.compile(r"(.*(Arn|ARN|Id|ID|Role|KeyId))s?|.*Actions")
"""The names of members that identify another resource."""


def texts_of(adapter: Adapter[Any]) -> dict[str, list[Text]]:
    """By path: every text and number of requests, once for each operation that sends it."""
    operations, found = operations_of(adapter.service.name), dict[str, list[Text]]()
    named = {name: (annotation, shape) for name, annotation, shape in annotations(adapter.model)}
    for group in (*adapter.updates, adapter.create):
        for operation in (each for each in group.operations if each in operations):
            request = operations[operation].input_shape
            for name in set(group.fields) & named.keys():
                annotation, shape = named[name]
                member = member_of(request, shape.wire or name)
                for text in texts(name, annotation, shape, member):
                    found.setdefault(text.path, []).append(text)
                if member is None and shape.items and shape.items.part:  # a request for each row
                    for text in texts(f"{name}[]", get_args(plain(annotation))[0], shape.items, request):
                        found.setdefault(text.path, []).append(text)
    return found


def formats(schema: Schema) -> Iterator[tuple[str, str]]:
    """By member of CloudFormation's schema, in upper case: the meaning of its text according to the schema."""

    def within(name: str, value: Any) -> Iterator[tuple[str, str]]:
        if isinstance(value, dict):
            said = value.get("format")
            if isinstance(said, str) and said.startswith("AWS::"):
                yield name.lower(), said
            for key, inner in value.items():
                yield from within(name if key in ("anyOf", "items", "oneOf") else key, inner)
        elif isinstance(value, list):
            for each in value:
                yield from within(name, each)

    yield from within("", schema.content)


def in_model(path: str, shape: Shape) -> Iterator[tuple[str, Shape]]:
    """Every text of a field, including those that no request contains unchanged."""
    if shape.part:
        for name, inner in shape.fields.items():
            yield from in_model(f"{path}.{name}", inner)
    elif shape.items or shape.values:
        inner = shape.items or shape.values or shape
        yield from in_model(f"{path}[]" if shape.items else f"{path}{{}}", inner)
    elif not (shape.document or shape.secret or shape.archive):
        yield path, shape


def called(path: str) -> str:
    """`source_account_id` as `SourceAccountId`."""
    return path.rpartition(".")[2].removesuffix("[]").title().replace("_", "")


@played("kind", sampled_kinds)
def test_ids_and_arns_declare_their_meaning(adapter: Adapter[Any], under_test: KindsUnderTest) -> None:
    sent, lacking = texts_of(adapter), set()
    for name, field in fields_of(adapter.model).items():
        for path, shape in in_model(name, field):
            told = any("arn:" in text.aws.metadata.get("pattern", "") for text in sent.get(path, ()))
            pointer = told or any(map(POINTER.fullmatch, (shape.wire or "", called(path))))
            if pointer and not (shape.ref or shape.means or shape.no_references):
                lacking.add(path)
    assert lacking == under_test.sampled[adapter.kind].no_meaning.keys()


@played("kind", with_a_schema)
def test_declared_meanings_are_those_of_cloudformation(adapter: Adapter[Any], schema: Schema) -> None:
    types = {each.cloudformation.type: name for name, each in known_kinds().items() if each.cloudformation}
    said = dict[str, set[tuple[str, str]]]()
    for member, form in formats(schema):
        type_, _, attribute = form.partition(".")
        if type_ in types and attribute in ATTRIBUTES:
            said.setdefault(member, set()).add((types[type_], ATTRIBUTES[attribute]))
    for path, (text, *_) in texts_of(adapter).items():
        own = called(path).lower()
        wanted = said.get(own, set()) if own not in ("arn", "id") else set()
        meant = {(each.kind, each.by) for each in text.shape.means}
        assert not wanted or text.shape.ref or meant & wanted, f"{path}: CloudFormation says {wanted}"


@played("kind", every_kind)
def test_declared_meanings_exist(adapter: Adapter[Any]) -> None:
    kinds = known_kinds()
    pending = [*fields_of(adapter.model).values()]
    seen: set[int] = set()
    while pending:
        shape = pending.pop()
        for each in shape.means:
            known = kinds.get(each.kind or "")
            assert known is None or each.by in (*ALWAYS, *known.attributes), each
        inner = [*shape.fields.values(), *filter(None, (shape.items, shape.values))]
        pending += [each for each in inner if id(each) not in seen]
        seen |= {id(each) for each in inner}
    for attribute in adapter.attributes.values():
        means = attribute.means
        known = kinds.get(means.kind or "") if means else None
        assert means is None or known is None or means.by in (*ALWAYS, *known.attributes)


PROBES = (
    "",
    " ",
    "a b",
    "\u00e9",
    "\u4e2d",
    "*",
    ":",
    "/",
    "a/b",
    "\t",
    "\n",
    "$",
    "a",
    "0",
    "-",
    "a" * 10,
    "arn:aws:x",
)
"""Texts: most patterns refuse at least one of them."""


def refused_by_aws(aws: AwsShape, value: Any) -> bool:
    """Whether AWS's model refuses a value."""
    limits = aws.metadata
    if isinstance(value, str):
        pattern = java_pattern(limits["pattern"]) if "pattern" in limits else None
        size: float = len(value)
        wrong = bool(pattern and not pattern.fullmatch(value)) or bool(aws.enum and value not in aws.enum)
    else:
        size, wrong = value, False
    return wrong or size < limits.get("min", size) or size > limits.get("max", size)


def probes(aws: AwsShape) -> Iterator[Any]:
    """Values around the limits of AWS's model."""
    least, most = aws.metadata.get("min"), aws.metadata.get("max")
    if aws.type_name == "string":
        yield from PROBES
        yield from ("a" * (most + 1),) if most is not None and most < 100_000 else ()
    else:
        yield from (least - 1,) if least is not None else ()
        yield from (most + 1,) if most is not None else ()


def takes(annotation: Any, value: Any) -> bool:
    """Whether a field accepts a value."""
    try:
        TypeAdapter(annotation).validate_python(value, strict=True)
    except ValidationError:
        return False
    return True


def is_named(shape: Shape) -> bool:
    """Whether the value is the name of a resource in the files, which no request contains."""
    return shape.ref is not None or any(each.by_name for each in shape.means)


@played("kind", every_kind)
def test_a_value_that_awss_model_refuses_is_a_mistake(adapter: Adapter[Any]) -> None:
    lenient = {
        f"{path} takes {value[:20] if isinstance(value, str) else value!r}"
        for path, ways in texts_of(adapter).items()
        for value in (value for text in ways if not is_named(text.shape) for value in probes(text.aws))
        if all(refused_by_aws(text.aws, value) for text in ways) and takes(ways[0].annotation, value)
    }
    assert lenient == set()
