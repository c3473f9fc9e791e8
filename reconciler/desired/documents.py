"""JSON documents in desired state: inline or from a file, their variables filled in and their references followed."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from reconciler.desired.discovery import Sources
from reconciler.desired.for_each import Each
from reconciler.desired.header import ChosenEnvironment
from reconciler.desired.mistakes import Refused, ValuePath
from reconciler.desired.nodes import Node, Scalar
from reconciler.desired.phrases import a_value, quoted
from reconciler.desired.secret import ELSEWHERE, is_secret
from reconciler.desired.text_fields import Texts
from reconciler.interpolation import Token
from reconciler.model import Document, DocumentContext, Finding, Settings
from reconciler.stack import Key, Place

_OWN = re.compile(r"(?<!\$)\$\{([A-Za-z_]+(?:#[A-Za-z_]+)?)\}")
"""`${instance}` or `${instance#id}`."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A document that was read, to be checked once the resource's types are known to be right."""

    document: Document
    value: Any
    place: Place
    """The place of the field, also if the document is in a file."""
    root: Node
    trail: ValuePath


@dataclass(frozen=True, slots=True)
class FieldFindings:
    """The findings about one field."""

    readings: list[Reading] = field(default_factory=list)
    keys: dict[Key, None] = field(default_factory=dict)
    home: str | None = None
    """The name of the resource that this one lives in."""
    each: Each | None = None


class Documents:
    """Reads the documents of one stack."""

    def __init__(self, sources: Sources, texts: Texts, chosen: ChosenEnvironment | None) -> None:
        self._sources = sources
        self._texts = texts
        self._mistakes = texts.mistakes
        self._chosen = chosen

    def read(self, document: Document, node: Node, trail: ValuePath, finds: FieldFindings) -> Reading | None:
        """The document of a field; None and a mistake if it cannot be read. Its references are added to `finds`."""
        root: Node | None = node
        if set(node.members) == {"file"}:
            root = self._from_file(node.members["file"], trail, finds.each)
        if root is None:
            self._mistakes.doubt(node.place)
            return None
        value = self._value(document, root, trail, finds)
        return Reading(document, value, node.place, root, trail)

    def check(self, readings: Sequence[Reading], settings: Settings) -> None:
        """Note the problems that each document's own check finds, with their place in the document."""
        chosen = self._chosen
        context = DocumentContext(settings, chosen.account if chosen else "", chosen.region if chosen else "")
        for reading in readings:
            if not isinstance(reading.value, dict | list) or self._mistakes.doubted(reading.place):
                continue
            placed = [
                (finding, *_located(reading, finding))
                for finding in reading.document.check(reading.value, context)
            ]
            # If a reference or a variable is wrong, the text is not checked further.
            sound = [each for each in placed if not self._mistakes.doubted(each[1])]
            for finding, place, trail in sound:
                note = self._mistakes.warn if finding.warning else self._mistakes.add
                note(place, finding.message, trail)

    def lines(self, node: Node, trail: ValuePath, finds: FieldFindings) -> Sequence[Node]:
        """The lines of the text of `{file: path}`, with their ends; none and a mistake if it cannot be read."""
        root = self._in_file(node.members["file"], trail, finds.each, self._sources.lines)
        if root is None or not isinstance(root.value, list):
            self._mistakes.doubt(node.place)
            return ()
        return root.value

    def _from_file(self, node: Node, above: ValuePath, each: Each | None) -> Node | None:
        root = self._in_file(node, above, each, self._sources.document)
        if root is not None and not isinstance(root.value, dict):
            # Null too: it clears a field only in YAML.
            said = f"expected a mapping, got {a_value(root.value)}"
            self._mistakes.add(root.place, said, ValuePath(above, "file"))
            return None
        return root

    def _in_file(
        self, node: Node, above: ValuePath, each: Each | None, read: Callable[[str], Node | None]
    ) -> Node | None:
        trail = ValuePath(above, "file")
        if not isinstance(node.value, str):
            self._mistakes.add(node.place, "expected the path of a file, such as flows/main.json", trail)
            return None
        path = str(self._texts.variables.fill(node.value, node.place, trail))
        if self._mistakes.doubted(node.place):
            return None
        try:
            root = read(path)
            if root is not None and each is not None:
                root = each.fill(root, above)
        except Refused as error:
            self._mistakes.add(node.place, f"{quoted(path)}: {error}", trail)
            return None
        return root

    def _value(self, document: Document, node: Node, trail: ValuePath, finds: FieldFindings) -> Any:
        if isinstance(node.value, dict):
            if is_secret(node):
                self._mistakes.add(node.place, ELSEWHERE, trail)
            return {
                key: self._value(document, member, ValuePath(trail, key), finds)
                for key, member in node.value.items()
            }
        if isinstance(node.value, list):
            return [
                self._value(document, item, ValuePath(trail, index), finds)
                for index, item in enumerate(node.value)
            ]
        if isinstance(node.value, str) and "${" in node.value:
            return self._text(document, node, trail, finds)
        return node.value

    def _text(self, document: Document, node: Node, trail: ValuePath, finds: FieldFindings) -> Scalar:
        written = self._own(document, node, finds)
        if written is None:
            return str(node.value)
        found = self._texts.read(written, node, trail, document.tokens, strict=bool(document.tokens))
        finds.keys.update(dict.fromkeys(found.keys))
        return found.text

    def _own(self, document: Document, node: Node, finds: FieldFindings) -> str | None:
        """The text with the short forms for the parent resource written out; None if the parent is not known."""
        text, own = str(node.value), document.own
        known = self._texts.variables.knows
        uses = [use for use in _OWN.finditer(text) if use[1] in own and not known(use[1])]
        if uses and not finds.home:
            return None
        for use in reversed(uses):
            word, home = own[use[1]], str(finds.home)
            text = f"{text[: use.start()]}{Token(word, home) if word else home}{text[use.end() :]}"
        return text


def _located(reading: Reading, finding: Finding) -> tuple[Place, ValuePath]:
    """The place of a finding in the file; for a missing member, the place of the structure that lacks it."""
    node, trail = reading.root, reading.trail
    for step in finding.path:
        inner = node.inner(step)
        if inner is None:
            break
        node, trail = inner, ValuePath(trail, step)
    return node.place, trail
