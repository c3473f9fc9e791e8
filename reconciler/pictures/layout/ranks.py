"""Phase 1 of the layout: the rank (layer) of each node, so that every edge leads at least one layer further."""

from collections.abc import Iterable, Mapping, Sequence

Ends = tuple[str, str]


def backward(nodes: Sequence[str], edges: Iterable[Ends]) -> frozenset[Ends]:
    """The edges that lead back in a depth-first walk; without them there is no cycle.

    The walk begins at the nodes without incoming edges, in their order.
    """
    onward: dict[str, list[str]] = {node: [] for node in nodes}
    entered = set()
    for source, target in edges:
        onward[source].append(target)
        entered.add(target)
    found: set[Ends] = set()
    seen: set[str] = set()
    for start in sorted(nodes, key=lambda node: node in entered):
        if start not in seen:
            _walk(start, onward, seen, found)
    return frozenset(found)


def _walk(start: str, onward: Mapping[str, list[str]], seen: set[str], found: set[Ends]) -> None:
    seen.add(start)
    path, path_set = [(start, iter(onward[start]))], {start}
    while path:
        node, rest = path[-1]
        target = next(rest, None)
        if target is None:
            path.pop()
            path_set.discard(node)
        elif target in path_set:
            found.add((node, target))
        elif target not in seen:
            seen.add(target)
            path.append((target, iter(onward[target])))
            path_set.add(target)


def ranks(nodes: Mapping[str, int], edges: Sequence[Ends]) -> dict[str, int]:
    """The layer of each node of a graph without cycles: as early as possible, then as near to its followers as possible.

    `nodes` has the column of each: all nodes of a column come after those of lower columns. A node with more outgoing
    than incoming edges moves towards its followers. No edge leads to a lower column.
    """
    before: dict[str, list[str]] = {node: [] for node in nodes}
    after: dict[str, list[str]] = {node: [] for node in nodes}
    for source, target in edges:
        after[source].append(target)
        before[target].append(source)
    order = sorted(_sorted(nodes, before, after), key=nodes.__getitem__)
    rank: dict[str, int] = {}
    column, begins, ends = 0, 0, 0
    for node in order:
        if nodes[node] != column:
            column, begins = nodes[node], ends
        rank[node] = max((rank[each] + 1 for each in before[node]), default=begins)
        rank[node] = max(rank[node], begins)
        ends = max(ends, rank[node] + 1)
    for node in reversed(order):
        if after[node] and len(after[node]) > len(before[node]):
            rank[node] = min(rank[each] for each in after[node]) - 1
    # A node that moved may have left its layer empty.
    used = {each: number for number, each in enumerate(sorted(set(rank.values())))}
    return {node: used[each] for node, each in rank.items()}


def _sorted(
    nodes: Iterable[str], before: Mapping[str, list[str]], after: Mapping[str, list[str]]
) -> list[str]:
    """The nodes in topological order."""
    waits = {node: len(before[node]) for node in nodes}
    order = [node for node in nodes if not waits[node]]
    for node in order:
        for each in after[node]:
            waits[each] -= 1
            if not waits[each]:
                order.append(each)
    return order
