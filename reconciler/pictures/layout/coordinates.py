"""Phase 4 of the layout: the coordinate of each cell across its layer, near the cells that it is linked to."""

from collections import Counter
from collections.abc import Iterator, Mapping

from reconciler.pictures.layout.dummy_nodes import LayeredGraph

SWEEPS, FEWER, MANY = 60, 12, 1500
"""The number of smoothing sweeps, the number for large graphs, and how many cells make a graph large."""
ALONE = 12.0
"""How much stronger two cells without other links attract each other."""


def assign_coordinates(graph: LayeredGraph, between: float) -> None:
    """Set the coordinate of each cell across its layer, with this many pixels between neighbours."""
    pulls = _pulls(graph)
    for layer in graph.layers:
        _settle(graph, layer, {}, between)
    sweeps = SWEEPS if len(graph.cells) < MANY else FEWER
    for sweep in range(sweeps):
        down = sweep % 2 == 0
        for layer in graph.layers if down else reversed(graph.layers):
            # The first sweeps use links in one direction only, the others in both.
            wanted = {}
            for cell in layer:
                sides = [
                    (other, weight)
                    for other, weight in pulls[cell]
                    if sweep >= sweeps // 3 or (graph.cells[other].layer < graph.cells[cell].layer) == down
                ]
                weight = sum(weight for _, weight in sides)
                if sides:
                    wanted[cell] = (
                        sum(graph.cells[other].place * each for other, each in sides) / weight,
                        weight,
                    )
            _settle(graph, layer, wanted, between)
    _straighten(graph, between)
    first = min((cell.place - cell.size.across / 2 for cell in graph.cells), default=0.0)
    for each in graph.cells:
        each.place = round(each.place - first, 1)


def _pulls(graph: LayeredGraph) -> dict[int, list[tuple[int, float]]]:
    """The links of each cell, and how strongly each link attracts it."""
    pulls: dict[int, list[tuple[int, float]]] = {each: [] for each in range(len(graph.cells))}
    uppers, lowers = Counter(lower for _, lower in graph.links), Counter(upper for upper, _ in graph.links)
    for (upper, lower), weight in graph.links.items():
        alone = lowers[upper] == uppers[lower] == 1
        pulls[upper].append((lower, weight * ALONE if alone else weight))
        pulls[lower].append((upper, weight * ALONE if alone else weight))
    return pulls


def _settle(
    graph: LayeredGraph, layer: list[int], wanted: Mapping[int, tuple[float, float]], between: float
) -> None:
    """Place the cells of a layer as near to their best coordinates as their order and sizes allow.

    Cells that would overlap form a block, which is placed at the weighted mean of their best coordinates.
    """
    blocks: list[
        tuple[float, float, int]
    ] = []  # the best coordinate of the first cell, the weight, the number of cells
    offsets: list[float] = []
    for number, cell in enumerate(layer):
        offsets.append(offsets[-1] + _apart(graph, layer[number - 1], cell, between) if number else 0.0)
        wish, weight = wanted.get(cell, (graph.cells[cell].place, 0.05))
        block = (wish - offsets[-1], weight, 1)
        while blocks and blocks[-1][0] > block[0]:
            first, more, many = blocks.pop()
            both = more + block[1]
            block = ((first * more + block[0] * block[1]) / both, both, many + block[2])
        blocks.append(block)
    starts = (start for start, _, many in blocks for _ in range(many))
    for cell, offset, start in zip(layer, offsets, starts, strict=True):
        graph.cells[cell].place = start + offset


def _apart(graph: LayeredGraph, left: int, right: int, between: float) -> float:
    """The least distance between the centres of two neighbours."""
    return (graph.cells[left].size.across + graph.cells[right].size.across) / 2 + between


def _straighten(graph: LayeredGraph, between: float) -> None:
    """Align chains of cells exactly, if their neighbours leave room."""
    beside: dict[int, tuple[int | None, int | None]] = {}
    for layer in graph.layers:
        for left, cell, right in zip([None, *layer], layer, [*layer[1:], None], strict=False):
            beside[cell] = (left, right)
    for chain in sorted(_chains(graph), key=len, reverse=True):
        low, high = float("-inf"), float("inf")
        for cell in chain:
            left, right = beside[cell]
            if left is not None:
                low = max(low, graph.cells[left].place + _apart(graph, left, cell, between))
            if right is not None:
                high = min(high, graph.cells[right].place - _apart(graph, cell, right, between))
        if low <= high:
            middle = sum(graph.cells[cell].place for cell in chain) / len(chain)
            for cell in chain:
                graph.cells[cell].place = min(max(middle, low), high)


def _chains(graph: LayeredGraph) -> Iterator[list[int]]:
    """Chains of cells that each have only one link to the next."""
    uppers, lowers = Counter(lower for _, lower in graph.links), Counter(upper for upper, _ in graph.links)
    following = {upper: lower for upper, lower in graph.links if lowers[upper] == uppers[lower] == 1}
    for start in sorted(following.keys() - set(following.values())):
        chain = [start]
        while chain[-1] in following:
            chain.append(following[chain[-1]])
        yield chain
