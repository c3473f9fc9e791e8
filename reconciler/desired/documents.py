"""JSON documents in desired state: inline or from a file, their variables filled in and their tokens resolved."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from reconciler.desired.mistakes import Mistakes, Refused, Trail
from reconciler.desired.nodes import Node, Scalar
from reconciler.desired.reading import Sources
from reconciler.desired.references import References
from reconciler.desired.secret import ELSEWHERE, is_secret
from reconciler.desired.variables import BARE, Variables
from reconciler.desired.words import listed, quoted
from reconciler.model import Document
from reconciler.shapes import parse_token
from reconciler.stack import Key, Place

_UNESCAPED = re.compile(r"(?<!\$)\$\{(\w+:[^}]*\})?")


@dataclass(frozen=True, slots=True)
class Reading:
    """A document that was read, to be checked once the resource's types are known to be right."""

    document: Document
    value: Any
    place: Place
    trail: Trail
    file: str | None


class Documents:
    """Reads the documents of one stack."""

    def __init__(
        self, sources: Sources, variables: Variables, references: References, mistakes: Mistakes
    ) -> None:
        self._sources = sources
        self._variables = variables
        self._references = references
        self._mistakes = mistakes

    def read(self, document: Document, node: Node, trail: Trail, found: dict[Key, None]) -> Reading | None:
        """The document of a field; None and a mistake where it cannot be read. `found` takes whom it refers to."""
        file = None
        root: Node | None = node
        if set(node.members) == {"file"}:
            root = self._from_file(node.members["file"], Trail(trail, "file"))
            file = root.file if root else None
        if root is None:
            self._mistakes.doubt(node.place)
            return None
        value = self._value(document, root, trail, found)
        return Reading(document, value, node.place, trail, file)

    def check(self, readings: Sequence[Reading]) -> None:
        """Note what each document's own check finds wrong with it."""
        for reading in readings:
            if isinstance(reading.value, dict | list) and not self._mistakes.doubted(reading.place):
                for line in reading.document.check(reading.value):
                    said = f"{reading.file}: {line}" if reading.file else line
                    self._mistakes.add(reading.place, said, reading.trail)

    def _from_file(self, node: Node, trail: Trail) -> Node | None:
        if not isinstance(node.value, str):
            self._mistakes.add(node.place, "expected the path of a file, such as flows/main.json", trail)
            return None
        path = str(self._variables.fill(node.value, node.place, trail))
        if self._mistakes.doubted(node.place):
            return None
        try:
            return self._sources.document(path)
        except Refused as error:
            self._mistakes.add(node.place, f"{quoted(path)}: {error}", trail)
            return None

    def _value(self, document: Document, node: Node, trail: Trail, found: dict[Key, None]) -> Any:
        if isinstance(node.value, dict):
            if is_secret(node):
                self._mistakes.add(node.place, ELSEWHERE, trail)
            return {
                key: self._value(document, member, Trail(trail, key), found)
                for key, member in node.value.items()
            }
        if isinstance(node.value, list):
            return [
                self._value(document, item, Trail(trail, index), found)
                for index, item in enumerate(node.value)
            ]
        if isinstance(node.value, str) and "${" in node.value:
            return self._text(document, node, trail, found)
        return node.value

    def _text(self, document: Document, node: Node, trail: Trail, found: dict[Key, None]) -> Scalar:
        text = self._variables.fill_document(str(node.value), node.place, trail)
        if not isinstance(text, str):
            return text
        if not document.tokens:
            return text.replace("$${", "${")
        token = parse_token(text)
        if token:
            self._token(document, token, node.place, trail, found)
            return text
        bare = _UNESCAPED.search(text)
        literal = text.replace("$${", "${")
        escaped = parse_token(literal)
        if self._mistakes.doubted(node.place):
            pass
        elif bare and bare[1]:
            said = (
                f"{quoted(bare[0])} must be the whole value; in longer text, write $${{ for the text itself"
            )
            self._mistakes.add(node.place, said, trail)
        elif bare:
            self._mistakes.add(node.place, BARE, trail)
        elif escaped and escaped[0] in document.tokens:
            said = f"a document cannot hold {quoted(literal)} as mere text; it would be taken for a reference"
            self._mistakes.add(node.place, said, trail)
        return literal

    def _token(
        self, document: Document, token: tuple[str, str], place: Place, trail: Trail, found: dict[Key, None]
    ) -> None:
        word, name = token
        if word not in document.tokens:
            near = (
                self._mistakes.near(word, document.tokens) or f"; it may be one of {listed(document.tokens)}"
            )
            self._mistakes.add(place, f"no reference begins with {quoted(word)}{near}", trail)
            return
        key = self._references.target(document.tokens[word], name, place, trail)
        if key:
            found[key] = None
