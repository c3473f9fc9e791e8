"""Sorts the resources of a stack by kind, and by the resource that they live in."""

from collections.abc import Mapping, Sequence
from typing import Any

from reconciler.contract import Adapter
from reconciler.stack import Desired, Key, Stack


def by_kind(stack: Stack) -> Mapping[str, Sequence[Desired]]:
    """The desired resources, by kind."""
    found: dict[str, list[Desired]] = {}
    for key, desired in stack.resources.items():
        found.setdefault(key.kind, []).append(desired)
    return found


def by_scope(
    resources: Mapping[str, Sequence[Desired]], adapter: Adapter[Any]
) -> dict[Key | None, list[Desired]]:
    """The desired resources of a kind, by scope; scopes without any are included. `resources` are those of `by_kind`."""
    scopes: list[Key | None] = [None]
    if adapter.parent:
        scopes = [each.key for each in resources.get(adapter.parent, ())]
    found: dict[Key | None, list[Desired]] = {scope: [] for scope in scopes}
    for desired in resources.get(adapter.kind, ()):
        found.setdefault(desired.scope, []).append(desired)
    return found
