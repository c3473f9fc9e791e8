"""Who waits for whom: the steps of a plan in an order in which each can be carried out."""

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
from reconciler.planning.reference_cycles import open_rings
from reconciler.planning.text_references import attributes_in
from reconciler.stack import Desired, Key, Stack

T = TypeVar("T")


class StepKey(NamedTuple):
    """A resource is made (it exists), filled (its settings hold), or dropped (it is gone).

    Before that it may give its name away (free) and go by a name in between.
    """

    key: Key
    part: Literal["free", "make", "fill", "drop"]


@dataclass(frozen=True, slots=True)
class Users:
    """Who uses what is to be deleted, as far as that was seen."""

    known: Mapping[Key, frozenset[Key]] = field(default_factory=dict)
    """By what is deleted: who refers to it now."""
    unread: frozenset[Key] = frozenset()
    """Those of which nobody read to whom they refer."""


@dataclass(frozen=True, slots=True)
class Node:
    """One step, the steps that must have succeeded before it, and those that need only be over."""

    step: StepKey
    after: tuple[StepKey, ...]
    behind: tuple[StepKey, ...] = ()


NOTHING: Mapping[StepKey, frozenset[Key]] = {}


MAKING = frozenset({"create", "replace", "made first"})
"""The verbs and ways by which something is made."""
DELETED_LAST = frozenset({"made first", "made already"})
"""The ways of a replace that deletes the old one after all that refers to it has changed."""


class Ring(Exception):
    """References that form a ring which no kind declares how to cut."""

    def __init__(self, keys: Iterable[Key]) -> None:
        self.keys = tuple(keys)
        super().__init__("references form a ring: " + " -> ".join(map(str, self.keys)))


def order(
    stack: Stack,
    verbs: Mapping[Key, str],
    kinds: Mapping[str, Adapter[Any]],
    users: Users | None = None,
    held: Mapping[StepKey, frozenset[Key]] = NOTHING,
) -> tuple[tuple[Node, ...], dict[Key, frozenset[str]]]:
    """The steps of these actions in order, and the fields that were cut to open rings.

    Everything is made before what refers to it is; what refers to something new is filled once that is made; nothing
    is dropped before everything else is over, and before all who referred to it have let go; without `users` that may
    be anybody. What lives in a resource is made behind the settings of that: a hierarchy group needs the instance's
    levels.

    `held` tells by step whose names it takes over: it waits until these have others. Where they would wait for each
    other, or where one is deleted only after all else, one goes by a name in between.

    Raises:
        Ring: references form a ring that no kind declares how to cut.
    """
    made = {key for key, verb in verbs.items() if verb in MAKING}
    before = {key: _made_before(stack.resources[key], kinds[key.kind], made) for key in made}
    cut: dict[Key, frozenset[str]] = {}
    for ring in open_rings(before, kinds, cut):
        raise Ring(ring)
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
    _wait_for_names(verbs, held, waits, behind)
    _wait_for_settings(stack, kinds, waits, behind)
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


def rings(resources: Mapping[Key, Desired], kinds: Mapping[str, Adapter[Any]]) -> Iterator[tuple[Key, ...]]:
    """The rings that no kind declares how to cut, if all of this were to be created; the first member comes again at the end."""
    made = set(resources)
    before = {key: _made_before(desired, kinds[key.kind], made) for key, desired in resources.items()}
    yield from open_rings(before, kinds, {})


def _behind(stack: Stack, waits: Mapping[StepKey, set[StepKey]]) -> dict[StepKey, set[StepKey]]:
    """For what is made: the settings of what it lives in, unless those wait for it in their turn."""
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
    """Let each step that takes over a name wait until it is free; of those that wait for each other one goes first."""
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


