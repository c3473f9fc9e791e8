"""Finds the live resources of one kind in one scope: their tags, and which of them is which desired one."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from reconciler.contract import Adapter, ApiOf, Sighting
from reconciler.observing.binding import bind_live, strays_of
from reconciler.observing.cache_policy import CachedReader, Wanted
from reconciler.observing.tag_reader import CommonTagSearch, TagReading, with_tags
from reconciler.planning.ownership import KEY_MARK, Binding, Owner, owner_of
from reconciler.planning.plan import NAME, wanted_tags
from reconciler.planning.removal import removal_verb
from reconciler.planning.tag_encoding import marks_for, to_mark
from reconciler.stack import Desired, Stack


@dataclass(frozen=True)
class ScopeReading:
    """One kind in one scope, with the desired resources `members` in it."""

    stack: Stack
    reader: CachedReader
    api_of: ApiOf
    search: CommonTagSearch
    members: Sequence[Desired]

    @property
    def adapter(self) -> Adapter[Any]:
        """The kind."""
        return self.reader.adapter

    def wanted(self, *, everything: bool) -> Wanted:
        """What the stack needs; with `everything`, all live resources."""
        goes = self.stack.lets_go_of(self.adapter.kind)
        return Wanted(
            self.stack.mark,
            names=frozenset(each.aws_name for each in self.members if each.aws_name is not None),
            only_referred=all(each.existing for each in self.members) and not goes,
            marks=frozenset(to_mark(each.key.name) for each in self.members),
            chosen=everything or self._chosen,
        )

    def bound(
        self, seen: Sequence[Sighting], placed: Sequence[Desired]
    ) -> tuple[Sequence[Sighting], Binding]:
        """The sightings with the tags that matter, and which of them is which desired resource.

        `placed` are the members with the references resolved that say in which place they are. Tags that may be out of date
        are read again if something would be deleted or changed because of them.

        Raises:
            CallError: AWS did not answer.
        """
        adapter, reader = self.adapter, self.reader
        sightings, swept = self._with_tags([*seen])
        sightings = [each for each in sightings if not self._is_beside(each)]
        binding = bind_live(self.stack, reader, placed, sightings)
        old = reader.tags_recalled | swept
        doubtful = self._going_by_memory(binding, old) | self._different_by_sweep(binding, swept)
        if adapter.create.before_delete and (binding.conflicts or binding.replaced):
            doubtful |= {each.arn for each in sightings if each.id in old}
        if doubtful:
            sightings = [
                with_tags(adapter, reader.api, replace(each, tags=None)) if each.arn in doubtful else each
                for each in sightings
            ]
            binding = bind_live(self.stack, reader, placed, sightings)
        return sightings, binding

    @property
    def _chosen(self) -> bool:
        """Whether a resource is found by something else than its name."""
        named = any(key.kind == self.adapter.kind for key in self.stack.unwanted)
        return named or any(each.chosen for each in self.members)

    def _with_tags(self, seen: list[Sighting]) -> tuple[list[Sighting], set[str]]:
        """The sightings with the tags that matter, and the ids that a tag search showed."""
        names = {each.aws_name for each in self.members}
        reading = TagReading(self.adapter, self.api_of, self.stack.mark, self.reader, self.search)
        everything = self._chosen or self._asks_all(names, seen)
        sightings, swept = reading.of(seen, names, everything=everything)
        if not everything and self._others_have_names(sightings):
            sightings, more = reading.of(sightings, names, everything=True)
            swept |= more
        return sightings, swept

    def _asks_all(self, names: set[str | None], seen: Iterable[Sighting]) -> bool:
        """Whether the marks of resources without a wanted name matter: a resource is missing, or is removed."""
        missing = self._names_move and not names <= {
            name for each in seen for name in (each.name, *each.also)
        }
        return missing or self.adapter.create.before_delete or self.stack.lets_go_of(self.adapter.kind)

    @cached_property
    def _names_move(self) -> bool:
        """Whether a live resource can lose its name to another one."""
        adapter = self.adapter
        unnamed = adapter.identity.name is None
        return adapter.computes_names or unnamed or any(NAME in group.fields for group in adapter.updates)

    def _others_have_names(self, sightings: Sequence[Sighting]) -> bool:
        """Whether the resource with a wanted name is not ours, so that ours may have another name."""
        if not self._names_move:
            return False
        known: dict[bool, set[str]] = {True: set(), False: set()}
        for each in sightings:
            ours = owner_of(each.tags or {}, self.stack.mark) is Owner.OURS
            known[ours] |= {each.name, *each.also}
        wanted = {each.aws_name for each in self.members if not each.existing}
        return not wanted.isdisjoint(known[False] - known[True])

    def _different_by_sweep(self, binding: Binding, swept: Collection[str]) -> set[str]:
        """The ARNs of resources that lack a wanted tag in a tag search, which may be out of date."""
        return {
            sighting.arn
            for key, sighting in binding.bound.items()
            if sighting.id in swept
            for tag, value in wanted_tags(self.stack, self.stack.resources[key]).items()
            if (sighting.tags or {}).get(tag) != value
        }

    def _is_beside(self, sighting: Sighting) -> bool:
        """Whether it belongs to a part of the stack that this pass does not handle."""
        tags = sighting.tags or {}
        ours = owner_of(tags, self.stack.mark) is Owner.OURS
        return ours and tags.get(KEY_MARK, "") in self._marks_beside

    @cached_property
    def _marks_beside(self) -> frozenset[str]:
        """The marks of the resources that this pass does not handle."""
        keys = (key for key in self.stack.beside if key.kind == self.adapter.kind)
        return frozenset(mark for key in keys for mark in marks_for(key.name))

    def _going_by_memory(self, binding: Binding, recalled: Collection[str]) -> set[str]:
        """The ARNs of resources that would be deleted because of cached tags: a list does not show changed tags."""
        return {
            stray.sighting.arn
            for stray in strays_of(self.adapter, binding)
            if stray.sighting.id in recalled and removal_verb(self.stack, stray, self.adapter)
        }
