"""Parses YAML or JSON text to values that know where they begin and end in the text."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

import yaml

from reconciler.desired.nodes import Scalar
from reconciler.desired.scalars import resolve

BOM = b"\xef\xbb\xbf"
"""The bytes with which some editors begin a file."""
Form: TypeAlias = Literal["map", "list", "scalar"]


class Uneditable(Exception):
    """Raised for text that cannot be changed in place, with the reason."""


@dataclass(slots=True)
class Tree:
    """One value of the text, from `start` up to `end`, in characters.

    A block ends with its last value: comments and empty lines after it are not a part of it.
    """

    form: Form
    start: int
    end: int
    flow: bool = False
    """Whether it is written in braces or brackets."""
    style: str = ""
    """How a scalar is written: `'`, `"`, `|`, `>`, or empty without quotes."""
    value: Scalar = None
    """The value of a scalar."""
    entries: "list[Entry]" = field(default_factory=list)

    def entry(self, key: str) -> "Entry | None":
        """The member of a mapping with this key."""
        return next((each for each in self.entries if each.name == key), None)


@dataclass(slots=True)
class Entry:
    """One member of a mapping, or one item of a list, which has no key."""

    key: Tree | None
    value: Tree

    @property
    def name(self) -> str:
        """The key as text; empty for an item."""
        return str(self.key.value) if self.key else ""

    @property
    def start(self) -> int:
        """Where the key begins, or the item without its dash."""
        return self.key.start if self.key else self.value.start

    @property
    def end(self) -> int:
        """Where the value ends; without a value, where the key ends."""
        return max(self.key.end, self.value.end) if self.key else self.value.end


def parsed(text: str) -> Tree | None:
    """The value of a text; None if it is empty.

    The text is one that `reconciler.desired` accepts: it has neither anchors nor duplicate keys.

    Raises:
        Uneditable: it is not such a text.
    """
    if "\r" in text.replace("\r\n", ""):
        raise Uneditable("its lines end with a single carriage return; save it with line feeds")
    root: Tree | None = None
    open_: list[Tree] = []
    keys: list[Tree | None] = []
    try:
        for event in yaml.parse(text, Loader=yaml.CSafeLoader):
            if isinstance(event, yaml.CollectionEndEvent):
                _close(open_.pop(), event, text)
                keys.pop()
            elif isinstance(event, yaml.ScalarEvent | yaml.CollectionStartEvent):
                tree = _tree(event, text)
                root = root or tree
                if open_:
                    _attach(open_[-1], keys, tree)
                if tree.form != "scalar":
                    open_.append(tree)
                    keys.append(None)
            elif isinstance(event, yaml.AliasEvent):
                raise Uneditable("it has aliases")
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise Uneditable(f"line {line} cannot be read as YAML: {error.problem}") from None
    return root


def _tree(event: yaml.NodeEvent, text: str) -> Tree:
    marks: Any = event
    start, end = marks.start_mark.index, marks.end_mark.index
    if isinstance(event, yaml.ScalarEvent):
        style = event.style or ""
        if style in ("|", ">"):
            end = start + len(text[start:end].rstrip())
        value = resolve(event.value) if event.implicit[0] else event.value
        return Tree("scalar", start, end, style=style, value=value)
    form: Form = "map" if isinstance(event, yaml.MappingStartEvent) else "list"
    return Tree(form, start, end, flow=bool(marks.flow_style))


def _attach(parent: Tree, keys: list[Tree | None], tree: Tree) -> None:
    """Add a value to the innermost open collection; in a mapping every other one is a key."""
    if parent.form == "list":
        parent.entries.append(Entry(None, tree))
    elif keys[-1] is None:
        keys[-1] = tree
    else:
        parent.entries.append(Entry(keys[-1], tree))
        keys[-1] = None


def _close(tree: Tree, event: yaml.Event, text: str) -> None:
    """Set the end of a collection: a block ends with its last value, and never within the white space after it."""
    marks: Any = event
    if tree.flow:
        tree.end = marks.end_mark.index
        return
    last = tree.entries[-1]
    tree.end = last.end
    if last.value.form == "scalar" and last.value.start == last.value.end:
        # A value that is left out: the colon or the dash is the last that is written.
        tree.end = last.value.end = tree.start + len(text[tree.start : last.value.end].rstrip())
        last.value.start = last.value.end


def plain(tree: Tree | None) -> Any:
    """The value without positions."""
    if tree is None:
        return None
    if tree.form == "map":
        return {each.name: plain(each.value) for each in tree.entries}
    if tree.form == "list":
        return [plain(each.value) for each in tree.entries]
    return tree.value


def line_start(text: str, at: int) -> int:
    """Where the line of a position begins."""
    return text.rfind("\n", 0, at) + 1


def line_end(text: str, at: int) -> int:
    """Where the line of a position ends, with its line break."""
    found = text.find("\n", at)
    return len(text) if found < 0 else found + 1


def scalars(tree: Tree) -> Iterator[Tree]:
    """All keys and scalars of a value, in the order of the text."""
    if tree.form == "scalar":
        yield tree
    for each in tree.entries:
        if each.key:
            yield each.key
        yield from scalars(each.value)


def comments(text: str) -> list[str]:
    """All comments of a text, sorted, without the space around them."""
    found, start = [], 0
    tree = parsed(text)
    for each in [*scalars(tree), None] if tree else [None]:
        gap = text[start : each.start if each else len(text)]
        found += ["#" + line.split("#", 1)[1].strip() for line in gap.splitlines() if "#" in line]
        start = each.end if each else start
    return sorted(found)
