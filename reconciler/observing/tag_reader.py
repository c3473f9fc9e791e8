"""Reads the tags of resources: by one tag search if AWS offers it, otherwise one call each."""

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from threading import Lock
from typing import Any

import structlog

from reconciler.contract import Adapter, Api, Sighting
from reconciler.errors import Absent, CallError, Unreadable
from reconciler.observing.cache_policy import CachedReader, unread
from reconciler.planning.ownership import STACK_MARK, Owner, owner_of
from reconciler.planning.plan import kinds_to_see
from reconciler.planning.tag_encoding import marks_for
from reconciler.runtime.clock import Clock
from reconciler.stack import Stack

log = structlog.get_logger(__name__)

FEW = 3
"""Fewer tags than this are read one by one."""
ALONE_AT_MOST = 50
"""If a search for all tags does not show more resources than this, they have none."""


def kinds_to_look_at(
    stack: Stack, kinds: Mapping[str, Adapter[Any]], api_of: Callable[[str], Api]
) -> frozenset[str]:
    """The kinds that a pass reads: those that the stack names, and if it prunes, those that may have a resource of ours.

    For the kinds that the tagging API knows, one search for our mark finds these; all other kinds are read. The search
    may be out of date: a later pass prunes what it does not show yet. If AWS refuses it, all kinds are read.
    """
    wanted = kinds_to_see(stack, kinds)
    unnamed = wanted - {key.kind for key in (*stack.resources, *stack.release, *stack.unwanted)}
    unnamed -= stack.destroys.kinds if stack.destroys else frozenset()
    types = {kind: kinds[kind].tagging_api_type for kind in sorted(unnamed) if kinds[kind].parent is None}
    swept = {kind: of for kind, of in types.items() if of is not None}
    if len(swept) < FEW:
        return wanted
    rows = _swept(api_of, sorted(set(swept.values())), stack.mark)
    if rows is None:
        return wanted
    marked = {kind for kind in swept if arns_of(kinds[kind], rows)}
    return wanted - (swept.keys() - marked)


def _swept(
    api_of: Callable[[str], Api], types: Sequence[str], mark: str | None, *, marked: bool = True
) -> list[Mapping[str, Any]] | None:
    """The resources of these types that GetResources shows with this mark, with any mark, or with any tag; None if AWS refuses.

    Source: https://docs.aws.amazon.com/resourcegroupstagging/latest/APIReference/API_GetResources.html
    """
    values = {"Values": list(marks_for(mark))} if mark else {}
    filters: dict[str, Any] = {"ResourceTypeFilters": list(types)}
    if marked:
        filters["TagFilters"] = [{"Key": STACK_MARK, **values}]
    try:
        return list(
            api_of("resourcegroupstaggingapi").pages("get_resources", **filters, ResourcesPerPage=100)
        )
    except CallError as error:
        log.warning("tag search failed", types=",".join(types), error=str(error))
        return None


def arns_of(adapter: Adapter[Any], rows: Iterable[Mapping[str, Any]]) -> frozenset[str]:
    """The ARNs of resources of this kind among the rows of a search."""
    patterns = [re.sub(r"\{\w+\}", "*", each) for each in adapter.identity.arns]
    arns = (row["ResourceARN"] for row in rows if "ResourceARN" in row)
    return frozenset(arn for arn in arns if any(fnmatchcase(arn, each) for each in patterns))


def with_tags(adapter: Adapter[Any], api: Api, sighting: Sighting) -> Sighting:
    """The sighting with its tags; they are read if the bulk read does not show them."""
    if sighting.tags is not None or adapter.tagging is None:
        return sighting
    try:
        return replace(sighting, tags=adapter.tagging.read(api, sighting))
    except Absent:
        return replace(sighting, tags={})


def sweep_tags(
    adapter: Adapter[Any],
    api_of: Callable[[str], Api],
    asked: Iterable[Sighting],
    mark: str | None = None,
    *,
    marked: bool = True,
) -> dict[str, Sighting] | None:
    """Tags by ARN from one search for this mark, for any mark, or for any tag: one call for each 100 resources.

    None if there are too few resources, or if AWS refuses: then the tags are read one by one. So are the tags of resources
    that the search does not show. The search may be out of date: its tags are read again before anything is changed.
    """
    wanted = {each.arn: each for each in asked}
    if adapter.tagging_api_type is None or len(wanted) < FEW:
        return None
    rows = _swept(api_of, [adapter.tagging_api_type], mark, marked=marked)
    return None if rows is None else _with_rows(wanted, rows)


def _with_rows(wanted: Mapping[str, Sighting], rows: Iterable[Mapping[str, Any]]) -> dict[str, Sighting]:
    """By ARN: the wanted resources that the rows of a search show, with their tags."""
    tags = {
        row["ResourceARN"]: {tag["Key"]: tag.get("Value", "") for tag in row["Tags"]}
        for row in rows
        if {"ResourceARN", "Tags"} <= row.keys()
    }
    return {arn: replace(wanted[arn], tags=found) for arn, found in tags.items() if arn in wanted}


