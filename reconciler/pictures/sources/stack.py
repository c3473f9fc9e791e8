"""Makes a picture of a stack: the path of a contact from the called number to the people who answer."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from reconciler.appearance import Appearance, Helper, noun_of
from reconciler.contract import Adapter
from reconciler.pass_report import PassReport
from reconciler.pictures.model import Edge, Group, Node, Picture, State
from reconciler.pictures.sources.collapse import NAMED, collapsed, counted, state_of
from reconciler.stack import Desired, Key, Stack

BESIDE = 2
"""The column of nodes outside the stack."""
Appearances = Mapping[str, Appearance]
"""The appearance of each kind."""


def noun(kind: str) -> str:
    """The noun of a kind as a heading: `Hours of operation`."""
    words = noun_of(kind).removeprefix("contact ")
    return words[:1].upper() + words[1:]


def resource_node(desired: Desired, appearance: Appearance, state: State) -> Node:
    """The node of one resource."""
    key = desired.key
    details = tuple(_details(desired, appearance))
    title = f"{key}\n{desired.place}" + "".join(f"\n{detail}" for detail in details)
    return Node(
        str(key),
        key.name,
        appearance.sort,
        noun(key.kind),
        details,
        state,
        title,
        desired.existing,
        appearance.column,
    )


def _details(desired: Desired, appearance: Appearance) -> Iterator[str]:
    """The lines below the name."""
    names = {field: tuple(each.name for each in found) for field, found in desired.references.items()}
    yield from appearance.details(desired.settings, names)
    if desired.existing:
        yield "only referred to"


def team_node(team: str, keys: list[Key], appearance: Appearance, states: Mapping[Key, State]) -> Node:
    """The node of all resources of one team."""
    changes = Counter(states[key] for key in keys if key in states)
    names = ", ".join(key.name for key in keys[:NAMED]) + (" …" if len(keys) > NAMED else "")
    return Node(
        id=team,
        label=f"{len(keys):,} {noun_of(keys[0].kind).removeprefix('contact ')}"
        + ("s" if len(keys) > 1 else ""),
        sort=appearance.sort,
        details=counted(changes, len(keys)),
        state=state_of(changes, len(keys)),
        title=names,
        column=appearance.column,
        count=len(keys),
        changes=tuple(changes.items()),
    )


def gone_node(key: Key, appearance: Appearance, state: State) -> Node:
    """The node of a resource that has the stack's mark and is no longer in its files."""
    said = "has our mark and is no longer desired"
    return Node(str(key), key.name, appearance.sort, noun(key.kind), (), state, f"{key}: {said}")


def helper_node(helper: Helper) -> Node:
    """The node of something that a resource uses and that may be outside the stack."""
    return Node(
        helper.id,
        helper.label,
        helper.sort,
        helper.noun,
        title=helper.title,
        quiet=helper.quiet,
        column=BESIDE,
    )


@dataclass(frozen=True)
class Chart:
    """The graph of a stack before it is drawn: nodes by id, their resources, and their edges."""

    nodes: Mapping[str, Node]
    edges: tuple[Edge, ...]
    keys: Mapping[str, frozenset[Key]] = field(default_factory=dict)


def states_of(report: PassReport) -> dict[Key, State]:
    """The state of each resource that is not as desired, from a pass."""
    states: dict[Key, State] = {}
    for key, action in report.plan.actions.items():
        result = report.results.get(key)
        bad = action.refusal or (result and result.outcome in ("failed", "unsure"))
        states[key] = "refused" if bad else action.verb
    return states


def draw(
    stack: Stack,
    kinds: Mapping[str, Adapter[Any]],
    states: Mapping[Key, State] | None = None,
    only: Iterable[Key] | None = None,
    strays: Iterable[Key] = (),
) -> Picture:
    """The picture of a stack; with `only`, of these resources and their surroundings.

    `strays` have the stack's mark, are no longer desired and stay.
    """
    note = _note(stack, states)
    states = states or {}
    appearances = {kind: adapter.appearance for kind, adapter in kinds.items()}
    chart = _chart(stack, appearances, states)
    if only is not None:
        chart = _around(chart, frozenset(only))
    joined = {end for edge in chart.edges for end in edge.ends}
    way = collapsed([node for node in chart.nodes.values() if node.id in joined], chart.edges)
    beside, _ = collapsed([node for node in chart.nodes.values() if node.id not in joined], ())
    groups = [Group("Without a line", tuple(sorted(beside, key=_place)))] if beside else []
    gone = [] if only is not None else [key for key in (*states, *strays) if key not in stack.resources]
    if gone:
        nodes, _ = collapsed(
            [gone_node(key, appearances[key.kind], states.get(key, "settled")) for key in sorted(set(gone))],
            (),
        )
        groups.append(Group("No longer in the files", tuple(nodes)))
    if groups and not way[0]:
        groups[0] = replace(groups[0], title="Resources")
    return Picture(f"{stack.name}/{stack.environment}", way[0], way[1], tuple(groups), note=note)


