"""Parses YAML text to nodes, from libyaml's events and without recursion.

It refuses anchors, aliases, merge keys, tags, keys that are not text, duplicate keys, and more than one document.
"""

import re
from typing import Any, Final

import yaml

from reconciler.desired.mistakes import Mistakes, Refused
from reconciler.desired.nodes import Allowance, Node
from reconciler.desired.scalars import resolve
from reconciler.stack import Place

# libyaml takes U+0085, U+2028 and U+2029 for line breaks and editors do not: every line after them would be misnumbered.
_UNREADABLE = re.compile("[^\t\n\r\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
# libyaml compares each %TAG with all before it: a hundred thousand take it ten seconds.
_TAG = re.compile(r"(?<![^\r\n])%TAG\b")
_BREAK = re.compile(r"\r\n?|\n")
_REUSE = (
    "write what several resources share under `defaults` in stack.yaml, and what differs under `environments`"
)


def parse_yaml(text: str, file: str, mistakes: Mistakes, allowance: Allowance) -> tuple[Node | None, bool]:
    """Parse one file to nodes, or None if it is empty; and whether they are complete, without a refused key.

    Raises:
        Refused: it could not be read completely; the mistake is noted.
    """
    unreadable = _UNREADABLE.search(text)
    if unreadable:
        lines = _BREAK.split(text[: unreadable.start()])
        place = Place(file, len(lines), len(lines[-1]) + 1)
        said = "there is a control character or a rare line break here; remove it, or write it as an escape in quotes"
        raise _unreadable(mistakes, place, said)
    tag = _TAG.search(text)
    if tag:
        place = Place(file, len(_BREAK.split(text[: tag.start()])), 1)
        raise _unreadable(mistakes, place, "%TAG is not read, as tags are not; remove this line")
    builder = _Builder(file, mistakes, allowance)
    try:
        for event in yaml.parse(text, Loader=yaml.CSafeLoader):
            builder.take(event)
    except Refused as error:
        raise _unreadable(mistakes, builder.place, str(error)) from None
    except yaml.MarkedYAMLError as error:
        words = ", ".join(part for part in (error.context, error.problem) if part)
        raise _unreadable(mistakes, _place_of(error, text, file), f"this is not YAML: {words}") from None
    return builder.root, builder.whole


def _place_of(error: yaml.MarkedYAMLError, text: str, file: str) -> Place:
    """The place where libyaml stopped; it may be one line after the last."""
    mark = error.problem_mark or error.context_mark
    lines = text.splitlines()
    if not mark or not lines:
        return Place(file, 1, 1)
    if mark.line >= len(lines):
        return Place(file, len(lines), len(lines[-1]) + 1)
    return Place(file, mark.line + 1, mark.column + 1)


def _unreadable(mistakes: Mistakes, place: Place, message: str) -> Refused:
    mistakes.add(place, message)
    return Refused(message)


_DROPPED: Final = Node(None, "", 0, 0)
"""Replaces a refused key: its value is read and dropped."""


class _Builder:
    """Builds nodes, event by event."""

    def __init__(self, file: str, mistakes: Mistakes, allowance: Allowance) -> None:
        self.root: Node | None = None
        self.whole = True
        self.place = Place(file, 1, 1)
        self._file = file
        self._mistakes = mistakes
        self._allowance = allowance
        self._documents = 0
        self._open: list[Node] = []
        self._keys: list[Node | None] = []

    def take(self, event: yaml.Event) -> None:
        """Read one more event."""
        if isinstance(event, yaml.ScalarEvent):
            self._attach(self._scalar(event))
        elif isinstance(event, yaml.MappingStartEvent | yaml.SequenceStartEvent):
            self._begin(self._node(event))
        elif isinstance(event, yaml.CollectionEndEvent):
            self._open.pop()
            self._keys.pop()
        elif isinstance(event, yaml.AliasEvent):
            node = self._node(event)
            self._say(node, f"aliases are not read; {_REUSE}")
            self._attach(node)
        elif isinstance(event, yaml.DocumentStartEvent):
            self._document(event)

    def _document(self, event: yaml.DocumentStartEvent) -> None:
        self._documents += 1
        if self._documents > 1:
            self._move_to(event)
            raise Refused("a second document begins here; keep one in a file")

    def _begin(self, node: Node) -> None:
        self._attach(node)
        self._open.append(node)
        self._keys.append(None)

    def _move_to(self, event: yaml.Event) -> None:
        mark: Any = event.start_mark
        self.place = Place(self._file, mark.line + 1, mark.column + 1)

    def _node(self, event: yaml.NodeEvent) -> Node:
        """The node of an event: its text, or a list or a mapping that is still empty."""
        mark: Any = event.start_mark
        value: str | list[Node] | dict[str, Node] | None = None
        if isinstance(event, yaml.ScalarEvent):
            value = event.value
        elif isinstance(event, yaml.CollectionStartEvent):
            value = {} if isinstance(event, yaml.MappingStartEvent) else []
        node = Node(value, self._file, mark.line + 1, mark.column + 1)
        try:
            self._allowance.spend(len(self._open))
        except Refused:
            self._move_to(event)
            raise
        if event.anchor is not None and not isinstance(event, yaml.AliasEvent):
            self._say(node, f"anchors are not read; {_REUSE}")
        if getattr(event, "tag", None) is not None:
            self._say(node, "tags such as !!str are not read; put text in quotes instead")
        return node

    def _scalar(self, event: yaml.ScalarEvent) -> Node:
        node = self._node(event)
        if "\0" in event.value:
            self._say(node, "the text holds a NUL character; remove it")
        elif event.implicit[0]:
            try:
                node.value = resolve(event.value)
            except Refused as error:
                self._say(node, str(error))
        return node

    def _attach(self, node: Node) -> None:
        """Add a node at its place: as the root, in a list, or as a key or value of a mapping."""
        if not self._open:
            self.root = node
            return
        parent, key = self._open[-1], self._keys[-1]
        if isinstance(parent.value, list):
            parent.put(None, node)
        elif key is None:
            self._keys[-1] = self._key(parent, node)
        else:
            if key is not _DROPPED:
                parent.put(key, node)
            self._keys[-1] = None

    def _key(self, parent: Node, key: Node) -> Node:
        """The key, or `_DROPPED` if it is refused."""
        first = parent.members.get(key.value) if isinstance(key.value, str) else None
        if key.value == "<<":
            self._say(key, f"merge keys are not read; {_REUSE}")
        elif first:
            self._say(key, f"this key is given twice, first on line {first.key_line}; keep one of the two")
        elif isinstance(key.value, str):
            return key
        elif isinstance(key.value, dict | list):
            self._say(
                key, "a key is text, not a list or a mapping; if it begins with a brace, put it in quotes"
            )
        elif not self._mistakes.doubted(key.place):
            self._say(key, "a key is text, and this reads as a number, true, false or null; put it in quotes")
        self.whole = False
        return _DROPPED

    def _say(self, node: Node, message: str) -> None:
        self._mistakes.add(node.place, message)
