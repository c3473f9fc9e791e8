"""Explains one kind of resource, or one of its fields, with AWS's limits and an example."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, get_args, get_origin, get_type_hints

import yaml
from pydantic.fields import FieldInfo
from rich.text import Text

from reconciler.aws.member_facts import MemberFacts, Operation
from reconciler.contract import Adapter, Sends
from reconciler.desired.editor_schema import docstrings
from reconciler.desired.resource_builder import RESERVED, ReservedPart
from reconciler.field_schema import Shape, fields_of
from reconciler.model import Part, Secret
from reconciler.reports.kinds_list import bare, kind_lines, sort_of, traits_of

WIDTH = 12
EXAMPLES: Mapping[Any, Any] = {int: 1, float: 1.0, bool: True}
"""The value of an example, by type."""
STORE: str = get_args(get_type_hints(Secret)["store"])[0]
"""The store of the secret of an example."""


SHARED_EXAMPLES: Mapping[str, Any] = {
    "policy": {"on_drift": "report", "protect": True},
    "renamed_from": "former name",
    "for_each": ["first", "second"],
}
"""The examples of the keys that every kind takes; the others are true or false."""


class NoSuchField(Exception):
    """Raised for a path that names no field."""

    def __init__(self, above: str, field: str, known: Sequence[str]) -> None:
        super().__init__(f"{above} has no field {field}" if field else f"{above}. needs the name of a field")
        self.field = field
        self.known = known
        """The fields that it could be; empty if the field above has none."""


@dataclass(frozen=True)
class Found:
    """A field of a kind, with the fields that it is in."""

    path: tuple[str, ...]
    shape: Shape
    info: FieldInfo
    wires: tuple[str, ...]
    """AWS's names from the outside in."""


def find_field(adapter: Adapter[Any], path: Sequence[str]) -> Found:
    """The field at a path; the fields of a list's rows are named without their position.

    Raises:
        NoSuchField: there is none.
    """
    model: type[Part] | None = adapter.model
    found: Found | None = None
    for depth, name in enumerate(path):
        shapes = fields_of(model) if model else {}
        if model is None or name not in shapes:
            raise NoSuchField(".".join((adapter.kind, *path[:depth])), name, list(shapes))
        shape, above = shapes[name], found.wires if found else ()
        found = Found(tuple(path[: depth + 1]), shape, model.model_fields[name], (*above, shape.wire or name))
        while shape.items or shape.values:
            shape = shape.items or shape.values or shape
        model = shape.part
    if found is None:
        raise ValueError("a path has at least one field")
    return found


def _costs(adapter: Adapter[Any]) -> Iterator[Text]:
    """What AWS charges for a resource of the kind, and the volumes that `cost.yaml` may give."""
    if adapter.costs is None:
        return
    charged = ", ".join(dict.fromkeys(each.what for each in adapter.costs.charges))
    volumes = ", ".join(adapter.costs.volumes.model_fields)
    yield _fact("costs", f"{charged or 'nothing'}{f'; cost.yaml gives {volumes}' if volumes else ''}")


def kind_explanation(adapter: Adapter[Any]) -> Iterator[Text]:
    """A kind: its fields, AWS's page, and a short example."""
    yield from kind_lines(adapter)
    yield _fact("AWS page", Operation(adapter.service.name, adapter.create.operation).page)
    if adapter.cloudformation:
        yield _fact("like", f"{adapter.cloudformation.type} of CloudFormation")
    for name, check in adapter.checks.items():
        asked = " (only where smoke.yaml asks for it)" if check.only_asked else ""
        takes = f"; takes {', '.join(check.settings.model_fields)}" if check.settings.model_fields else ""
        yield _fact("smoke", f"{name}: it {check.summary}{takes}{asked}")
    yield from _costs(adapter)
    if adapter.unused:
        yield _fact("unused", adapter.unused.summary)
    if adapter.rows_key:
        yield _fact("rows", f"{adapter.rows_key}: rows of a CSV file, see docs/users-from-csv.md")
    yield _fact("also", f"{', '.join(RESERVED)}: see `explain {adapter.kind}.policy` and so on")
    needed = {
        name: info
        for name, info in adapter.model.model_fields.items()
        if info.is_required() or name in adapter.create.needed
    }
    shapes = fields_of(adapter.model)
    yield from _example(
        adapter.kind, {name: _value(shapes[name], info.annotation) for name, info in needed.items()}
    )


