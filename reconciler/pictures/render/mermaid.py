"""Writes a picture as a Mermaid flowchart, which GitHub and many wikis draw; any name is safe in it."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import partial

from reconciler.aws.redaction import SECRETS
from reconciler.pictures.model import SIGNS, Edge, Node, Picture
from reconciler.pictures.render.style import STATES
from reconciler.pictures.render.text_metrics import visible

MOST_TEXT, MOST_EDGES = 50_000, 500
"""GitHub's limits for one chart; for a larger one, texts are cut shorter and quiet edges are left out."""
LONGEST = (120, 60, 30)
MARKS = frozenset("\\`*_{}[]<>()#|~!")
"""Characters with a meaning in Markdown."""
PLAIN = frozenset(" _-,?!")
"""Characters that a label may contain unchanged, besides letters and digits."""


def draw(picture: Picture, words: Sequence[str] = ()) -> str:
    """Draw one picture, with lines of text as comments at the top."""
    return _fitting([picture], words)


def side_by_side(before: Picture, after: Picture, words: Sequence[str] = ()) -> str:
    """Draw two pictures in one chart, each in its own frame."""
    return _fitting([before, after], words)


def fenced(chart: str) -> str:
    """A chart as a Markdown code block."""
    return f"```mermaid\n{chart}```\n"


def plain(text: str) -> str:
    """A text that Markdown shows unchanged."""
    text = visible(SECRETS.text(text))
    return "".join(f"\\{char}" if char in MARKS else char for char in text)


def _fitting(pictures: Sequence[Picture], words: Sequence[str]) -> str:
    """The chart within GitHub's limits."""
    if sum(len(picture.edges) for picture in pictures) > MOST_EDGES:
        pictures = [replace(picture, edges=tuple(filter(_matters, picture.edges))) for picture in pictures]
        words = (*words, "Less important lines are left out: there are too many for one chart.")
    chart = ""
    for longest in LONGEST:
        chart = _chart([picture.reworded(partial(_short, longest=longest)) for picture in pictures], words)
        if len(chart) <= MOST_TEXT:
            break
    return chart


def _matters(edge: Edge) -> bool:
    return not edge.quiet or edge.state != "settled"


def _short(text: str, longest: int) -> str:
    text = SECRETS.text(text)
    return text if len(text) <= longest else text[: longest - 1].rstrip() + "…"


def _chart(pictures: Sequence[Picture], words: Iterable[str]) -> str:
    lines = [f"%% {_comment(word)}" for word in words]
    single = len(pictures) == 1
    lines.append("flowchart TD" if single and pictures[0].way == "down" else "flowchart LR")
    states, quiet = set(), False
    for number, picture in enumerate(pictures):
        body = list(_body(picture, "" if single else f"p{number}"))
        if not single:
            frame = f'subgraph p{number}["{_label(picture.title)}"]'
            body = [frame, "  direction TB", *(f"  {line}" for line in body), "end"]
        lines += [f"  {line}" for line in body]
        states |= {node.state for node in picture.all_nodes}
        quiet |= any(node.quiet for node in picture.all_nodes)
    if not single:
        lines.append("  p0 ~~~ p1")
    for state, (colour, _) in STATES.items():
        if state in states:
            lines.append(f"  classDef {_class(state)} stroke:{colour},stroke-width:3px")
    if quiet:
        lines.append("  classDef quiet stroke-dasharray:4 3")
    return "\n".join(lines) + "\n"


def _comment(text: str) -> str:
    """Braces would make a directive of a comment."""
    return visible(SECRETS.text(text)).translate({ord("{"): "(", ord("}"): ")"})


def _body(picture: Picture, prefix: str) -> Iterator[str]:
    ids = {node.id: f"{prefix}n{number}" for number, node in enumerate(picture.all_nodes)}
    for node in picture.nodes:
        yield _node(ids[node.id], node)
    for edge in (each for each in picture.edges if each.source != each.target):
        yield _edge(ids[edge.source], ids[edge.target], edge)
    for number, group in enumerate(picture.groups):
        yield f'subgraph {prefix}g{number}["{_label(group.title)}"]'
        for node in group.nodes:
            yield f"  {_node(ids[node.id], node)}"
        yield "end"


def _node(name: str, node: Node) -> str:
    first = f"{SIGNS[node.state]} {node.kicker or node.label}".strip()
    lines = [first, *([node.label] if node.kicker and node.label else []), *node.details]
    text = "<br/>".join(map(_label, lines))
    classes = [_class(node.state)] if node.state != "settled" else ["quiet"] if node.quiet else []
    return f'{name}["{text}"]' + "".join(f":::{each}" for each in classes)


def _edge(source: str, target: str, edge: Edge) -> str:
    arrow = "-.->" if edge.quiet else "-->"
    label = f'|"{"<br/>".join(map(_label, edge.label.split(chr(10))))}"|' if edge.label else ""
    return f"{source} {arrow}{label} {target}"


def _class(state: str) -> str:
    return f"is_{state}"


def _label(text: str) -> str:
    """A text as a label: characters other than letters and digits are written as numbers, so none has a meaning."""
    return "".join(char if _plain(char) else f"#{ord(char)};" for char in visible(text)) or " "


def _plain(char: str) -> bool:
    return char.isalnum() or char in PLAIN
