"""Runs the four phases of the layout and turns their result into pixels."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise

from reconciler.pictures.layout.coordinates import assign_coordinates
from reconciler.pictures.layout.crossings import order_layers
from reconciler.pictures.layout.dummy_nodes import LayeredGraph, Size, layered_graph
from reconciler.pictures.layout.ranks import Ends
from reconciler.pictures.model import Picture, Way

GAPS: dict[Way, tuple[float, float]] = {"right": (56.0, 16.0), "down": (22.0, 26.0)}
"""The gaps between layers, and between neighbours in a layer, in pixels."""
PORTS = 14.0
"""The largest distance between edges at a node, in pixels."""

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle; x and y are its centre, in pixels."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class Placed:
    """The placed nodes, labels and routes.

    A route is a list of points: the first two are connected by a curve, the next two by a straight line, and so on to the
    last two, which are connected by a curve again.
    """

    width: float
    height: float
    boxes: Mapping[str, Box]
    routes: Mapping[Ends, tuple[Point, ...]]
    labels: Mapping[Ends, Box]


def place(
    picture: Picture, nodes: Mapping[str, tuple[float, float]], labels: Mapping[Ends, tuple[float, float]]
) -> Placed:
    """Place the nodes of a picture, of these widths and heights, and the labels of its edges."""
    down = picture.way == "down"

    def sized(width: float, height: float) -> Size:
        return Size(height, width) if down else Size(width, height)

    graph = layered_graph(
        picture,
        {node: sized(*each) for node, each in nodes.items()},
        {ends: sized(*each) for ends, each in labels.items()},
    )
    order_layers(graph)
    gap, between = GAPS[picture.way]
    assign_coordinates(graph, between)
    return _in_pixels(graph, _bands(graph, gap), down=down)


def _bands(graph: LayeredGraph, gap: float) -> list[tuple[float, float]]:
    """The start and end of each layer. A layer with only points takes no room."""
    bands, at = [], 0.0
    for layer in graph.layers:
        depth = max((graph.cells[each].size.along for each in layer), default=0.0)
        bands.append((at, at + depth))
        at += depth + gap
    return bands


def _in_pixels(graph: LayeredGraph, bands: list[tuple[float, float]], *, down: bool) -> Placed:
    """The graph in pixels, with x to the right and y downwards."""

    def point(along: float, across: float) -> Point:
        return (round(across, 1), round(along, 1)) if down else (round(along, 1), round(across, 1))

    def box(cell: int) -> Box:
        each = graph.cells[cell]
        middle = sum(bands[each.layer]) / 2
        width, height = point(each.size.along, each.size.across)
        return Box(*point(middle, each.place), width, height)

    ports = _ports(graph)
    routes = {}
    for ends, chain in graph.chains.items():
        points = []
        for upper, lower in pairwise(chain):
            leaves, enters = ports[upper, lower]
            points.append(point(_edge(graph, bands, upper, 1), leaves))
            points.append(point(_edge(graph, bands, lower, -1), enters))
        routes[ends] = tuple(reversed(points) if ends in graph.reversed_edges else points)
    across = max((cell.place + cell.size.across / 2 for cell in graph.cells), default=0.0)
    width, height = point(bands[-1][1] if bands else 0.0, across)
    boxes = {cell.node: box(at) for at, cell in enumerate(graph.cells) if cell.node is not None}
    return Placed(width, height, boxes, routes, {ends: box(at) for ends, at in graph.labels.items()})


def _edge(graph: LayeredGraph, bands: list[tuple[float, float]], cell: int, side: int) -> float:
    """Where edges meet a cell: a node at its own border, other cells at the border of their layer."""
    each = graph.cells[cell]
    first, last = bands[each.layer]
    if each.node is None:
        return last if side > 0 else first
    return (first + last) / 2 + side * each.size.along / 2


def _ports(graph: LayeredGraph) -> dict[tuple[int, int], tuple[float, float]]:
    """The coordinates where each link leaves and enters its cells; links of one node are next to each other."""
    leaving: dict[int, list[int]] = {}
    entering: dict[int, list[int]] = {}
    for upper, lower in graph.links:
        leaving.setdefault(upper, []).append(lower)
        entering.setdefault(lower, []).append(upper)
    return {
        (upper, lower): (
            _port(graph, upper, leaving[upper], lower),
            _port(graph, lower, entering[lower], upper),
        )
        for upper, lower in graph.links
    }


def _port(graph: LayeredGraph, cell: int, others: Iterable[int], other: int) -> float:
    here = graph.cells[cell]
    order = sorted(others, key=lambda each: (graph.cells[each].place, each))
    if here.node is None or len(order) == 1:
        return here.place
    step = min(PORTS, (here.size.across - 16) / len(order))
    return here.place + (order.index(other) - (len(order) - 1) / 2) * step
