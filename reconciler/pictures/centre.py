"""A stack as a graph: the way of a contact from the number that is called to the people who answer."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from reconciler.one_pass import PassReport
from reconciler.pictures.crowds import counted, gathered
from reconciler.pictures.drawing import Edge, Group, Node, Picture, State
from reconciler.pictures.resources import USERS, gone_node, helpers, resource_node, team_node
from reconciler.stack import Desired, Key, Stack

TURNED = frozenset(
    {("connect.routing_profile", "queue_configs"), ("connect.routing_profile", "default_outbound_queue")}
    | {("connect.routing_profile", "manual_assignment_queue_configs"), ("connect.user", "routing_profile")}
)
"""Fields whose reference is written against the way of a contact: the queue comes before the profile that names it."""
ON_THE_WAY = frozenset(
    {
        ("connect.phone_number", "connect.contact_flow"),
        ("connect.contact_flow", "connect.contact_flow"),
        ("connect.contact_flow", "connect.queue"),
        ("connect.routing_profile", "connect.queue"),
        ("connect.user", "connect.routing_profile"),
    }
)
"""Who refers to whom on the way of a contact; every other reference is drawn quietly."""
NOT_DRAWN = frozenset(
    {
        ("connect.queue", "outbound_caller_config", "connect.phone_number"),
        ("connect.quick_connect", "quick_connect_config", "connect.contact_flow"),
        ("connect.quick_connect", "quick_connect_config", "connect.queue"),
        ("connect.quick_connect", "quick_connect_config", "connect.user"),
        ("connect.user", "security_profiles", "connect.security_profile"),
        ("connect.user", "hierarchy_group", "connect.user_hierarchy_group"),
        ("connect.user_hierarchy_group", "parent_group", "connect.user_hierarchy_group"),
    }
)
"""References that would only lead back, or join everybody with everything."""


@dataclass(frozen=True)
class Chart:
    """A centre before it is drawn: things by id, what each stands for, and who leads to whom."""

    nodes: Mapping[str, Node]
    edges: tuple[Edge, ...]
    keys: Mapping[str, frozenset[Key]] = field(default_factory=dict)


def states_of(report: PassReport) -> dict[Key, State]:
    """What a pass found or did, for each resource that is not as it should be."""
    states: dict[Key, State] = {}
    for key, action in report.plan.actions.items():
        result = report.results.get(key)
        bad = action.refusal or (result and result.outcome in ("failed", "unsure"))
        states[key] = "refused" if bad else action.verb
    return states


def draw(
    stack: Stack,
    states: Mapping[Key, State] | None = None,
    only: Iterable[Key] | None = None,
    strays: Iterable[Key] = (),
) -> Picture:
    """The picture of a stack; with `only`, of what is around these resources.

    `strays` bear the stack's mark, are no longer desired and stay.
    """
    note = _note(stack, states)
    states = states or {}
    chart = _chart(stack, states)
    if only is not None:
        chart = _around(chart, frozenset(only))
    joined = {end for edge in chart.edges for end in edge.ends}
    way = gathered([node for node in chart.nodes.values() if node.id in joined], chart.edges)
    beside, _ = gathered([node for node in chart.nodes.values() if node.id not in joined], ())
    groups = [Group("Beside the way of a contact", tuple(sorted(beside, key=_place)))] if beside else []
    gone = [] if only is not None else [key for key in (*states, *strays) if key not in stack.resources]
    if gone:
        nodes, _ = gathered([gone_node(key, states.get(key, "settled")) for key in sorted(set(gone))], ())
        groups.append(Group("No longer in the files", tuple(nodes)))
    if groups and not way[0]:
        groups[0] = replace(groups[0], title="Resources")
    return Picture(f"{stack.name}/{stack.environment}", way[0], way[1], tuple(groups), note=note)


def _note(stack: Stack, states: Mapping[Key, State] | None) -> str:
    """Where the stack is, how large, and what becomes of it."""
    many = f"{len(stack.resources):,} resource" + ("" if len(stack.resources) == 1 else "s")
    found = ", ".join(counted(Counter((states or {}).values()), len(stack.resources)))
    said = "" if states is None else f": {found or 'settled'}"
    return f"account {stack.account} · {stack.region} · {many}{said}"


def _place(node: Node) -> tuple[str, str, str]:
    return (node.sort, node.kicker, node.label)


def _chart(stack: Stack, states: Mapping[Key, State]) -> Chart:
    teams = _teams(stack)
    at = {key: str(key) for key in stack.resources} | {
        key: team for team, keys in teams.items() for key in keys
    }
    nodes = {
        str(key): resource_node(desired, states.get(key, "settled"))
        for key, desired in stack.resources.items()
        if key.kind != USERS
    }
    nodes |= {team: team_node(team, keys, states) for team, keys in teams.items()}
    keys = {str(key): frozenset({key}) for key in stack.resources if key.kind != USERS}
    keys |= {team: frozenset(members) for team, members in teams.items()}
    edges: dict[tuple[str, str], Edge] = {}
    for desired in stack.resources.values():
        for source, target, quiet in _references(desired, stack):
            ends = (at[source], at[target])
            if ends[0] != ends[1] and (ends not in edges or edges[ends].quiet):
                edges[ends] = Edge(*ends, quiet=quiet)
        for helper in helpers(desired, stack):
            ends = (at[desired.key], helper.id)
            nodes.setdefault(helper.id, helper)
            edges.setdefault(ends, Edge(*ends, quiet=True))
    return Chart(nodes, tuple(edges.values()), keys)


def _references(desired: Desired, stack: Stack) -> Iterator[tuple[Key, Key, bool]]:
    """Who leads to whom because of one resource, and whether quietly."""
    key = desired.key
    for name, targets in desired.references.items():
        for target in targets:
            if target == desired.scope or target.kind == "connect.instance" or target not in stack.resources:
                continue
            if (key.kind, name, target.kind) in NOT_DRAWN:
                continue
            quiet = (key.kind, target.kind) not in ON_THE_WAY
            yield (target, key, quiet) if (key.kind, name) in TURNED else (key, target, quiet)


def _teams(stack: Stack) -> dict[str, list[Key]]:
    """Users by routing profile: they are never drawn one by one."""
    teams: dict[str, list[Key]] = {}
    for key, desired in stack.resources.items():
        if key.kind == USERS:
            profile = desired.references.get("routing_profile", ())
            teams.setdefault(f"users of {profile[0].name}" if profile else "users", []).append(key)
    return teams


def _around(chart: Chart, only: frozenset[Key]) -> Chart:
    """What leads to some resources and where they lead; from a quiet edge on nothing is followed any further."""
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
