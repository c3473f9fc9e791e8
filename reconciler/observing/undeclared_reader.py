"""Lists the kinds that live in resources of the stack and that a pass does not list, to find what the files do not declare."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

import structlog

from reconciler.contract import Adapter
from reconciler.errors import CallError
from reconciler.observing.cache_policy import CachedReader, Wanted
from reconciler.observing.observer import ExtraReads, ReadContext, observe
from reconciler.observing.undeclared import UndeclaredNotes
from reconciler.planning.extra import kinds_beside
from reconciler.planning.plan import kinds_to_see
from reconciler.planning.world import World
from reconciler.runtime.clock import Job
from reconciler.runtime.lanes import Lane, fan_out
from reconciler.stack import Key, Stack

log = structlog.get_logger(__name__)


def look_beside(stack: Stack, context: ReadContext, only: Collection[str] | None = None) -> World:
    """List what lives beside a stack, without the fields of its own resources; with `only`, of these kinds."""
    part = stack if only is None else _part(stack, context, only)
    world = observe(part, context, frozenset(), extra=ExtraReads())
    read_undeclared(part, world, context, only)
    return world


def _part(stack: Stack, context: ReadContext, only: Collection[str]) -> Stack:
    """The resources of these kinds, and those that they live in."""
    kinds = {*only}
    while above := {context.kinds[kind].parent or kind for kind in kinds} - kinds:
        kinds |= above
    resources = {key: each for key, each in stack.resources.items() if key.kind in kinds}
    beside = stack.beside | (stack.resources.keys() - resources.keys())
    return replace(stack, resources=resources, beside=beside, prune=False, release=())


def read_undeclared(
    stack: Stack, world: World, context: ReadContext, only: Collection[str] | None = None
) -> None:
    """List the kinds that live in resources of the stack and that the pass did not list, kinds in parallel."""
    homes: dict[str, list[Key]] = {}
    for key in stack.resources:
        homes.setdefault(key.kind, []).append(key)
    left = kinds_beside(stack, context.kinds) - kinds_to_see(stack, context.kinds)
    inner = [context.kinds[kind] for kind in sorted(left) if only is None or kind in only]
    lanes: list[Lane[Job]] = [Lane([partial(_list, stack, world, context, each, homes)], 1) for each in inner]
    fan_out(context.clock, lanes, lambda job: job())


def _list(
    stack: Stack, world: World, context: ReadContext, adapter: Adapter[Any], homes: Mapping[str, list[Key]]
) -> None:
    """List one kind in each resource of the stack that may hold it."""
    api = context.api_of(adapter.service.name)
    wanted = Wanted(stack.mark, frozenset(), only_referred=False, chosen=True)
    for scope in homes[adapter.parent or ""]:
        address = world.scope_of(scope)
        if address is None:
            continue
        reader = CachedReader.of(context.cache, context.clock, adapter, api, address)
        try:
            seen = reader.see(wanted)
        except CallError as error:
            world.unlisted[adapter.kind] = str(error)
            log.error("list of undeclared resources failed", kind=adapter.kind, error=str(error))
            return
        for each in seen:
            world.names[adapter.kind, each.id] = each.name
            world.names[adapter.kind, each.arn] = each.name
        reader.note(seen, wanted)
        reader.keep(context.cache)
        UndeclaredNotes(stack, world, context.api_of).note(adapter, scope, seen)
        for row in reader.bad:
            world.unlisted[adapter.kind] = str(row)
