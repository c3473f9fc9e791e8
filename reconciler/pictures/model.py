"""A picture as data: nodes, edges and groups, without coordinates."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Literal

State = Literal["settled", "create", "update", "replace", "delete", "adopt", "release", "refused"]
"""The planned state of a node; for two versions of a flow `create` means added, `update` changed, `delete` removed."""

Way = Literal["right", "down"]
"""The direction of edges: a contact centre is read from left to right, a flow from top to bottom."""

SIGNS: dict[State, str] = {
    "settled": "",
    "create": "+",
    "update": "~",
    "replace": "-",
    "delete": "-",
    "adopt": ">",
    "release": "<",
    "refused": "!",
}


@dataclass(frozen=True, slots=True)
class Node:
    """One box. `sort` decides its colour; `kicker` is the text above its label, `details` the text below."""

    id: str
    label: str
    sort: str
    kicker: str = ""
    details: tuple[str, ...] = ()
    state: State = "settled"
    title: str = ""
    """A longer text, shown when the pointer is on it."""
    quiet: bool = False
    """Whether it is only referred to: drawn with a dashed border."""
    column: int = 0
    """Nodes of a higher column come after all nodes of a lower one."""
    count: int = 1
    """How many resources it represents."""
    changes: tuple[tuple[State, int], ...] = ()
    """How many of these resources are in each state, if it represents several."""


@dataclass(frozen=True, slots=True)
class Edge:
    """An arrow from one node to another; `quiet` ones are less important."""

    source: str
    target: str
    label: str = ""
    quiet: bool = False
    state: State = "settled"

    @property
    def ends(self) -> tuple[str, str]:
        """The ids of the two nodes."""
        return (self.source, self.target)


@dataclass(frozen=True, slots=True)
class Group:
    """Nodes without edges, drawn below the others under a title."""

    title: str
    nodes: tuple[Node, ...]


@dataclass(frozen=True)
class Picture:
    """A graph with at most one edge from one node to another."""

    title: str
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...] = ()
    groups: tuple[Group, ...] = ()
    way: Way = "right"
    note: str = ""
    """A remark in smaller letters under the title."""

    @property
    def all_nodes(self) -> tuple[Node, ...]:
        """The nodes of the graph and those of the groups."""
        return (*self.nodes, *(node for group in self.groups for node in group.nodes))

    def reworded(self, word: Callable[[str], str]) -> "Picture":
        """The same picture with a function applied to every text."""
        return replace(
            self,
            title=word(self.title),
            note=word(self.note),
            nodes=_reworded(self.nodes, word),
            edges=tuple(replace(edge, label=word(edge.label)) for edge in self.edges),
            groups=tuple(Group(word(group.title), _reworded(group.nodes, word)) for group in self.groups),
        )


def _reworded(nodes: Iterable[Node], word: Callable[[str], str]) -> tuple[Node, ...]:
    return tuple(
        replace(
            node,
            label=word(node.label),
            kicker=word(node.kicker),
            details=tuple(map(word, node.details)),
            title=word(node.title),
        )
        for node in nodes
    )
