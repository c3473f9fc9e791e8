"""Finds and reads what lives in AWS with the fewest calls; never writes."""

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
from reconciler.observing.binding import bind_live, strays_of
from reconciler.observing.cache_policy import CachedReader, Wanted, keys_of_row, shown_otherwise
from reconciler.observing.moved_resources import moved_lines
from reconciler.observing.tag_reader import TagReading, kinds_to_look_at, with_tags
from reconciler.planning.observed import observed_of
from reconciler.planning.ownership import KEY_MARK, Binding, Owner, owner_of
from reconciler.planning.plan import NAME, kinds_to_see, managed_fields, wanted_tags
from reconciler.planning.removal import removal_verb
from reconciler.planning.tag_encoding import marks_for
from reconciler.planning.world import World
from reconciler.runtime.clock import Clock, Job
from reconciler.runtime.lanes import FEW_AT_ONCE, Lane, fan_out
from reconciler.stack import Desired, Key, Stack
from reconciler.unlisted_fields import Reading, not_shown

log = structlog.get_logger(__name__)

STORM = 100
"""From so many changes of a kind on, a pass confirms only what a bulk read shows of them."""


@dataclass(frozen=True)
class ReadContext:
    """With what a pass looks at AWS."""

    kinds: Mapping[str, Adapter[Any]]
    api_of: ApiOf
    clock: Clock
    cache: Cache = NoCache()
    width_of: Callable[[str], int] = lambda _service: FEW_AT_ONCE
    """How many calls to a service are worth having under way at once."""


def observe(stack: Stack, senses: ReadContext, only: Collection[Key], before: World | None = None) -> World:
    """See every live resource that the stack has to do with, and read the managed fields that no bulk read showed.

    `only` says whose fields are read. With the world as it was before, only their kinds are looked at again, and
    nothing is taken from memory. What cannot be seen or read is named in `World.unseen`.
    """
    observer = Observer(stack, senses, frozenset(only), again=before is not None)
    if before is not None:
        observer.before = before.sightings
        observer.world.recall(before, observer.kinds_again)
    observer.look()
    observer.understand()
    observer.remember()
    return observer.world


