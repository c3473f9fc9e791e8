"""Decides when the cached reads of an earlier pass may still be used."""

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, NamedTuple, TypeAlias

import structlog

from reconciler.cache_store import Cache, Memory
from reconciler.contract import Adapter, Address, Api, Sighting
from reconciler.errors import BadRow, Unreadable, members_needed
from reconciler.field_schema import fields_of
from reconciler.observing.row_isolation import RowIsolation
from reconciler.planning.ownership import KEY_MARK, STACK_MARK, Owner, owner_of
from reconciler.planning.tag_encoding import to_mark
from reconciler.runtime.clock import Clock, share_of_name
from reconciler.stack import Desired, Key

log = structlog.get_logger(__name__)

LAG = 300.0
"""Seconds until AWS shows a change ("several minutes at worst"): a younger version is not trusted."""
AUDIT_FROM, AUDIT_UNTIL = 12 * 3600.0, 24 * 3600.0
"""Between these ages, in seconds, a cached resource is read again whatever its version is: AWS does not promise that
a change of tags or associations gives a new version. The id determines the exact age, so that the reads are spread."""
AUDIT_SHARE = 0.1
"""The audit uses at most this share of an operation's quota ..."""
AUDIT_RATE = 2.0
"""... at the default of Amazon Connect, in calls a second, over the time since the last pass."""


REFERRED = "referred to"
"""The version of a cache entry that holds only the address of a resource."""
WHOLE_ROW = "row "
"""The beginning of the version of a cache entry that no pass uses: the list of the kind shows all, so it is read each time."""


Marked: TypeAlias = Callable[[], AbstractSet[str] | None]
"""Returns the ARNs of the resources of a kind that a search shows with our mark; None if it failed."""


class Wanted(NamedTuple):
    """What the stack needs of one kind in one scope."""

    mark: str
    names: frozenset[str]
    """AWS's names of the desired resources."""
    only_referred: bool
    """Whether all of them are `existing`."""
    marks: frozenset[str] = frozenset()
    """The values of the tag with which our mark names the desired resources."""
    chosen: bool = False
    """Whether one of them is not found by its name, so that any live resource may match."""


