"""Binds each desired resource to the live one; resources that AWS is about to delete are set apart."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from reconciler.contract import Adapter, Sighting
from reconciler.observing.cache_policy import CachedReader
from reconciler.planning.ownership import Binding, Owner, bind, name_in, owner_of
from reconciler.planning.world import Stray
from reconciler.stack import Desired, Key, Stack


def bind_live(
    stack: Stack, reader: CachedReader, wanted: Sequence[Desired], sightings: Iterable[Sighting]
) -> Binding:
    """Find the live resource of each desired one, among those that a reader has seen.

    Raises:
        CallError: AWS did not answer whether the deletion of one of them is scheduled.
    """
    seen, adapter = list(sightings), reader.adapter
    if adapter.restore:
        names = {each.aws_name for each in wanted}
        asked = {each.id for each in seen if _matters(stack, each, names)} - reader.unchanged
        seen = [adapter.scheduled(reader.api, each) if each.id in asked else each for each in seen]
    binding = bind(stack.mark, wanted, seen, adapter)
    binding.deletions = {each.id: each.deletion for each in seen if each.deletion}
    for key, sighting in binding.bound.items():
        if sighting.deletion and stack.resources[key].existing:
            binding.conflicts[key] = f"`existing: true`, but its deletion is scheduled: {sighting.deletion}"
    return binding


def _matters(stack: Stack, sighting: Sighting, names: set[str | None]) -> bool:
    """Whether it has our mark or a wanted name."""
    ours = owner_of(sighting.tags or {}, stack.mark) is Owner.OURS
    return ours or not names.isdisjoint({sighting.name, *sighting.also})


def scheduled_of(
    stack: Stack, adapter: Adapter[Any], binding: Binding, seen: Iterable[Sighting], scope: Key | None
) -> list[Stray]:
    """The resources with our mark that are no longer desired and that AWS deletes later."""
    bound = {each.arn for each in binding.bound.values()}
    gone = [
        each
        for each in seen
        if each.id in binding.deletions
        and each.arn not in bound
        and owner_of(each.tags or {}, stack.mark) is Owner.OURS
    ]
    return [
        Stray(
            Key(adapter.kind, name_in(each.tags or {}) or each.name),
            replace(each, deletion=binding.deletions[each.id]),
            each.tags or {},
            scope,
        )
        for each in gone
    ]


def strays_of(adapter: Adapter[Any], binding: Binding, scope: Key | None = None) -> list[Stray]:
    """The strays of a kind in a scope, by the key in their mark."""
    named = ((name_in(each.tags or {}), each) for each in binding.strays)
    return [
        Stray(Key(adapter.kind, each.name if name is None else name), each, each.tags or {}, scope)
        for name, each in named
    ]


def unwanted_of(
    stack: Stack, adapter: Adapter[Any], binding: Binding, seen: Iterable[Sighting], scope: Key | None
) -> list[Stray]:
    """The resources that nobody owns and that the pass is to delete."""
    bound = {each.arn for each in binding.bound.values()}
    return [
        Stray(Key(adapter.kind, each.name), each, each.tags or {}, scope)
        for each in seen
        if Key(adapter.kind, each.name) in stack.unwanted
        and each.arn not in bound
        and owner_of(each.tags or {}, stack.mark) is Owner.FREE
    ]
