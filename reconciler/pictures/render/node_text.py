"""The lines of text in a node, and the size of the node that they need."""

from collections.abc import Mapping
from dataclasses import dataclass

from reconciler.pictures.layout.ranks import Ends
from reconciler.pictures.model import SIGNS, Edge, Node
from reconciler.pictures.render.text_metrics import cut, width_of, wrapped

ROOM = 200.0
"""The largest width of a line of text, in pixels."""
LEFT, TOP, BOTTOM = 14.0, 9.0, 9.0
SIGN = 24.0
"""The width of a state's mark in the first line, in pixels."""
STYLES: Mapping[str, tuple[float, float]] = {"k": (10.5, 15.0), "n": (13.0, 17.0), "d": (11.5, 15.0)}
"""Font size and line height of kickers, names and details, in pixels."""
BOLD = 1.1
LABEL = 11.0
DETAIL_LINES = 3


@dataclass(frozen=True, slots=True)
class Line:
    """One line of text; `style` is one of STYLES."""

    style: str
    text: str


@dataclass(frozen=True, slots=True)
class NodeText:
    """All lines of a node, and its width and height in pixels."""

    lines: tuple[Line, ...]
    width: float
    height: float


def text_of_node(node: Node) -> NodeText:
    """A node's text, with no line wider than ROOM."""
    lines = [Line("k", cut(node.kicker, STYLES["k"][0], ROOM - SIGN))] if node.kicker else []
    lines += [Line("n", text) for text in _name(node.label)]
    for detail in node.details:
        lines += [Line("d", text) for text in wrapped(detail, STYLES["d"][0], ROOM, DETAIL_LINES)]
    widths = [
        width_of(line.text, STYLES[line.style][0]) * (BOLD if line.style == "n" else 1)
        + (SIGN if SIGNS[node.state] and not number else 0.0)
        for number, line in enumerate(lines)
    ]
    width = max(76.0, *widths, 0.0) + 2 * LEFT
    height = TOP + BOTTOM + sum(STYLES[line.style][1] for line in lines)
    return NodeText(tuple(lines), float(round(width)), height)


def _name(label: str) -> list[str]:
    """A name on two lines, cut in the middle if it is still too long."""
    size, _ = STYLES["n"]
    return wrapped(cut(label[:300], size * BOLD, 1.9 * ROOM), size * BOLD, ROOM, 2)


def label_size(text: str) -> tuple[float, float]:
    """The width and height of an edge's label, which may have several lines."""
    lines = text.split("\n")
    return (
        float(round(max(width_of(line, LABEL) for line in lines) + 10)),
        4.0 + 14.0 * len(lines),
    )


def label_sizes(edges: tuple[Edge, ...]) -> dict[Ends, tuple[float, float]]:
    """The size of every label that is not empty."""
    return {edge.ends: label_size(edge.label) for edge in edges if edge.label}
