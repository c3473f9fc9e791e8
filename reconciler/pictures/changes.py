"""What changed in a flow: which actions are new, gone or do something else now, and the two graphs to say so."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from reconciler.pictures import flow as flows
from reconciler.pictures.drawing import Edge, Picture, State
from reconciler.pictures.layers import Ends
from reconciler.pictures.matching import Canonical, Pairs, essence, matched
from reconciler.pictures.steps import Flow, Step, read

GONE = "was: "
"""Before the identifier of an action that is gone, so that it is no other's."""


@dataclass(frozen=True)
class Change:
    """A flow before and after. Actions of before go by the identifiers of after; those that are gone by one of their own."""

    before: Flow
    after: Flow
    touched: frozenset[str]
    """Actions of both that do something else now."""

    @cached_property
    def new(self) -> tuple[Step, ...]:
        """The actions that were added."""
        return tuple(step for name, step in self.after.steps.items() if name not in self.before.steps)

    @cached_property
    def gone(self) -> tuple[Step, ...]:
        """The actions that are no longer there."""
        return tuple(step for name, step in self.before.steps.items() if name not in self.after.steps)


def compare(before: Any, after: Any, canonical: Canonical = lambda content: content) -> Change:
    """What changed between two contents of a flow; actions that were only renamed did not."""
    old, new = read(before), read(after)
    essences = (essence(before, canonical), essence(after, canonical))
    pairs = matched(old, new, essences)
    touched = {now for now, was in pairs.items() if essences[0].get(was) != essences[1].get(now)}
    return Change(_renamed(old, pairs), new, frozenset(touched))


def pictures(change: Change, before: str, after: str) -> tuple[Picture, Picture]:
    """The two graphs, under these titles, with the state of each node and edge."""
    was, now = flows.draw(before, change.before), flows.draw(after, change.after)
    return (
        _marked(was, now, change.touched, "delete"),
        _marked(now, was, change.touched, "create"),
    )


def _marked(picture: Picture, other: Picture, touched: frozenset[str], alone: State) -> Picture:
    """A graph with what the other one has not, and what it has otherwise, marked."""
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
    """A flow of before with the identifiers of after."""
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
