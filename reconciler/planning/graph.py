"""Orders the steps of a plan, so that each step comes after those that it depends on."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from graphlib import TopologicalSorter
from itertools import chain
from typing import Any, Literal, NamedTuple, TypeVar

from reconciler.contract import Adapter
from reconciler.field_schema import Shape, fields_of
from reconciler.model import Part
from reconciler.planning.action import TAGS
from reconciler.planning.reference_cycles import open_cycles
from reconciler.planning.text_references import attributes_in
from reconciler.stack import Desired, Key, Stack

T = TypeVar("T")


class StepKey(NamedTuple):
    """The key of a step: a resource is made (created), filled (its settings are set), or dropped (deleted).

    Before that it may give its name away (free) and get a temporary name.
    """

    key: Key
    part: Literal["free", "make", "fill", "drop"]


@dataclass(frozen=True, slots=True)
class Users:
    """Which resources use those to be deleted, as far as the pass has read them."""

    known: Mapping[Key, frozenset[Key]] = field(default_factory=dict)
    """By deleted resource: the resources that refer to it now."""
    unread: frozenset[Key] = frozenset()
    """Resources whose references were not read."""


@dataclass(frozen=True, slots=True)
class Node:
    """One step, the steps that must succeed before it, and the steps that must only be finished before it."""

    step: StepKey
    after: tuple[StepKey, ...]
    behind: tuple[StepKey, ...] = ()


@dataclass(frozen=True, slots=True)
class Handover:
    """What resources take over from others, or get back: names, values, and themselves."""

    names: Mapping[StepKey, frozenset[Key]] = field(default_factory=dict)
    """By step: the resources whose names it takes over."""
    values: Mapping[Key, frozenset[Key]] = field(default_factory=dict)
    """By resource: those that get a value of it that AWS moves in one call."""
    restored: frozenset[Key] = frozenset()
    """Resources whose scheduled deletion a step cancels: until then AWS refuses to use them."""


NOTHING = Handover()


MAKING = frozenset({"create", "replace", "made first"})
"""The verbs and ways that create a resource."""
DELETED_LAST = frozenset({"made first", "made already"})
"""The ways of a replace that deletes the old one after all that refers to it has changed."""


class ReferenceCycle(Exception):
    """Raised when references form a cycle that no kind declares how to cut."""

    def __init__(self, keys: Iterable[Key]) -> None:
        self.keys = tuple(keys)
        super().__init__("references form a cycle: " + " -> ".join(map(str, self.keys)))


def order(
    stack: Stack,
    verbs: Mapping[Key, str],
    kinds: Mapping[str, Adapter[Any]],
    users: Users | None = None,
    handover: Handover = NOTHING,
) -> tuple[tuple[Node, ...], dict[Key, frozenset[str]]]:
    """The steps of these actions in order, and the fields that were cut to open cycles.

    A resource is created before those that refer to it. References to a new resource are set once it exists. Deletes
    come after all other steps, and after all resources that referred to the deleted one have changed; without `users`
    any resource may have. A resource that lives in another one is created after the settings of that one: a hierarchy
    group needs the instance's levels.

    A step that takes over a name waits until the other resource has another name. If they would wait for each other, or
    if one is only deleted at the end, one gets a temporary name. Who loses a value waits for the one that gets it.

    Raises:
        ReferenceCycle: references form a cycle that no kind declares how to cut.
    """
    made = {key for key, verb in verbs.items() if verb in MAKING}
    before = {key: _made_before(stack.resources[key], kinds[key.kind], made) for key in made}
    cut: dict[Key, frozenset[str]] = {}
    for cycle in open_cycles(before, kinds, cut):
        raise ReferenceCycle(cycle)
    waits: dict[StepKey, set[StepKey]] = {}
    for key, verb in verbs.items():
        if verb in MAKING:
            targets = {
                target
                for name, found in before[key].items()
                for target in found
                if name not in cut.get(key, ())
            }
            waits[StepKey(key, "make")] = {StepKey(target, "make") for target in targets}
        if verb == "replace":
            waits[StepKey(key, "drop")] = set()
            waits[StepKey(key, "make")].add(StepKey(key, "drop"))
        if verb in (*MAKING, "made already", "update", "adopt"):
            desired = stack.resources[key]
            targets = {target for found in desired.references.values() for target in found if target in made}
            own = {StepKey(key, "make")} if key in made else set()
            waits[StepKey(key, "fill")] = {StepKey(target, "make") for target in targets} | own
        if verb == "release":
            waits[StepKey(key, "fill")] = set()
    behind = _behind(stack, waits)
    _wait_for_attributes(stack, kinds, waits, behind)
    _wait_for_names(verbs, handover.names, waits, behind)
    _wait_for_takers(handover.values, waits, behind)
    _wait_for_settings(stack, kinds, waits, behind)
    _wait_for_restored(stack, handover.restored, waits, behind)
    last = [key for key, verb in verbs.items() if verb in DELETED_LAST]
    _wait_for_new(stack, frozenset(last), waits, behind)
    steps = _sorted({step: found | behind.get(step, set()) for step, found in waits.items()})
    nodes = (Node(each, tuple(sorted(waits[each])), tuple(sorted(behind.get(each, ())))) for each in steps)
    drops = [
        _after_the_new(node, waits)
        for node in _drops(
            [*last, *(key for key, verb in verbs.items() if verb == "delete")], steps, kinds, users
        )
    ]
    return (*nodes, *(_with_users(drops, kinds, users) if users else drops)), cut


def cycles(resources: Mapping[Key, Desired], kinds: Mapping[str, Adapter[Any]]) -> Iterator[tuple[Key, ...]]:
    """The cycles that no kind declares how to cut, if all of this were created; the first member is repeated at the end."""
    made = set(resources)
    before = {key: _made_before(desired, kinds[key.kind], made) for key, desired in resources.items()}
    yield from open_cycles(before, kinds, {})


def _behind(stack: Stack, waits: Mapping[StepKey, set[StepKey]]) -> dict[StepKey, set[StepKey]]:
    """For each create, add a wait for the settings of the resource that it lives in, unless those wait for it."""
    behind: dict[StepKey, set[StepKey]] = {}
    for step in sorted(waits):
        desired = stack.resources.get(step.key)
        if step.part != "make" or desired is None or desired.scope is None:
            continue
        settings = StepKey(desired.scope, "fill")
        refers = bool(stack.resources[desired.scope].references)
        if settings in waits and not (refers and leads_to(settings, step, waits, behind)):
            behind[step] = {settings}
    return behind


def _wait_for_names(
    verbs: Mapping[Key, str],
    held: Mapping[StepKey, frozenset[Key]],
    waits: dict[StepKey, set[StepKey]],
    behind: Mapping[StepKey, set[StepKey]],
) -> None:
    """Make each step that takes over a name wait until it is free; in a cycle of waits one step goes first."""
    for step in sorted(held):
        for holder in sorted(held[step]):
            free, leaves = StepKey(holder, "free"), _leaving(holder, verbs[holder])
            if free not in waits and leaves and not leads_to(leaves, step, waits, behind):
                waits[step].add(leaves)
                continue
            waits.setdefault(free, set())
            waits[step].add(free)
            if leaves:
                waits[leaves].add(free)


def _wait_for_takers(
    moved: Mapping[Key, frozenset[Key]],
    waits: Mapping[StepKey, set[StepKey]],
    behind: Mapping[StepKey, set[StepKey]],
) -> None:
    """Make each resource that loses a value wait for those that get it; two that exchange values do not both wait."""
    for loser in sorted(moved):
        step = StepKey(loser, "fill")
        for taker in (StepKey(each, "fill") for each in sorted(moved[loser])):
            if step in waits and taker in waits and not leads_to(taker, step, waits, behind):
                waits[step].add(taker)


def _wait_for_new(
    stack: Stack,
    renewed: frozenset[Key],
    waits: dict[StepKey, set[StepKey]],
    behind: Mapping[StepKey, set[StepKey]],
) -> None:
    """Make references to a replaced resource wait until the new resource has its settings."""
    for step in sorted(waits) if renewed else ():
        desired = stack.resources.get(step.key)
        if step.part != "fill" or desired is None or step.key in renewed:
            continue
        for target in sorted(renewed.intersection(*[chain(*desired.references.values())])):
            settings = StepKey(target, "fill")
            if not leads_to(settings, step, waits, behind):
                waits[step].add(settings)


def _after_the_new(node: Node, waits: Mapping[StepKey, set[StepKey]]) -> Node:
    """The delete of the old resource, after the new one exists with its settings."""
    key = node.step.key
    own = {each for each in (StepKey(key, "make"), StepKey(key, "fill")) if each in waits}
    return replace(node, after=tuple(sorted({*node.after, *own}))) if own else node


def _leaving(holder: Key, verb: str) -> StepKey | None:
    """The step by which a resource gives up its name; None if it is deleted at the end."""
    if verb == "delete":
        return None
    return StepKey(holder, "drop" if verb == "replace" else "fill")


def _wait_for_settings(
    stack: Stack,
    kinds: Mapping[str, Adapter[Any]],
    waits: Mapping[StepKey, set[StepKey]],
    behind: dict[StepKey, set[StepKey]],
) -> None:
    """Make the settings of a resource wait for those of the resources that it refers to, where AWS requires it.

    Two resources that refer to each other cannot wait for each other: the later one does not wait, and what AWS then
    refuses is left to the next pass.
    """
    for step in sorted(waits):
        desired = stack.resources.get(step.key)
        if step.part not in ("make", "fill") or desired is None or not desired.references:
            continue
        adapter = kinds[step.key.kind]
        sent = adapter.create.fields if step.part == "make" else desired.references
        for name in sorted(desired.references.keys() & _waiting_fields(adapter.model) & {*sent}):
            targets = sorted(desired.references[name])
            for other in (StepKey(target, "fill") for target in targets):
                if other in waits and not leads_to(other, step, waits, behind):
                    behind.setdefault(step, set()).add(other)


def _wait_for_restored(
    stack: Stack,
    restored: frozenset[Key],
    waits: Mapping[StepKey, set[StepKey]],
    behind: dict[StepKey, set[StepKey]],
) -> None:
    """Make what refers to a resource wait until its scheduled deletion is cancelled."""
    for step in sorted(waits) if restored else ():
        desired = stack.resources.get(step.key)
        if step.part not in ("make", "fill") or desired is None:
            continue
        targets = {target for found in desired.references.values() for target in found} & restored
        for other in (StepKey(target, "fill") for target in sorted(targets)):
            if other in waits and not leads_to(other, step, waits, behind):
                behind.setdefault(step, set()).add(other)


def _wait_for_attributes(
    stack: Stack,
    kinds: Mapping[str, Adapter[Any]],
    waits: dict[StepKey, set[StepKey]],
    behind: dict[StepKey, set[StepKey]],
) -> None:
    """Make references to an attribute wait for the settings of its resource, which may set or change the attribute."""
    for step in sorted(waits):
        desired = stack.resources.get(step.key)
        if step.part not in ("make", "fill") or desired is None or not desired.references:
            continue
        created = (*kinds[step.key.kind].create.fields, TAGS)
        for name, target, _ in attributes_in(desired, kinds):
            other = StepKey(target, "fill")
            sent = step.part == "fill" or name in created
            if sent and other in waits and not leads_to(other, step, waits, behind):
                behind.setdefault(step, set()).add(other)


@cache
def _waiting_fields(model: type[Part]) -> frozenset[str]:
    """The fields of a kind that refer to resources whose settings must be set before."""
    return frozenset(name for name, shape in fields_of(model).items() if _asks_for_settings(shape))


def _asks_for_settings(shape: Shape) -> bool:
    """Whether a value of this shape refers to a resource whose settings must be set before."""
    inner = (*shape.fields.values(), shape.items, shape.values)
    own = (*((shape.ref,) if shape.ref else ()), *shape.means)
    return any(each.settled for each in own) or any(each and _asks_for_settings(each) for each in inner)


def leads_to(start: T, goal: T, *ways: Mapping[T, set[T]]) -> bool:
    """Whether one node leads to another, directly or not; each of `ways` maps a node to those that it leads to."""
    seen, ahead = {start}, [start]
    while ahead:
        each = ahead.pop()
        if each == goal:
            return True
        for way in ways:
            found = way.get(each, set()) - seen
            seen |= found
            ahead += found
    return False


def _made_before(desired: Desired, adapter: Adapter[Any], made: set[Key]) -> dict[str, set[Key]]:
    """By field of the create request: the resources that it refers to and that must be created first."""
    before = {
        name: {target for target in targets if target in made}
        for name, targets in desired.references.items()
        if name in adapter.create.fields or (name == TAGS and adapter.tagging)
    }
    if desired.scope in made:
        before[""] = {desired.scope}
    return before


def _drops(
    keys: Iterable[Key],
    others: Sequence[StepKey],
    kinds: Mapping[str, Adapter[Any]],
    users: Users | None,
) -> Iterator[Node]:
    """The deletes: they come last, after the deletes of what may refer to the resource; a kind's nodes share their tuples.

    The delete of another resource must have succeeded only if that one refers to this one, or if this is not known.
    """
    by_kind: dict[str, list[StepKey]] = {}
    for key in sorted(keys):
        by_kind.setdefault(key.kind, []).append(StepKey(key, "drop"))
    gone: list[str] = []
    # Of two kinds that may refer to each other the one goes first that is made last.
    for kind in [each for each in reversed(_kinds_in_order(kinds)) if each in by_kind]:
        referring = [by_kind[each] for each in gone if kind in kinds_known_to(kinds[each])]
        before = tuple(sorted(chain(others, *referring)))
        if users is None:
            yield from (Node(step, before) for step in by_kind[kind])
        else:
            unread = {step for step in chain(*referring) if step.key in users.unread}
            shared = tuple(sorted(unread))
            steps: dict[Key, list[StepKey]] = {}
            for step in before:
                steps.setdefault(step.key, []).append(step)
            for step in by_kind[kind]:
                known = {each for key in users.known.get(step.key, ()) for each in steps.get(key, ())}
                after = tuple(sorted(unread | known)) if known - unread else shared
                yield Node(step, after, before)
        gone.append(kind)


def _with_users(drops: list[Node], kinds: Mapping[str, Adapter[Any]], users: Users) -> Sequence[Node]:
    """The same deletes, each after those whose live texts name the resource, unless that one is used by this one."""
    by_step = {node.step: node for node in drops}
    named = [
        (node.step, other)
        for node in drops
        for other in sorted(StepKey(user, "drop") for user in users.known.get(node.step.key, ()))
        if other in by_step and node.step.key.kind not in kinds_known_to(kinds[other.key.kind])
    ]
    if not named:
        return drops
    after = {node.step: {*node.after} for node in drops}
    behind = {node.step: {*node.behind} for node in drops}
    for step, user in named:
        if not leads_to(user, step, after):
            behind[user].discard(step)  # it only might have been used
            if not leads_to(user, step, after, behind):
                after[step].add(user)
    inner = {step: (found | behind[step]) & by_step.keys() for step, found in after.items()}
    return [Node(step, tuple(sorted(after[step])), tuple(sorted(behind[step]))) for step in _sorted(inner)]


def kinds_known_to(adapter: Adapter[Any]) -> set[str]:
    """Every kind that a resource of this kind may refer to or live in."""
    found = set().union(*kinds_by_field(adapter.model).values())
    return found | ({adapter.parent} if adapter.parent else set())


def _kinds_in_order(kinds: Mapping[str, Adapter[Any]]) -> list[str]:
    """Every kind after the kinds that its create request refers to; what may follow later does not count."""
    edges: dict[str, list[str]] = {}
    for kind, adapter in kinds.items():
        by_field = kinds_by_field(adapter.model)
        names = adapter.create.always_sent & by_field.keys()
        targets = {target for name in names for target in by_field[name]} - {kind}
        targets |= {adapter.parent} if adapter.parent else set()
        edges[kind] = sorted(target for target in targets if target in kinds)
    return list(TopologicalSorter(edges).static_order())


@cache
def kinds_by_field(model: type[Part]) -> Mapping[str, frozenset[str]]:
    """Every kind that a field of a model may refer to, by the field's name."""
    return {name: frozenset(kinds_in(shape)) for name, shape in fields_of(model).items()}


def kinds_in(shape: Shape) -> set[str]:
    """Every kind that a value of this shape may refer to."""
    found = {shape.ref.kind} if shape.ref else set()
    if shape.document:
        found |= {ref.kind for ref in shape.document.tokens.values()}
    for inner in (*shape.fields.values(), shape.items, shape.values):
        found |= kinds_in(inner) if inner else set()
    return found


def _sorted(waits: Mapping[StepKey, set[StepKey]]) -> list[StepKey]:
    sorter = TopologicalSorter(waits)
    sorter.prepare()
    ordered: list[StepKey] = []
    while sorter.is_active():
        ready = sorted(sorter.get_ready())
        ordered += ready
        sorter.done(*ready)
    return ordered
