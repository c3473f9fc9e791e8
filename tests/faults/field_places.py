"""Paths of fields in a model, and settings with and without a field."""

from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from reconciler.contract import Adapter
from reconciler.desired.resource_builder import scope_field
from reconciler.field_schema import Shape
from reconciler.model import Part
from reconciler.testing import Given
from reconciler.testing.shapes import annotations

Settings = Mapping[str, Any]


@dataclass(frozen=True)
class FieldPath:
    """One field of a model, by its path: `queue_configs[].priority`.

    `required` means that its structure needs the field; `whole`, that the structure is always sent as written, so that a field
    is cleared when it is left out.
    """

    path: str
    annotation: Any
    shape: Shape
    required: bool
    whole: bool

    @property
    def top(self) -> str:
        """The top-level field of the path."""
        return self.path.partition(".")[0].partition("[")[0]


@dataclass(frozen=True)
class FieldValues:
    """Two valid values of a field, and what the transitions between them need.

    `beside` are further settings, which are always present. `without` is the path to remove if the field cannot be removed
    alone. `tops` means that the two values are those of the whole top-level field, because other fields change with it. `edges`
    are values at the boundaries if the model does not define them. `many` creates a list of a given length. `base` replaces the
    base of the kind. `turns` are the settings for no value, for the first and for the second. `bad` are further values that the
    model refuses.
    """

    first: Any
    second: Any
    beside: Settings = field(default_factory=dict)
    without: str = ""
    tops: bool = False
    edges: tuple[Any, ...] | None = None
    many: Any = None
    base: Settings | None = None
    turns: tuple[Settings, Settings, Settings] = ({}, {}, {})
    bad: tuple[Any, ...] = ()


@dataclass(frozen=True)
class KindValues:
    """The values for all fields of a kind: the smallest settings that create it, what a field needs, and pairs of values."""

    base: Settings
    around: Mapping[str, Any]
    by_path: Mapping[str, FieldValues | tuple[Any, Any]]
    extra: Mapping[str, Any] = field(default_factory=dict)
    """Resources that it needs besides those of its sample."""
    also: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """By field: other fields that AWS changes with it."""
    given: tuple[Given, ...] = ()
    """Operations that create what no kind creates, besides those of its sample."""
    needed: frozenset[str] = frozenset()
    """Paths that these settings need besides those that create always needs."""

    def field_values(self, path: str) -> FieldValues:
        """The values of one field."""
        found = self.by_path[path]
        return found if isinstance(found, FieldValues) else FieldValues(*found)


def spots(adapter: Adapter[Any]) -> Iterator[FieldPath]:
    """Every field of a kind, including those within structures and rows, without the parent."""
    return (each for each in _walk(adapter.model, "", whole=False) if each.path != scope_field(adapter))


def _walk(model: type[Part], prefix: str, *, whole: bool) -> Iterator[FieldPath]:
    for name, annotation, shape in annotations(model):
        path, inner = f"{prefix}{name}", shape
        yield FieldPath(path, annotation, shape, model.model_fields[name].is_required(), whole)
        within = whole or shape.whole
        while inner.items:
            inner, path = inner.items, f"{path}[]"
            within = within or inner.whole
        if inner.part:
            yield from _walk(inner.part, f"{path}.", whole=within)


class Step(NamedTuple):
    """One level of the path of a field."""

    name: str
    is_row: bool


def _steps(path: str) -> list[Step]:
    return [Step(name.removesuffix("[]"), name.endswith("[]")) for name in path.split(".")]


def put(settings: Settings, path: str, value: Any, around: Mapping[str, Any]) -> dict[str, Any]:
    """The settings with a value at a path; missing structures around it are created."""
    made = deepcopy(dict(settings))
    node, trail = made, ""
    *outer, last = _steps(path)
    for step in outer:
        trail = f"{trail}.{step.name}".lstrip(".") + ("[]" if step.is_row else "")
        if node.get(step.name) is None:
            inner = deepcopy(around.get(trail, {}))
            node[step.name] = [inner] if step.is_row else inner
        node = node[step.name][0] if step.is_row else node[step.name]
    node[last.name] = deepcopy(value)
    return made


def take(settings: Settings, path: str, required: Mapping[str, bool]) -> tuple[dict[str, Any], str]:
    """The settings without a field, and the removed path: structures that need the field are removed as well."""
    made = deepcopy(dict(settings))
    steps = _steps(path)
    nodes: list[Any] = [made]
    for step in steps[:-1]:
        nodes.append(nodes[-1][step.name][0] if step.is_row else nodes[-1][step.name])
    while len(steps) > 1 and required[path]:
        above = steps[-2]
        rows = nodes[-2][above.name]
        if above.is_row and len(rows) > 1:
            del rows[0]
            return made, f"{path.rpartition('.')[0]}"
        steps, nodes = steps[:-1], nodes[:-1]
        path = path.rpartition(".")[0].removesuffix("[]")
    nodes[-1].pop(steps[-1].name, None)
    return made, path