class CommonTagSearch:
    """One search for our mark that serves several kinds of a pass. It is made when the first of them needs it."""

    def __init__(self, api_of: Callable[[str], Api], clock: Clock, mark: str, types: Collection[str]) -> None:
        self._api_of = api_of
        self._clock = clock
        self._mark = mark
        self._types = frozenset(types)
        self._begun = Lock()
        self._ended = False
        self._rows: list[Mapping[str, Any]] | None = None

    @classmethod
    def for_kinds(
        cls, stack: Stack, kinds: Iterable[Adapter[Any]], api_of: Callable[[str], Api], clock: Clock
    ) -> "CommonTagSearch":
        """The search for these kinds; it serves none of them if reading their tags one by one takes as few calls."""
        types = {each.kind: each.tagging_api_type for each in kinds if each.parent is None}
        found = {kind: of for kind, of in types.items() if of is not None}
        resources = sum(key.kind in found and not each.existing for key, each in stack.resources.items())
        return cls(api_of, clock, stack.mark, found.values() if resources >= FEW else ())

    def serves(self, adapter: Adapter[Any]) -> bool:
        """Whether the search includes this kind."""
        return adapter.parent is None and adapter.tagging_api_type in self._types

    def of(self, asked: Iterable[Sighting]) -> dict[str, Sighting]:
        """By ARN: those of these resources that the search shows, with their tags."""
        wanted = {each.arn: each for each in asked}
        return _with_rows(wanted, self._found() or ()) if wanted else {}

    def arns(self, adapter: Adapter[Any]) -> frozenset[str] | None:
        """The ARNs of all resources of a kind that have our mark; None if AWS refused the search."""
        rows = self._found()
        return None if rows is None else arns_of(adapter, rows)

    def _found(self) -> list[Mapping[str, Any]] | None:
        if self._begun.acquire(blocking=False):
            try:
                self._rows = _swept(self._api_of, sorted(self._types), self._mark)
            finally:
                self._ended = True
        else:
            self._clock.wait_until(lambda: self._ended)
        return self._rows


def with_owner_tags(
    adapter: Adapter[Any], api_of: Callable[[str], Api], sightings: Sequence[Sighting]
) -> list[Sighting]:
    """The sightings with the tags that show their owner: by one search for the marks of all stacks, or one call each.

    What the search does not show has no mark, or was marked within the last minutes: good enough for a report.
    """
    unknown = [each for each in sightings if each.tags is None] if adapter.tagging else []
    swept = sweep_tags(adapter, api_of, unknown) if unknown else {}
    if swept is None:
        api = api_of(adapter.service.name)
        return [with_tags(adapter, api, each) for each in sightings]
    return [swept.get(each.arn) or replace(each, tags=each.tags or {}) for each in sightings]


def with_all_tags(
    adapter: Adapter[Any], api_of: Callable[[str], Api], seen: Sequence[Sighting]
) -> list[Sighting]:
    """The sightings with their tags, for a read after which nothing is changed.

    One search shows all resources with tags. If many others remain, they count as without tags; a few are read one by one,
    because the search may be out of date.

    Raises:
        CallError: the tags of one could not be read.
    """
    unknown = [each for each in seen if each.tags is None]
    swept = sweep_tags(adapter, api_of, unknown, marked=False)
    shown = swept or {}
    if swept is not None and len(unknown) - len(shown) > ALONE_AT_MOST:
        bare = (replace(each, tags={}) if each.tags is None else each for each in seen)
        return [shown.get(each.arn, each) for each in bare]
    api = api_of(adapter.service.name)
    return [with_tags(adapter, api, shown.get(each.arn, each)) for each in seen]


@dataclass(frozen=True)
class TagReading:
    """Completes the sightings of one kind in one scope with their tags."""

    adapter: Adapter[Any]
    api_of: Callable[[str], Api]
    mark: str
    """The mark of our stack."""
    reader: CachedReader
    search: CommonTagSearch

    def of(
        self, seen: list[Sighting], names: Collection[str | None], *, everything: bool
    ) -> tuple[list[Sighting], set[str]]:
        """The sightings with the tags of resources with a wanted name, or of `everything`; and the ids that a search showed.

        Cached tags are searched again if nothing else would show a change: if a list shows only names. Resources that the
        cache knows as ours and that the search does not show are read one by one. A resource whose tags cannot be read
        is noted as a bad row and left out.
        """
        asked = [each for each in seen if everything or not {each.name, *each.also}.isdisjoint(names)]
        unknown = {each.arn for each in asked if each.tags is None}
        doubted = {each.arn for each in asked if self._in_doubt(each, names)}
        wanted = [each for each in asked if each.arn in unknown | doubted]
        swept = self._searched(wanted)
        found = []
        for each in seen:
            sighting = replace(each, tags=None) if each.arn in doubted else each
            try:
                alone = sighting.arn in unknown | doubted and sighting.arn not in swept
                found.append(self._alone(sighting) if alone else swept.get(sighting.arn, sighting))
            except Unreadable as error:
                self.reader.bad.append(unread(self.adapter, sighting, error))
        return found, {each.id for each in swept.values()}

    def _searched(self, wanted: Sequence[Sighting]) -> dict[str, Sighting]:
        if self.search.serves(self.adapter):
            return self.search.of(wanted)
        return sweep_tags(self.adapter, self.api_of, wanted, self.mark) or {}

    def _alone(self, sighting: Sighting) -> Sighting:
        return with_tags(self.adapter, self.reader.api, sighting)

    def _in_doubt(self, sighting: Sighting, names: Collection[str | None]) -> bool:
        """Whether its tags are cached, and no row, version or parent would show that they have changed."""
        swept = self.adapter.tagging_api_type is not None and self.adapter.parent is None
        if not swept or sighting.id not in self.reader.tags_recalled:
            return False
        return sighting.name in names or owner_of(sighting.tags or {}, self.mark) is Owner.OURS
