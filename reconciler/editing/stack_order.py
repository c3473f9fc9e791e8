"""The order of desired state: kinds and names by alphabet, fields in the order of their model."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from reconciler.contract import Adapter
from reconciler.desired.for_each import FIELD
from reconciler.desired.header import KEYS, EnvironmentPart, HeaderPart
from reconciler.desired.resource_builder import RESERVED, ReservedPart, scope_field
from reconciler.editing.ordering import Order
from reconciler.field_schema import PLAIN, Shape, fields_of
from reconciler.model import Part


class AsWritten:
    """The order of the author, everywhere within."""

    def sorted(self, names: Sequence[str]) -> Sequence[str]:
        """The names as they are."""
        return names

    def inner(self, _name: str | None, /) -> Order:
        """The same."""
        return self


AS_WRITTEN = AsWritten()


@dataclass(frozen=True)
class Listed:
    """The order of a list of names; other names follow, as they are written."""

    names: Sequence[str]
    inside: Mapping[str, Order] = field(default_factory=dict)

    def sorted(self, names: Sequence[str]) -> Sequence[str]:
        """The names of the list first, in its order."""
        rank = {name: number for number, name in enumerate(self.names)}
        return sorted(names, key=lambda name: rank.get(name, len(rank)))

    def inner(self, name: str | None, /) -> Order:
        """The order that belongs to the name."""
        return self.inside.get(name or "", AS_WRITTEN)


@dataclass(frozen=True)
class Alphabetical:
    """The order of the alphabet; all members have the same order within."""

    inside: Order = AS_WRITTEN

    def sorted(self, names: Sequence[str]) -> Sequence[str]:
        """The names by their characters."""
        return sorted(names)

    def inner(self, _name: str | None, /) -> Order:
        """The order within each."""
        return self.inside


@dataclass(frozen=True)
class Same:
    """The order of the author; all members have the same order within."""

    inside: Order

    def sorted(self, names: Sequence[str]) -> Sequence[str]:
        """The names as they are."""
        return names

    def inner(self, _name: str | None, /) -> Order:
        """The order within each."""
        return self.inside


@dataclass(frozen=True)
class OfShape:
    """The order of a value of one shape: the model's for a structure, the alphabet's for a map with free keys."""

    shape: Shape

    def sorted(self, names: Sequence[str]) -> Sequence[str]:
        """The members in their order."""
        if self.shape.values:
            return sorted(names)
        return Listed(tuple(self.shape.fields)).sorted(names)

    def inner(self, name: str | None, /) -> Order:
        """The order of a member or an item; documents stay as they are written."""
        inner = self.shape.items if name is None else self.shape.values or self.shape.fields.get(name)
        return AS_WRITTEN if inner is None or inner.document else OfShape(inner)


def written_order(adapter: Adapter[Any]) -> tuple[str, ...]:
    """The keys of a resource in the order in which files have them: `for_each`, fields, tags, the parent, the reserved keys."""
    scope = scope_field(adapter)
    own = [name for name in adapter.model.model_fields if name not in (scope, "tags")]
    reserved = [name for name in RESERVED if name != FIELD]
    return (FIELD, *own, "tags", *((scope,) if scope else ()), *reserved)


def order_of_files(kinds: Mapping[str, Adapter[Any]]) -> Order:
    """The order of the files with resources, and of those of environments."""
    return _ByKind(kinds, _resources)


def order_of_header(kinds: Mapping[str, Adapter[Any]]) -> Order:
    """The order of `stack.yaml`; environments and outputs stay in the order of the author."""
    bodies = _ByKind(kinds, _resources)
    inside: dict[str, Order] = {
        "tags": Alphabetical(),
        "ignore": _of_part(HeaderPart, "ignore"),
        "guard": _of_part(HeaderPart, "guard"),
        "defaults": _ByKind(kinds, _body),
        "environments": Same(_environment()),
        **{kind: bodies.inner(kind) for kind in kinds},
    }
    return Listed((*KEYS, *sorted(kinds)), inside)


def _environment() -> Order:
    inside = {"variables": Alphabetical(), "tags": Alphabetical()}
    return Listed(tuple(EnvironmentPart.model_fields), inside)


def _of_part(model: type[Part], name: str) -> Order:
    return OfShape(fields_of(model).get(name, PLAIN))


@dataclass(frozen=True)
class _ByKind:
    """The order of kinds, by alphabet; `within` gives the order of what one has."""

    kinds: Mapping[str, Adapter[Any]]
    within: Callable[[Adapter[Any]], Order]

    def sorted(self, names: Sequence[str]) -> Sequence[str]:
        return sorted(names)

    def inner(self, name: str | None, /) -> Order:
        adapter = self.kinds.get(name or "")
        return self.within(adapter) if adapter else AS_WRITTEN


def _resources(adapter: Adapter[Any]) -> Order:
    """The order of the resources of one kind."""
    return Alphabetical(_body(adapter))


def _body(adapter: Adapter[Any]) -> Order:
    shapes = fields_of(adapter.model)
    inside: dict[str, Order] = {
        name: AS_WRITTEN if shape.document else OfShape(shape) for name, shape in shapes.items()
    }
    inside["policy"] = _of_part(ReservedPart, "policy")
    return Listed(written_order(adapter), inside)
