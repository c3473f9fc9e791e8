"""Parses JSON text to nodes, strictly and without recursion: no duplicate keys, no NaN, nothing after the end."""

import json
import re
from typing import Any

from reconciler.desired.mistakes import Mistakes, Refused
from reconciler.desired.nodes import Allowance, Node
from reconciler.desired.scalars import within_64_bits
from reconciler.stack import Place

_BREAK = re.compile(r"\r\n?|\n")
_SPACE = re.compile(r"[ \t\r\n]*")


def _no_constant(_word: str) -> Any:
    raise Refused("JSON has neither NaN nor Infinity; write a number")


def _whole(digits: str) -> int:
    return within_64_bits(int(digits) if len(digits) <= 20 else 2**63)


def _number(digits: str) -> float:
    value = float(digits)
    if value in (float("inf"), float("-inf")):
        raise Refused("the number is too large")
    return value


_SCALARS = json.JSONDecoder(parse_constant=_no_constant, parse_int=_whole, parse_float=_number)


def parse_json(text: str, file: str, mistakes: Mistakes, allowance: Allowance) -> Node:
    """Parse one document to nodes.

    Raises:
        Refused: it is not JSON; the mistake is noted.
    """
    reader = _Reader(text, file, allowance)
    try:
        return reader.document()
    except Refused as error:
        mistakes.add(reader.place, str(error))
        raise


class _Reader:
    """Reads the text from start to end and keeps the open objects and lists on its own stack."""

    def __init__(self, text: str, file: str, allowance: Allowance) -> None:
        self._text = text
        self._file = file
        self._allowance = allowance
        self._at = 0
        self._line = 1
        self._line_start = 0
        self._open: list[Node] = []

    @property
    def place(self) -> Place:
        """The present position."""
        return Place(self._file, self._line, self._at - self._line_start + 1)

    def document(self) -> Node:
        """Read everything."""
        root = self._value(None)
        while self._open:
            self._member(self._open[-1])
        if self._next():
            raise Refused("this is not JSON: something follows after its end")
        return root

    def _member(self, parent: Node) -> None:
        """Read one more member of the innermost object or list, or its end."""
        in_list = isinstance(parent.value, list)
        end = "]" if in_list else "}"
        if self._next() == end:
            self._at += 1
            self._open.pop()
            return
        if parent.value:
            self._expect(",")
        parent_key = None if in_list else self._key(parent)
        self._value(parent_key)

    def _key(self, parent: Node) -> Node:
        if self._next() != '"':
            raise Refused("this is not JSON: expected a key in double quotes")
        key = self._scalar()
        first = parent.members.get(str(key.value))
        if first:
            self._at = self._line_start + key.column - 1
            raise Refused(f"this key is given twice, first on line {first.key_line}; keep one of the two")
        self._expect(":")
        return key

    def _value(self, key: Node | None) -> Node:
        """Read a value without its members, and add it to the innermost open one."""
        opening = self._next()
        self._allowance.spend(len(self._open))
        if opening and opening in "{[":
            node = self._node({} if opening == "{" else [])
            self._at += 1
        else:
            node = self._scalar()
        if self._open:
            self._open[-1].put(key, node)
        if opening and opening in "{[":
            self._open.append(node)
        return node

    def _scalar(self) -> Node:
        node = self._node(None)
        try:
            node.value, end = _SCALARS.raw_decode(self._text, self._at)
        except json.JSONDecodeError as error:
            self._at = min(error.pos, len(self._text))
            problem = error.msg.removesuffix(" at").removesuffix(" starting")
            raise Refused(f"this is not JSON: {problem[:1].lower()}{problem[1:]}") from None
        if isinstance(node.value, str):
            _check_text(node.value)
        self._at = end
        return node

    def _node(self, value: Any) -> Node:
        return Node(value, self._file, self._line, self._at - self._line_start + 1)

    def _next(self) -> str:
        """The next character that is not white space; empty at the end."""
        space = _SPACE.match(self._text, self._at)
        end = space.end() if space else self._at
        for found in _BREAK.finditer(self._text, self._at, end):
            self._line += 1
            self._line_start = found.end()
        self._at = end
        return self._text[end : end + 1]

    def _expect(self, char: str) -> None:
        if self._next() != char:
            raise Refused(f"this is not JSON: expected `{char}`")
        self._at += 1


def _check_text(text: str) -> None:
    if "\0" in text:
        raise Refused("the text holds a NUL character; remove it")
    if not text.isascii() and any("\ud800" <= char <= "\udfff" for char in text):
        raise Refused("the text holds half a surrogate pair; write the whole character")
