"""Where a field stands in a model, and settings with and without it."""

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
class Spot:
    """One field of a model, by its path: `queue_configs[].priority`.

    `required` says that the structure around it cannot go without; `whole`, that the structure is always sent as
    written, so that to leave the field out is to clear it.
    """

    path: str
    annotation: Any
    shape: Shape
    required: bool
    whole: bool

    @property
    def top(self) -> str:
        """The settings' own field that the path begins with."""
        return self.path.partition(".")[0].partition("[")[0]


@dataclass(frozen=True)
class Play:
    """Two valid values of a field, and what the transitions between them need.

    `beside` are further settings, always there; `without` is the path that is taken away where the field cannot go
    alone; `tops` says that the two values are those of the whole top field, since others change with it; `edges` are
    values at the boundaries where the model does not say them; `many` makes a list of so many; `base` stands in for
    the scene's; `turns` are the settings that go with no value, the first and the second; `bad` are further values
    that the model refuses.
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
class Scene:
    """How a kind's fields are played: the least that it is created with, what stands around a field, the values."""

    base: Settings
    around: Mapping[str, Any]
    plays: Mapping[str, Play | tuple[Any, Any]]
    extra: Mapping[str, Any] = field(default_factory=dict)
    """What lives around it beside all that its sample needs."""
    also: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Fields that AWS itself changes with a field."""
    given: tuple[Given, ...] = ()
    """What no kind of ours makes, beside all that its sample needs."""
    needed: frozenset[str] = frozenset()
    """Paths that are a mistake to leave out of this ground, beside those that create always needs."""

    def play(self, path: str) -> Play:
        """The values of one field."""
        found = self.plays[path]
        return found if isinstance(found, Play) else Play(*found)


def spots(adapter: Adapter[Any]) -> Iterator[Spot]:
    """Every field of a kind, those within structures and rows included; not the resource that it lives in."""
    return (each for each in _walk(adapter.model, "", whole=False) if each.path != scope_field(adapter))


def _walk(model: type[Part], prefix: str, *, whole: bool) -> Iterator[Spot]:
    for name, annotation, shape in annotations(model):
        path, inner = f"{prefix}{name}", shape
        yield Spot(path, annotation, shape, model.model_fields[name].is_required(), whole)
        within = whole or shape.whole
        while inner.items:
            inner, path = inner.items, f"{path}[]"
            within = within or inner.whole
        if inner.part:
            yield from _walk(inner.part, f"{path}.", whole=within)


class Step(NamedTuple):
    """One level on the way to a field."""

    name: str
    is_row: bool


def _steps(path: str) -> list[Step]:
    return [Step(name.removesuffix("[]"), name.endswith("[]")) for name in path.split(".")]


def put(settings: Settings, path: str, value: Any, around: Mapping[str, Any]) -> dict[str, Any]:
    """The settings with a value at a path; what has to stand around it is made where it is missing."""
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
    """The settings without a field, and the path of what had to go: all that cannot be without it goes with it."""
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