@dataclass
class CachedReader:
    """Lists one kind in one scope with the help of the cache."""

    adapter: Adapter[Any]
    api: Api
    address: Address
    now: float
    memories: Mapping[str, Memory]
    scope: str = ""
    worth_listing_versions: bool = True
    """Whether cache entries may exist, now or for the next pass."""
    seen: dict[str, Sighting] = field(default_factory=dict)
    """By id: the resources that this pass saw, to be cached."""
    last_look: float | None = None
    """When a pass last read all of them, in seconds since 1970; None if this is not known."""
    bad: list[BadRow] = field(default_factory=list)
    """The listed rows that could not be read."""
    recalled: set[str] = field(default_factory=set)
    """The ids of resources of which at least a part came from the cache."""
    tags_recalled: set[str] = field(default_factory=set)
    """The ids of resources whose tags came from the cache."""
    unchanged: set[str] = field(default_factory=set)
    """The ids of resources that have not changed since they were read, as the time of their last change shows."""
    unlisted: bool = False
    """Whether the cache and the search for our mark were enough, without a list."""
    lists: Api | None = None
    """The API that shares its lists with other kinds; None: `api`."""

    @classmethod
    def of(
        cls, cache: Cache, clock: Clock, adapter: Adapter[Any], api: Api, address: Address
    ) -> "CachedReader":
        """Create the reader with the cache's entries of a kind in a scope."""
        scope = scope_of(api.account, api.region, address)
        memories, now = cache.recall(adapter.kind, scope), clock.wall()
        last_look = cache.visit(adapter.kind, scope, now)
        return cls(adapter, api, address, now, memories, scope, cache.remembers, last_look=last_look)

    def see(self, wanted: Wanted, search: Marked | None = None) -> list[Sighting]:
        """Every live resource that may matter. With cache entries, only changed resources are read.

        `search` finds all resources of the kind that have our mark.
        """
        referred = self._referred(wanted)
        if referred is not None:
            return referred
        known = self._known(wanted, search) if search else None
        if known is not None:
            self.unlisted = True
            return known
        listed = self._readable(self.adapter.list_versions) if self.worth_listing_versions else None
        if listed is None:
            marked = self._marked(wanted)
            seen = self.sightings() if marked is None else marked
            return [self._with_memory(each) for each in seen]
        audited = self._audited(listed)
        stale = [each for each in listed if each.id in audited or not self._believed(each)]
        if len(stale) > len(listed) // self.adapter.reads.page + 1:
            return self._merged(listed, audited)
        looked = {each.id: self.look(each) for each in stale}
        found = (looked[each.id] if each.id in looked else self._remembered(each) for each in listed)
        return [each for each in found if each]

    def look(self, listed: Sighting) -> Sighting | None:
        """One resource with all that a bulk read would show; None, and a note in `bad`, if it cannot be read."""
        try:
            with members_needed("look"):
                return self.adapter.get(self.api, listed)
        except Unreadable as error:
            self.bad.append(unread(self.adapter, listed, error))
            return None

    def _readable(self, look: Callable[[Api, Address], Iterable[Sighting] | None]) -> list[Sighting] | None:
        """The rows that a list of the kind shows; rows that cannot be read are in `bad`."""
        isolation = RowIsolation(self.lists or self.api, self.adapter.reads.joined)
        found = isolation.sightings(lambda api: look(api, self.address))
        self.bad += isolation.bad
        return found

    def sightings(self) -> list[Sighting]:
        """Every live resource that the bulk read shows; rows that cannot be read are in `bad`."""
        return self._readable(self.adapter.list) or []

    def note(self, sightings: Iterable[Sighting], wanted: Wanted) -> None:
        """Note these sightings for the cache once their tags are known."""
        if wanted.only_referred and self.adapter.parent is None:
            sightings = [_place_of(each) for each in sightings if each.name in wanted.names]
        for each in sightings:
            if each.tags is not None or self.adapter.tagging is None:
                self.seen[each.id] = each if each.version else replace(each, version=_digest_of_row(each))

    def note_read(self, sighting: Sighting, members: Mapping[str, Any], fields: frozenset[str]) -> None:
        """Note fields for the cache that separate reads returned."""
        if (fields or sighting.complete) and sighting.id in self.seen:
            complete = sighting.complete | fields
            self.seen[sighting.id] = replace(sighting, settings=members, complete=complete)

    def keep(self, cache: Cache, *, partly: bool = False) -> None:
        """Write to the cache what this pass saw; `partly`: keep the entries of resources that it did not read."""
        kept = dict(self.memories) if partly else {}
        for identity, each in self.seen.items():
            looked = self.memories[identity].looked if self._is_as_before(each) else self.now
            kept[identity] = Memory(
                str(each.version), looked, each.settings, each.tags or {}, each.complete,
                each.name, each.address, each.arn, each.also, each.deletion,
            )  # fmt: skip
        if kept or self.memories:
            cache.keep(self.adapter.kind, self.scope, kept, self.memories)

    def _is_as_before(self, sighting: Sighting) -> bool:
        """Whether the cache has it already: it came from there, or the whole row is unchanged and no audit is due."""
        if sighting.id in self.recalled:
            return True
        if self.adapter.reads.changed_in:
            return False
        memory = self.memories.get(sighting.id)
        if memory is None or not memory.version.startswith(WHOLE_ROW) or memory.version != sighting.version:
            return False
        return self.now - memory.looked <= _due(sighting.id)

    def forget(self, cache: Cache) -> None:
        """Remove all cache entries of the kind, because one was wrong."""
        self.seen = {}
        cache.keep(self.adapter.kind, self.scope, {})

    def _referred(self, wanted: Wanted) -> list[Sighting] | None:
        """The cached addresses of resources that are only referred to; a wrong address fails at the first call."""
        if not wanted.only_referred or wanted.chosen or not self.memories or self.adapter.parent is not None:
            return None
        found = [remembered(each) for each in self.memories.values() if each.version == REFERRED]
        if not wanted.names <= {each.name for each in found}:
            return None
        self.seen = {each.id: each for each in found}
        self.recalled, self.tags_recalled = set(self.seen), set(self.seen)
        return found

    def _known(self, wanted: Wanted, search: Marked) -> list[Sighting] | None:
        """The cached resources with our mark, if AWS shows our mark at the same ones and all desired ones are among them."""
        ours = {
            each.arn: each
            for each in self.memories.values()
            if owner_of(each.tags, wanted.mark) is Owner.OURS
        }
        marks = {each.tags.get(KEY_MARK) for each in ours.values()}
        due = any(self.now - each.looked > _due(identity) for identity, each in self.memories.items())
        if wanted.chosen or due or not ours or not marks >= wanted.marks or search() != ours.keys():
            return None
        known = (Sighting(each.name, each.address, each.arn) for each in ours.values())
        found = self.adapter.listed_before(self.api, known)
        return None if found is None else [self._with_memory(each) for each in found]

    def _marked(self, wanted: Wanted) -> list[Sighting] | None:
        """Only resources with our mark, if this is enough: a missing one may exist without the mark."""
        if wanted.chosen:
            return None
        mark = (STACK_MARK, wanted.mark)
        found = self._readable(lambda api, address: self.adapter.list_tagged(api, address, *mark))
        return found if found is not None and wanted.names <= {each.name for each in found} else None

    def _believed(self, listed: Sighting) -> bool:
        memory = self.memories.get(listed.id)
        if memory is None or memory.version != listed.version:
            return False
        return changed_at(listed.version) < memory.looked - LAG

    def _remembered(self, listed: Sighting) -> Sighting:
        memory = self.memories[listed.id]
        self.recalled.add(listed.id)
        self.tags_recalled.add(listed.id)
        # `replace` takes three times as long, and a warm pass does this for all that lives.
        place = (listed.name, listed.address, listed.arn, listed.version)
        return Sighting(*place, memory.members, memory.tags, memory.complete, listed.also, listed.deletion)

    def _merged(self, listed: list[Sighting], audited: frozenset[str]) -> list[Sighting]:
        """One bulk read of all, with the versions of the list and the cached fields that are still valid."""
        rows = {each.id: each for each in self.sightings()}
        merged: list[Sighting | None] = []
        for each in listed:
            row = rows.pop(each.id, None)
            if row is None:
                # Listed, and not yet in the index of the bulk read.
                merged.append(self.look(each))
                continue
            row = replace(row, version=each.version)
            if each.id not in audited and self._believed(each):
                memory = self.memories[each.id]
                # Of a structure the bulk read may show a part; the memory, of the same version, holds all of it.
                row = replace(row, settings={**row.settings, **memory.members}, complete=memory.complete)
                self.recalled.add(each.id)
            merged.append(row)
        return [each for each in (*merged, *rows.values()) if each]

    def _with_memory(self, sighting: Sighting) -> Sighting:
        """For a kind without change tokens: if the row is unchanged, its cached tags and remembered fields are used."""
        tags_unknown = sighting.tags is None and self.adapter.tagging is not None
        reads = self.adapter.reads
        if not (tags_unknown or reads.remembered or reads.hints or reads.changed_in):
            return sighting
        version = _digest(sighting.settings) if tags_unknown else _digest_of_row(sighting)
        sighting = replace(sighting, version=version)
        memory = self.memories.get(sighting.id)
        if memory is None or memory.version != version or self.now - memory.looked > _due(sighting.id):
            return sighting
        if reads.changed_in:
            if not _time_of(sighting.settings.get(reads.changed_in)) < memory.looked - LAG:
                return sighting
            self.unchanged.add(sighting.id)
            sighting = replace(sighting, deletion=memory.deletion)
        self.recalled.add(sighting.id)
        if tags_unknown:
            self.tags_recalled.add(sighting.id)
            sighting = replace(sighting, tags=memory.tags)
        return self._with_remembered_fields(sighting, memory)

    def _with_remembered_fields(self, sighting: Sighting, memory: Memory) -> Sighting:
        """The sighting with its `Reads.remembered` fields, unless they may have been read before AWS showed a change."""
        reads = self.adapter.reads
        known = reads.remembered & memory.complete
        if not known | reads.hints or (not reads.changed_in and self.now - memory.looked < LAG):
            return sighting
        shapes = fields_of(self.adapter.model)
        members = reads.hints | {(shapes[name].wire or name).partition(".")[0] for name in known}
        settings = {name: each for name, each in memory.members.items() if name in members}
        return replace(
            sighting, settings={**sighting.settings, **settings}, complete=sighting.complete | known
        )

    def _audited(self, listed: list[Sighting]) -> frozenset[str]:
        """The cache entries to read again, the oldest first, within the audit's share of the quota."""
        due = [
            each.id
            for each in listed
            if each.id in self.memories and self.now - self.memories[each.id].looked > _due(each.id)
        ]
        if not due:
            return frozenset()
        since = self.now - (self.last_look or max(memory.looked for memory in self.memories.values()))
        budget = int(AUDIT_SHARE * AUDIT_RATE * since)
        return frozenset(sorted(due, key=lambda identity: self.memories[identity].looked)[:budget])


