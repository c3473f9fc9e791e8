"""Collapses more than 30 similar nodes with the same neighbours into one node that shows a count."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from reconciler.pictures.model import Edge, Node, State

MOST = 30
"""At most this many nodes of one sort and state are drawn one by one."""
PLURALS: Mapping[str, str] = {"Hours of operation": "hours of operation", "": "users"}
NAMED = 20
"""At most this many resources of a collapsed node are named in its title."""

Sort = tuple[str, State]
Beside = Mapping[str, Sequence[tuple[str, str]]]


def collapsed(nodes: Sequence[Node], edges: Iterable[Edge]) -> tuple[tuple[Node, ...], tuple[Edge, ...]]:
    """The nodes and edges with each large group of similar nodes collapsed into one node.

    A group has more than MOST nodes of the same sort and state. It is divided by the neighbours of its members if that
    gives few enough parts; otherwise only by neighbours that change, or not at all.
    """
    edges = tuple(edges)
    crowds: dict[Sort, list[Node]] = {}
    for node in nodes:
        crowds.setdefault(_sort(node), []).append(node)
    crowds = {sort: members for sort, members in crowds.items() if len(members) > MOST}
    into: dict[str, str] = {}
    made: dict[str, Node] = {}
    by_id, beside = {node.id: node for node in nodes}, _beside(edges)
    for sort, members in crowds.items():
        for bunch in _bunches(members, beside, by_id, frozenset(crowds)):
            if len(bunch) > 1:
                one = _one(sort, bunch, len(made))
                made[one.id] = one
                into |= {node.id: one.id for node in bunch}
    shown: dict[str, Node] = {}
    for node in nodes:
        name = into.get(node.id, node.id)
        shown.setdefault(name, made.get(name, node))
    merged: dict[tuple[str, str], Edge] = {}
    for edge in edges:
        ends = (into.get(edge.source, edge.source), into.get(edge.target, edge.target))
        if ends[0] != ends[1] and (ends not in merged or merged[ends].quiet):
            merged[ends] = replace(edge, source=ends[0], target=ends[1])
    return tuple(shown.values()), tuple(merged.values())


def _sort(node: Node) -> Sort:
    return (node.kicker, node.state)


def _beside(edges: Iterable[Edge]) -> Beside:
    """By node: its neighbours, and whether they come before or after it."""
    found: dict[str, list[tuple[str, str]]] = {}
    for edge in edges:
        found.setdefault(edge.source, []).append(("after", edge.target))
        found.setdefault(edge.target, []).append(("before", edge.source))
    return found


def _bunches(
    members: Sequence[Node], beside: Beside, nodes: Mapping[str, Node], crowds: frozenset[Sort]
) -> list[list[Node]]:
    """The members divided by their neighbours, as finely as possible with at most MOST parts."""

    def apart(node: Node) -> str:
        return "" if _sort(node) in crowds else node.id

    def changed(node: Node) -> str:
        return apart(node) if node.state != "settled" else ""

    bunches: dict[frozenset[tuple[str, str, str]], list[Node]] = {}
    for told_apart in (apart, changed, _never):
        bunches = {}
        for member in members:
            around = frozenset(
                (side, nodes[other].kicker, told_apart(nodes[other]))
                for side, other in beside.get(member.id, ())
            )
            bunches.setdefault(around, []).append(member)
        if len(bunches) <= MOST:
            break
    return list(bunches.values())


def _never(_: Node) -> str:
    return ""


def _one(sort: Sort, bunch: Sequence[Node], number: int) -> Node:
    """The node that represents a part."""
    kicker, state = sort
    first, count = bunch[0], sum(node.count for node in bunch)
    changes: Counter[State] = Counter()
    for node in bunch:
        changes.update(dict(node.changes))
    if state != "settled" and not changes:
        changes[state] = count
    names = ", ".join(node.label for node in bunch[:NAMED]) + (" …" if len(bunch) > NAMED else "")
    return replace(
        first,
        id=f"crowd {number}",
        label=f"{count:,} {PLURALS.get(kicker) or _plural(kicker.lower())}",
        kicker="",
        details=counted(changes, count),
        state=state_of(changes, count),
        title=names,
        count=count,
        changes=tuple(changes.items()),
    )


def _plural(noun: str) -> str:
    if noun.endswith("y"):
        return noun[:-1] + "ies"
    return noun + ("es" if noun.endswith(("s", "x", "ch")) else "s")


def counted(changes: Mapping[State, int], count: int) -> tuple[str, ...]:
    """The states of several resources in words: `create 3`, `update all`."""
    return tuple(
        f"{state} {'all' if number == count else f'{number:,}'}" for state, number in changes.items()
    )


def state_of(changes: Mapping[State, int], count: int) -> State:
    """The state of several resources: refused if any is; their state if it is the same; otherwise changed."""
    if not changes:
        return "settled"
    if "refused" in changes:
        return "refused"
    return next((state for state, number in changes.items() if number == count), "update")
