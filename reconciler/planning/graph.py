"""Who waits for whom: the steps of a plan in an order in which each can be carried out."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from typing import Any, Literal, NamedTuple

from reconciler.contract import Adapter
from reconciler.shapes import Shape, fields_of
from reconciler.stack import Desired, Key, Stack


class StepKey(NamedTuple):
    """A resource is made (it exists), filled (its settings hold), or dropped (it is gone)."""

    key: Key
    part: Literal["make", "fill", "drop"]


@dataclass(frozen=True, slots=True)
class Node:
    """One step, the steps that must have succeeded before it, and those that need only be over."""

    step: StepKey
    after: tuple[StepKey, ...]
    behind: tuple[StepKey, ...] = ()


class Ring(Exception):
    """References that form a ring which no kind declares how to cut."""

    def __init__(self, keys: Iterable[Key]) -> None:
        self.keys = tuple(keys)
        super().__init__("references form a ring: " + " -> ".join(map(str, self.keys)))


def order(
    stack: Stack, verbs: Mapping[Key, str], kinds: Mapping[str, Adapter[Any]]
) -> tuple[tuple[Node, ...], dict[Key, frozenset[str]]]:
    """The steps of these actions in order, and the fields that were cut to open rings.

    Everything is made before what refers to it is; what refers to something new is filled once that is made; nothing
    is dropped before everything else is done, so that all who referred to it have let go. What lives in a resource
    is made behind the settings of that: a hierarchy group needs the instance's levels.

    Raises:
        Ring: references form a ring that no kind declares how to cut.
    """
    made = {key for key, verb in verbs.items() if verb in ("create", "replace")}
    before = {key: _made_before(stack.resources[key], kinds[key.kind], made) for key in made}
    cut = _cut_rings(before, kinds)
    waits: dict[StepKey, set[StepKey]] = {}
    for key, verb in verbs.items():
        if verb in ("create", "replace"):
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
        if verb in ("create", "replace", "update", "adopt"):
            desired = stack.resources[key]
            targets = {target for found in desired.references.values() for target in found if target in made}
            own = {StepKey(key, "make")} if key in made else set()
            waits[StepKey(key, "fill")] = {StepKey(target, "make") for target in targets} | own
        if verb == "release":
            waits[StepKey(key, "fill")] = set()
    waits |= _drops([key for key, verb in verbs.items() if verb == "delete"], list(waits), kinds)
    behind = _behind(stack, waits)
    nodes = (
        Node(step, tuple(sorted(waits[step])), tuple(sorted(behind.get(step, ()))))
        for step in _sorted({step: found | behind.get(step, set()) for step, found in waits.items()})
    )
    return tuple(nodes), cut


def _behind(stack: Stack, waits: Mapping[StepKey, set[StepKey]]) -> dict[StepKey, set[StepKey]]:
    """For what is made: the settings of what it lives in, unless those refer to others in their turn."""
    behind = {}
    for step in waits:
        desired = stack.resources.get(step.key)
        if step.part != "make" or desired is None or desired.scope is None:
            continue
        settings = StepKey(desired.scope, "fill")
        if settings in waits and not stack.resources[desired.scope].references:
            behind[step] = {settings}
    return behind


def _made_before(desired: Desired, adapter: Adapter[Any], made: set[Key]) -> dict[str, set[Key]]:
    """By field of the create request: what it refers to that has to be made first."""
    before = {
        name: {target for target in targets if target in made}
        for name, targets in desired.references.items()
        if name in adapter.create.fields
    }
    if desired.scope in made:
        before[""] = {desired.scope}
    return before


def _cut_rings(
    before: Mapping[Key, Mapping[str, set[Key]]], kinds: Mapping[str, Adapter[Any]]
) -> dict[Key, frozenset[str]]:
    """Take away fields that may follow later, only where they lie on a ring, until no ring is left."""
    cut: dict[Key, frozenset[str]] = {}
    while True:
        edges = {
            key: {
                target
                for name, targets in fields.items()
                if name not in cut.get(key, ())
                for target in targets
            }
            for key, fields in before.items()
        }
        ring = _ring(edges)
        if not ring:
            return cut
        links = [(key, following) for key, following in zip(ring, [*ring[1:], ring[0]], strict=True)]
        opened = False
        for key, following in links:
            names = {name for name in kinds[key.kind].later if following in before[key].get(name, ())}
            names -= cut.get(key, frozenset())
            if names:
                cut[key] = cut.get(key, frozenset()) | names
                opened = True
                break
        if not opened:
            raise Ring([*ring, ring[0]])


def _ring(edges: Mapping[Key, set[Key]]) -> list[Key] | None:
    """One ring, each member referring to the next; None when there is none."""
    try:
        # Sorted, so that the same files always make the same plan.
        TopologicalSorter({key: sorted(edges[key]) for key in sorted(edges)}).prepare()
    except CycleError as error:
        # graphlib names each member before the one that depends on it, and the first one again at the end.
        return list(reversed(error.args[1][1:]))
    return None


def _drops(
    keys: list[Key], others: list[StepKey], kinds: Mapping[str, Adapter[Any]]
) -> dict[StepKey, set[StepKey]]:
    """Deletes come last, and what may refer to a resource goes before it."""
    rank = {kind: index for index, kind in enumerate(_kinds_in_order(kinds))}
    by_kind: dict[str, set[StepKey]] = {}
    for key in keys:
        by_kind.setdefault(key.kind, set()).add(StepKey(key, "drop"))
    waits: dict[StepKey, set[StepKey]] = {}
    for kind, steps in by_kind.items():
        # Of two kinds that may refer to each other the one goes first that is made last.
        referring = [
            by_kind[each] for each in by_kind if rank[each] > rank[kind] and kind in _known_to(kinds[each])
        ]
        before = set(others).union(*referring)
        waits |= dict.fromkeys(steps, before)
    return waits


def _known_to(adapter: Adapter[Any]) -> set[str]:
    """Every kind that a resource of this kind may refer to or live in."""
    found = {kind for shape in fields_of(adapter.model).values() for kind in kinds_in(shape)}
    return found | ({adapter.within} if adapter.within else set())


def _kinds_in_order(kinds: Mapping[str, Adapter[Any]]) -> list[str]:
    """Every kind after the kinds that its create request refers to; what may follow later does not count."""
    edges: dict[str, list[str]] = {}
    for kind, adapter in kinds.items():
        shapes = fields_of(adapter.model)
        names = [name for name in adapter.create.fields if name in shapes and name not in adapter.later]
        targets = {target for name in names for target in kinds_in(shapes[name])} - {kind}
        targets |= {adapter.within} if adapter.within else set()
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
