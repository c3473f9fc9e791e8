"""The plan of a pass: every action with its differences, in the order in which they may be carried out, as data."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from reconciler.contract import Adapter
from reconciler.planning.diff import Difference, differences, supplied
from reconciler.planning.graph import Node, order
from reconciler.planning.ownership import MARKS, PROTECT_MARK, Owner, marks_of
from reconciler.planning.world import Observed, Stray, World
from reconciler.shapes import Shape, fields_of, leaves
from reconciler.stack import Desired, Key, Stack
from reconciler.wire import Decoder

Verb = Literal["create", "update", "replace", "delete", "adopt", "release"]

NAME = "name"
"""The field in which a resource's own name differs when somebody renamed it."""
TAGS = "tags"
MARK_FIELDS = frozenset(f"{TAGS}.{mark}" for mark in MARKS)


@dataclass(frozen=True, slots=True)
class Action:
    """One step of a plan. `refusal` says why it will not be carried out; `only_report`, that it is not to be."""

    key: Key
    verb: Verb
    differences: tuple[Difference, ...] = ()
    refusal: str | None = None
    only_report: bool = False

    @property
    def deletes(self) -> tuple[str, ...]:
        """What AWS deletes within a resource that stays: indexes, rules, rows."""
        if self.verb not in ("update", "adopt"):
            return ()
        return tuple(each.deletes for each in self.differences if each.deletes)

    @property
    def pending(self) -> bool:
        """Whether apply has something to do here."""
        return self.refusal is None and not self.only_report


@dataclass(frozen=True)
class Plan:
    """All actions of a pass as plain data: it prints, saves, hashes and compares."""

    actions: Mapping[Key, Action]
    nodes: tuple[Node, ...] = ()
    """The steps of all pending actions, each after those that it waits for."""
    strays: tuple[Stray, ...] = ()
    """Owned and no longer desired, and left alone because nothing says to prune them."""
    cut: Mapping[Key, frozenset[str]] = field(default_factory=dict)
    """Fields that follow in a second step because references form a ring."""
    owned: int = 0

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
) -> Plan:
    """Compare desired with observed, for the resources that are selected."""
    actions = {}
    for key, desired in stack.resources.items():
        if not selected(key):
            continue
        action = _action(stack, desired, world, kinds[key.kind])
        if action:
            actions[key] = action
    left_alone = []
    for stray in world.strays:
        verb = going_as(stack, stray, kinds[stray.key.kind]) if selected(stray.key) else None
        if verb:
            actions[stray.key] = Action(stray.key, verb)
        else:
            left_alone.append(stray)
    _keep_what_is_used(actions, world, kinds, left_alone)
    nodes, cut = order(stack, {key: action.verb for key, action in actions.items() if action.pending}, kinds)
    owned = sum(each.owner is Owner.OURS for each in world.observed.values()) + len(world.strays)
    return Plan(actions, nodes, tuple(left_alone), cut, owned)


def _keep_what_is_used(
    actions: dict[Key, Action], world: World, kinds: Mapping[str, Adapter[Any]], staying: list[Stray]
) -> None:
    """Refuse to delete what something that stays refers to: AWS does not always.

    Within a resource AWS makes the ids, and no other text is like them; a table's id is a name that anything may bear.
    """
    users = {
        leaf: stray.key
        for stray in staying
        for leaf in leaves(stray.sighting.settings)
        if isinstance(leaf, str)
    }
    for stray in world.strays if users else ():
        action = actions.get(stray.key)
        by_id = users.get(stray.sighting.id) if kinds[stray.key.kind].within else None
        user = by_id or users.get(stray.sighting.arn)
        if action and action.verb == "delete" and user:
            actions[stray.key] = replace(action, refusal=f"{user}, which is left alone, refers to it")


def wanted_tags(stack: Stack, desired: Desired) -> dict[str, str | None]:
    """Every tag that a resource is to bear, the stack's and our marks included; None removes one."""
    return {**stack.tags, **(desired.settings.get(TAGS) or {}), **marks_of(stack.mark, desired)}


def kinds_to_see(stack: Stack, kinds: Mapping[str, Adapter[Any]]) -> frozenset[str]:
    """The kinds that a pass looks at: those that the stack names; all of them where what is not desired is pruned."""
    wanted = {key.kind for key in (*stack.resources, *stack.release)}
    if stack.prune:
        wanted |= {kind for kind, each in kinds.items() if each.within is None or each.within in wanted}
    return frozenset(wanted)


def managed_fields(desired: Desired, adapter: Adapter[Any]) -> Iterator[tuple[str, Shape]]:
    """The fields that are compared: those that the author wrote and that AWS reports."""
    shapes = fields_of(adapter.model)
    left_out = {*adapter.write_only, *desired.policy.ignore, TAGS}
    return ((name, shapes[name]) for name in desired.settings if name not in left_out)


