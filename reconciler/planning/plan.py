"""The plan of a pass as data: every action with its differences, in an order in which they can be carried out."""

from collections import Counter
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from reconciler.contract import Adapter
from reconciler.declarations import NAME
from reconciler.field_schema import leaves
from reconciler.planning.action import TAGS, Action, Verb, is_mark
from reconciler.planning.comparison import managed_fields, wanted_tags
from reconciler.planning.contents import (
    contents_of,
    full_line,
    kept_line,
    kinds_within,
    may_hold,
    strays_within,
    within,
)
from reconciler.planning.create_before_delete import Followers
from reconciler.planning.feeds import FeedCount, feed_counts, refuse_absent_leavers, tell_rows
from reconciler.planning.graph import Node, order
from reconciler.planning.moved_values import moved_values
from reconciler.planning.name_exchange import Names
from reconciler.planning.needed_action import action_for, creation_of, owned_action
from reconciler.planning.nested_deletes import live_rows
from reconciler.planning.ownership import Owner, owner_of
from reconciler.planning.referrers import has_name_as_id, users_of
from reconciler.planning.refused_parents import refuse_dependents
from reconciler.planning.removal import removal_action, removal_verb
from reconciler.planning.renamed import rename_hints
from reconciler.planning.step_waits import Constraints
from reconciler.planning.world import Stray, UnmanagedContents, World
from reconciler.stack import Key, Stack

UNLOOKED = "its contents were not listed"
"""The refusal of a delete or replace of a resource whose contents were not read."""


@dataclass(frozen=True)
class Plan:
    """All actions of a pass as plain data, to be printed, saved, hashed and compared."""

    actions: Mapping[Key, Action]
    nodes: tuple[Node, ...] = ()
    """The steps of all pending actions, each after those that it waits for."""
    strays: tuple[Stray, ...] = ()
    """Owned resources that are no longer desired and are left alone, because the stack does not prune them."""
    cut: Mapping[Key, frozenset[str]] = field(default_factory=dict)
    """Fields that follow in a second step because references form a cycle."""
    owned: Mapping[str, int] = field(default_factory=dict)
    """How many live resources have our mark, by kind."""
    rows: Mapping[tuple[str, str], int] = field(default_factory=dict)
    """How many live rows there are, by kind and field, for the fields of which the plan deletes rows."""
    feeds: tuple[FeedCount, ...] = ()
    """How many resources of each feed are in AWS, and how many leave."""
    hints: tuple[str, ...] = ()
    """What the author of the files may have meant instead."""

    @property
    def vanishing(self) -> tuple[Action, ...]:
        """The pending actions that delete a live resource, or switch off one that cannot be deleted."""
        gone = (each for each in self.pending if not each.keeps)
        return tuple(each for each in gone if each.verb in ("delete", "replace") or each.instead)

    @property
    def disappearing(self) -> int:
        """How many live resources the plan deletes or replaces, with all that lives in them."""
        return sum(1 + len(action.contents) for action in self.vanishing)

    @property
    def others(self) -> tuple[UnmanagedContents, ...]:
        """Contents that are deleted with their resource and that we do not manage."""
        return tuple(each for action in self.vanishing for each in action.others)

    @property
    def deletes_within(self) -> int:
        """How many parts AWS deletes within resources that stay."""
        return sum(action.deleted_in() for action in self.pending)

    @property
    def deletes(self) -> int:
        """How many deletes a user has to approve if the guard refuses the plan: of resources, and of parts of those that stay."""
        return self.disappearing + self.deletes_within

    @property
    def pending(self) -> tuple[Action, ...]:
        """The actions that apply would carry out."""
        return tuple(action for action in self.actions.values() if action.pending)

    @property
    def refused(self) -> tuple[Action, ...]:
        """The actions that the plan will not carry out."""
        return tuple(action for action in self.actions.values() if action.refusal)