def shown_otherwise(row: BadRow, sightings: Iterable[Sighting]) -> bool:
    """Whether another read shows the resource whose row cannot be read."""
    told = {each for each in row.members.values() if isinstance(each, str)}
    return any(each.id in told or each.arn in told for each in sightings)


def keys_of_row(row: BadRow, adapter: Adapter[Any], mark: str, wanted: Sequence[Desired]) -> list[Key] | None:
    """The desired resources that an unreadable row belongs to; None if this is not known."""
    tags = row.members.get("Tags")
    if isinstance(tags, Mapping) and owner_of(tags, mark) is Owner.OURS:
        bearers = [each.key for each in wanted if to_mark(each.key.name) == tags.get(KEY_MARK)]
        return bearers or None
    names = [row.members.get(member) for member in (adapter.identity.name, "Name") if member]
    named = [each.key for each in wanted if each.aws_name is not None and each.aws_name in names]
    return named if named or isinstance(tags, Mapping) else None


def unread(adapter: Adapter[Any], sighting: Sighting, error: Unreadable) -> BadRow:
    """The bad row of a listed resource whose own read does not fit its model."""
    members = {"Name": sighting.name, "Id": sighting.id, "Arn": sighting.arn}
    return BadRow(error.operation, f"{adapter.kind}/{sighting.name}", error.message, members)


