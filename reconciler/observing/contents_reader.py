"""Reads the contents of a resource that may be deleted: all of them would be deleted too."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from typing import Any, TypeAlias

import structlog

from reconciler.contract import Adapter, Address, Api, ApiOf, Sighting, Unmanaged, Wired
from reconciler.errors import CallError, members_needed
from reconciler.observing.cache_policy import CachedReader, Wanted
from reconciler.observing.observer import ReadContext
from reconciler.observing.tag_reader import sweep_tags, with_tags
from reconciler.planning.contents import emptying_of, may_hold
from reconciler.planning.plan import UNLOOKED, Plan, kinds_to_see
from reconciler.planning.world import ContainedResource, UnmanagedContents, World
from reconciler.runtime.lanes import Lane, fan_out
from reconciler.stack import Key, Stack

log = structlog.get_logger(__name__)

COUNTED = 1_000
"""At most this many things in a resource that is to be emptied are counted and named."""

See: TypeAlias = Callable[[Adapter[Any], Address], Iterable[Sighting]]
"""A function that lists all resources of a kind in one scope."""

Listed: TypeAlias = Callable[[Adapter[Any], Address], Iterable[UnmanagedContents]]
"""A function that lists the contents of a resource, of each type that no kind manages."""


def read_contents(plan: Plan, stack: Stack, world: World, context: ReadContext) -> bool:
    """Note in the world the contents of all resources that a plan deletes or replaces, and of strays that stay.

    Returns whether there was anything to read: then the plan must be made again. The contents of deleted resources are
    read from AWS; for those that stay, the cache and the kinds of the stack are enough.
    """
    going = {each.key for each in plan.actions.values() if each.refusal == UNLOOKED}
    staying = {each.key for each in plan.strays}
    found = [(key, world.observed[key].sighting) for key in going & world.observed.keys()]
    found += [(each.key, each.sighting) for each in world.strays if each.key in going | staying]
    looked = False
    for key, sighting in found:
        if not may_hold(key.kind, context.kinds, stack) or sighting.arn in world.contents:
            continue
        looked = True
        if key in going:
            _look(world, context.kinds, key, sighting, partial(list_with_tags, context.api_of))
            _look_for_others(world, context, key, sighting)
            _look_to_empty(world, stack, context, key, sighting)
        else:
            kinds = {kind: context.kinds[kind] for kind in kinds_to_see(stack, context.kinds)}
            _look(world, kinds, key, sighting, partial(_remembered, stack, context))
    return looked


def live_contents(
    kinds: Mapping[str, Adapter[Any]], kind: str, address: Address, see: See
) -> Iterator[ContainedResource]:
    """All contents of the resource of this kind and address, at any depth.

    Raises:
        CallError: a part of them could not be listed.
    """
    for adapter in (each for _, each in sorted(kinds.items()) if each.parent == kind):
        seen = list(see(adapter, address))
        yield from (ContainedResource(adapter.kind, each) for each in seen)
        if any(each.parent == adapter.kind for each in kinds.values()):
            for each in seen:
                yield from live_contents(kinds, adapter.kind, each.address, see)


def list_with_tags(api_of: ApiOf, adapter: Adapter[Any], address: Address) -> list[Sighting]:
    """All resources of a kind in one place with their tags, read from AWS now."""
    api = api_of(adapter.service.name)
    with members_needed("list"):
        return _tagged(api_of, adapter, list(adapter.list(api, address)))


def _remembered(
    stack: Stack, context: ReadContext, adapter: Adapter[Any], address: Address
) -> list[Sighting]:
    """The same with the help of the cache; if AWS can filter, only resources with our mark."""
    api = context.api_of(adapter.service.name)
    reader = CachedReader.of(context.cache, context.clock, adapter, api, address)
    wanted = Wanted(stack.mark, frozenset(), only_referred=False)
    seen = _tagged(context.api_of, adapter, reader.see(wanted))
    reader.note(seen, wanted)
    reader.keep(context.cache)
    return seen


def _tagged(api_of: ApiOf, adapter: Adapter[Any], seen: list[Sighting]) -> list[Sighting]:
    """The sightings with their tags: by one tag search if AWS offers it, otherwise one call each.

    Raises:
        CallError: the tags of one could not be read.
    """
    swept = sweep_tags(adapter, api_of, [each for each in seen if each.tags is None]) or {}
    api = api_of(adapter.service.name)
    return [with_tags(adapter, api, swept.get(each.arn, each)) for each in seen]


def _look(world: World, kinds: Mapping[str, Adapter[Any]], key: Key, sighting: Sighting, see: See) -> None:
    try:
        found = tuple(live_contents(kinds, key.kind, sighting.address, see))
    except CallError as error:
        world.closed[sighting.arn] = str(error)
        log.error("contents list failed", kind=key.kind, name=key.name, error=str(error))
    else:
        world.contents[sighting.arn] = found


def _look_for_others(world: World, context: ReadContext, key: Key, sighting: Sighting) -> None:
    """Note the other contents that are deleted with a resource: of types that no kind manages, at any depth."""
    inside = world.contents.get(sighting.arn)
    homes = [ContainedResource(key.kind, sighting), *inside] if inside is not None else []
    found = others_in(homes, context.kinds, partial(_listed, context))
    world.others[sighting.arn] = tuple(each for each in found if each.names or each.not_listed)


def _look_to_empty(world: World, stack: Stack, context: ReadContext, key: Key, sighting: Sighting) -> None:
    """Note what is deleted one by one before a resource that AWS deletes only when it is empty."""
    adapter = context.kinds[key.kind]
    emptying = emptying_of(stack, adapter)
    if emptying is None or sighting.arn in world.closed:
        return
    names: dict[str, list[str]] = {}
    locked = []
    more = ""
    try:
        for number, each in enumerate(emptying.look(context.api_of(adapter.service.name), sighting)):
            if number == COUNTED:
                more = each.noun
                break
            names.setdefault(each.noun, []).append(each.name)
            if each.kept:
                locked.append(f"{each.name} ({each.kept})")
    except CallError as error:
        world.closed[sighting.arn] = str(error)
        log.error("contents list failed", kind=key.kind, name=key.name, error=str(error))
        return
    found = [
        UnmanagedContents(noun, tuple(each), emptied=True, more=noun == more) for noun, each in names.items()
    ]
    world.others[sighting.arn] = (*world.others.get(sighting.arn, ()), *found)
    world.locked[sighting.arn] = tuple(locked)


def others_in(
    homes: Iterable[ContainedResource], kinds: Mapping[str, Adapter[Any]], listed: Listed
) -> Iterator[UnmanagedContents]:
    """The contents of these resources of types that no kind manages, by type."""
    for home in homes:
        adapter = kinds[home.kind]
        if adapter.unmanaged:
            yield from listed(adapter, home.sighting.address)


def listed_in_turn(api_of: ApiOf, adapter: Adapter[Any], address: Address) -> Iterator[UnmanagedContents]:
    """The contents of each type, one list after the other."""
    return (_others(api_of(adapter.service.name), address, of) for of in adapter.unmanaged)


def _listed(context: ReadContext, adapter: Adapter[Any], address: Address) -> Iterator[UnmanagedContents]:
    """The contents of each type, listed in parallel, in the order of their declaration."""
    api, found = context.api_of(adapter.service.name), dict[Unmanaged, UnmanagedContents]()

    def look(of: Unmanaged) -> None:
        found[of] = _others(api, address, of)

    fan_out(context.clock, [Lane(adapter.unmanaged, context.width_of(adapter.service.name))], look)
    return (found[each] for each in adapter.unmanaged)


def _others(api: Api, address: Address, of: Unmanaged) -> UnmanagedContents:
    """The contents of one type, or the reason why AWS does not list them."""
    try:
        with members_needed(of.operation):
            rows = list(api.pages(of.operation, **address))
    except CallError as error:
        log.warning("unmanaged contents list failed", noun=of.noun, error=str(error))
        return UnmanagedContents(of.noun, not_listed=str(error))
    member, values = of.made_by_aws or ("", ())
    kept = (row for row in rows if row.get(member) not in values or not member)
    return UnmanagedContents(of.noun, tuple(sorted(_name(of, row) for row in kept)), of.with_defaults)


def _name(of: Unmanaged, row: Wired) -> str:
    names = (row.get(member) for member in of.named_by)
    return next((str(name) for name in names if name), "(unnamed)")