@dataclass
class Observer:
    """Fills a world with what lives."""

    stack: Stack
    senses: ReadContext
    only: frozenset[Key]
    again: bool = False
    """Whether this look confirms what was written: only the kinds of `only` matter, and memory does not count."""
    world: World = field(default_factory=World)
    memories: dict[tuple[str, Key | None], CachedReader] = field(default_factory=dict)
    before: Mapping[Key, Sighting] = field(default_factory=dict)
    """Where what is looked at again was before."""
    scopes: dict[str, dict[Key | None, list[Desired]]] = field(default_factory=dict)
    lanes: dict[str, Lane[Job]] = field(default_factory=dict)
    """By kind: what is still to be asked of AWS."""
    readings: list[Reading] = field(default_factory=list)

    @cached_property
    def kinds_again(self) -> frozenset[str]:
        """The kinds of what is looked at again."""
        return frozenset(key.kind for key in self.only)

    def look(self) -> None:
        """See every kind that matters in every scope, parents first, and read what no sighting showed.

        The reads of a kind begin as soon as it is seen, beside whatever else goes on.
        """
        given = (self.stack, self.senses.kinds)
        kinds = (
            sorted(self.kinds_again & kinds_to_see(*given))
            if self.again
            else sorted(kinds_to_look_at(*given, self.senses.api_of))
        )
        mine = Counter(key.kind for key in self.only)
        for kind in kinds:
            self.scopes[kind] = scopes = self._by_scope(kind)
            width = self.senses.width_of(self.senses.kinds[kind].service.name)
            self.lanes[kind] = Lane((), min(width, max(len(scopes), mine[kind])), growing=True)
        for kind in kinds:
            if self.senses.kinds[kind].parent not in self.lanes:
                self._enter(kind, self.scopes[kind])
        fan_out(self.senses.clock, list(self.lanes.values()), lambda task: task())

    def understand(self) -> None:
        """Put what was read into the words of desired state, now that every name is known."""
        mark, world = self.stack.mark, self.world
        for key, sighting, fields, members in self.readings:
            try:
                with members_needed("read"):
                    world.observed[key] = observed_of(mark, world, sighting, fields, members)
            except Unreadable as error:
                self._miss([key], "read", error)

    def remember(self) -> None:
        """Keep what was read for the next pass."""
        for remembering in self.memories.values():
            remembering.keep(self.senses.cache, partly=self.again)

    def _enter(self, kind: str, scopes: Iterable[Key | None]) -> None:
        """Put into its lane the seeing of a kind in these scopes, now that they are seen themselves."""
        adapter, members = self.senses.kinds[kind], self.scopes[kind]
        self.lanes[kind].items.extend(
            partial(self._see_and_follow, adapter, scope, members[scope]) for scope in scopes
        )

    def _see_and_follow(self, adapter: Adapter[Any], scope: Key | None, members: list[Desired]) -> None:
        """See one kind in one scope; then what lives in it, and the fields that were not shown, can be read."""
        self._see(adapter, scope, members)
        for kind in self.lanes:
            if self.senses.kinds[kind].parent == adapter.kind:
                self._enter(kind, [each.key for each in members])
        for key, desired in ((each.key, each) for each in members):
            asked = key in self.only and key not in self.world.unseen and not desired.existing
            if asked and key in self.world.sightings:
                self._read(desired, self.world.sightings[key])
            self.lanes[adapter.kind].items.extend(self._attributes.jobs(key))

    def _by_scope(self, kind: str) -> dict[Key | None, list[Desired]]:
        """The desired resources of a kind, by what they live in; scopes without any are there as well."""
        scopes: list[Key | None] = [None]
        within = self.senses.kinds[kind].parent
        if within:
            scopes = [each.key for each in self._by_kind.get(within, ())]
        found: dict[Key | None, list[Desired]] = {scope: [] for scope in scopes}
        for desired in self._by_kind.get(kind, ()):
            found.setdefault(desired.scope, []).append(desired)
        return found

    @cached_property
    def _by_kind(self) -> Mapping[str, Sequence[Desired]]:
        found: dict[str, list[Desired]] = {}
        for key, desired in self.stack.resources.items():
            found.setdefault(key.kind, []).append(desired)
        return found

    def _see(self, adapter: Adapter[Any], scope: Key | None, members: list[Desired]) -> None:
        world = self.world
        if scope in world.unseen or scope in world.conflicts:
            world.unseen.update({each.key: f"{scope} could not be seen" for each in members})
            world.late.update(each.key for each in members if scope in world.late)
            return
        address = world.scope_of(scope)
        if address is None:
            return
        api = self.senses.api_of(adapter.service.name)
        names = frozenset(each.aws_name for each in members if each.aws_name is not None)
        goes = self.stack.lets_go_of(adapter.kind)
        only_referred = all(each.existing for each in members) and not goes
        asked = Wanted(self.stack.mark, names, only_referred, any(each.chosen for each in members))
        remembering = CachedReader.of(self.senses.cache, self.senses.clock, adapter, api, address)
        self.memories[adapter.kind, scope] = remembering
        try:
            seen = self._look_again(adapter, remembering) if self.again else remembering.see(asked)
            for sighting in seen:
                world.names[adapter.kind, sighting.id] = sighting.name
                world.names[adapter.kind, sighting.arn] = sighting.name
            sightings, swept = self._with_tags(adapter, remembering, members, seen, chosen=asked.chosen)
            sightings = [each for each in sightings if not self._is_beside(adapter.kind, each)]
            binding = bind_live(self.stack, adapter, api, members, sightings)
            doubtful = self._going_by_memory(adapter, binding, remembering.recalled | swept)
            doubtful |= self._different_by_sweep(binding, swept)
            if adapter.create.before_delete and (binding.conflicts or binding.replaced):
                doubtful |= {each.arn for each in sightings if each.id in remembering.recalled | swept}
            if doubtful:
                sightings = [
                    with_tags(adapter, api, replace(each, tags=None)) if each.arn in doubtful else each
                    for each in sightings
                ]
                binding = bind_live(self.stack, adapter, api, members, sightings)
        except CallError as error:
            place = self.memories.get((scope.kind, None)) if scope else None
            if isinstance(error, Absent) and place:
                # The cached address is no longer right; the next pass searches for the resource.
                place.forget(self.senses.cache)
            self._miss([each.key for each in members], "seen", error)
            if self.stack.prune and not isinstance(error, Late):
                world.blind.append(f"{adapter.kind}: {error}")
            log.error("list failed", kind=adapter.kind, error=str(error))
            return
        self._look_elsewhere(adapter, address, binding, members)
        remembering.note(sightings, asked)
        for key, sighting in binding.bound.items():
            world.remember(key, sighting)
        for key, replaced in binding.replaced.items():
            world.replace(key, *replaced)
        world.conflicts.update(binding.conflicts)
        bad = [each for each in remembering.bad if not shown_otherwise(each, sightings)]
        if not self._set_aside(adapter, bad, members, binding):
            world.strays += strays_of(adapter, binding, scope)

    def _with_tags(
        self,
        adapter: Adapter[Any],
        remembering: CachedReader,
        members: Sequence[Desired],
        seen: list[Sighting],
        *,
        chosen: bool,
    ) -> tuple[list[Sighting], set[str]]:
        """The sightings with the tags that matter, and the ids of what a sweep showed."""
        names = {each.aws_name for each in members}
        reading = TagReading(adapter, self.senses.api_of, self.stack.mark, remembering)
        everything = chosen or self._asks_all(adapter, names, seen)
        sightings, swept = reading.of(seen, names, everything=everything)
        if not everything and self._others_have_names(adapter, members, sightings):
            sightings, more = reading.of(sightings, names, everything=True)
            swept |= more
        return sightings, swept

    def _look_elsewhere(
        self, adapter: Adapter[Any], scope: Address, binding: Binding, members: Iterable[Desired]
    ) -> None:
        """Before something is made that is missing in its scope: find it where somebody may have moved it."""
        missing = [each for each in members if not each.existing and not binding.knows(each.key)]
        if self.again or not missing:
            return
        try:
            with members_needed("look"):
                ask = (self.stack.mark, adapter, self.senses.api_of, scope, missing)
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
        """Note whose rows could not be read; whether one of them may be anybody's.

        Then whatever was not found may be there, and nothing of the kind is known to be no longer desired.
        """
        anybody = False
        for row in bad:
            log.error("read failed", kind=adapter.kind, error=str(row))
            whose = keys_of_row(row, adapter, self.stack.mark, members)
            if whose is None:
                anybody = True
                whose = [each.key for each in members if each.key not in binding.bound]
                self.world.blind.append(f"{adapter.kind}: {row}")
            error = Unsure(row.operation, "UnreadableRow", f"{row.place} {row.problem}")
            self._miss([key for key in whose if key not in self.world.unseen], "read", error)
        return anybody

    def _miss(self, keys: Iterable[Key], what: str, error: CallError) -> None:
        """Note what could not be seen or read, and why."""
        for key in keys:
            self.world.unseen[key] = f"could not be {what}: {error}"
            if isinstance(error, Busy | Unsure):
                self.world.unanswered.add(key)
            if isinstance(error, Late):
                self.world.late.add(key)

    def _look_again(self, adapter: Adapter[Any], remembering: CachedReader) -> list[Sighting]:
        """What was just written, read anew: AWS does not promise that its change token has moved."""
        written = [
            self.before[key] for key in sorted(self.only) if key.kind == adapter.kind and key in self.before
        ]
        all_of_them = sum(key.kind == adapter.kind for key in self.stack.resources)
        deleted = any(key.kind == adapter.kind and key not in self.stack.resources for key in self.only)
        if adapter.reads.gets_one and not deleted and len(written) <= all_of_them // adapter.reads.page + 1:
            return [seen for each in written if (seen := remembering.look(each))]
        return remembering.sightings()

    def _asks_all(self, adapter: Adapter[Any], names: set[str | None], seen: Iterable[Sighting]) -> bool:
        """Whether a mark may matter on what has no wanted name: something is missing, or goes."""
        missing = _names_move(adapter) and not names <= {
            name for each in seen for name in (each.name, *each.also)
        }
        return missing or adapter.create.before_delete or self.stack.lets_go_of(adapter.kind)

    def _others_have_names(
        self, adapter: Adapter[Any], members: Iterable[Desired], sightings: Sequence[Sighting]
    ) -> bool:
        """Whether what has a wanted name is not ours, so that ours may live under another one."""
        if not _names_move(adapter):
            return False
        known: dict[bool, set[str]] = {True: set(), False: set()}
        for each in sightings:
            ours = owner_of(each.tags or {}, self.stack.mark) is Owner.OURS
            known[ours] |= {each.name, *each.also}
        wanted = {each.aws_name for each in members if not each.existing}
        return not wanted.isdisjoint(known[False] - known[True])

    def _different_by_sweep(self, binding: Binding, swept: Collection[str]) -> set[str]:
        """The ARNs of what lacks a wanted tag by the word of a sweep, which may lag behind."""
        return {
            sighting.arn
            for key, sighting in binding.bound.items()
            if sighting.id in swept
            for tag, value in wanted_tags(self.stack, self.stack.resources[key]).items()
            if (sighting.tags or {}).get(tag) != value
        }

    def _is_beside(self, kind: str, sighting: Sighting) -> bool:
        """Whether it belongs to a part of the stack that this pass is not about."""
        tags = sighting.tags or {}
        ours = owner_of(tags, self.stack.mark) is Owner.OURS
        return ours and (kind, tags.get(KEY_MARK, "")) in self._marks_beside

    @cached_property
    def _marks_beside(self) -> frozenset[tuple[str, str]]:
        """By kind: the marks of what this pass is not about."""
        return frozenset((key.kind, mark) for key in self.stack.beside for mark in marks_for(key.name))

    def _going_by_memory(
        self, adapter: Adapter[Any], binding: Binding, recalled: Collection[str]
    ) -> set[str]:
        """The ARNs of what would go on the word of memory: tags change without a sign of it in a list."""
        return {
            stray.sighting.arn
            for stray in strays_of(adapter, binding)
            if stray.sighting.id in recalled and removal_verb(self.stack, stray, adapter)
        }

    @cached_property
    def _storms(self) -> frozenset[str]:
        """The kinds of which so much was written that only a bulk read confirms it."""
        written = Counter(key.kind for key in self.only) if self.again else Counter()
        return frozenset(kind for kind, number in written.items() if number > STORM)

    def _read(self, desired: Desired, sighting: Sighting) -> None:
        """Take what is shown of the managed fields, and put off to the kind's lane the reading of the others."""
        adapter = self.senses.kinds[desired.key.kind]
        fields = dict(managed_fields(desired, adapter))
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
        """Read the fields that no sighting showed."""
        key, sighting = shown.key, shown.sighting
        adapter = self.senses.kinds[key.kind]
        try:
            with members_needed("read"):
                read = adapter.get_fields(self.senses.api_of(adapter.service.name), sighting, unknown)
        except CallError as error:
            # Absence is believed only after two different reads; this one contradicts the sighting.
            self._miss([key], "read", error)
            log.error("read failed", kind=key.kind, name=key.name, error=str(error))
            return
        members = {**shown.members, **read}
        self.memories[key.kind, scope].note_read(sighting, members, unknown)
        self.readings.append(shown._replace(members=members))

    @cached_property
    def _attributes(self) -> AttributeReading:
        kinds, api_of = self.senses.kinds, self.senses.api_of
        return AttributeReading(self.stack, self.world, kinds, api_of, self.only, self._miss)


def _names_move(adapter: Adapter[Any]) -> bool:
    """Whether something that lives can lose its name to something else."""
    unnamed = adapter.identity.name is None
    return adapter.computes_names or unnamed or any(NAME in group.fields for group in adapter.updates)
