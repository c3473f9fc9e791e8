"""A picture as SVG that stands alone and may stand in a page: its own style, light and dark, every text escaped."""

from collections.abc import Iterator, Mapping, Sequence
from html import escape
from itertools import pairwise

from reconciler.aws.redaction import SECRETS
from reconciler.pictures.drawing import Edge, Node, Picture, State
from reconciler.pictures.faces import LABEL, face_of, label_sizes
from reconciler.pictures.layers import Ends
from reconciler.pictures.layout import Box, Placed, Point, place
from reconciler.pictures.lettering import cut, width_of
from reconciler.pictures.pieces import Part, draw_group, draw_node, draw_sign, number, pair
from reconciler.pictures.style import SCOPE, stylesheet
from reconciler.pictures.text import visible

MARGIN, HEAD, GUTTER = 24.0, 40.0, 40.0
MEANINGS: Mapping[State, str] = {
    "create": "create",
    "update": "update",
    "replace": "delete and create anew",
    "delete": "delete",
    "adopt": "adopt",
    "release": "unmark",
    "refused": "refused or failed",
}
COMPARED: Mapping[State, str] = {"create": "added", "update": "changed", "delete": "gone"}


def draw(picture: Picture) -> str:
    """One picture with its title and legend."""
    picture = picture.reworded(_safe)
    body = _beneath([_graph(picture, _placed(picture)), *(draw_group(each) for each in picture.groups)])
    return _sheet(picture.title, picture.note, [body], _legend([picture], MEANINGS))


def side_by_side(title: str, before: Picture, after: Picture) -> str:
    """Two pictures beside each other; nodes of the same id stand at the same place in both."""
    before, after = before.reworded(_safe), after.reworded(_safe)
    placed = _placed(before, after)
    panels = [_titled(each.title, _graph(each, placed)) for each in (before, after)]
    return _sheet(_safe(title), "", panels, _legend([before, after], COMPARED))


def _safe(text: str) -> str:
    """A text without secrets and without what XML cannot hold; labels keep their line breaks."""
    return "\n".join(map(visible, SECRETS.text(text).split("\n")))


def _placed(*versions: Picture) -> Placed:
    """Places that serve every version: each node is as large as its largest."""
    nodes: dict[str, Node] = {}
    edges: dict[Ends, Edge] = {}
    sizes: dict[str, tuple[float, float]] = {}
    labels: dict[Ends, tuple[float, float]] = {}
    for picture in versions:
        for node in picture.nodes:
            nodes.setdefault(node.id, node)
            face = face_of(node)
            sizes[node.id] = _largest(sizes.get(node.id), (face.width, face.height))
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
    """An edge piece by piece, so that what several share is drawn once, and its head."""
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
    """What the marks that occur mean, in a row."""
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
