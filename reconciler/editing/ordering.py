"""Sorts the members of mappings in YAML text; each takes its comments along, and no other character changes."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from reconciler.editing.tree import Entry, Tree, Uneditable, comments, line_end, line_start, parsed, plain

_FOR_EDITORS = re.compile(r"#\s*(yaml-language-server|vim?|ex|-\*-)\b.*")
_KEEPS_LINES = re.compile(r"[|>][0-9]?\+")


class Order(Protocol):
    """The order of the members of a mapping, and of what is in them."""

    def sorted(self, names: Sequence[str]) -> Sequence[str]:
        """The names in their order."""
        ...

    def inner(self, name: str | None, /) -> "Order":
        """The order of the members of a member; without a name, of an item."""
        ...


def in_order(text: str, order: Order) -> str:
    """The text with the members of its mappings in order, and one line break at its end.

    The value of the text stays the same, and so do its comments.

    Raises:
        Uneditable: the text cannot be sorted in place.
    """
    whole = _ended(text)
    tree = parsed(whole)
    if tree is None or tree.form == "scalar":
        return whole
    sorter = _Sorter(whole)
    start = sorter.beginning(tree)
    made = whole[:start] + sorter.value(tree, order, start) + whole[sorter.range_end(tree) :]
    if plain(parsed(made)) != plain(tree) or comments(made) != comments(whole):
        raise Uneditable("its members cannot be sorted without a change of the meaning; sort them by hand")
    return made


def _ended(text: str) -> str:
    """The text with a line break at its end, unless that would change the text of its last value."""
    ended = text + ("\r\n" if "\r\n" in text else "\n")
    if not text or text.endswith("\n") or plain(parsed(ended)) != plain(parsed(text)):
        return text
    return ended


@dataclass
class _Block:
    """One member of a block mapping, with the lines that belong to it."""

    entry: Entry
    before: str = ""
    """Empty lines, and comments that are set apart by one: they stay where they are."""
    comments: str = ""
    """The comments right above the key."""
    body: str = ""
    """From the key up to the end of the last line, with comments that are indented deeper."""


@dataclass
class _Sorter:
    """Sorts one text."""

    text: str

    def beginning(self, root: Tree) -> int:
        """Where the lines of the text's value begin: after directives, `---` and the lines for editors."""
        if root.flow:
            return root.start
        start = 0
        above = self.text[: root.start]
        marker = list(re.finditer(r"^---.*\n?", above, re.MULTILINE))
        if marker:
            start = marker[-1].end()
        while (line := self._line(start)) and _FOR_EDITORS.match(line) and start < root.start:
            start += len(line)
        return start

    def value(self, tree: Tree, order: Order, start: int) -> str:
        """The sorted text of a value, from `start` up to `range_end`."""
        if tree.form == "scalar":
            return self.text[start : self.range_end(tree)]
        if tree.form == "map" and not tree.flow and self._is_simple(tree):
            return self._block(tree, order, start)
        if tree.form == "map" and tree.flow and not self._has_comments(tree):
            return self.text[start : tree.start] + self._flow(tree, order)
        parts, at = [], start
        for each in tree.entries:
            if self._is_below_its_dash(each):
                continue  # rare, and there may be comments between the two
            begins = self._range_start(each.value, each.key.end if each.key else at)
            parts += [self.text[at:begins], self.value(each.value, order.inner(each.name or None), begins)]
            at = self.range_end(each.value)
        return "".join((*parts, self.text[at : self.range_end(tree)]))

    def range_end(self, tree: Tree) -> int:
        """Where the text of a value ends: that of a block with the end of its last line."""
        if tree.form == "scalar" or tree.flow:
            return tree.end
        return line_end(self.text, tree.end)

    def _range_start(self, tree: Tree, after: int) -> int:
        """Where the text of a value begins: that of a block with the first line after the key, or on its own line."""
        if tree.form == "scalar" or tree.flow:
            return tree.start
        line = line_start(self.text, tree.start)
        return tree.start if self.text[line : tree.start].strip() else line_end(self.text, after)

    def _is_below_its_dash(self, entry: Entry) -> bool:
        """Whether a block in a list begins on another line than its dash."""
        tree = entry.value
        above = self.text[line_start(self.text, tree.start) : tree.start]
        return entry.key is None and tree.form != "scalar" and not tree.flow and not above.strip()

    def _flow(self, tree: Tree, order: Order) -> str:
        made = {}
        for each in tree.entries:
            inner = self.value(each.value, order.inner(each.name), each.value.start)
            made[each.name] = self.text[each.start : each.value.start] + inner
        places = [(each.start, max(each.end, each.value.end)) for each in tree.entries]
        names = list(order.sorted([each.name for each in tree.entries]))
        parts, at = [], tree.start
        for (start, end), name in zip(places, names, strict=True):
            parts += [self.text[at:start], made[name].rstrip()]
            at = start + len(self.text[start:end].rstrip())
        return "".join((*parts, self.text[at : tree.end]))

    def _has_comments(self, tree: Tree) -> bool:
        """Whether a flow mapping has comments of its own, so that nobody can tell to which member they belong."""
        at, gaps = tree.start, ""
        for each in tree.entries:
            gaps += (
                self.text[at : each.start] + self.text[each.key.end if each.key else at : each.value.start]
            )
            at = max(each.end, each.value.end)
        return "#" in gaps + self.text[at : tree.end]

    def _is_simple(self, tree: Tree) -> bool:
        """Whether each key of a block mapping begins a line, except for the first, which may follow dashes."""
        for number, each in enumerate(tree.entries):
            above = self.text[line_start(self.text, each.start) : each.start]
            if above.strip() and (number or above.strip(" -")):
                return False
            if _KEEPS_LINES.search(self.text[each.start : line_end(self.text, each.end)]):
                return False  # the empty lines at its end are a part of the text
        return True

    def _block(self, tree: Tree, order: Order, start: int) -> str:
        blocks = self._blocks(tree, order, start)
        indent = " " * (tree.start - line_start(self.text, tree.start))
        inline = bool(self.text[line_start(self.text, tree.start) : tree.start].strip())
        arranged: list[_Block] = []
        for group in _groups(blocks):
            by_name = {each.entry.name: each for each in group}
            arranged += [by_name[name] for name in order.sorted(list(by_name))]
        if inline and arranged[0].comments:
            arranged = blocks  # a comment cannot be put between the dash and the key
        parts = []
        for number, (place, each) in enumerate(zip(blocks, arranged, strict=True)):
            key = "" if inline and number == 0 else indent
            parts.append(f"{place.before}{each.comments}{key}{each.body}")
        return "".join(parts)

    def _blocks(self, tree: Tree, order: Order, start: int) -> list[_Block]:
        """The members of a block mapping with their lines."""
        column = tree.start - line_start(self.text, tree.start)
        blocks: list[_Block] = []
        at = start
        for each in tree.entries:
            above = self.text[at : max(line_start(self.text, each.start), at)]
            tail = _tail(above, column) if blocks else ""
            if blocks:
                blocks[-1].body += tail
            before, own = _split(above[len(tail) :])
            inner = self._range_start(each.value, each.key.end if each.key else each.start)
            body = self.text[each.start : inner] + self.value(each.value, order.inner(each.name), inner)
            at = line_end(self.text, max(each.end, self.range_end(each.value) - 1))
            body += self.text[max(self.range_end(each.value), each.end) : at]
            blocks.append(_Block(each, before, own, body))
        return blocks

    def _line(self, at: int) -> str:
        return self.text[at : line_end(self.text, at)]


def _groups(blocks: Sequence[_Block]) -> list[list[_Block]]:
    """The members between comments that are set apart by an empty line: such a comment is a heading, and stays."""
    groups: list[list[_Block]] = []
    for each in blocks:
        if not groups or each.before.strip():
            groups.append([])
        groups[-1].append(each)
    return groups


def _tail(above: str, column: int) -> str:
    """The part of the lines between two members that belongs to the first: comments that are indented deeper."""
    end = at = 0
    for line in above.splitlines(keepends=True):
        at += len(line)
        if line.strip():
            if len(line) - len(line.lstrip(" ")) <= column:
                break
            end = at
    return above[:end]


def _split(above: str) -> tuple[str, str]:
    """The lines above a key: those that stay, and the comments right above it, which move with it."""
    lines = above.splitlines(keepends=True)
    first = len(lines)
    while first and lines[first - 1].strip():
        first -= 1
    return "".join(lines[:first]), "".join(lines[first:])
