"""Finds the live resource of each resource of a stack, with its state, key facts and console link."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache, lru_cache
from string import Formatter
from typing import Any, Literal, TypeAlias
from urllib.parse import quote

from reconciler.contract import Adapter, Sighting
from reconciler.inventory.source import Source
from reconciler.observing.observer import ReadContext, observe
from reconciler.planning.ownership import Owner, owner_of
from reconciler.planning.subset import focused
from reconciler.planning.world import World
from reconciler.stack import Key, Place, Stack

State: TypeAlias = Literal["owned", "unmarked", "foreign", "missing", "unreadable", "deleted later", "extra"]
"""`owned`: it has our mark; `unmarked`: it has no mark; `foreign`: it has the mark of another stack; `missing`: AWS does not
have it; `unreadable`: it could not be looked up; `deleted later`: AWS deletes it at a known time; `extra`: it has our mark,
and the files no longer have it."""

OWNERS: Mapping[Owner, State] = {Owner.OURS: "owned", Owner.FREE: "unmarked", Owner.FOREIGN: "foreign"}
"""The states of resources that have marks."""
TWICE = "name_twice"
"""The name in a pattern of an address that stands for `name`, encoded as CloudWatch's console takes it: twice, `%` as `$`."""
PUBLIC = "aws"
"""The partition whose console the links of kinds lead to."""


@dataclass(frozen=True, slots=True)
class Row:
    """One resource of a stack, as it is in AWS."""

    key: Key
    state: State
    id: str = ""
    arn: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)
    """The attributes of its kind that the bulk read shows, by name."""
    console: str = ""
    """The address of its page in AWS's console; empty if its kind declares none."""
    place: Place | None = None
    """Where the files declare it; None if they no longer do."""
    why: str = ""
    """Why it could not be looked up, or when it is deleted."""
    sighting: Sighting | None = None


def inventory(stack: Stack, context: ReadContext) -> tuple[list[Row], World]:
    """A row for each resource that the stack manages, in the order of kinds and names, and what was observed.

    Resources that are only referred to (`existing`) are left out.
    """
    world = observe(stack, context, frozenset())
    return _rows(stack, world, context.kinds), world


@dataclass(frozen=True)
class Inventory:
    """The rows of a stack, and when the oldest of those from the cache was read."""

    rows: list[Row]
    read: float | None = None
    """In seconds since 1970; None if AWS was asked for all of them."""
    asked: int = 0
    """The number of rows that AWS was asked for."""


def remembered_inventory(stack: Stack, source: Source, wanted: Collection[Key]) -> Inventory:
    """The rows of `inventory` from the cache; AWS is asked for those of the `wanted` that are lacking there."""
    memory = source.remembered(stack)
    lacking = frozenset(wanted) if memory is None else memory.lacking.intersection(wanted)
    if memory is None or memory.read is None or (lacking and len(lacking) == len(wanted)):
        rows = inventory(stack, source.context)[0]
        return Inventory(rows, asked=len(rows))
    rows = _rows(stack, memory.world, source.kinds)
    if lacking:
        asked = inventory(focused(stack, lacking), source.context)[0]
        told = {row.key: row for row in rows}
        told |= {row.key: row for row in asked if row.key in lacking or row.state == "extra"}
        rows = sorted(told.values(), key=lambda row: (row.state == "extra", row.key))
    return Inventory(rows, memory.read, len(lacking))


def _rows(stack: Stack, world: World, kinds: Mapping[str, Adapter[Any]]) -> list[Row]:
    found = (_row(stack, world, kinds, key) for key in sorted(managed(stack)))
    rows = [each for each in found if each.state != "missing" or not stack.resources[each.key].has_left]
    return rows + sorted(_extra(stack, world, kinds), key=lambda row: row.key)


def managed(stack: Stack) -> Iterator[Key]:
    """The keys of the resources that the stack manages."""
    return (key for key, desired in stack.resources.items() if not desired.existing)


