"""Which action of a flow was which before: by name, and where names were made anew, by what they do and where."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from reconciler.pictures.steps import Flow, Step

Canonical = Callable[[Any], Any]
"""A flow's content without what only looks different."""
Pairs = dict[str, str]
"""Identifiers of before, by those of after."""


def essence(content: Any, canonical: Canonical) -> Mapping[str, str]:
    """What each action does, as a text that is the same for two actions that do the same."""
    plain = canonical(content)
    actions = plain.get("Actions") if isinstance(plain, Mapping) else None
    if isinstance(actions, list):  # it was too ill-formed to be made canonical
        actions = {str(each.get("Identifier")): each for each in actions if isinstance(each, Mapping)}
    return {
        name: json.dumps([each.get("Type"), each.get("Parameters") or {}], sort_keys=True, default=str)
        for name, each in (actions or {}).items()
    }


def matched(before: Flow, after: Flow, essences: tuple[Mapping[str, str], Mapping[str, str]]) -> Pairs:
    """The pairs of actions, surest first: same name; same place and doing; same doing; same place and type."""
    old, new = essences
    pairs = {
        name: name
        for name, step in after.steps.items()
        if name in before.steps and before.steps[name].type == step.type
    }
    matcher = Matcher(before, after, pairs)
    matcher.walk(lambda was, now: old.get(was.id) == new.get(now.id))
    matcher.only_ones(old, new)
    matcher.walk(lambda was, now: old.get(was.id) == new.get(now.id))
    matcher.walk(lambda was, now: was.type == now.type)
    return pairs


class Matcher:
    """Two flows, and the pairs of their actions so far."""

    def __init__(self, before: Flow, after: Flow, pairs: Pairs) -> None:
        self.before, self.after, self.pairs = before, after, pairs
        self.taken = set(pairs.values())

    def walk(self, alike: Callable[[Step, Step], bool]) -> None:
        """Follow branches of the same label from the start and from every pair, and pair what is alike there."""
        todo = [(self.before.start, self.after.start), *((was, now) for now, was in self.pairs.items())]
        seen = set()
        while todo:
            was, now = todo.pop(0)
            if (was, now) in seen or was not in self.before.steps or now not in self.after.steps:
                continue
            seen.add((was, now))
            free = was not in self.taken and now not in self.pairs
            if free and alike(self.before.steps[was], self.after.steps[now]):
                self._pair(was, now)
            if self.pairs.get(now) == was:
                todo += self._next(self.before.steps[was], self.after.steps[now])

    def only_ones(self, old: Mapping[str, str], new: Mapping[str, str]) -> None:
        """Pair what does the same and has no like on either side."""
        lost = _by_essence((name for name in self.before.steps if name not in self.taken), old)
        found = _by_essence((name for name in self.after.steps if name not in self.pairs), new)
        for essence_, names in found.items():
            if len(names) == 1 and len(lost.get(essence_, ())) == 1:
                self._pair(lost[essence_][0], names[0])

    def _pair(self, was: str, now: str) -> None:
        self.pairs[now] = was
        self.taken.add(was)

    def _next(self, was: Step, now: Step) -> Iterator[tuple[str, str]]:
        targets = {branch.label: branch.target for branch in was.branches}
        return ((targets[each.label], each.target) for each in now.branches if each.label in targets)


def _by_essence(names: Iterable[str], essences: Mapping[str, str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name in names:
        found.setdefault(essences.get(name, ""), []).append(name)
    return found
