"""The waits between the steps of a plan: each function adds those that one rule asks for."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from itertools import chain
from typing import Any, Literal, NamedTuple, TypeVar

from reconciler.contract import Adapter
from reconciler.field_schema import Shape, fields_of
from reconciler.model import Part
from reconciler.planning.action import TAGS
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
class Constraints:
    """What the order of steps must respect beside references: names, values that move, restored resources."""

    names: Mapping[StepKey, frozenset[Key]] = field(default_factory=dict)
    """By step: the resources whose names it takes over."""
    values: Mapping[Key, frozenset[Key]] = field(default_factory=dict)
    """By resource: those that get a value of it that AWS moves in one call."""
    restored: frozenset[Key] = frozenset()
    """Resources whose scheduled deletion a step cancels: until then AWS refuses to use them."""


NO_CONSTRAINTS = Constraints()


@dataclass(frozen=True, slots=True)
class StepWaits:
    """Which steps wait for which. The functions add waits; none adds one that would close a cycle."""

    stack: Stack
    kinds: Mapping[str, Adapter[Any]]
    after: dict[StepKey, set[StepKey]]
    """By step: the steps that must succeed before it. Every step is a key."""
    behind: dict[StepKey, set[StepKey]] = field(default_factory=dict)
    """By step: the steps that must only be finished before it."""

    def for_homes(self) -> None:
        """For each create, wait for the settings of the resource that it lives in, unless those wait for it."""
        for step in sorted(self.after):
            desired = self.stack.resources.get(step.key)
            if step.part != "make" or desired is None or desired.scope is None:
                continue
            settings = StepKey(desired.scope, "fill")
            refers = bool(self.stack.resources[desired.scope].references)
            if settings in self.after and not (refers and self._leads_to(settings, step)):
                self.behind[step] = {settings}

    def for_attributes(self) -> None:
        """Make references to an attribute wait for the settings of its resource, which may set or change it."""
        for step, desired in self._changed():
            created = (*self.kinds[step.key.kind].create.fields, TAGS)
            for name, target, _ in attributes_in(desired, self.kinds):
                if step.part == "fill" or name in created:
                    self._finish_first(step, target)

    def for_names(self, verbs: Mapping[Key, str], held: Mapping[StepKey, frozenset[Key]]) -> None:
        """Make each step that takes over a name wait until it is free; in a cycle of waits one step goes first."""
        for step in sorted(held):
            for holder in sorted(held[step]):
                free, leaves = StepKey(holder, "free"), _leaving(holder, verbs[holder])
                if free not in self.after and leaves and not self._leads_to(leaves, step):
                    self.after[step].add(leaves)
                    continue
                self.after.setdefault(free, set())
                self.after[step].add(free)
                if leaves:
                    self.after[leaves].add(free)

    def for_moved_values(self, moved: Mapping[Key, frozenset[Key]]) -> None:
        """Make each resource that loses a value wait for those that get it; two that exchange values do not both wait."""
        for loser in sorted(moved):
            step = StepKey(loser, "fill")
            for taker in (StepKey(each, "fill") for each in sorted(moved[loser])):
                if step in self.after and taker in self.after and not self._leads_to(taker, step):
                    self.after[step].add(taker)

    def for_settings(self) -> None:
        """Make the settings of a resource wait for those of the resources that it refers to, where AWS requires it.

        Two resources that refer to each other cannot wait for each other: the later one does not wait, and what AWS
        then refuses is left to the next pass.
        """
        for step, desired in self._changed():
            adapter = self.kinds[step.key.kind]
            sent = adapter.create.fields if step.part == "make" else desired.references
            for name in sorted(desired.references.keys() & _waiting_fields(adapter.model) & {*sent}):
                for target in sorted(desired.references[name]):
                    self._finish_first(step, target)

    def for_needed_kinds(self) -> None:
        """Make each resource wait for the settings of those that AWS needs for it although no field names them."""
        filled: dict[str, list[Key]] = {}
        for step in sorted(self.after):
            if step.part == "fill":
                filled.setdefault(step.key.kind, []).append(step.key)
        for step in sorted(self.after):
            others = self.kinds[step.key.kind].relies_on - {step.key.kind}
            for kind in sorted(others) if step.part in ("make", "fill") else ():
                for target in filled.get(kind, ()):
                    self._finish_first(step, target)

    def for_restored(self, restored: frozenset[Key]) -> None:
        """Make what refers to a resource wait until its scheduled deletion is cancelled."""
        for step, desired in self._changed() if restored else ():
            for target in sorted(restored.intersection(chain(*desired.references.values()))):
                self._finish_first(step, target)

    def for_new(self, renewed: frozenset[Key]) -> None:
        """Make references to a replaced resource wait until the new resource has its settings."""
        for step in sorted(self.after) if renewed else ():
            desired = self.stack.resources.get(step.key)
            if step.part != "fill" or desired is None or step.key in renewed:
                continue
            for target in sorted(renewed.intersection(chain(*desired.references.values()))):
                settings = StepKey(target, "fill")
                if not self._leads_to(settings, step):
                    self.after[step].add(settings)

    def _changed(self) -> Iterator[tuple[StepKey, Desired]]:
        """The steps that create or set a resource which refers to others, in order."""
        for step in sorted(self.after):
            desired = self.stack.resources.get(step.key)
            if step.part in ("make", "fill") and desired is not None and desired.references:
                yield step, desired

    def _finish_first(self, step: StepKey, target: Key) -> None:
        """Let the settings of `target` be finished before `step`, unless they wait for it."""
        other = StepKey(target, "fill")
        if other in self.after and not self._leads_to(other, step):
            self.behind.setdefault(step, set()).add(other)

    def _leads_to(self, start: StepKey, goal: StepKey) -> bool:
        return leads_to(start, goal, self.after, self.behind)


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


def _leaving(holder: Key, verb: str) -> StepKey | None:
    """The step by which a resource gives up its name; None if it is deleted at the end."""
    if verb == "delete":
        return None
    return StepKey(holder, "drop" if verb == "replace" else "fill")


@cache
def _waiting_fields(model: type[Part]) -> frozenset[str]:
    """The fields of a kind that refer to resources whose settings must be set before."""
    return frozenset(name for name, shape in fields_of(model).items() if _asks_for_settings(shape))


def _asks_for_settings(shape: Shape) -> bool:
    """Whether a value of this shape refers to a resource whose settings must be set before."""
    inner = (*shape.fields.values(), shape.items, shape.values)
    own = (*((shape.ref,) if shape.ref else ()), *shape.means)
    return any(each.settled for each in own) or any(each and _asks_for_settings(each) for each in inner)