def _row(stack: Stack, world: World, kinds: Mapping[str, Adapter[Any]], key: Key) -> Row:
    desired, adapter = stack.resources[key], kinds[key.kind]
    why = world.unseen.get(key) or world.conflicts.get(key)
    sighting = world.sightings.get(key)
    if why:
        return Row(key, "unreadable", place=desired.place, why=why)
    if sighting is None:
        return Row(key, "missing", place=desired.place)
    state = _state(stack, adapter, sighting)
    return _found(stack, adapter, key, state, sighting, scope=desired.scope, place=desired.place)


def _state(stack: Stack, adapter: Adapter[Any], sighting: Sighting) -> State:
    if sighting.deletion:
        return "deleted later"
    if adapter.tagging is None:
        return "owned"  # through what it lives in
    return OWNERS[owner_of(sighting.tags or {}, stack.mark)]


def _extra(stack: Stack, world: World, kinds: Mapping[str, Adapter[Any]]) -> Iterator[Row]:
    """The resources with our mark that the files no longer have, as far as the pass saw any."""
    for stray in world.strays:
        yield _found(stack, kinds[stray.key.kind], stray.key, "extra", stray.sighting, scope=stray.scope)


def _found(  # noqa: PLR0913 -- a row for each of thousands, made at once
    stack: Stack,
    adapter: Adapter[Any],
    key: Key,
    state: State,
    sighting: Sighting,
    *,
    scope: Key | None,
    place: Place | None = None,
) -> Row:
    """The row of a live resource."""
    return Row(
        key,
        state,
        id=sighting.id,
        arn=sighting.arn,
        facts=dict(facts_of(adapter, sighting)),
        console=console_link(adapter, sighting, stack, stack.called(scope) if scope else ""),
        place=place,
        why=sighting.deletion or "",
        sighting=sighting,
    )


def facts_of(adapter: Adapter[Any], sighting: Sighting) -> Iterator[tuple[str, str]]:
    """The attributes whose values the sighting shows, with their names."""
    for name, attribute in adapter.attributes.items():
        if isinstance(attribute.value_of, str):
            value = sighting.settings.get(attribute.value_of)
            if isinstance(value, str) and value:
                yield name, value


def console_link(adapter: Adapter[Any], sighting: Sighting, stack: Stack, parent: str) -> str:
    """The address of the resource's page in AWS's console; empty outside of AWS's public partition."""
    if not adapter.console or sighting.arn.split(":")[1:2] != [PUBLIC]:
        return ""
    parts = {
        "region": stack.region,
        "account": stack.account,
        "name": sighting.name,
        "id": sighting.id,
        "arn": sighting.arn,
        "parent": parent,
    }
    names = _names_in(adapter.console)
    return _filled(adapter.console, tuple(parts["name" if name == TWICE else name] for name in names))


@lru_cache(maxsize=1000)
def _filled(pattern: str, values: tuple[str, ...]) -> str:
    """The pattern of an address with these values of its names; most links of a stack lead to the same page."""
    found = zip(_names_in(pattern), values, strict=True)
    return pattern.format(**{name: _encoded(name, value) for name, value in found})


def _encoded(name: str, value: str) -> str:
    """The value of a name in the pattern of an address."""
    encoded = quote(value, safe="")
    return quote(encoded, safe="").replace("%", "$") if name == TWICE else encoded


@cache
def _names_in(pattern: str) -> tuple[str, ...]:
    """The names in a pattern of an address: to encode all values for each of thousands of links takes a second."""
    return tuple(dict.fromkeys(name for _, name, _, _ in Formatter().parse(pattern) if name))


def of_kinds(rows: Iterable[Row], kinds: Iterable[str]) -> list[Row]:
    """The rows of these kinds; all rows if there are none."""
    wanted = frozenset(kinds)
    return [row for row in rows if not wanted or row.key.kind in wanted]