def changed_at(version: str | None) -> float:
    """When a version began, in seconds since 1970; a version that is not a time always counts as new."""
    try:
        return datetime.fromisoformat(version or "").timestamp()
    except ValueError:
        return float("inf")


def _time_of(value: object) -> float:
    """A time of a reply in seconds since 1970; what is no time always counts as now."""
    return value.timestamp() if isinstance(value, datetime) else float("inf")


def _due(identity: str) -> float:
    """The age in seconds at which a cache entry is audited: fixed for each id, and spread over all ids."""
    return AUDIT_FROM + share_of_name(identity) * (AUDIT_UNTIL - AUDIT_FROM)


def _place_of(sighting: Sighting) -> Sighting:
    """A sighting as a cache entry with only its address."""
    return Sighting(sighting.name, sighting.address, sighting.arn, REFERRED, tags={}, also=sighting.also)


def scope_of(account: str, region: str, address: Address) -> str:
    """The name of a scope in the cache; `address` is that of the resource that the scope is, empty for the account."""
    return "/".join((account, region, *address.values()))


def remembered(memory: Memory) -> Sighting:
    """A resource as an earlier pass saw it."""
    place = (memory.name, memory.address, memory.arn, memory.version)
    return Sighting(*place, memory.members, memory.tags, memory.complete, memory.also, memory.deletion)


def _digest_of_row(sighting: Sighting) -> str:
    """The version of a resource whose kind has no change tokens; it is only compared with itself."""
    return WHOLE_ROW + _digest({"settings": sighting.settings, "tags": sighting.tags})


def _digest(members: Mapping[str, Any]) -> str:
    text = json.dumps(members, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()
