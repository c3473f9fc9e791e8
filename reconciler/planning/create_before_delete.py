"""Plans replaces that create the new resource, change its users, and then delete the old one."""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from reconciler.contract import Adapter, Sighting
from reconciler.planning.action import Action
from reconciler.planning.contents import may_hold
from reconciler.planning.dependent_texts import following
from reconciler.planning.diff import Difference
from reconciler.planning.referrers import refers, replaced_sightings
from reconciler.planning.world import Observed, Stray, World
from reconciler.stack import Desired, Key, Stack

Judge = Callable[[Desired, tuple[Difference, ...], Adapter[Any], Observed], Action]
"""A function that makes the action of one of our resources from its differences."""


def with_replace_order(
    action: Action | None, desired: Desired, world: World, kinds: Mapping[str, Adapter[Any]]
) -> Action | None:
    """The action of one of our resources; for a replace of a create-first kind, with that order.

    If an earlier pass created the new resource and the old one still exists, the replace goes on, unless the policy
    no longer allows it.
    """
    adapter = kinds[desired.key.kind]
    if not adapter.create.before_delete or may_hold(adapter.kind, kinds):
        return action
    keeps = adapter.create.copies.says if adapter.create.copies else ""
    if action is not None and action.verb == "replace":
        return replace(action, way="made first", keeps=keeps)
    if desired.policy.replace and world.replaced.get(desired.key) and (action is None or action.pending):
        found = action.differences if action else ()
        return Action(desired.key, "replace", found, way="made already", keeps=keeps)
    return action


@dataclass(frozen=True)
class Followers:
    """Resources that refer to values that a plan changes, and whose references are sent again."""

    stack: Stack
    world: World
    kinds: Mapping[str, Adapter[Any]]
    selected: Callable[[Key], bool]
    judge: Judge
    goes: Callable[[Stray], bool]
    """Whether this plan deletes a resource that is no longer desired."""

    def add(self, actions: dict[Key, Action]) -> None:
        """Plan to send again what refers to values that these actions change, directly or indirectly.

        A replace that creates the new resource first is refused while a user of the old one cannot be changed.
        """
        while True:
            tried = dict(actions)
            while more := self._more(tried):
                for key, found in more.items():
                    self._send_again(tried, key, found)
            left_behind = list(self._left_behind(tried))
            if not left_behind:
                actions.update(tried)
                return
            for key, why in left_behind:
                actions[key] = replace(tried[key], refusal=why)

    def _more(self, actions: Mapping[Key, Action]) -> dict[Key, tuple[Difference, ...]]:
        found = following(actions, self.stack, self.world, self.kinds)
        return {key: each for key, each in found if self.selected(key)}

    def _send_again(self, actions: dict[Key, Action], key: Key, found: tuple[Difference, ...]) -> None:
        """Add differences to the action of a resource."""
        desired, before = self.stack.resources[key], actions.get(key)
        told = (*(before.differences if before else ()), *found)
        action = self.judge(desired, told, self.kinds[key.kind], self.world.observed[key])
        if before and action.verb != "replace":
            actions[key] = replace(before, differences=action.differences)
        else:
            actions[key] = with_replace_order(action, desired, self.world, self.kinds) or action

    def _left_behind(self, actions: Mapping[Key, Action]) -> Iterator[tuple[Key, str]]:
        """The replaces after which a resource would still refer to a deleted one, and why."""
        for action in [each for each in actions.values() if each.pending and each.way]:
            old = replaced_sightings(action.key, action.way, self.world)
            user = next(self._staying(action.key, old, actions), None)
            if user is not None:
                refused = actions[user].refusal if user in actions else None
                why = f": {refused}" if refused else ""
                yield action.key, f"{user} refers to it, and is not changed in this pass{why}"

    def _staying(
        self, target: Key, old: Collection[Sighting], actions: Mapping[Key, Action]
    ) -> Iterator[Key]:
        """The resources that would still refer to one of the old ones, as far as this pass has seen."""
        for key, desired in self.stack.resources.items():
            fields = {name for name, targets in desired.references.items() if target in targets}
            refers_to_it = key != target and fields and not desired.existing
            if refers_to_it and _stays(key, fields, old, actions, self.world):
                yield key
        for stray in self.world.strays:
            if not self.goes(stray) and any(refers(stray.sighting.settings, each) for each in old):
                yield stray.key


def _stays(
    key: Key, fields: set[str], old: Collection[Sighting], actions: Mapping[Key, Action], world: World
) -> bool:
    """Whether a resource still refers to one of the old ones although the files refer to another one."""
    action, observed = actions.get(key), world.observed.get(key)
    if action is not None and action.pending and action.verb in ("create", "replace"):
        return False
    if observed is None:
        return key in world.sightings or key in world.unseen
    if not any(refers(observed.members, each) for each in old):
        return False
    sent = {each.top for each in action.differences} if action and action.pending else set()
    return sent.isdisjoint(fields)
