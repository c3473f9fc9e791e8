"""Where everything in a picture stands: layers along the way that edges lead, each in an order with few crossings."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise

from reconciler.pictures.drawing import Picture, Way
from reconciler.pictures.layers import Ends
from reconciler.pictures.ordering import put_in_order
from reconciler.pictures.standing import stand
from reconciler.pictures.weaving import Size, Web, woven

GAPS: dict[Way, tuple[float, float]] = {"right": (56.0, 16.0), "down": (22.0, 26.0)}
"""Between layers, and between neighbours in one, in pixels."""
PORTS = 14.0
"""How far apart edges meet a node, at most, in pixels."""

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle; x and y are its middle."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class Placed:
    """Where everything stands.

    A route is a list of points: the first two are joined by a curve, the next two by a straight line, and so on to the
    last two, which are joined by a curve again.
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

    web = woven(
        picture,
        {node: sized(*each) for node, each in nodes.items()},
        {ends: sized(*each) for ends, each in labels.items()},
    )
    put_in_order(web)
    gap, between = GAPS[picture.way]
    stand(web, between)
    return _turned(web, _bands(web, gap), down=down)


def _bands(web: Web, gap: float) -> list[tuple[float, float]]:
    """Where each layer begins and ends along the way. A layer of nothing but points takes no room."""
    bands, at = [], 0.0
    for layer in web.layers:
        depth = max((web.cells[each].size.along for each in layer), default=0.0)
        bands.append((at, at + depth))
        at += depth + gap
    return bands


def _turned(web: Web, bands: list[tuple[float, float]], *, down: bool) -> Placed:
    """The web in pixels, with x to the right and y downwards."""

    def point(along: float, across: float) -> Point:
        return (round(across, 1), round(along, 1)) if down else (round(along, 1), round(across, 1))

    def box(cell: int) -> Box:
        each = web.cells[cell]
        middle = sum(bands[each.layer]) / 2
        width, height = point(each.size.along, each.size.across)
        return Box(*point(middle, each.place), width, height)

    ports = _ports(web)
    routes = {}
    for ends, chain in web.chains.items():
        points = []
        for upper, lower in pairwise(chain):
            leaves, enters = ports[upper, lower]
            points.append(point(_edge(web, bands, upper, 1), leaves))
            points.append(point(_edge(web, bands, lower, -1), enters))
        routes[ends] = tuple(reversed(points) if ends in web.turned else points)
    across = max((cell.place + cell.size.across / 2 for cell in web.cells), default=0.0)
    width, height = point(bands[-1][1] if bands else 0.0, across)
    boxes = {cell.node: box(at) for at, cell in enumerate(web.cells) if cell.node is not None}
    return Placed(width, height, boxes, routes, {ends: box(at) for ends, at in web.labels.items()})


def _edge(web: Web, bands: list[tuple[float, float]], cell: int, side: int) -> float:
    """Where edges meet a cell along the way: a node at its own border, everything else at that of its layer."""
    each = web.cells[cell]
    first, last = bands[each.layer]
    if each.node is None:
        return last if side > 0 else first
    return (first + last) / 2 + side * each.size.along / 2


def _ports(web: Web) -> dict[tuple[int, int], tuple[float, float]]:
    """Where each link leaves its upper cell and enters its lower one, across: those of a node side by side."""
    leaving: dict[int, list[int]] = {}
    entering: dict[int, list[int]] = {}
    for upper, lower in web.links:
        leaving.setdefault(upper, []).append(lower)
        entering.setdefault(lower, []).append(upper)
    return {
        (upper, lower): (_port(web, upper, leaving[upper], lower), _port(web, lower, entering[lower], upper))
        for upper, lower in web.links
    }


def _port(web: Web, cell: int, others: Iterable[int], other: int) -> float:
    here = web.cells[cell]
    order = sorted(others, key=lambda each: (web.cells[each].place, each))
    if here.node is None or len(order) == 1:
        return here.place
    step = min(PORTS, (here.size.across - 16) / len(order))
    return here.place + (order.index(other) - (len(order) - 1) / 2) * step