def _note(stack: Stack, states: Mapping[Key, State] | None) -> str:
    """The place of the stack, its size, and the counts of its changes."""
    many = f"{len(stack.resources):,} resource" + ("" if len(stack.resources) == 1 else "s")
    found = ", ".join(counted(Counter((states or {}).values()), len(stack.resources)))
    said = "" if states is None else f": {found or 'settled'}"
    return f"account {stack.account} · {stack.region} · {many}{said}"


def _place(node: Node) -> tuple[str, str, str]:
    return (node.sort, node.kicker, node.label)


def _chart(stack: Stack, appearances: Appearances, states: Mapping[Key, State]) -> Chart:
    teams = _teams(stack, appearances)
    at = {key: str(key) for key in stack.resources} | {
        key: team for team, keys in teams.items() for key in keys
    }
    alone = {key: each for key, each in stack.resources.items() if appearances[key.kind].team_by is None}
    nodes = {
        str(key): resource_node(desired, appearances[key.kind], states.get(key, "settled"))
        for key, desired in alone.items()
    }
    nodes |= {team: team_node(team, keys, appearances[keys[0].kind], states) for team, keys in teams.items()}
    keys = {str(key): frozenset({key}) for key in alone}
    keys |= {team: frozenset(members) for team, members in teams.items()}
    edges: dict[tuple[str, str], Edge] = {}
    for desired in stack.resources.values():
        for source, target, quiet in _references(desired, stack, appearances):
            ends = (at[source], at[target])
            if ends[0] != ends[1] and (ends not in edges or edges[ends].quiet):
                edges[ends] = Edge(*ends, quiet=quiet)
        for helper in appearances[desired.key.kind].helpers(desired.settings):
            ends = (at[desired.key], helper.id)
            nodes.setdefault(helper.id, helper_node(helper))
            edges.setdefault(ends, Edge(*ends, quiet=True))
    return Chart(nodes, tuple(edges.values()), keys)


def _references(desired: Desired, stack: Stack, appearances: Appearances) -> Iterator[tuple[Key, Key, bool]]:
    """The edges from the references of one resource, and whether they are quiet."""
    key, appearance = desired.key, appearances[desired.key.kind]
    for name, targets in desired.references.items():
        for target in targets:
            if target == desired.scope or appearances[target.kind].frame or target not in stack.resources:
                continue
            if target.kind in appearance.not_drawn.get(name, ()):
                continue
            quiet = target.kind not in appearance.leads_to
            yield (target, key, quiet) if name in appearance.led_to_by else (key, target, quiet)


def _teams(stack: Stack, appearances: Appearances) -> dict[str, list[Key]]:
    """The teams, each with its members."""
    teams: dict[str, list[Key]] = {}
    for key, desired in stack.resources.items():
        field = appearances[key.kind].team_by
        if field is not None:
            by = desired.references.get(field, ())
            teams.setdefault(f"{key.kind} of {by[0].name}" if by else key.kind, []).append(key)
    return teams


def _around(chart: Chart, only: frozenset[Key]) -> Chart:
    """The nodes that lead to some resources, and those that they lead to; quiet edges are not followed further."""
    chosen = {node for node, keys in chart.keys.items() if keys & only}
    kept = set(chosen)
    for forward in (True, False):
        onward: dict[str, list[tuple[str, bool]]] = {}
        for edge in chart.edges:
            here, there = edge.ends if forward else edge.ends[::-1]
            onward.setdefault(here, []).append((there, edge.quiet))
        todo, seen = list(chosen), set(chosen)
        for node in todo:
            for there, quiet in onward.get(node, ()):
                kept.add(there)
                if there not in seen and not quiet:
                    seen.add(there)
                    todo.append(there)
    nodes = {each: node for each, node in chart.nodes.items() if each in kept}
    edges = tuple(edge for edge in chart.edges if edge.source in kept and edge.target in kept)
    return Chart(nodes, edges, chart.keys)
