"""Finds everything that lives in one resource, and reads all its fields."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from reconciler.cache_store import NoCache
from reconciler.contract import Adapter, Address, Sighting
from reconciler.errors import CallError, Unreadable, members_needed
from reconciler.exporting.details import AT_MOST, Details, Fields, all_fields, details_of, without_details
from reconciler.observing.cache_policy import CachedReader
from reconciler.observing.contents_reader import tagged
from reconciler.observing.observer import ReadContext
from reconciler.observing.tag_reader import with_tags
from reconciler.planning.observed import observed_of
from reconciler.planning.ownership import STACK_MARK, name_in
from reconciler.planning.world import Observed, World
from reconciler.runtime.clock import Job
from reconciler.runtime.lanes import Lane, fan_out
from reconciler.stack import Key
from reconciler.unlisted_fields import Reading


@dataclass(frozen=True)
class Wanted:
    """What is to be exported."""

    kinds: frozenset[str] = frozenset()
    """Only these kinds; empty: all."""
    mark: str | None = None
    """Only what has the mark of this stack and environment, `STACK/ENVIRONMENT`."""
    tags: Mapping[str, str] = field(default_factory=dict)
    """Only what has all of these tags."""
    named_by: str | None = None
    """The stack and environment whose mark names the resources; None: that of the stack that owns most."""
    details: bool | None = None
    """Whether details are read that need calls for each resource (`Reads.details`); None: if they are few."""


@dataclass
class Survey:
    """What lives in one resource."""

    root: Key | None
    """The resource in which the others live."""
    mark: str | None = None
    """The mark of the stack that owns the exported resources; None if they have no mark."""
    world: World = field(default_factory=World)
    """Every resource with its name, and the fields of those that are exported."""
    sightings: dict[Key, Sighting] = field(default_factory=dict)
    """The live resource of each name, exported or not."""
    left_out: dict[str, str] = field(default_factory=dict)
    """What cannot be exported, and why."""
    unread: list[str] = field(default_factory=list)
    """What of it could not be read."""
    observed: dict[Key, Observed] = field(default_factory=dict)
    """The exported resources, with their fields."""
    details: Details = field(default_factory=Details)
    """The details that were not read."""

    @property
    def name(self) -> str:
        """The name of the resource in which the others live; of the stack if there is none."""
        return self.root.name if self.root else (self.mark or "").partition("/")[0]


class NotFound(LookupError):
    """Raised if the resource whose contents are to be exported does not exist; `names` are those that do."""

    def __init__(self, names: Iterable[str]) -> None:
        super().__init__()
        self.names = sorted(names)


def survey(root_kind: str, name: str, wanted: Wanted, context: ReadContext) -> Survey:
    """List everything in a resource, and read the fields of what is wanted.

    Raises:
        NotFound: there is no such resource.
        CallError: AWS did not answer about the resource itself.
    """
    surveyor = _Surveyor(context, wanted, Survey(Key(root_kind, name)), Key(root_kind, name))
    surveyor.list_root(name)
    surveyor.list_contents()
    surveyor.choose()
    surveyor.read()
    return surveyor.found


@dataclass
class _Surveyor:
    context: ReadContext
    wanted: Wanted
    found: Survey
    root: Key
    listed: dict[str, list[Sighting]] = field(default_factory=dict)
    readings: list[Reading] = field(default_factory=list)

    def list_root(self, name: str) -> None:
        kind = self.root.kind
        adapter = self.context.kinds[kind]
        api = self.context.api_of(adapter.service.name)
        rows = list(adapter.list(api, {}))
        row = next((each for each in rows if each.name == name), None)
        if row is None:
            raise NotFound(each.name for each in rows)
        self.listed[kind] = [with_tags(adapter, api, row)]

    def list_contents(self) -> None:
        """List every kind in it, kinds in parallel."""
        kind = self.root.kind
        inner = [each for each in self.context.kinds.values() if each.parent == kind]
        fan_out(self.context.clock, [Lane([partial(self._list, each)], 1) for each in inner], _run)

    def _list(self, adapter: Adapter[Any]) -> None:
        (root,) = self.listed[self.root.kind]
        try:
            self.listed[adapter.kind] = self._rows(adapter, root.address)
        except CallError as error:
            self._miss(adapter.kind, "listed", error)
            self.listed[adapter.kind] = []

    def _rows(self, adapter: Adapter[Any], scope: Address) -> list[Sighting]:
        """Every resource of a kind with its tags, as a pass without a cache lists them.

        Raises:
            CallError: they could not be listed.
        """
        api = self.context.api_of(adapter.service.name)
        reader = CachedReader.of(NoCache(), self.context.clock, adapter, api, scope)
        rows = tagged(self.context.api_of, adapter, reader.sightings())
        for bad in reader.bad:
            place = f"{adapter.kind}: {bad.place}"
            self.found.left_out[place] = f"could not be read: {bad.problem}"
            self.found.unread.append(place)
        return rows

    def _miss(self, what: str, done: str, error: CallError) -> None:
        self.found.left_out[what] = f"could not be {done}: {error}"
        self.found.unread.append(what)

    def choose(self) -> None:
        """Give each resource its name, and decide whose resources are exported."""
        rows = [(kind, row) for kind in sorted(self.listed) for row in self.listed[kind]]
        marks = Counter(row.tags[STACK_MARK] for _, row in rows if row.tags and STACK_MARK in row.tags)
        named_by = self.wanted.mark or self.wanted.named_by
        self.found.mark = named_by or next((mark for mark, _ in marks.most_common(1)), None)
        for kind, row in rows:
            ours = self._mark_of(row) is not None and self._mark_of(row) == self.found.mark
            key = Key(kind, (name_in(row.tags or {}) if ours else None) or row.name)
            if key in self.found.sightings:
                self.found.left_out[f"{key} ({row.id})"] = "another resource of this kind has the same name"
                continue
            self.found.sightings[key] = row
            self.found.world.remember(key, row)

    @staticmethod
    def _mark_of(row: Sighting) -> str | None:
        return (row.tags or {}).get(STACK_MARK)

    def _exports(self, key: Key, row: Sighting) -> bool:
        """Whether a resource is written with its settings; others are only referred to."""
        mark = self._mark_of(row)
        if self.wanted.kinds and key.kind not in self.wanted.kinds:
            return False
        if any((row.tags or {}).get(tag) != value for tag, value in self.wanted.tags.items()):
            return False
        if self.wanted.mark is not None and mark != self.wanted.mark:
            return False
        if mark is not None and mark != self.found.mark:
            self.found.left_out[str(key)] = (
                f"it belongs to stack {mark}; --owned-by {mark} exports that stack"
            )
            return False
        return mark is not None or not self.context.kinds[key.kind].made_by_aws(row)

    def read(self) -> None:
        """Read all fields of what is exported, kinds in parallel."""
        jobs: dict[str, list[Job]] = {}
        for fields in self._fields():
            jobs.setdefault(fields.key.kind, []).append(partial(self._read, fields))
        width = self.context.width_of
        lanes = [
            Lane(each, width(self.context.kinds[kind].service.name)) for kind, each in sorted(jobs.items())
        ]
        fan_out(self.context.clock, lanes, _run)
        for each in sorted(self.readings, key=lambda reading: reading.key):
            try:
                with members_needed("read"):
                    self.found.observed[each.key] = observed_of(
                        self.found.mark or "", self.found.world, each.sighting, each.fields, each.members
                    )
            except Unreadable as error:
                self._miss(str(each.key), "read", error)

    def _fields(self) -> list[Fields]:
        """What is read of each exported resource."""
        kinds, rows = self.context.kinds, self.found.sightings.items()
        found = [all_fields(kinds[key.kind], key, row) for key, row in rows if self._exports(key, row)]
        details = details_of(kinds, found)
        wanted = details.calls <= AT_MOST if self.wanted.details is None else self.wanted.details
        if wanted or not details.fields:
            return found
        self.found.details = details
        return [without_details(kinds[each.key.kind], each) for each in found]

    def _read(self, given: Fields) -> None:
        try:
            self.readings.append(read_fields(self.context, given))
        except CallError as error:
            self._miss(str(given.key), "read", error)


def read_fields(context: ReadContext, given: Fields) -> Reading:
    """Read the fields of a resource that its list does not show.

    Raises:
        CallError: AWS did not show them.
    """
    row, adapter = given.sighting, context.kinds[given.key.kind]
    members: Mapping[str, Any] = row.settings
    if given.unlisted:
        with members_needed("read"):
            api = context.api_of(adapter.service.name)
            members = {**members, **adapter.get_fields(api, row, given.unlisted)}
    return Reading(given.key, replace(row, settings=members), given.shapes, members)


def _run(job: Job) -> None:
    job()
