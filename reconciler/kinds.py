"""The kinds of resource that this installation knows: ours, and those that other packages add."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.metadata import entry_points
from types import MappingProxyType
from typing import Any

from reconciler import resources
from reconciler.contract import Adapter

GROUP = "reconciler.kinds"
"""The entry-point group in which a package names a tuple of adapter classes."""


@dataclass(frozen=True)
class Brought:
    """The kinds that one package brings, by name; `module` is the module that lists them."""

    module: str
    kinds: Mapping[str, Adapter[Any]]


@cache
def brought_kinds() -> Sequence[Brought]:
    """The kinds by the package that brings them; ours come first.

    Raises:
        ValueError: two packages bring the same kind.
    """
    lists = {resources.__name__: resources.KINDS}
    for point in entry_points(group=GROUP):
        lists[point.module] = lists.get(point.module, ()) + tuple(point.load())
    known: set[str] = set()
    for adapter in (each for listed in lists.values() for each in listed):
        if adapter.kind in known:
            raise ValueError(f"two adapters bring the kind {adapter.kind}")
        known.add(adapter.kind)
    return [Brought(name, {each.kind: each() for each in listed}) for name, listed in lists.items()]


@cache
def known_kinds() -> MappingProxyType[str, Adapter[Any]]:
    """Every adapter by its kind.

    Raises:
        ValueError: two packages bring the same kind.
    """
    return MappingProxyType({name: kind for each in brought_kinds() for name, kind in each.kinds.items()})