def make_plan(
    stack: Stack,
    world: World,
    kinds: Mapping[str, Adapter[Any]],
    selected: Callable[[Key], bool] = lambda _key: True,
    prune_at: float | None = None,
) -> Plan:
    """Compare desired with observed, for the resources that are selected.

    Before `prune_at`, in seconds since 1970, resources that the files no longer have are not deleted or released.
    """
    actions, unidentified = {}, world.unidentified()
    for key, desired in stack.resources.items():
        if not selected(key):
            continue
        action = action_for(stack, desired, world, kinds, unidentified)
        if action:
            actions[key] = action
    absent = refuse_absent_leavers(stack, actions)
    refuse_dependents(actions, stack, world)
    for key in absent:
        del actions[key]
    replaced = _with_contents(actions, stack, world, kinds, selected)

    def goes(stray: Stray) -> bool:
        now = selected(stray.key) and prune_at is None
        return now and removal_verb(stack, stray, kinds[stray.key.kind]) == "delete"

    Followers(stack, world, kinds, selected, owned_action, goes).add(actions)
    refuse_dependents(actions, stack, world)  # what lives in something that is replaced is made anew
    left_alone = []
    lost = {id(each) for each in strays_within(stack, world.strays, replaced)}
    for stray in (each for each in world.strays if id(each) not in lost):
        action = removal_action(stack, stray, world, kinds[stray.key.kind]) if selected(stray.key) else None
        if action:
            # If two live resources have the same mark, the first is deleted now, the other in the next pass.
            actions.setdefault(stray.key, _judged(action, stray.sighting.arn, stack, world, kinds))
        else:
            left_alone.append(stray)
    if prune_at is not None:
        _postpone(actions, world, prune_at)
    staying = [*left_alone, *_kept(actions, world)] if stack.destroys else left_alone
    while _keep_what_is_used(actions, world, kinds, staying) and stack.destroys:
        staying = _kept(actions, world)
    names = _names(actions, stack, world, kinds)
    verbs = {key: action.steps for key, action in actions.items() if action.pending}
    restored = frozenset(key for key, action in actions.items() if action.restores)
    constraints = Constraints(names.held(), moved_values(actions, stack, world, kinds), restored)
    nodes, cut = order(stack, verbs, kinds, users_of(verbs, world, kinds), constraints)
    for key in (node.step.key for node in nodes if node.step.part == "free"):
        actions[key] = names.by_way(actions[key])
    rows = live_rows(actions, world, kinds)
    hints = tuple(rename_hints(actions, stack, world, kinds))
    feeds = feed_counts(stack, world, actions)
    tell_rows(stack, actions)
    return Plan(actions, nodes, tuple(left_alone), cut, _owned(stack, world), rows, feeds, hints)


def _names(
    actions: dict[Key, Action], stack: Stack, world: World, kinds: Mapping[str, Adapter[Any]]
) -> Names:
    """The names that move; an action that would take a mark that another resource keeps is refused."""
    names = Names(stack, world, kinds, actions)
    while kept := list(names.kept_marks()):
        actions |= {each.key: each for each in kept}
        names = Names(stack, world, kinds, actions)
    return names


def _with_contents(
    actions: dict[Key, Action],
    stack: Stack,
    world: World,
    kinds: Mapping[str, Adapter[Any]],
    selected: Callable[[Key], bool],
) -> Collection[Key]:
    """Check every replace against the contents of the resource, and plan these again; returns replaced resources with contents.

    A resource that lives in a replaced one is deleted with it, and is created again like all contents.
    """
    going = {
        key: _judged(action, world.observed[key].sighting.arn, stack, world, kinds)
        for key, action in actions.items()
        if action.verb == "replace" and action.pending
    }
    replaced = {key for key, action in going.items() if action.pending and kinds_within(key.kind, kinds)}
    inside = [key for key in stack.resources if within(stack, key, replaced)] if replaced else []
    for key in [each for each in inside if not selected(each)]:
        parent = within(stack, key, replaced)
        if parent is not None:
            why = f"{key} is in it, would be deleted with it, and this pass cannot create it again"
            going[parent] = replace(going[parent], refusal=why)
    actions.update(going)
    replaced = {key for key in replaced if going[key].pending}
    for key in inside:
        if not within(stack, key, replaced):
            continue
        actions.pop(key, None)
        if not stack.resources[key].existing:
            actions[key] = creation_of(stack.resources[key], kinds[key.kind])
    return replaced - set(inside)


