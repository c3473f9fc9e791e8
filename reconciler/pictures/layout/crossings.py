"""Phase 3 of the layout: the order of the cells in each layer, so that few edges cross."""

from bisect import bisect_right, insort
from collections.abc import Mapping

from reconciler.pictures.layout.dummy_nodes import LayeredGraph

SWEEPS = 12
SWAPPED = 4000
"""With more links than this, neighbours are not swapped: it takes too long."""

Neighbours = Mapping[int, list[int]]


def order_layers(graph: LayeredGraph) -> None:
    """Sort each layer by the positions of its neighbours, forward and backward, and keep the order with the fewest crossings."""
    above: dict[int, list[int]] = {each: [] for each in range(len(graph.cells))}
    below: dict[int, list[int]] = {each: [] for each in range(len(graph.cells))}
    for upper, lower in graph.links:
        below[upper].append(lower)
        above[lower].append(upper)
    _first_order(graph, below)
    best, fewest = [list(layer) for layer in graph.layers], crossings(graph.layers, below)
    for sweep in range(SWEEPS):
        if not fewest:
            break
        down = sweep % 2 == 0
        _sweep(graph.layers, above if down else below, down=down)
        if len(graph.links) < SWAPPED:
            _swap(graph.layers, above, below)
        found = crossings(graph.layers, below)
        if found < fewest:
            best, fewest = [list(layer) for layer in graph.layers], found
    graph.layers[:] = best


def _first_order(graph: LayeredGraph, below: Neighbours) -> None:
    """Each layer in the order in which a walk from the first layers reaches its cells."""
    met: dict[int, None] = {}
    for layer in graph.layers:
        for start in layer:
            todo = [start]
            while todo:
                cell = todo.pop()
                if cell not in met:
                    met[cell] = None
                    todo += reversed(below[cell])
    order = {cell: number for number, cell in enumerate(met)}
    for layer in graph.layers:
        layer.sort(key=order.__getitem__)


def _sweep(layers: list[list[int]], towards: Neighbours, *, down: bool) -> None:
    place = {cell: float(number) for layer in layers for number, cell in enumerate(layer)}
    for layer in layers if down else reversed(layers):
        wanted = {
            cell: sum(place[each] for each in towards[cell]) / len(towards[cell])
            if towards[cell]
            else place[cell]
            for cell in layer
        }
        layer.sort(key=lambda cell: (wanted[cell], place[cell]))
        place.update({cell: float(number) for number, cell in enumerate(layer)})


def _swap(layers: list[list[int]], above: Neighbours, below: Neighbours) -> None:
    """Swap neighbours if that removes crossings."""
    place = {cell: number for layer in layers for number, cell in enumerate(layer)}
    for layer in layers:
        for at in range(len(layer) - 1):
            left, right = layer[at], layer[at + 1]
            saved = sum(
                _crossed(side[left], side[right], place) - _crossed(side[right], side[left], place)
                for side in (above, below)
            )
            if saved > 0:
                layer[at], layer[at + 1] = right, left
                place[left], place[right] = at + 1, at


def _crossed(left: list[int], right: list[int], place: Mapping[int, int]) -> int:
    """How many links of two cells cross if the first is before the second."""
    return sum(place[one] > place[other] for one in left for other in right)


def crossings(layers: list[list[int]], below: Neighbours) -> int:
    """How many pairs of links cross."""
    place = {cell: number for layer in layers for number, cell in enumerate(layer)}
    found = 0
    for layer in layers:
        ends: list[int] = []
        for cell in layer:
            mine = [place[each] for each in below[cell]]
            found += sum(len(ends) - bisect_right(ends, each) for each in mine)
            for each in mine:
                insort(ends, each)
    return found
