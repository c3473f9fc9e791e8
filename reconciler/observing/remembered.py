"""Finds the live resources of a stack in the cache alone, without a call, as far as the cache may answer for AWS."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from reconciler.cache_store import Cache, Memory
from reconciler.contract import Adapter, Address
from reconciler.observing.binding import strays_of
from reconciler.observing.cache_policy import AUDIT_UNTIL, remembered, scope_of
from reconciler.observing.scopes import by_kind, by_scope
from reconciler.planning.ownership import bind
from reconciler.planning.plan import kinds_to_see
from reconciler.planning.world import World
from reconciler.stack import Desired, Key, Stack

HOLDS = AUDIT_UNTIL
"""Seconds for which what was read may answer a question about AWS: a pass reads everything again within this time."""


@dataclass
class RememberedWorld:
    """The live resources of a stack as far as the cache knows them."""

    world: World = field(default_factory=World)
    lacking: set[Key] = field(default_factory=set)
    """Desired resources that the cache does not have, or that were read too long ago. They may exist."""
    read: float | None = None
    """When the oldest part of the world was read, in seconds since 1970; None if nothing was found."""


def remembered_world(
    stack: Stack, kinds: Mapping[str, Adapter[Any]], cache: Cache, now: float
) -> RememberedWorld:
    """The live resources of a stack from the cache; `now` is in seconds since 1970.

    A resource that is not there is never taken for missing: AWS has to be asked.
    """
    return _Recall(stack, kinds, cache, now).recalled()


@dataclass
class _Recall:
    stack: Stack
    kinds: Mapping[str, Adapter[Any]]
    cache: Cache
    now: float
    found: RememberedWorld = field(default_factory=RememberedWorld)

    def recalled(self) -> RememberedWorld:
        resources = by_kind(self.stack)
        for kind in _parents_first(kinds_to_see(self.stack, self.kinds), self.kinds):
            for scope, members in by_scope(resources, self.kinds[kind]).items():
                self._recall(self.kinds[kind], scope, members)
        return self.found

    def _recall(self, adapter: Adapter[Any], scope: Key | None, members: list[Desired]) -> None:
        world = self.found.world
        address = world.scope_of(scope)
        memories = {} if address is None else self._memories(adapter, address)
        binding = bind(self.stack.mark, members, map(remembered, memories.values()), adapter)
        for key, sighting in binding.bound.items():
            if key not in binding.conflicts and not binding.replaced.get(key):
                world.remember(key, sighting)
        world.strays += strays_of(adapter, binding, scope)
        self.found.lacking.update(each.key for each in members if each.key not in world.sightings)

    def _memories(self, adapter: Adapter[Any], address: Address) -> Mapping[str, Memory]:
        """What the cache has of a kind in a scope; nothing if it was read too long ago."""
        scope = scope_of(self.stack.account, self.stack.region, address)
        read = self.cache.visited(adapter.kind, scope)
        if read is None or not 0 <= self.now - read <= HOLDS:
            return {}
        memories = self.cache.recall(adapter.kind, scope)
        if memories:
            self.found.read = min(read, self.found.read or read)
        return memories


def _parents_first(wanted: Iterable[str], kinds: Mapping[str, Adapter[Any]]) -> Iterator[str]:
    """The kinds, each after the kind that its resources live in."""
    waiting = sorted(wanted)
    done: set[str | None] = {None}
    while waiting:
        ready = [kind for kind in waiting if kinds[kind].parent in done or kinds[kind].parent not in waiting]
        yield from ready
        done.update(ready)
        waiting = [kind for kind in waiting if kind not in done]
