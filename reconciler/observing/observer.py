"""Finds and reads the live resources in AWS with the fewest calls; never writes."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from typing import Any

import structlog

from reconciler.cache_store import Cache, NoCache
from reconciler.contract import Adapter, Address, ApiOf, Sighting
from reconciler.errors import Absent, BadRow, Busy, CallError, Late, Unreadable, Unsure, members_needed
from reconciler.observing.attribute_reader import AttributeReading
from reconciler.observing.binding import scheduled_of, strays_of, unwanted_of
from reconciler.observing.bulk_fields import with_bulk_fields
from reconciler.observing.cache_policy import CachedReader, Marked, keys_of_row, shown_otherwise
from reconciler.observing.moved_resources import moved_lines
from reconciler.observing.scope_reading import ScopeReading
from reconciler.observing.scopes import by_kind, by_scope
from reconciler.observing.shared_lists import SharedLists
from reconciler.observing.tag_reader import CommonTagSearch, kinds_to_look_at
from reconciler.observing.undeclared import UndeclaredNotes
from reconciler.planning.comparison import open_fields
from reconciler.planning.observed import observed_of
from reconciler.planning.ownership import Binding
from reconciler.planning.plan import kinds_to_see, managed_fields
from reconciler.planning.text_references import Resolver
from reconciler.planning.world import World
from reconciler.runtime.clock import Clock, Job
from reconciler.runtime.lanes import FEW_AT_ONCE, Lane, fan_out
from reconciler.stack import Desired, Key, Stack
from reconciler.unlisted_fields import Reading, not_shown

log = structlog.get_logger(__name__)

STORM = 100
"""After this many changes of a kind, a pass confirms only the fields that a bulk read shows."""


@dataclass(frozen=True)
class ReadContext:
    """What an observer needs: API, cache, clock, kinds."""

    kinds: Mapping[str, Adapter[Any]]
    api_of: ApiOf
    clock: Clock
    cache: Cache = NoCache()
    width_of: Callable[[str], int] = lambda _service: FEW_AT_ONCE
    """How many calls to a service may usefully run at the same time."""


@dataclass(frozen=True)
class ExtraReads:
    """What is read besides what the stack needs: the other live resources of its kinds."""

    fields: bool = False
    """Whether the fields of its own resources are read, too, that no file manages."""


def observe(
    stack: Stack,
    context: ReadContext,
    only: Collection[Key],
    before: World | None = None,
    extra: ExtraReads | None = None,
) -> World:
    """List every live resource that concerns the stack, and read the managed fields that no bulk read showed.

    The fields of `only` are read. If an earlier world is given, only the kinds of `only` are listed again, without the
    cache. Resources that cannot be listed or read are named in `World.unseen`. With `extra`, `World.undeclared` has all
    other resources of these kinds.
    """
    observer = Observer(stack, context, frozenset(only), again=before is not None, extra=extra)
    if before is not None:
        observer.before = before.sightings
        observer.world.recall(before, observer.kinds_again)
    observer.look()
    observer.understand()
    observer.remember()
    return observer.world


@dataclass
class Observer:
    """Fills a world with the live resources."""

    stack: Stack
    context: ReadContext
    only: frozenset[Key]
    again: bool = False
    """Whether this read confirms changes: then only the kinds of `only` are read, without the cache."""
    extra: ExtraReads | None = None
    """What is read besides what the stack needs."""
    world: World = field(default_factory=World)
    memories: dict[tuple[str, Key | None], CachedReader] = field(default_factory=dict)
    before: Mapping[Key, Sighting] = field(default_factory=dict)
    """The earlier sightings of the resources that are read again."""
    scopes: dict[str, dict[Key | None, list[Desired]]] = field(default_factory=dict)
    lanes: dict[str, Lane[Job]] = field(default_factory=dict)
    """By kind: the reads that are still to be made."""
    readings: list[Reading] = field(default_factory=list)
    tag_search: CommonTagSearch = field(init=False, repr=False)
    shared_lists: SharedLists = field(init=False, repr=False)
    contradicted: set[str] = field(default_factory=set)
    """The kinds that the search for our mark shows differently from a read."""

    @cached_property
    def kinds_again(self) -> frozenset[str]:
        """The kinds of the resources that are read again."""
        return frozenset(key.kind for key in self.only)

    def look(self) -> None:
        """List every kind that matters in every scope, parents first, and read the fields that no sighting showed.

        The reads of a kind begin as soon as it is listed, in parallel with all other reads.
        """
        given = (self.stack, self.context.kinds)
        kinds = (
            sorted(self.kinds_again & kinds_to_see(*given))
            if self.again
            else sorted(kinds_to_look_at(*given, self.context.api_of))
        )
        found = [self.context.kinds[kind] for kind in kinds]
        self.tag_search = CommonTagSearch.for_kinds(
            self.stack, found, self.context.api_of, self.context.clock
        )
        self.shared_lists = SharedLists(found, self.context.clock)
        mine = Counter(key.kind for key in self.only)
        for kind in kinds:
            self.scopes[kind] = scopes = by_scope(self._by_kind, self.context.kinds[kind])
            width = self.context.width_of(self.context.kinds[kind].service.name)
            self.lanes[kind] = Lane((), min(width, max(len(scopes), mine[kind])), growing=True)
        for kind in kinds:
            adapter = self.context.kinds[kind]
            if self.lanes.keys().isdisjoint({adapter.parent, adapter.listed_after}):
                self._enter(kind, self.scopes[kind])
        fan_out(self.context.clock, list(self.lanes.values()), lambda task: task())

    def understand(self) -> None:
        """Decode the members into the words of desired state, now that every name is known."""
        mark, world = self.stack.mark, self.world
        for key, sighting, fields, members in self.readings:
            try:
                with members_needed("read"):
                    world.observed[key] = observed_of(mark, world, sighting, fields, members)
            except Unreadable as error:
                self._miss([key], "read", error)

    def remember(self) -> None:
        """Cache what was read for the next pass."""
        for reader in self.memories.values():
            reader.keep(self.context.cache, partly=self.again)

    def _enter(self, kind: str, scopes: Iterable[Key | None]) -> None:
        """Queue the lists of a kind in these scopes, now that the scopes themselves are listed."""
        adapter, members = self.context.kinds[kind], self.scopes[kind]
        self.lanes[kind].items.extend(
            partial(self._see_and_follow, adapter, scope, members[scope]) for scope in scopes
        )

    def _see_and_follow(self, adapter: Adapter[Any], scope: Key | None, members: list[Desired]) -> None:
        """List one kind in one scope; then its contents and the fields that were not shown can be read."""
        self._see(adapter, scope, members)
        for kind in self.lanes:
            if self.context.kinds[kind].parent == adapter.kind:
                self._enter(kind, [each.key for each in members])
            elif self.context.kinds[kind].listed_after == adapter.kind:
                self._enter(kind, self.scopes[kind])
        asked = [each for each in members if self._reads_fields_of(each)]
        if adapter.reads.together:
            self._read_together(adapter, scope, asked)
        for each in asked:
            self._read(each, self.world.sightings[each.key])
        for each in members:
            self.lanes[adapter.kind].items.extend(self._attributes.jobs(each.key))

    def _reads_fields_of(self, desired: Desired) -> bool:
        key = desired.key
        asked = key in self.only and key not in self.world.unseen and not desired.existing
        return asked and key in self.world.sightings

    def _read_together(self, adapter: Adapter[Any], scope: Key | None, asked: Sequence[Desired]) -> None:
        """Read the fields that one operation shows of all resources, if several need them."""
        if adapter.kind in self._storms:
            return
        by_id = {self.world.sightings[each.key].id: each for each in asked}
        unknown = [
            (sighting, not_shown(adapter, dict(managed_fields(each, adapter)), sighting, each.settings))
            for each in asked
            for sighting in (self.world.sightings[each.key],)
        ]
        api = self.context.api_of(adapter.service.name)
        for sighting in with_bulk_fields(adapter, api, unknown):
            self.world.remember(by_id[sighting.id].key, sighting)
            self.memories[adapter.kind, scope].note_read(sighting, sighting.settings, frozenset())

    @cached_property
    def _by_kind(self) -> Mapping[str, Sequence[Desired]]:
        return by_kind(self.stack)

    def _see(self, adapter: Adapter[Any], scope: Key | None, members: list[Desired]) -> None:
        world = self.world
        if scope in world.unseen or scope in world.conflicts:
            world.unseen.update({each.key: f"{scope} could not be seen" for each in members})
            world.late.update(each.key for each in members if scope in world.late)
            return
        address = world.scope_of(scope)
        if address is None:
            return
        api = self.context.api_of(adapter.service.name)
        reader = CachedReader.of(self.context.cache, self.context.clock, adapter, api, address)
        reader.lists = self.shared_lists.of(adapter.service.name, api)
        self.memories[adapter.kind, scope] = reader
        reading = ScopeReading(self.stack, reader, self.context.api_of, self.tag_search, members)
        asked = reading.wanted(everything=self.extra is not None)
        try:
            seen = (
                self._look_again(adapter, reader)
                if self.again
                else reader.see(asked, self._search_of(adapter))
            )
            for sighting in seen:
                world.names[adapter.kind, sighting.id] = sighting.name
                world.names[adapter.kind, sighting.arn] = sighting.name
            sightings, binding = reading.bound(seen, self._placed(adapter, members))
        except CallError as error:
            if isinstance(error, Absent) and reader.unlisted:
                self.contradicted.add(adapter.kind)
                self._see(adapter, scope, members)
            else:
                self._could_not_see(adapter, scope, members, error)
            return
        self._look_elsewhere(adapter, address, binding, members)
        going = binding.deletions
        reader.note(
            (replace(each, deletion=going[each.id]) if each.id in going else each for each in sightings),
            asked,
        )
        self._note_undeclared(adapter, scope, binding, sightings)
        for key, sighting in binding.bound.items():
            world.remember(key, sighting)
        for key, replaced in binding.replaced.items():
            world.replace(key, *replaced)
        for key, kept in binding.kept.items():
            world.set_aside(key, *kept)
        world.conflicts.update(binding.conflicts)
        bad = [each for each in reader.bad if not shown_otherwise(each, sightings)]
        if not self._set_aside(adapter, bad, members, binding):
            self._note_left_over(adapter, binding, sightings, scope)

    def _could_not_see(
        self, adapter: Adapter[Any], scope: Key | None, members: Iterable[Desired], error: CallError
    ) -> None:
        """Note that a kind could not be listed in a scope."""
        place = self.memories.get((scope.kind, None)) if scope else None
        if isinstance(error, Absent) and place:
            # The cached address is no longer right; the next pass searches for the resource.
            place.forget(self.context.cache)
        self._miss([each.key for each in members], "seen", error)
        self.world.unlisted[adapter.kind] = str(error)
        if self.stack.prune and not isinstance(error, Late):
            self.world.blind.append(f"{adapter.kind}: {error}")
        log.error("list failed", kind=adapter.kind, error=str(error))

    def _search_of(self, adapter: Adapter[Any]) -> Marked | None:
        """The search for our mark, which may save the list of a kind; None: the kind is listed."""
        enough = self.tag_search.serves(adapter) and adapter.kind not in self.contradicted
        return partial(self.tag_search.arns, adapter) if enough else None

    def _placed(self, adapter: Adapter[Any], members: Sequence[Desired]) -> Sequence[Desired]:
        """The resources with the references resolved that say in which place they are."""
        if adapter.listed_after is None:
            return members
        resolver = Resolver(self.stack, self.world, self.context.kinds)
        return [replace(each, settings=resolver.resolved(each, adapter)) for each in members]

    def _note_left_over(
        self, adapter: Adapter[Any], binding: Binding, seen: Sequence[Sighting], scope: Key | None
    ) -> None:
        """Note what is ours, or unwanted, and not desired."""
        world = self.world
        world.strays += strays_of(adapter, binding, scope)
        world.strays += unwanted_of(self.stack, adapter, binding, seen, scope)
        world.scheduled += scheduled_of(self.stack, adapter, binding, seen, scope)

    def _note_undeclared(
        self, adapter: Adapter[Any], scope: Key | None, binding: Binding, seen: Iterable[Sighting]
    ) -> None:
        """With `extra`: note what is bound to no resource of the stack."""
        if self.extra:
            notes = UndeclaredNotes(self.stack, self.world, self.context.api_of)
            notes.note_unbound(adapter, scope, binding, seen)

    def _look_elsewhere(
        self, adapter: Adapter[Any], scope: Address, binding: Binding, members: Iterable[Desired]
    ) -> None:
        """Before a missing resource is created: check whether it was moved out of its scope."""
        missing = [each for each in members if not each.existing and not binding.knows(each.key)]
        if self.again or not missing:
            return
        try:
            with members_needed("look"):
                ask = (self.stack.mark, adapter, self.context.api_of, scope, missing)
                self.world.conflicts.update(moved_lines(*ask))
        except CallError as error:
            self._miss([each.key for each in missing], "looked for in the whole account", error)
            log.error("account-wide search failed", kind=adapter.kind, error=str(error))

    def _set_aside(
        self,
        adapter: Adapter[Any],
        bad: Iterable[BadRow],
        members: Sequence[Desired],
        binding: Binding,
    ) -> bool:
        """Note the resources whose rows could not be read; returns whether a row may belong to any resource.

        In that case every resource that was not found may exist, and no stray of the kind can be identified.
        """
        anybody = False
        for row in bad:
            log.error("read failed", kind=adapter.kind, error=str(row))
            self.world.unlisted[adapter.kind] = str(row)
            whose = keys_of_row(row, adapter, self.stack.mark, members)
            if whose is None:
                anybody = True
                whose = [each.key for each in members if each.key not in binding.bound]
                self.world.blind.append(f"{adapter.kind}: {row}")
            error = Unsure(row.operation, "UnreadableRow", f"{row.place} {row.problem}")
            self._miss([key for key in whose if key not in self.world.unseen], "read", error)
        return anybody

    def _miss(self, keys: Iterable[Key], what: str, error: CallError) -> None:
        """Note the resources that could not be listed or read, and why."""
        for key in keys:
            self.world.unseen[key] = f"could not be {what}: {error}"
            if isinstance(error, Busy | Unsure):
                self.world.unanswered.add(key)
            if isinstance(error, Late):
                self.world.late.add(key)

    def _look_again(self, adapter: Adapter[Any], reader: CachedReader) -> list[Sighting]:
        """Resources that were just changed, read again: AWS does not promise that their change token is new."""
        written = [
            self.before[key] for key in sorted(self.only) if key.kind == adapter.kind and key in self.before
        ]
        all_of_them = sum(key.kind == adapter.kind for key in self.stack.resources)
        deleted = any(key.kind == adapter.kind and key not in self.stack.resources for key in self.only)
        if adapter.reads.gets_one and not deleted and len(written) <= all_of_them // adapter.reads.page + 1:
            return [seen for each in written if (seen := reader.look(each))]
        return reader.sightings()

    @cached_property
    def _storms(self) -> frozenset[str]:
        """The kinds with so many changes that only a bulk read confirms them."""
        written = Counter(key.kind for key in self.only) if self.again else Counter()
        return frozenset(kind for kind, number in written.items() if number > STORM)

    def _read(self, desired: Desired, sighting: Sighting) -> None:
        """Take the managed fields that the sighting shows, and queue the reads of the others."""
        adapter = self.context.kinds[desired.key.kind]
        fields = dict(managed_fields(desired, adapter))
        if self.extra and self.extra.fields:
            fields |= open_fields(desired, adapter)
        unknown = not_shown(adapter, fields, sighting, desired.settings)
        if adapter.kind in self._storms:
            # Thousands were changed: fields that no bulk read shows are left to the next pass.
            fields = {name: shape for name, shape in fields.items() if name not in unknown}
            unknown = frozenset()
        shown = Reading(desired.key, sighting, fields, sighting.settings)
        if unknown:
            self.lanes[adapter.kind].items.append(partial(self._read_besides, desired.scope, shown, unknown))
        else:
            self.readings.append(shown)

    def _read_besides(self, scope: Key | None, shown: Reading, unknown: frozenset[str]) -> None:
        """Read the fields that the sighting does not show."""
        key, sighting = shown.key, shown.sighting
        adapter = self.context.kinds[key.kind]
        try:
            with members_needed("read"):
                read = adapter.get_fields(self.context.api_of(adapter.service.name), sighting, unknown)
        except CallError as error:
            if isinstance(error, Absent) and self._list_after_all(adapter, shown):
                return
            # Absence is believed only after two different reads; this one contradicts the sighting.
            self._miss([key], "read", error)
            log.error("read failed", kind=key.kind, name=key.name, error=str(error))
            return
        members = {**shown.members, **read}
        self.memories[key.kind, scope].note_read(sighting, members, unknown)
        self.readings.append(shown._replace(members=members))

    def _list_after_all(self, adapter: Adapter[Any], gone: Reading) -> bool:
        """List a kind of which a resource does not exist any more, although the search for our mark still shows it.

        Returns whether the kind had not been listed when the resource was to be read.
        """
        kind = adapter.kind
        if self.world.sightings.get(gone.key) is not gone.sighting:
            return True
        reader = self.memories.get((kind, None))
        if reader is None or not reader.unlisted:
            return False
        self.contradicted.add(kind)
        members = self.scopes[kind][None]
        for each in members:
            self.world.sightings.pop(each.key, None)
        self.readings = [each for each in self.readings if each.key.kind != kind]
        for left in (self.world.strays, self.world.scheduled):
            left[:] = [each for each in left if each.key.kind != kind]
        self._see_and_follow(adapter, None, members)
        return True

    @cached_property
    def _attributes(self) -> AttributeReading:
        kinds, api_of = self.context.kinds, self.context.api_of
        return AttributeReading(self.stack, self.world, kinds, api_of, self.only, self._miss)
