"""Finds what lives in one resource, or the wanted kinds of an account, and reads all fields."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, Protocol

from reconciler.cache_store import NoCache
from reconciler.contract import Adapter, Address, Sighting
from reconciler.errors import CallError, Unreadable, members_needed
from reconciler.exporting.details import AT_MOST, Details, Fields, all_fields, details_of, without_details
from reconciler.forms import resource_name_problem
from reconciler.observing.cache_policy import CachedReader
from reconciler.observing.observer import ReadContext
from reconciler.observing.tag_reader import with_all_tags, with_tags
from reconciler.planning.observed import observed_of
from reconciler.planning.ownership import STACK_MARK, name_in
from reconciler.planning.world import Observed, World
from reconciler.runtime.clock import Job
from reconciler.runtime.lanes import Lane, fan_out
from reconciler.stack import Key
from reconciler.unlisted_fields import Reading

TWICE = "another resource of this kind has the same name"
NAMELESS = "it has no name by which a pass finds it; give it the tag Name, or a KMS key an alias"
OF_AWS = "AWS created it, and manages it"


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
    """What lives in one resource, or in an account."""

    root: Key | None
    """The resource in which the others live; None: the account."""
    mark: str | None = None
    """The mark of the stack that owns the exported resources; None if they have no mark."""
    world: World = field(default_factory=World)
    """Every resource with its name, and the fields of those that are exported."""
    sightings: dict[Key, Sighting] = field(default_factory=dict)
    """The live resource of each name, exported or not."""
    title: str = ""
    """The name of the stack if there is neither a root nor a mark."""
    homes: dict[Key, Key] = field(default_factory=dict)
    """By resource: the one that it lives in."""
    listed: frozenset[str] = frozenset()
    """The kinds that were listed."""
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
        return self.root.name if self.root else (self.mark or self.title).partition("/")[0]


class NotFound(LookupError):
    """Raised if the resource whose contents are to be exported does not exist; `names` are those that do."""

    def __init__(self, names: Iterable[str]) -> None:
        super().__init__()
        self.names = sorted(names)


class Progress(Protocol):
    """What shows the progress of an export."""

    def reads(self, total: int) -> None:
        """So many resources are read one by one."""

    def reading(self, what: str) -> None:
        """A kind is listed, or a resource is read."""


class Quiet:
    """Shows nothing."""

    def reads(self, total: int) -> None:
        """Show nothing."""

    def reading(self, what: str) -> None:
        """Show nothing."""


QUIET = Quiet()


def survey(root: Key | None, wanted: Wanted, context: ReadContext, progress: Progress = QUIET) -> Survey:
    """List what lives in a resource, or without one the wanted kinds of the account, and read the fields of what is wanted.

    Raises:
        NotFound: there is no such resource.
        CallError: AWS did not answer about the resource itself.
    """
    surveyor = _Surveyor(context, wanted, Survey(root), progress)
    if root is not None:
        surveyor.list_root(root)
    surveyor.list_kinds()
    surveyor.choose()
    surveyor.read()
    return surveyor.found


@dataclass
class _Surveyor:
    context: ReadContext
    wanted: Wanted
    found: Survey
    progress: Progress
    listed: dict[str, list[tuple[Sighting, str | None]]] = field(default_factory=dict)
    """By kind: the resources, each with the ARN of the one that it lives in."""
    readings: list[Reading] = field(default_factory=list)

    def list_root(self, root: Key) -> None:
        """Find the resource whose contents are wanted."""
        adapter = self.context.kinds[root.kind]
        api = self.context.api_of(adapter.service.name)
        rows = list(adapter.list(api, {}))
        row = next((each for each in rows if each.name == root.name), None)
        if row is None:
            raise NotFound(each.name for each in rows)
        self.listed[root.kind] = [(with_tags(adapter, api, row), None)]

    def list_kinds(self) -> None:
        """List each kind, kinds in parallel, and parents before what lives in them."""
        left = [each for each in self._kinds() if each.kind not in self.listed]
        while left:
            parents = {each.kind for each in left}
            now = [each for each in left if each.parent not in parents]
            fan_out(self.context.clock, [Lane([partial(self._list, each)], 1) for each in now], _run)
            left = [each for each in left if each.parent in parents]
        self.found.listed = frozenset(self.listed)

    def _kinds(self) -> list[Adapter[Any]]:
        """The kinds to list: all in the root, and the wanted ones with those that they live in."""
        kinds, root = self.context.kinds, self.found.root
        named = {each.kind for each in kinds.values() if root and each.parent == root.kind}
        queue = [*(self.wanted.kinds or (() if root else kinds))]
        while queue:
            kind = queue.pop()
            named.add(kind)
            queue += [parent for parent in (kinds[kind].parent,) if parent]
        return [kinds[kind] for kind in sorted(named)]

    def _list(self, adapter: Adapter[Any]) -> None:
        homes = [row for row, _ in self.listed[adapter.parent]] if adapter.parent else [None]
        api = self.context.api_of(adapter.service.name)
        found: list[tuple[Sighting, str | None]] = []
        self.progress.reading(adapter.kind)
        try:
            for home in homes:
                rows = self._rows(adapter, home.address if home else {})
                found += [(adapter.scheduled(api, row), home.arn if home else None) for row in rows]
            for name, why in adapter.not_manageable(api):
                self.found.left_out[f"{adapter.kind}/{name}"] = why
        except CallError as error:
            self._miss(adapter.kind, "listed", error)
        self.listed[adapter.kind] = found

    def _rows(self, adapter: Adapter[Any], scope: Address) -> list[Sighting]:
        """Every resource of a kind with its tags, as a pass without a cache lists them.

        Raises:
            CallError: they could not be listed.
        """
        api = self.context.api_of(adapter.service.name)
        reader = CachedReader.of(NoCache(), self.context.clock, adapter, api, scope)
        rows = with_all_tags(adapter, self.context.api_of, reader.sightings())
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
        rows = [(kind, row, home) for kind in sorted(self.listed) for row, home in self.listed[kind]]
        marks = Counter(mark for kind, row, _ in rows if (mark := _mark_of(row)) and self._asked(kind, row))
        named_by = self.wanted.mark or self.wanted.named_by
        self.found.mark = named_by or next((mark for mark, _ in marks.most_common(1)), None)
        homes: dict[Key, str] = {}
        for kind, row, home in rows:
            name = self._name_of(row, self.context.kinds[kind])
            key = Key(kind, name or row.id)
            problem = resource_name_problem(name or "")
            if name is None or problem or key in self.found.sightings:
                if self._exports(key, row):
                    why = f"its name {problem}; rename it in AWS" if problem else TWICE if name else NAMELESS
                    self.found.left_out[f"{key} ({row.id})" if name else str(key)] = why
                continue
            self.found.sightings[key] = row
            self.found.world.remember(key, row)
            if home:
                homes[key] = home
        keys = {row.arn: key for key, row in self.found.sightings.items()}
        self.found.homes = {key: keys[arn] for key, arn in homes.items() if arn in keys}

    def _name_of(self, row: Sighting, adapter: Adapter[Any]) -> str | None:
        """The name of a resource in the files; None if a pass could not find it by any name."""
        ours = _mark_of(row) is not None and _mark_of(row) == self.found.mark
        marked = name_in(row.tags or {}) if ours else None
        if marked is not None or adapter.identity.name is not None:
            return row.name if marked is None else marked
        return next(iter(row.also), None if row.name == row.id else row.name)

    def _asked(self, kind: str, row: Sighting) -> bool:
        """Whether the kind and the tags of a resource are wanted."""
        tags = row.tags or {}
        named = not self.wanted.kinds or kind in self.wanted.kinds
        return named and all(tags.get(tag) == value for tag, value in self.wanted.tags.items())

    def _exports(self, key: Key, row: Sighting) -> bool:
        """Whether a resource is written with its settings; others are only referred to."""
        adapter, mark = self.context.kinds[key.kind], _mark_of(row)
        if not self._asked(key.kind, row) or (self.wanted.mark is not None and mark != self.wanted.mark):
            return False
        if mark is not None and mark != self.found.mark:
            self.found.left_out[str(key)] = (
                f"it belongs to stack {mark}; --owned-by {mark} exports that stack"
            )
            return False
        if mark is None and adapter.made_by_aws(row):
            if adapter.parent is None:
                self.found.left_out[str(key)] = OF_AWS
            return False
        if row.deletion:
            self.found.left_out[str(key)] = row.deletion
        return not row.deletion

    def read(self) -> None:
        """Read all fields of what is exported, kinds in parallel."""
        jobs: dict[str, list[Job]] = {}
        for fields in self._fields():
            jobs.setdefault(fields.key.kind, []).append(partial(self._read, fields))
        width = self.context.width_of
        self.progress.reads(sum(map(len, jobs.values())))
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
        self.progress.reading(str(given.key))
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


def _mark_of(row: Sighting) -> str | None:
    return (row.tags or {}).get(STACK_MARK)


def _run(job: Job) -> None:
    job()
