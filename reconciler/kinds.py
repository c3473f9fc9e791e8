"""The kinds of resource that this installation knows: ours, and those that other packages add."""

from functools import cache
from importlib.metadata import entry_points
from types import MappingProxyType
from typing import Any

from reconciler import resources
from reconciler.contract import Adapter

GROUP = "reconciler.kinds"
"""The entry-point group in which a package names a tuple of adapter classes."""


@cache
def known_kinds() -> MappingProxyType[str, Adapter[Any]]:
    """Every adapter by its kind.

    Raises:
        ValueError: two packages bring the same kind.
    """
    found = list(resources.KINDS)
    for point in entry_points(group=GROUP):
        found += point.load()
    kinds: dict[str, Adapter[Any]] = {}
    for adapter in found:
        if adapter.kind in kinds:
            raise ValueError(f"two adapters bring the kind {adapter.kind}")
        kinds[adapter.kind] = adapter()
    return MappingProxyType(kinds)
