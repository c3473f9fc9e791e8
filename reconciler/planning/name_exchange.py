"""Finds which resource takes over the name of which other: what must be done first, and what needs a temporary name."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from reconciler.contract import Adapter
from reconciler.declarations import NAME
from reconciler.planning.action import TAGS, Action
from reconciler.planning.diff import Difference
from reconciler.planning.ownership import KEY_MARK
from reconciler.planning.step_waits import StepKey
from reconciler.planning.tag_encoding import marks_for, name_in_between, to_mark
from reconciler.planning.world import World
from reconciler.stack import Key, Stack

MARK = f"{TAGS}.{KEY_MARK}"
"""The field in which a resource's mark differs when the files have renamed it."""


class UniqueValue(NamedTuple):
    """A value that only one live resource of a kind may have in one place: a name, or our mark of a key."""

    kind: str
    scope: Key | None
    sort: str
    value: str


def renames(adapter: Adapter[Any]) -> bool:
    """Whether AWS can rename a resource of this kind."""
    return any(NAME in group.fields for group in adapter.updates)


@dataclass
class Names:
    """The names and marks that a plan moves from one resource to another."""

    stack: Stack
    world: World
    kinds: Mapping[str, Adapter[Any]]
    actions: Mapping[Key, Action]
    left: dict[UniqueValue, set[Key]] = field(default_factory=dict)
    """By value: the resources that give it up in this plan."""

    def __post_init__(self) -> None:
        self._strays = {stray.key: stray for stray in reversed(self.world.strays)}
        for action in self.actions.values():
            for value in self._given_up(action) if action.pending else ():
                self.left.setdefault(value, set()).add(action.key)

    def held(self) -> dict[StepKey, frozenset[Key]]:
        """By step: the resources that have the name or the mark that it takes over, and that give it up in this plan."""
        found = {}
        for action in self.actions.values() if self.left else ():
            wanted = self._taken(action) if action.pending else ()
            holders = {each for value in wanted for each in self.left.get(value, ())} - {action.key}
            if holders:
                made = action.verb in ("create", "replace")
                found[StepKey(action.key, "make" if made else "fill")] = frozenset(holders)
        return found

    def kept_marks(self) -> Iterator[Action]:
        """The actions to refuse, because they would give a resource the mark of another one that keeps it."""
        moving = [each for each in self.actions.values() if each.pending and _moves_mark(each)]
        bearers = {self._mark_now(key): key for key in self.stack.resources} if moving else {}
        for action in moving:
            value = self._unique_value(action.key, "mark", to_mark(action.key.name))
            bearer = bearers.get(value)
            if bearer is not None and bearer != action.key and bearer not in self.left.get(value, ()):
                why = f"{bearer} has its mark, and is not renamed in this pass; rename both in one pass"
                yield replace(action, refusal=why)

    def in_between(self, key: Key) -> str:
        """The temporary name of a resource."""
        adapter, desired = self.kinds[key.kind], self.stack.resources.get(key)
        called = desired.called if desired else key.name
        return name_in_between(adapter.identity.in_between, self.stack.mark, key, called)

    def by_way(self, action: Action) -> Action:
        """The action of a resource that needs a temporary name, with that name in its differences."""
        name = self.in_between(action.key)
        if action.verb == "delete":
            live = self._strays[action.key].sighting.name
            step = Difference(NAME, live, name, note="its name goes to another resource before it is deleted")
            return replace(action, differences=(*action.differences, step), by_way_of=name)
        note = f'by way of the name "{name}"'
        told = tuple(
            replace(each, note=note) if each.field in (NAME, MARK) else each for each in action.differences
        )
        return replace(action, differences=told, by_way_of=name)

    def _given_up(self, action: Action) -> Iterator[UniqueValue]:
        key, adapter = action.key, self.kinds[action.key.kind]
        fields = {each.field for each in action.differences}
        stray = self._strays.get(key) if action.verb == "delete" else None
        if stray is not None and renames(adapter):
            yield UniqueValue(key.kind, stray.scope, "name", stray.sighting.name.casefold())
        if action.verb not in ("update", "adopt", "replace") or key not in self.world.observed:
            return
        if NAME in fields:
            yield self._unique_value(key, "name", self.world.observed[key].sighting.name.casefold())
        if _moves_mark(action):
            yield self._mark_now(key)

    def _taken(self, action: Action) -> Iterator[UniqueValue]:
        key, made = action.key, action.verb in ("create", "replace")
        adapter, fields = self.kinds[key.kind], {each.field for each in action.differences}
        if key not in self.stack.resources:
            return
        called = self.stack.resources[key].aws_name
        if called is not None and adapter.identity.name and (made or NAME in fields):
            yield self._unique_value(key, "name", called.casefold())
        if made or MARK in fields:
            yield self._unique_value(key, "mark", to_mark(key.name))

    def _mark_now(self, key: Key) -> UniqueValue:
        """The mark that a desired resource has now, in today's encoding."""
        sighting = self.world.sightings.get(key)
        found = (sighting.tags or {}).get(KEY_MARK, "") if sighting else ""
        own = found in marks_for(key.name)
        return self._unique_value(key, "mark", to_mark(key.name) if own else found)

    def _unique_value(self, key: Key, sort: str, value: str) -> UniqueValue:
        return UniqueValue(key.kind, self.stack.resources[key].scope, sort, value)


def _moves_mark(action: Action) -> bool:
    """Whether a resource still has the mark of another key."""
    return any(each.field == MARK and each.observed is not None for each in action.differences)
