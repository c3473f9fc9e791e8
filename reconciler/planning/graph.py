"""Orders the steps of a plan, so that each step comes after those that it depends on."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from graphlib import TopologicalSorter
from itertools import chain
from typing import Any

from reconciler.contract import Adapter
from reconciler.field_schema import Shape, fields_of
from reconciler.model import Part
from reconciler.planning.action import TAGS
from reconciler.planning.reference_cycles import open_cycles
from reconciler.planning.step_waits import NO_CONSTRAINTS, Constraints, StepKey, StepWaits, leads_to
from reconciler.stack import Desired, Key, Stack


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
    constraints: Constraints = NO_CONSTRAINTS,
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
    after: dict[StepKey, set[StepKey]] = {}
    for key, verb in verbs.items():
        if verb in MAKING:
            targets = {
                target
                for name, found in before[key].items()
                for target in found
                if name not in cut.get(key, ())
            }
            after[StepKey(key, "make")] = {StepKey(target, "make") for target in targets}
        if verb == "replace":
            after[StepKey(key, "drop")] = set()
            after[StepKey(key, "make")].add(StepKey(key, "drop"))
        if verb in (*MAKING, "made already", "update", "adopt"):
            desired = stack.resources[key]
            targets = {target for found in desired.references.values() for target in found if target in made}
            own = {StepKey(key, "make")} if key in made else set()
            after[StepKey(key, "fill")] = {StepKey(target, "make") for target in targets} | own
        if verb == "release":
            after[StepKey(key, "fill")] = set()
    waits = StepWaits(stack, kinds, after)
    waits.for_homes()
    waits.for_attributes()
    waits.for_names(verbs, constraints.names)
    waits.for_moved_values(constraints.values)
    waits.for_settings()
    waits.for_needed_kinds()
    waits.for_restored(constraints.restored)
    last = [key for key, verb in verbs.items() if verb in DELETED_LAST]
    waits.for_new(frozenset(last))
    behind = waits.behind
    steps = _sorted({step: found | behind.get(step, set()) for step, found in after.items()})
    nodes = (Node(each, tuple(sorted(after[each])), tuple(sorted(behind.get(each, ())))) for each in steps)
    drops = [
        _after_the_new(node, after)
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


def _after_the_new(node: Node, waits: Mapping[StepKey, set[StepKey]]) -> Node:
    """The delete of the old resource, after the new one exists with its settings."""
    key = node.step.key
    own = {each for each in (StepKey(key, "make"), StepKey(key, "fill")) if each in waits}
    return replace(node, after=tuple(sorted({*node.after, *own}))) if own else node


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
    """Every kind that a resource of this kind may refer to, live in or rely on."""
    found = set(adapter.relies_on).union(*kinds_by_field(adapter.model).values())
    return found | ({adapter.parent} if adapter.parent else set())


def _kinds_in_order(kinds: Mapping[str, Adapter[Any]]) -> list[str]:
    """Every kind after those that its create request refers to or relies on; what may follow later does not count."""
    edges: dict[str, list[str]] = {}
    for kind, adapter in kinds.items():
        by_field = kinds_by_field(adapter.model)
        names = adapter.create.always_sent & by_field.keys()
        targets = {target for name in names for target in by_field[name]} - {kind}
        targets |= adapter.relies_on - {kind}
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
