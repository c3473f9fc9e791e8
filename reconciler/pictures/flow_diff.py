"""Compares two versions of a flow: which actions are new, removed or changed, and a picture of each version."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from reconciler.pictures.layout.ranks import Ends
from reconciler.pictures.model import Edge, Picture, State
from reconciler.pictures.sources import flow as flows
from reconciler.pictures.sources.flow_parser import Flow, Step, read

Canonical = Callable[[Any], Any]
"""A function that returns a flow's content in a normal form."""
Pairs = dict[str, str]
"""Identifiers in the old version, by those in the new one."""


def action_digests(content: Any, canonical: Canonical) -> Mapping[str, str]:
    """What each action does, as a text that is equal for two actions that do the same."""
    plain = canonical(content)
    actions = plain.get("Actions") if isinstance(plain, Mapping) else None
    if isinstance(actions, list):  # its content is too malformed for a normal form
        actions = {str(each.get("Identifier")): each for each in actions if isinstance(each, Mapping)}
    return {
        name: json.dumps([each.get("Type"), each.get("Parameters") or {}], sort_keys=True, default=str)
        for name, each in (actions or {}).items()
    }


def match_actions(before: Flow, after: Flow, essences: tuple[Mapping[str, str], Mapping[str, str]]) -> Pairs:
    """The pairs of actions, by: the same name; the same place and work; the same work; the same place and type."""
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
        """Follow branches of the same label from the start and from every pair, and pair similar actions."""
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
        """Pair actions that do the same and are unique on both sides."""
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


GONE = "was: "
"""The prefix of a removed action's identifier, so that it is unique."""


@dataclass(frozen=True)
class Change:
    """A flow before and after. Old actions have the identifiers of the new version; removed ones have their own."""

    before: Flow
    after: Flow
    touched: frozenset[str]
    """Actions in both versions whose work has changed."""

    @cached_property
    def new(self) -> tuple[Step, ...]:
        """The actions that were added."""
        return tuple(step for name, step in self.after.steps.items() if name not in self.before.steps)

    @cached_property
    def gone(self) -> tuple[Step, ...]:
        """The actions that were removed."""
        return tuple(step for name, step in self.before.steps.items() if name not in self.after.steps)


def compare(before: Any, after: Any, canonical: Canonical = lambda content: content) -> Change:
    """The changes between two contents of a flow; a renamed action is not a change."""
    old, new = read(before), read(after)
    essences = (action_digests(before, canonical), action_digests(after, canonical))
    pairs = match_actions(old, new, essences)
    touched = {now for now, was in pairs.items() if essences[0].get(was) != essences[1].get(now)}
    return Change(_renamed(old, pairs), new, frozenset(touched))


def pictures(change: Change, before: str, after: str) -> tuple[Picture, Picture]:
    """The two graphs with these titles, and the state of each node and edge."""
    was, now = flows.draw(before, change.before), flows.draw(after, change.after)
    return (
        _marked(was, now, change.touched, "delete"),
        _marked(now, was, change.touched, "create"),
    )


def _marked(picture: Picture, other: Picture, touched: frozenset[str], alone: State) -> Picture:
    """A graph in which nodes and edges that differ from the other one are marked."""
    known = {node.id for node in other.nodes}
    routes: Mapping[Ends, Edge] = {edge.ends: edge for edge in other.edges}

    def state(name: str) -> State:
        return alone if name not in known else "update" if name in touched else "settled"

    def edge_state(edge: Edge) -> State:
        same = routes.get(edge.ends)
        return alone if same is None else "settled" if same.label == edge.label else "update"

    nodes = tuple(replace(node, state=state(node.id)) for node in picture.nodes)
    edges = tuple(replace(edge, state=edge_state(edge)) for edge in picture.edges)
    return replace(picture, nodes=nodes, edges=edges)


def _renamed(flow: Flow, pairs: Pairs) -> Flow:
    """The old flow with the identifiers of the new one."""
    names = {was: now for now, was in pairs.items()}

    def name(was: str) -> str:
        return names.get(was) or GONE + was

    steps = {
        name(step.id): replace(
            step,
            id=name(step.id),
            called=step.identifier,
            branches=tuple(replace(branch, target=name(branch.target)) for branch in step.branches),
        )
        for step in flow.steps.values()
    }
    return Flow(name(flow.start), steps)