def _wait_for_new(
    stack: Stack,
    renewed: frozenset[Key],
    waits: dict[StepKey, set[StepKey]],
    behind: Mapping[StepKey, set[StepKey]],
) -> None:
    """Let what refers to something that is made anew keep the old one until the new one has its settings."""
    for step in sorted(waits) if renewed else ():
        desired = stack.resources.get(step.key)
        if step.part != "fill" or desired is None or step.key in renewed:
            continue
        for target in sorted(renewed.intersection(*[chain(*desired.references.values())])):
            settings = StepKey(target, "fill")
            if not leads_to(settings, step, waits, behind):
                waits[step].add(settings)


def _after_the_new(node: Node, waits: Mapping[StepKey, set[StepKey]]) -> Node:
    """The delete of what is replaced, after the new one is there with its settings."""
    key = node.step.key
    own = {each for each in (StepKey(key, "make"), StepKey(key, "fill")) if each in waits}
    return replace(node, after=tuple(sorted({*node.after, *own}))) if own else node


def _leaving(holder: Key, verb: str) -> StepKey | None:
    """The step by which a resource gives up its name; None where it is deleted at the end."""
    if verb == "delete":
        return None
    return StepKey(holder, "drop" if verb == "replace" else "fill")


def _wait_for_settings(
    stack: Stack,
    kinds: Mapping[str, Adapter[Any]],
    waits: Mapping[StepKey, set[StepKey]],
    behind: dict[StepKey, set[StepKey]],
) -> None:
    """Let the settings of a resource wait for those of what it refers to, where AWS asks for these.

    Two that refer to each other cannot wait for each other: the later one goes without, and what AWS refuses then is
    left to the next pass.
    """
    for step in sorted(waits):
        desired = stack.resources.get(step.key)
        if step.part != "fill" or desired is None:
            continue
        for name in sorted(desired.references.keys() & _waiting_fields(kinds[step.key.kind].model)):
            targets = sorted(desired.references[name])
            for other in (StepKey(target, "fill") for target in targets):
                if other in waits and not leads_to(other, step, waits, behind):
                    behind.setdefault(step, set()).add(other)


def _wait_for_attributes(
    stack: Stack,
    kinds: Mapping[str, Adapter[Any]],
    waits: dict[StepKey, set[StepKey]],
    behind: dict[StepKey, set[StepKey]],
) -> None:
    """Let what refers to an attribute wait for the settings of its resource: they may bring it about, or change it."""
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
    """The fields of a kind that refer to resources whose settings have to hold before."""
    return frozenset(name for name, shape in fields_of(model).items() if _asks_for_settings(shape))


def _asks_for_settings(shape: Shape) -> bool:
    """Whether a value of this shape refers to a resource whose settings have to hold before."""
    inner = (*shape.fields.values(), shape.items, shape.values)
    return bool(shape.ref and shape.ref.settled) or any(each and _asks_for_settings(each) for each in inner)


def leads_to(start: T, goal: T, *ways: Mapping[T, set[T]]) -> bool:
    """Whether one leads to another, directly or not; each of `ways` tells by each one to which others it leads."""
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
    """By field of the create request: what it refers to that has to be made first."""
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
    """Deletes come last, and what may refer to a resource goes before it; those of a kind share their tuples.

    It has to have gone only where it does refer to the resource, or where nobody knows.
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
    """The same deletes; before each goes what names it in a text by what AWS showed, unless it is used by that itself."""
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
    found = {kind for shape in fields_of(adapter.model).values() for kind in kinds_in(shape)}
    return found | ({adapter.parent} if adapter.parent else set())


def _kinds_in_order(kinds: Mapping[str, Adapter[Any]]) -> list[str]:
    """Every kind after the kinds that its create request refers to; what may follow later does not count."""
    edges: dict[str, list[str]] = {}
    for kind, adapter in kinds.items():
        shapes = fields_of(adapter.model)
        names = adapter.create.always_sent & shapes.keys()
        targets = {target for name in names for target in kinds_in(shapes[name])} - {kind}
        targets |= {adapter.parent} if adapter.parent else set()
        edges[kind] = sorted(target for target in targets if target in kinds)
    return list(TopologicalSorter(edges).static_order())


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
