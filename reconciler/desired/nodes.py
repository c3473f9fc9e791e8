"""The values of YAML and JSON files with their places."""

import sys
from typing import Any, TypeAlias

from reconciler.desired.mistakes import Refused
from reconciler.stack import Place

MAX_DEPTH = 32
MAX_NODES = 2_000_000

Scalar: TypeAlias = str | int | float | bool | None


class Node:
    """A value and its place; a member of a mapping also has the place of its key.

    Ten thousand users are half a million nodes, so they hold plain numbers and no `Place`.
    """

    __slots__ = ("column", "file", "key_column", "key_line", "line", "value")

    def __init__(
        self, value: "Scalar | list[Node] | dict[str, Node]", file: str, line: int, column: int
    ) -> None:
        self.value = value
        self.file = file
        self.line = self.key_line = line
        self.column = self.key_column = column

    def inner(self, step: str | int) -> "Node | None":
        """One member of a mapping or one item of a list; None if there is none."""
        if isinstance(step, str):
            return self.members.get(step)
        return self.value[step] if isinstance(self.value, list) and step < len(self.value) else None

    @property
    def place(self) -> Place:
        """The place where the value begins."""
        return Place(self.file, self.line, self.column)

    @property
    def key_place(self) -> Place:
        """The place where the key of the value begins; without a key, the place of the value."""
        return Place(self.file, self.key_line, self.key_column)

    @property
    def members(self) -> "dict[str, Node]":
        """The members of a mapping; empty for other values."""
        return self.value if isinstance(self.value, dict) else {}

    def put(self, key: "Node | None", node: "Node") -> None:
        """Add an item to a list, or under its key to a mapping."""
        if isinstance(self.value, list):
            self.value.append(node)
        elif isinstance(self.value, dict) and key is not None and isinstance(key.value, str):
            node.key_line, node.key_column = key.line, key.column
            self.value[sys.intern(key.value)] = node


def plain(node: Node) -> Any:
    """The value without places, as written."""
    if isinstance(node.value, dict):
        return {key: plain(member) for key, member in node.value.items()}
    if isinstance(node.value, list):
        return [plain(item) for item in node.value]
    return node.value


class Allowance:
    """How many values one stack may still hold."""

    def __init__(self, nodes: int = MAX_NODES) -> None:
        self._left = nodes

    @property
    def left(self) -> int:
        """How many it may still hold."""
        return self._left

    def spend(self, depth: int, values: int = 1) -> None:
        """Count one value at this depth, or several.

        Raises:
            Refused: the stack holds too many values, or this one is nested too deep.
        """
        self._left -= values
        if self._left < 0:
            raise Refused(f"the stack holds more than {MAX_NODES:,} values; split it in two")
        if depth > MAX_DEPTH:
            raise Refused(f"values are nested more than {MAX_DEPTH} levels deep; flatten them")