def shared_explanation(adapter: Adapter[Any], name: str) -> Iterator[Text]:
    """A key that every kind takes, such as `policy` or `for_each`."""
    yield Text(f"{adapter.kind}.{name}", "bold")
    yield _fact("meaning", docstrings(ReservedPart)[name])
    yield _fact("applies to", "every kind; docs/desired-state.md")
    called = "NAME-${each.key}" if name == "for_each" else "NAME"
    yield from _example(adapter.kind, {name: SHARED_EXAMPLES.get(name, True)}, called)


def field_explanation(adapter: Adapter[Any], found: Found) -> Iterator[Text]:
    """A field: its type, limits, default, what it refers to, AWS's page, and an example."""
    yield Text(".".join((adapter.kind, *found.path)), "bold")
    yield _fact("type", sort_of(found.shape, found.info.annotation))
    operation, facts = _in_aws(adapter, found)
    for limit in facts.limits if facts else ():
        yield _fact("limit", limit)
    yield _fact("default", _default(found))
    for kind in _referred(found.shape):
        yield _fact("refers to", kind)
    if len(found.path) == 1:
        for trait in traits_of(adapter, found.path[0]):
            yield _fact("note", trait)
    if facts:
        yield _fact("AWS", f"{facts.name} of {operation.name}{f': {facts.summary}' if facts.summary else ''}")
    yield _fact("AWS page", operation.page)
    value = _value(found.shape, found.info.annotation)
    for name in reversed(found.path[1:]):
        value = {name: value}
    yield from _example(adapter.kind, {found.path[0]: _in_lists(adapter, found.path[0], value)})


def _in_aws(adapter: Adapter[Any], found: Found) -> tuple[Operation, MemberFacts | None]:
    """The first operation that sends a field, and AWS's facts about the member; otherwise the create operation."""
    create = Operation(adapter.service.name, adapter.create.operation)
    sent = [each for each in adapter.updates if isinstance(each, Sends) and found.path[0] in each.fields]
    names = [each.operation for each in sent]
    for operation in (create, *(Operation(adapter.service.name, name) for name in names)):
        facts = operation.member(found.wires)
        if facts:
            return operation, facts
    return create, None


def _default(found: Found) -> str:
    if found.info.is_required():
        return "none: it must be written"
    if found.info.default is None:
        return "none: a field that is not written is left to AWS"
    return yaml.safe_dump(found.info.default, default_flow_style=True).removesuffix("...\n").strip()


def _referred(shape: Shape) -> Iterator[str]:
    """The kinds that a field refers to, with the form of the reference."""
    while shape.items or shape.values:
        shape = shape.items or shape.values or shape
    if shape.ref:
        outside = ", or a resource outside the stack" if shape.ref.outside else ""
        yield f"{shape.ref.kind}, by name{outside}"
    for means in shape.means:
        if means.kind:
            alone = "NAME or " if means.by_name else ""
            yield f"{means.kind}, as {alone}${{{means.kind}:NAME#{means.by}}}"


def _fact(name: str, said: str) -> Text:
    line = Text(f"    {name:<{WIDTH}}", "dim")
    line.append(said)
    return line


def _example(kind: str, settings: Mapping[str, Any], name: str = "NAME") -> Iterator[Text]:
    yield Text("    example", "dim")
    text = yaml.safe_dump({kind: {name: dict(settings)}}, sort_keys=False, allow_unicode=True)
    for line in text.splitlines():
        yield Text(f"        {line}", "green")


def _in_lists(adapter: Adapter[Any], field: str, value: Any) -> Any:
    """A value below a field, within the lists of the field."""
    shape = fields_of(adapter.model)[field]
    return [value] if shape.items and not isinstance(value, list) else value


def _value(shape: Shape, annotation: Any) -> Any:
    """An example of a value."""
    annotation = bare(annotation)
    if shape.ref:
        return f"{shape.ref.kind.rpartition('.')[2].replace('_', ' ')} name"
    if shape.document:
        return {"file": "document.json"}
    if shape.secret:
        return {"secret": {STORE: "/path/of/the/secret"}}
    if shape.archive:
        return "folder"
    if shape.part:
        fields = shape.part.model_fields
        needed = [name for name, info in fields.items() if info.is_required()] or list(fields)[:1]
        return {name: _value(shape.fields[name], fields[name].annotation) for name in needed}
    if shape.items:
        return [_value(shape.items, get_args(annotation)[0])]
    if shape.values:
        return {"key": _value(shape.values, get_args(annotation)[1])}
    if get_origin(annotation) is Literal:
        return get_args(annotation)[0]
    return EXAMPLES.get(annotation, "text")
