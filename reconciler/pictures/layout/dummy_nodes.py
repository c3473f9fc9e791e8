"""Phase 2 of the layout: an edge that passes a layer gets a dummy node in it, and so does the label of an edge."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import pairwise

from reconciler.pictures.layout.ranks import Ends, backward, ranks
from reconciler.pictures.model import Picture


@dataclass(frozen=True, slots=True)
class Size:
    """The size in pixels along the direction of edges, and across it."""

    along: float
    across: float


POINT = Size(0.0, 6.0)


@dataclass(slots=True)
class Cell:
    """One element in one layer: a node, a label, or a point that an edge passes through."""

    layer: int
    size: Size
    node: str | None = None
    place: float = 0.0
    """The coordinate of its centre across the layer."""


@dataclass
class LayeredGraph:
    """All cells, by layer and in order; `links` connect cells of neighbouring layers."""

    cells: list[Cell] = field(default_factory=list)
    layers: list[list[int]] = field(default_factory=list)
    links: dict[tuple[int, int], float] = field(default_factory=dict)
    """How strongly each link is straightened."""
    chains: dict[Ends, list[int]] = field(default_factory=dict)
    """The cells of each edge, from its first layer to its last."""
    labels: dict[Ends, int] = field(default_factory=dict)
    """The cell of each edge's label."""
    reversed_edges: frozenset[Ends] = frozenset()
    """The edges that lead to an earlier layer: their chains begin at their targets."""

    def add(self, layer: int, size: Size, node: str | None = None) -> int:
        """Add a new cell at the end of its layer."""
        while len(self.layers) <= layer:
            self.layers.append([])
        self.cells.append(Cell(layer, size, node))
        self.layers[layer].append(len(self.cells) - 1)
        return len(self.cells) - 1

    def link(self, upper: int, lower: int) -> None:
        """Link two cells; two points of one edge are aligned more strongly than two nodes."""
        points = sum(self.cells[each].node is None for each in (upper, lower))
        self.links[upper, lower] = (1.0, 2.0, 6.0)[points]


def layered_graph(picture: Picture, nodes: Mapping[str, Size], labels: Mapping[Ends, Size]) -> LayeredGraph:
    """The layered graph of a picture. Quiet edges to the same node share their points, so they are drawn as one line.

    If edges have labels, every second layer is reserved for them.
    """
    ids = [node.id for node in picture.nodes]
    edges = [edge for edge in picture.edges if edge.source != edge.target]
    columns = {node.id: node.column for node in picture.nodes}
    back = {edge.ends for edge in edges if columns[edge.source] > columns[edge.target]}
    reversed_edges = backward(ids, [edge.ends for edge in edges if edge.ends not in back]) | back
    forward = [edge.ends[::-1] if edge.ends in reversed_edges else edge.ends for edge in edges]
    step = 2 if labels else 1
    rank = {node: each * step for node, each in ranks(columns, list(dict.fromkeys(forward))).items()}
    graph = LayeredGraph(reversed_edges=reversed_edges)
    at = {node: graph.add(rank[node], nodes[node], node) for node in ids}
    shared: dict[tuple[str, int], int] = {}
    for edge, (upper, lower) in zip(edges, forward, strict=True):
        chain = [at[upper]]
        labelled = rank[lower] - 1 if edge.ends in reversed_edges else rank[upper] + 1
        for layer in range(rank[upper] + 1, rank[lower]):
            if edge.ends in labels and layer == labelled:
                chain.append(graph.add(layer, labels[edge.ends]))
                graph.labels[edge.ends] = chain[-1]
            elif edge.quiet and edge.ends not in reversed_edges:
                if (edge.target, layer) not in shared:
                    shared[edge.target, layer] = graph.add(layer, POINT)
                chain.append(shared[edge.target, layer])
            else:
                chain.append(graph.add(layer, POINT))
        chain.append(at[lower])
        for first, second in pairwise(chain):
            graph.link(first, second)
        graph.chains[edge.ends] = chain
    return graph