def _judged(
    action: Action, arn: str, stack: Stack, world: World, kinds: Mapping[str, Adapter[Any]]
) -> Action:
    """A deleting action with the contents that are deleted too; refused if those must not be deleted."""
    if (
        action.verb not in ("delete", "replace")
        or action.refusal
        or not may_hold(action.key.kind, kinds, stack)
    ):
        return action
    if arn in world.closed:
        return replace(action, refusal=f"its contents could not be listed: {world.closed[arn]}")
    if arn not in world.contents:
        return replace(action, refusal=UNLOOKED)
    contents = contents_of(stack, world, kinds, arn)
    refusal = kept_line(stack, contents) or full_line(stack, world, arn)
    return replace(action, contents=contents, others=world.others.get(arn, ()), refusal=refusal)


def _owned(stack: Stack, world: World) -> Mapping[str, int]:
    """How many live resources have our mark, by kind."""
    found = {
        sighting.arn: key.kind
        for key, sighting in world.sightings.items()
        if key in stack.resources and owner_of(sighting.tags or {}, stack.mark) is Owner.OURS
    }
    found |= {stray.sighting.arn: stray.key.kind for stray in world.strays}
    for contents in world.contents.values():
        ours = (each for each in contents if owner_of(each.tags, stack.mark) is Owner.OURS)
        found |= {each.sighting.arn: each.kind for each in ours}
    return Counter(found.values())


def _postpone(actions: dict[Key, Action], world: World, until: float) -> None:
    """Postpone the removal of resources that the files no longer have until that time, in seconds since 1970."""
    moment = datetime.fromtimestamp(until, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
    for key in {stray.key for stray in world.strays} & actions.keys():
        done = {"delete": "pruned", "release": "released"}.get(actions[key].verb)
        if done and actions[key].pending:
            why = f"absent from the files; it is {done} at {moment} if it is still absent then"
            actions[key] = replace(actions[key], postponed=why)


def _kept(actions: Mapping[Key, Action], world: World) -> list[Stray]:
    """The resources that a pass keeps although it deletes everything of the stack."""
    refused = {key for key, each in actions.items() if each.refusal not in (None, UNLOOKED)}
    return [stray for stray in world.strays if stray.key in refused]


def _keep_what_is_used(
    actions: dict[Key, Action], world: World, kinds: Mapping[str, Adapter[Any]], staying: list[Stray]
) -> bool:
    """Refuse to delete a resource that one which stays refers to: AWS does not always refuse that. Returns whether there is one.

    No other text is like an id that AWS has made, as those of resources within others. A table's id is its name, which any
    text may contain.
    """
    users = {
        leaf: stray.key
        for stray in staying
        for leaf in leaves(stray.sighting.settings)
        if isinstance(leaf, str)
    }
    found = False
    for stray in world.strays if users else ():
        action = actions.get(stray.key)
        made_by_aws = kinds[stray.key.kind].parent and not has_name_as_id(stray.sighting)
        by_id = users.get(stray.sighting.id) if made_by_aws else None
        user = by_id or users.get(stray.sighting.arn)
        if action and action.verb == "delete" and action.pending and user and user != stray.key:
            actions[stray.key] = replace(action, refusal=f"{user}, which is left alone, refers to it")
            found = True
    return found


def kinds_to_see(stack: Stack, kinds: Mapping[str, Adapter[Any]]) -> frozenset[str]:
    """The kinds that a pass reads: those that the stack names; all kinds if the stack prunes."""
    wanted = {key.kind for key in (*stack.resources, *stack.release, *stack.unwanted)}
    if stack.prune:
        wanted |= set(kinds)
    return frozenset(wanted)


__all__ = [
    "NAME",
    "TAGS",
    "Action",
    "Plan",
    "Verb",
    "is_mark",
    "kinds_to_see",
    "make_plan",
    "managed_fields",
    "wanted_tags",
]
