"""Makes the fields of a row of a CSV file: constants, and `{column: NAME}` in the place of a cell."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import accumulate
from typing import Any, TypeAlias
from unicodedata import category

from reconciler.desired.csvtext import Row
from reconciler.desired.feed_schema import ColumnPart
from reconciler.desired.for_each import Each, Grafted, Item
from reconciler.desired.mistakes import Mistakes, ValuePath
from reconciler.desired.nodes import Allowance, Node, plain
from reconciler.desired.phrases import listed, quoted
from reconciler.desired.validation import WrittenFields, validate
from reconciler.desired.variables import escaped
from reconciler.field_schema import Shape
from reconciler.interpolation import has_reference
from reconciler.runtime.printable import UNSEEN

COLUMN = "column"
_USED = re.compile(r"\$\$\{|\$\{each\.value\.([^${}]+)\}")
_WHOLE = re.compile(r"[+-]?[0-9]{1,18}")
_DECIMAL = re.compile(r"[+-]?[0-9]{1,18}(\.[0-9]{1,18})?")
_EXPECTED: Mapping[type | None, str] = {
    bool: "true or false (write other words under `values`)",
    int: "a whole number",
    float: "a number",
}
UNKNOWN = "?"
"""The value of a cell with a mistake."""
_ANY = Shape()


@dataclass(slots=True)
class Line:
    """One row of a file, while its resource is made."""

    row: Row
    file: str
    subject: str
    """What mistakes are about: the kind and the name."""
    each: Each | None = None
    """Fills `${each.key}` and `${each.value.COLUMN}` into texts."""

    def cell(self, index: int) -> str:
        """The text of a cell, without space around it."""
        return self.row.cells[index].strip()

    def node(self, index: int, value: Any, begins: int = 0) -> Node:
        """A value at the place of a cell, or so many characters after it."""
        line, column = self.row.at(index)
        return Node(value, self.file, line, column + begins)


Make: TypeAlias = Callable[[Line], Node | None]
"""Makes a value for a row; None leaves it out."""


def is_column(node: Node) -> bool:
    """Whether a value stands for a cell."""
    return COLUMN in node.members


def columns_in(node: Node) -> Iterator[tuple[str, Node]]:
    """Every column that a value of the files names, with the node that names it."""
    value = node.value
    if isinstance(value, str):
        yield from ((use[1], node) for use in _USED.finditer(value) if use[1])
    elif is_column(node):
        named = node.members[COLUMN]
        if isinstance(named.value, str):
            yield named.value, named
    for inner in value if isinstance(value, list) else node.members.values():
        yield from columns_in(inner)


@dataclass
class Values:
    """Compiles values of a feed, once, for all of its rows."""

    columns: Mapping[str, int]
    """By name of a column: its number, from 0."""
    mistakes: Mistakes
    allowance: Allowance

    def compiled(self, node: Node, shape: Shape, trail: ValuePath, path: tuple[str | int, ...]) -> Make:
        """What makes the value for a row; `trail` is its path in the feed, `path` the one in the resource."""
        if is_column(node):
            return self._column(node, shape, trail, path)
        value = node.value
        if isinstance(value, str) and "${each." in value:
            return lambda line: line.each.fill(node, _trail(line, path)) if line.each else node
        if isinstance(value, list):
            makes = [
                self.compiled(item, shape.items or _ANY, ValuePath(trail, index), (*path, index))
                for index, item in enumerate(value)
            ]
            return _constant(node) if not _varies(node) else lambda line: _list(node, makes, line)
        if isinstance(value, dict):
            inner = {
                name: self.compiled(member, _member(shape, name), ValuePath(trail, name), (*path, name))
                for name, member in value.items()
            }
            cells = {
                name: self.columns[column]
                for name, member in value.items()
                for column, _ in columns_in(member)
                if column in self.columns
            }
            return _constant(node) if not _varies(node) else lambda line: _mapping(node, inner, cells, line)
        return _constant(node)

    def _column(self, node: Node, shape: Shape, trail: ValuePath, path: tuple[str | int, ...]) -> Make:
        members = dict(node.members)
        about = WrittenFields(members, node.place, lambda _: str(trail))
        values = {name: plain(member) for name, member in members.items()}
        part = validate(ColumnPart, values, about, self.mistakes)
        index = self.columns.get(part.column) if part else None
        if part is None or index is None:
            # Its mistake is noted; the place is doubted, so that nothing that follows from it is noted again.
            self.mistakes.doubt(node.place)
            return _constant(Node(UNKNOWN, *node.place))
        item = (shape.items or _ANY) if part.split else shape
        cells = Cells(part, index, node, item, path, self.mistakes)
        return cells.several if part.split else cells.one


@dataclass(frozen=True)
class Cells:
    """The values of one column."""

    part: ColumnPart
    index: int
    node: Node
    shape: Shape
    path: tuple[str | int, ...]
    mistakes: Mistakes

    def one(self, line: Line) -> Node | None:
        """The value of a cell."""
        text = line.cell(self.index)
        return self._value(text, line) if text else self._empty(line)

    def several(self, line: Line) -> Node | None:
        """The list of values of a cell."""
        texts = line.row.cells[self.index].split(self.part.split)
        if not any(map(str.strip, texts)):
            return self._empty(line)
        widths = (len(each) + len(self.part.split or "") for each in texts[:-1])
        items = [
            self._value(text.strip(), line, begins)
            for text, begins in zip(texts, accumulate(widths, initial=0), strict=True)
            if text.strip()
        ]
        return Grafted(line.node(self.index, [each for each in items if each is not None]), self.node)

    def _empty(self, line: Line) -> Node | None:
        if "default" in self.node.members:
            default = self.node.members["default"]
            return line.each.fill(default, _trail(line, self.path)) if line.each else default
        if self.part.required:
            return self._wrong(line, "this cell is empty; fill it in")
        return None

    def _value(self, text: str, line: Line, begins: int = 0) -> Node | None:
        if self.part.values is not None:
            words = self.node.members["values"].members
            found = words.get(text) or self.node.members.get("otherwise")
            if found is None:
                near = self.mistakes.near(text, words) or f"; there are {listed(words)}"
                return self._wrong(
                    line, f"{quoted(text)} is not one of the words under `values`{near}", begins
                )
            return found
        unseen = "" if text.isprintable() else _unseen(text)
        if unseen:
            return self._wrong(line, f"this cell holds {unseen}; remove it", begins)
        value = typed(text, self.shape.scalar)
        if value is None:
            return self._wrong(line, f"expected {_EXPECTED[self.shape.scalar]}, got {quoted(text)}", begins)
        return Grafted(line.node(self.index, value, begins), self.node)

    def _wrong(self, line: Line, said: str, begins: int = 0) -> Node:
        """Note a mistake; the value that is returned leads to no further one, because its place is doubted."""
        found = line.node(self.index, UNKNOWN, begins)
        self.mistakes.add(found.place, said, _trail(line, self.path))
        return Grafted(found, self.node)


def _unseen(text: str) -> str:
    """The first character of a text that cannot be seen; empty if each can be, or is a space such as U+3000."""
    bad = next((each for each in text if category(each) in UNSEEN), "")
    return (
        "a line break"
        if bad and bad in "\r\n"
        else f"the invisible character U+{ord(bad):04X}"
        if bad
        else ""
    )


def typed(text: str, kind: type | None) -> str | bool | int | float | None:
    """The text of a cell as a value of a type; None if it is none. Text stays as it is, whatever it looks like."""
    if kind is bool:
        return {"true": True, "false": False}.get(text.lower())
    if kind is int:
        return int(text) if _WHOLE.fullmatch(text) else None
    if kind is float:
        return float(text) if _DECIMAL.fullmatch(text) else None
    return escaped(text)


def each_of(line: Line, name: str, used: Mapping[str, int], values: Values) -> Each:
    """What fills the row into texts: its name as `${each.key}`, and the columns that the feed uses."""
    members = {column: line.node(index, escaped(line.cell(index))) for column, index in used.items()}
    key = Node(escaped(name), line.file, *line.row.at(0))
    return Each(Item(key, Node(members, *key.place)), values.mistakes, values.allowance)


def _trail(line: Line, path: tuple[str | int, ...]) -> ValuePath | str:
    trail: ValuePath | str = line.subject
    for step in path:
        trail = ValuePath(trail, step)
    return trail


def _member(shape: Shape, name: str) -> Shape:
    return shape.fields.get(name) or shape.values or _ANY


def _varies(node: Node) -> bool:
    """Whether a value is another one for each row."""
    value = node.value
    if isinstance(value, str):
        return "${each." in value
    return is_column(node) or any(map(_varies, value if isinstance(value, list) else node.members.values()))


def _constant(node: Node) -> Make:
    return lambda _line: node


def _list(node: Node, makes: list[Make], line: Line) -> Node | None:
    items = [item for make in makes if (item := make(line)) is not None]
    return _like(node, items) if items else None


def _mapping(node: Node, makes: Mapping[str, Make], cells: Mapping[str, int], line: Line) -> Node | None:
    members = {name: member for name, make in makes.items() if (member := make(line)) is not None}
    if members and len(members) < len(makes):
        # What a row lacks is missing in the row: in the first cell that is empty.
        empty = next((index for name, index in cells.items() if name not in members), None)
        return _like(node, members) if empty is None else Grafted(line.node(empty, members), node)
    return _like(node, members) if members else None


def _like(node: Node, value: "list[Node] | dict[str, Node]") -> Node:
    made = Node(value, node.file, node.line, node.column)
    made.key_line, made.key_column = node.key_line, node.key_column
    return made


def text_of(node: Node | None) -> str | None:
    """The text of a name that was made for a row; None if there is none, or it holds a reference."""
    if node is None or isinstance(node.value, dict | list | None):
        return None
    text = str(node.value)
    return None if has_reference(text) else text