def _action(stack: Stack, desired: Desired, world: World, adapter: Adapter[Any]) -> Action | None:
    """What one desired resource asks for; None when it is as it should be."""
    key, observed = desired.key, world.observed.get(desired.key)
    trouble = world.unseen.get(key) or world.conflicts.get(key)
    if trouble:
        return Action(key, "update", refusal=trouble)
    if desired.existing:
        if key in world.sightings or world.scope_of(desired.scope) is None:
            return None  # found, or to be looked for once what it lives in exists
        return Action(key, "adopt", refusal="`existing: true`, but AWS has none of this name")
    if observed is None:
        missing = sorted(name for name in adapter.needed if desired.settings.get(name) is None)
        refusal = f"it does not exist, and AWS creates none without {', '.join(missing)}" if missing else None
        return Action(key, "create", tuple(_everything(desired, adapter)), refusal)
    found = _differences(stack, desired, observed, adapter, Decoder(world.name_of))
    reasons = (adapter.impossible(each.field, desired.settings, observed.members) for each in found)
    impossible = "; ".join(dict.fromkeys(reason for reason in reasons if reason)) or None
    if observed.owner is Owner.FOREIGN:
        return Action(key, "adopt", refusal=f'it bears the mark of stack "{observed.other_stack}"')
    if observed.owner is Owner.FREE and adapter.tagging:
        settings = tuple(each for each in found if each.top != TAGS)
        if settings and not desired.adopt:
            why = "it lives already, without our mark and with other settings; `adopt: true` takes it"
            return Action(key, "adopt", settings, refusal=why)
        if desired.policy.on_drift == "report":
            return Action(key, "adopt", tuple(each for each in found if is_mark(each)))
        fixed = _fixed(found, adapter)
        refusal = (
            f"AWS cannot change {', '.join(fixed)}; write what lives, or delete it first" if fixed else None
        )
        return Action(key, "adopt", found, impossible or refusal)
    if impossible and desired.policy.on_drift != "report":
        return Action(key, "update", found, refusal=impossible)
    return _owned_action(desired, found, adapter) if found else None


def _fixed(found: tuple[Difference, ...], adapter: Adapter[Any]) -> list[str]:
    """The differing fields that AWS cannot change on a live resource."""
    return sorted({each.top for each in found} & {*adapter.fixed, *(() if _renames(adapter) else (NAME,))})


def _owned_action(desired: Desired, found: tuple[Difference, ...], adapter: Adapter[Any]) -> Action:
    key, fixed = desired.key, _fixed(found, adapter)
    if desired.policy.on_drift == "report":
        return Action(key, "update", found, only_report=True)
    if not fixed:
        return Action(key, "update", found)
    if desired.policy.replace:
        return Action(key, "replace", found)
    why = f"AWS cannot change {', '.join(fixed)}; `policy: {{replace: true}}` deletes it and creates it anew"
    return Action(key, "replace", found, refusal=why)


def _renames(adapter: Adapter[Any]) -> bool:
    return any(NAME in group.fields for group in adapter.updates)


def _differences(
    stack: Stack, desired: Desired, observed: Observed, adapter: Adapter[Any], decoder: Decoder
) -> tuple[Difference, ...]:
    found = []
    called = adapter.called(desired.key.name, desired.settings)
    if called is not None and adapter.named_by and called != observed.sighting.name:
        found.append(Difference(NAME, observed.sighting.name, called))
    for name, shape in managed_fields(desired, adapter):
        if name not in observed.fields:
            continue
        wanted = desired.settings[name]
        # An ARN that an author wrote out is the same reference as its name.
        wanted = decoder.decode(shape, wanted) if shape.document else wanted
        live = adapter.compared(name, observed.settings.get(name), desired.settings, observed.members)
        differing = [
            each if each.deletes else replace(each, deletes=deletes)
            for each in differences(name, shape, wanted, live)
            for deletes in [adapter.deletes(each.field, desired.settings, observed.members)]
        ]
        found += [*differing, *(supplied(name, shape, wanted, live) if differing else ())]
    if adapter.tagging:
        for tag, value in wanted_tags(stack, desired).items():
            if observed.tags.get(tag) != value:
                found.append(Difference(f"{TAGS}.{tag}", observed.tags.get(tag), value))
    return tuple(found)


def _everything(desired: Desired, adapter: Adapter[Any]) -> Iterator[Difference]:
    """Every written field as a difference from nothing, and what is sent with it."""
    shapes = fields_of(adapter.model)
    for name, value in desired.settings.items():
        if value is not None:
            yield Difference(name, None, value)
            yield from supplied(name, shapes[name], value, None)


def going_as(stack: Stack, stray: Stray, adapter: Adapter[Any]) -> Verb | None:
    """How the stack lets go of what it no longer desires; None where it leaves it alone."""
    if stray.key in stack.resources:
        return None  # a copy of what is desired still: to delete it by key would delete the other
    if stray.key in stack.release:
        return "release"
    marked = stray.tags.get(PROTECT_MARK)
    protected = marked == "true" or (adapter.protected and marked != "false")
    if not stack.prune or adapter.delete is None or protected:
        return None
    return "delete"


def is_mark(difference: Difference) -> bool:
    """Whether a difference is about one of our own marks, which only ever interest us."""
    return difference.field in MARK_FIELDS


__all__ = [
    "MARK_FIELDS",
    "Action",
    "Plan",
    "Verb",
    "going_as",
    "is_mark",
    "kinds_to_see",
    "make_plan",
    "managed_fields",
    "wanted_tags",
]
