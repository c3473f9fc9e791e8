"""Refuses actions on resources that live in, or refer to, a resource that the same plan refuses."""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import chain

from reconciler.planning.action import Action
from reconciler.planning.ownership import STACK_MARK, Owner, owner_of
from reconciler.planning.world import World
from reconciler.stack import Desired, Key, Stack


def refuse_dependents(actions: dict[Key, Action], stack: Stack, world: World) -> None:
    """Refuse every change in, and every new reference to, a resource that this plan refuses; at any depth.

    An action that is refused this way bars others in turn: they cannot live in its resource or refer to it.
    """
    barring = _Barring(stack, world, actions)
    while found := list(barring.refused()):
        for each in found:
            actions[each.key] = each


@dataclass
class _Barring:
    """The resources that bar others, and why."""

    stack: Stack
    world: World
    actions: Mapping[Key, Action]

    def __post_init__(self) -> None:
        world, mark = self.world, self.stack.mark
        theirs = {
            key
            for key, each in world.sightings.items()
            if each.tags and each.tags.get(STACK_MARK, mark) != mark
        }
        doubtful = theirs.union(world.unseen, world.conflicts, self.actions)
        keys = (key for key in self.stack.resources if key in doubtful)
        self._why = {key: why for key in keys if (why := self._reason(key))}
        self._root: dict[Key, Key] = {}
        self._for_now = {key for key in self._why if key in self.world.unseen}

    def _reason(self, key: Key) -> str | None:
        """Why other resources may not live in a resource or refer to it; None if they may.

        A resource that is not selected has no action, but its mark is known. A resource that the pass had no time to read
        bars nothing: there is no time left to change anything either.
        """
        world = self.world
        if key in world.late:
            return None
        if why := world.unseen.get(key) or world.conflicts.get(key):
            return why
        if self.stack.resources[key].existing:
            return None
        action, sighting = self.actions.get(key), world.sightings.get(key)
        if action and action.verb in ("create", "adopt") and action.refusal:
            return action.refusal
        tags = (sighting.tags if sighting else None) or {}
        foreign = owner_of(tags, self.stack.mark) is Owner.FOREIGN
        return foreign_line(tags[STACK_MARK]) if foreign else None

    def refused(self) -> Iterator[Action]:
        """The pending actions that have to be refused, as far as is known now."""
        for action in self.actions.values() if self._why else ():
            desired = self.stack.resources.get(action.key)
            other = self._barrier(action, desired) if desired and action.pending else None
            if other:
                root = self._root.get(other, other)
                by_way = "" if root == other else f"{other}, which needs "
                why = f"it needs {by_way}{root}, which is refused: {self._why[root]}"
                self._root[action.key] = root
                yield replace(action, refusal=why)
                if action.verb in ("create", "adopt"):
                    self._why[action.key] = why

    def _barrier(self, action: Action, desired: Desired) -> Key | None:
        """The refused resource that keeps an action from being sent."""
        observed = self.world.observed.get(action.key)
        made = action.verb in ("create", "replace")
        if made or observed is None or observed.owner is not Owner.OURS:
            scope = desired.scope
            while scope is not None:
                if scope in self._why:
                    return scope
                scope = self.stack.resources[scope].scope
        if made:
            return self._first(desired, lambda _name: True, self._why.keys())
        # What lives goes on without a reading of what it refers to, since it refers to it by its id.
        tops = {each.top for each in action.differences}
        return self._first(desired, tops.__contains__, self._why.keys() - self._for_now)

    def _first(self, desired: Desired, about: Callable[[str], bool], barring: Collection[Key]) -> Key | None:
        fields = (targets for name, targets in sorted(desired.references.items()) if about(name))
        others = (target for target in chain(*fields) if target != desired.key)
        return next((target for target in others if target in barring), None)


def foreign_line(mark: str) -> str:
    """Why a resource with another stack's mark is not touched."""
    return f'it has the mark of stack "{mark}"'
