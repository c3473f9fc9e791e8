"""The pieces of a picture as SVG: a node, a mark, a group of nodes, each with the room that it takes."""

from collections.abc import Iterator
from dataclasses import dataclass
from html import escape

from reconciler.pictures.drawing import SIGNS, Group, Node, State
from reconciler.pictures.faces import LEFT, STYLES, TOP, Face, face_of
from reconciler.pictures.layout import Box, Point
from reconciler.pictures.lettering import width_of

GRID, ASIDE = 12.0, 900.0
"""Between nodes of a group, and how wide a group gets at least before it begins a new row, in pixels."""


@dataclass(frozen=True)
class Part:
    """A piece of SVG and the room that it takes."""

    width: float
    height: float
    markup: tuple[str, ...]

    def at(self, x: float, y: float) -> str:
        """The piece, moved."""
        return f'<g transform="translate({number(x)} {number(y)})">{"".join(self.markup)}</g>'


def draw_node(node: Node, box: Box) -> str:
    """A node with everything written in it."""
    face = face_of(node)
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
        f"{''.join(_lines(face))}{draw_sign(node.state, box.width - 13, 13)}</g>"
    )


def _lines(face: Face) -> Iterator[str]:
    y = TOP
    for line in face.lines:
        size, height = STYLES[line.style]
        baseline = number(y + (height + size) / 2 - 2)
        yield f'<text class="{line.style}" x="{number(LEFT)}" y="{baseline}">{escape(line.text)}</text>'
        y += height


def draw_sign(state: State, x: float, y: float) -> str:
    """The mark of a state; nothing for what is settled."""
    if not SIGNS[state]:
        return ""
    return (
        f'<circle class="o" cx="{number(x)}" cy="{number(y)}" r="8"/>'
        f'<text class="m" x="{number(x)}" y="{number(y + 4.5)}">{escape(SIGNS[state])}</text>'
    )


def draw_group(group: Group) -> Part:
    """Nodes in rows within a frame, under its title."""
    faces = [(node, face_of(node)) for node in group.nodes]
    area = sum((face.width + GRID) * (face.height + GRID) for _, face in faces)
    widest = max(ASIDE, (area * 2.2) ** 0.5)
    markup, x, y, row, right = [], GRID, 34.0, 0.0, 0.0
    for node, face in faces:
        if x > GRID and x + face.width + GRID > widest:
            x, y, row = GRID, y + row + GRID, 0.0
        markup.append(draw_node(node, Box(x + face.width / 2, y + face.height / 2, face.width, face.height)))
        x, row = x + face.width + GRID, max(row, face.height)
        right = max(right, x)
    right, height = max(right, width_of(group.title, 13.0) + 2 * LEFT), y + row + GRID
    frame = f'<rect class="f" width="{number(right)}" height="{number(height)}" rx="8"/>'
    title = f'<text class="g" x="{number(LEFT)}" y="22">{escape(group.title)}</text>'
    return Part(right, height, (frame, title, *markup))


def pair(point: Point) -> str:
    """A point as paths hold it."""
    return f"{number(point[0])} {number(point[1])}"


def number(value: float) -> str:
    """A number of pixels, no longer than it has to be."""
    return f"{value:.1f}".removesuffix(".0")
