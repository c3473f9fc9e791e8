"""Writes a picture as SVG that works alone and in a page: with its own style, light and dark, and escaped text."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from itertools import pairwise

from reconciler.aws.redaction import SECRETS
from reconciler.pictures.layout.placement import Box, Placed, Point, place
from reconciler.pictures.layout.ranks import Ends
from reconciler.pictures.model import SIGNS, Edge, Group, Node, Picture, State
from reconciler.pictures.render.node_text import LABEL, LEFT, STYLES, TOP, NodeText, label_sizes, text_of_node
from reconciler.pictures.render.style import SCOPE, stylesheet
from reconciler.pictures.render.text_metrics import cut, visible, width_of

GRID, ASIDE = 12.0, 900.0
"""The gap between nodes of a group, and the width from which a group begins a new row, in pixels."""


@dataclass(frozen=True)
class Part:
    """A piece of SVG and its size."""

    width: float
    height: float
    markup: tuple[str, ...]

    def at(self, x: float, y: float) -> str:
        """The piece at another position."""
        return f'<g transform="translate({number(x)} {number(y)})">{"".join(self.markup)}</g>'


def draw_node(node: Node, box: Box) -> str:
    """Draw a node with its text."""
    text = text_of_node(node)
    classes = " ".join(
        [f"s-{node.sort}"]
        + ([f"z-{node.state}"] if node.state != "settled" else [])
        + (["gone"] if node.state == "delete" else [])
        + (["x"] if node.quiet else [])
    )
    x, y = number(box.x - box.width / 2), number(box.y - box.height / 2)
    width, height = number(box.width), number(box.height)
    title = escape(node.title or ", ".join(filter(None, (node.kicker, node.label, *node.details))))
    return (
        f'<g class="{classes}" transform="translate({x} {y})"><title>{title}</title>'
        f'<rect class="b" width="{width}" height="{height}" rx="6"/>'
        f'<path class="s" d="M6 0H5A5 5 0 0 0 0 5V{number(box.height - 5)}A5 5 0 0 0 5 {height}H6Z"/>'
        f"{''.join(_lines(text))}{draw_sign(node.state, box.width - 13, 13)}</g>"
    )


def _lines(text: NodeText) -> Iterator[str]:
    y = TOP
    for line in text.lines:
        size, height = STYLES[line.style]
        baseline = number(y + (height + size) / 2 - 2)
        yield f'<text class="{line.style}" x="{number(LEFT)}" y="{baseline}">{escape(line.text)}</text>'
        y += height


def draw_sign(state: State, x: float, y: float) -> str:
    """Draw the mark of a state; empty for a settled node."""
    if not SIGNS[state]:
        return ""
    return (
        f'<circle class="o" cx="{number(x)}" cy="{number(y)}" r="8"/>'
        f'<text class="m" x="{number(x)}" y="{number(y + 4.5)}">{escape(SIGNS[state])}</text>'
    )


def draw_group(group: Group) -> Part:
    """Draw a group: nodes in rows within a frame, under its title."""
    texts = [(node, text_of_node(node)) for node in group.nodes]
    area = sum((text.width + GRID) * (text.height + GRID) for _, text in texts)
    widest = max(ASIDE, (area * 2.2) ** 0.5)
    markup, x, y, row, right = [], GRID, 34.0, 0.0, 0.0
    for node, text in texts:
        if x > GRID and x + text.width + GRID > widest:
            x, y, row = GRID, y + row + GRID, 0.0
        markup.append(draw_node(node, Box(x + text.width / 2, y + text.height / 2, text.width, text.height)))
        x, row = x + text.width + GRID, max(row, text.height)
        right = max(right, x)
    right, height = max(right, width_of(group.title, 13.0) + 2 * LEFT), y + row + GRID
    frame = f'<rect class="f" width="{number(right)}" height="{number(height)}" rx="8"/>'
    title = f'<text class="g" x="{number(LEFT)}" y="22">{escape(group.title)}</text>'
    return Part(right, height, (frame, title, *markup))


def pair(point: Point) -> str:
    """A point in the format of SVG paths."""
    return f"{number(point[0])} {number(point[1])}"


def number(value: float) -> str:
    """A number of pixels as a short text."""
    return f"{value:.1f}".removesuffix(".0")


MARGIN, HEAD, GUTTER = 24.0, 40.0, 40.0
MEANINGS: Mapping[State, str] = {
    "create": "create",
    "update": "update",
    "replace": "delete and create again",
    "delete": "delete",
    "adopt": "adopt",
    "release": "unmark",
    "refused": "refused or failed",
}
COMPARED: Mapping[State, str] = {"create": "added", "update": "changed", "delete": "gone"}


def draw(picture: Picture) -> str:
    """Draw one picture with its title and legend."""
    picture = picture.reworded(_safe)
    body = _beneath([_graph(picture, _placed(picture)), *(draw_group(each) for each in picture.groups)])
    return _sheet(picture.title, picture.note, [body], _legend([picture], MEANINGS))


def side_by_side(title: str, before: Picture, after: Picture) -> str:
    """Draw two pictures next to each other; nodes with the same id have the same position in both."""
    before, after = before.reworded(_safe), after.reworded(_safe)
    placed = _placed(before, after)
    panels = [_titled(each.title, _graph(each, placed)) for each in (before, after)]
    return _sheet(_safe(title), "", panels, _legend([before, after], COMPARED))


def _safe(text: str) -> str:
    """A text without secrets and characters that XML cannot hold; labels keep their line breaks."""
    return "\n".join(map(visible, SECRETS.text(text).split("\n")))


def _placed(*versions: Picture) -> Placed:
    """Positions for both versions: each node has the size of its larger version."""
    nodes: dict[str, Node] = {}
    edges: dict[Ends, Edge] = {}
    sizes: dict[str, tuple[float, float]] = {}
    labels: dict[Ends, tuple[float, float]] = {}
    for picture in versions:
        for node in picture.nodes:
            nodes.setdefault(node.id, node)
            text = text_of_node(node)
            sizes[node.id] = _largest(sizes.get(node.id), (text.width, text.height))
        for edge in picture.edges:
            edges.setdefault(edge.ends, edge)
        for ends, size in label_sizes(picture.edges).items():
            labels[ends] = _largest(labels.get(ends), size)
    whole = Picture("", tuple(nodes.values()), tuple(edges.values()), way=versions[0].way)
    return place(whole, sizes, labels)


def _largest(known: tuple[float, float] | None, size: tuple[float, float]) -> tuple[float, float]:
    return (max(known[0], size[0]), max(known[1], size[1])) if known else size


def _graph(picture: Picture, placed: Placed) -> Part:
    edges = sorted(picture.edges, key=lambda edge: (edge.state != "settled", not edge.quiet))
    markup = [
        *(each for edge in edges for each in _edge(edge, placed, picture.way == "down")),
        *(
            _label(edge, placed.labels[edge.ends])
            for edge in edges
            if edge.label and edge.ends in placed.labels
        ),
        *(draw_node(node, placed.boxes[node.id]) for node in picture.nodes),
    ]
    return Part(placed.width, placed.height, tuple(dict.fromkeys(markup)))


def _edge(edge: Edge, placed: Placed, down: bool) -> Iterator[str]:
    """Draw an edge in pieces, so that shared pieces are drawn once, and its arrow head."""
    if edge.source == edge.target:
        return
    points = placed.routes[edge.ends]
    state = f" z-{edge.state}" if edge.state != "settled" else ""
    quiet = edge.quiet and not state
    for at, (start, end) in enumerate(pairwise(points)):
        if start != end:
            path = _straight(start, end) if at % 2 else _curve(start, end, down)
            yield f'<path class="e{" q" if quiet else ""}{state}" d="{path}"/>'
    yield f'<path class="{"aq" if quiet else "a"}{state}" d="{_head(points[-2], points[-1], down)}"/>'


def _straight(start: Point, end: Point) -> str:
    return f"M{pair(start)}L{pair(end)}"


def _curve(start: Point, end: Point, down: bool) -> str:
    (x1, y1), (x2, y2) = start, end
    if down:
        middle = (y1 + y2) / 2
        return f"M{pair(start)}C{pair((x1, middle))} {pair((x2, middle))} {pair(end)}"
    middle = (x1 + x2) / 2
    return f"M{pair(start)}C{pair((middle, y1))} {pair((middle, y2))} {pair(end)}"


def _head(start: Point, end: Point, down: bool) -> str:
    x, y = end
    if down:
        back = -7 if start[1] <= y else 7
        corners = ((x, y), (x - 3.5, y + back), (x + 3.5, y + back))
    else:
        back = -7 if start[0] <= x else 7
        corners = ((x, y), (x + back, y - 3.5), (x + back, y + 3.5))
    return "M" + "L".join(map(pair, corners)) + "Z"


def _label(edge: Edge, box: Box) -> str:
    lines = edge.label.split("\n")
    width, height = number(box.width - 4), number(box.height)
    top = box.y - 14 * len(lines) / 2 + LABEL
    state = f" z-{edge.state}" if edge.state != "settled" else ""
    texts = "".join(
        f'<text class="l{state}" x="{number(box.x)}" y="{number(top + 14 * row - 0.5)}">{escape(line)}</text>'
        for row, line in enumerate(lines)
    )
    x, y = number(box.x - box.width / 2 + 2), number(box.y - box.height / 2)
    return f'<rect class="lb" x="{x}" y="{y}" width="{width}" height="{height}" rx="3"/>{texts}'


def _beneath(parts: Sequence[Part]) -> Part:
    markup, y = [], 0.0
    for part in parts:
        if part.height:
            markup.append(part.at(0, y))
            y += part.height + 28
    return Part(max(part.width for part in parts), max(0.0, y - 28), tuple(markup))


def _titled(title: str, part: Part) -> Part:
    heading = f'<text class="h" x="0" y="12">{escape(title)}</text>'
    return Part(max(part.width, width_of(title, 13.5)), part.height + 30, (heading, part.at(0, 30)))


def _legend(pictures: Sequence[Picture], meanings: Mapping[State, str]) -> Part:
    """The legend of the marks in the picture, in a row."""
    markup, x = [], 0.0
    states = {node.state for picture in pictures for node in picture.all_nodes}
    states |= {edge.state for picture in pictures for edge in picture.edges}
    for state, meaning in meanings.items():
        if state in states:
            markup.append(
                f'<g class="z-{state}">{draw_sign(state, x + 8, 8)}'
                f'<text class="d" x="{number(x + 21)}" y="12">{escape(meaning)}</text></g>'
            )
            x += 21 + width_of(meaning, 11.5) + 18
    return Part(x, 16.0 if markup else 0.0, tuple(markup))


def _sheet(title: str, note: str, panels: Sequence[Part], legend: Part) -> str:
    """The whole document."""
    inner = sum(panel.width for panel in panels) + GUTTER * (len(panels) - 1)
    shown = cut(title, 16.5, max(inner, legend.width, 420.0))
    width = max(inner, legend.width, width_of(shown, 16.5), width_of(note, 11.5)) + 2 * MARGIN
    top = MARGIN + HEAD + (18 if note else 0)
    under = (
        f'<text class="d" x="{number(MARGIN)}" y="{number(MARGIN + 34)}">{escape(note)}</text>'
        if note
        else ""
    )
    below = max((panel.height for panel in panels), default=0.0)
    height = top + below + MARGIN + (legend.height + 20 if legend.height else 0)
    drawn, x = [], MARGIN
    for panel in panels:
        drawn.append(panel.at(x, top))
        x += panel.width + GUTTER
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="{SCOPE}" role="img" aria-label="{escape(title)}" '
        f'width="{number(width)}" height="{number(height)}" viewBox="0 0 {number(width)} {number(height)}">'
        f"<title>{escape(title)}</title><style>{stylesheet()}</style>"
        f'<rect class="p" width="100%" height="100%" rx="8"/>'
        f'<text class="t" x="{number(MARGIN)}" y="{number(MARGIN + 14)}">{escape(shown)}</text>{under}\n'
        + "\n".join(drawn)
        + ("\n" + legend.at(MARGIN, top + below + 20) if legend.height else "")
        + "\n</svg>\n"
    )
