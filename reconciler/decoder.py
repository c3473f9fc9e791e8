"""Decodes replies into desired values: ids to names, members to fields, text to documents."""

import json
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, TypeAlias

from reconciler.archives import Archive
from reconciler.field_schema import Shape, with_texts
from reconciler.interpolation import Token, literal
from reconciler.members import as_written, get_member

NameOf: TypeAlias = Callable[[str, str], str | None]
"""A function that returns the name of the resource of a kind with this id or ARN; None if it is not known."""


@dataclass(frozen=True)
class Decoder:
    """Turns members of a reply into values of desired state."""

    name_of: NameOf
    keeps_texts: bool = False
    """Whether texts stay as AWS has them, so that they can be compared with resolved references (see `in_words`)."""

    def decode(self, shape: Shape, value: Any) -> Any:
        """The value as an author would write it; an unknown id stays an id."""
        decoded = self._decoded(shape, value)
        return decoded if self.keeps_texts else self.in_words(shape, decoded)

    def in_words(self, shape: Shape, value: Any) -> Any:
        """A decoded value with its texts in the words of desired state as well."""
        return with_texts(shape, value, lambda inner, text: text if inner.ref else self.text(inner, text))

    def _decoded(self, shape: Shape, value: Any) -> Any:
        if value is None:
            return None
        if shape.codec:
            return as_written(shape.codec.decode(value))
        if shape.archive:
            return Archive("", value)
        if shape.ref:
            return self.name_of(shape.ref.kind, value) or value
        if shape.document:
            return _parsed(value)
        if shape.part:
            return self._members(shape.fields, value)
        if shape.items:
            return [self._decoded(shape.items, item) for item in value]
        if shape.values:
            return {key: self._decoded(shape.values, item) for key, item in value.items()}
        return as_written(value)

    def fields(self, fields: Mapping[str, Shape], members: Mapping[str, Any]) -> dict[str, Any]:
        """The fields of a structure in a reply."""
        found = self._members(fields, members)
        if self.keeps_texts:
            return found
        return {name: self.in_words(fields[name], value) for name, value in found.items()}

    def _members(self, fields: Mapping[str, Shape], members: Mapping[str, Any]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for name, shape in fields.items() if isinstance(members, dict | Mapping) else ():
            wire = shape.wire or name
            value = get_member(members, wire) if "." in wire else members.get(wire)
            if value is not None:
                found[name] = as_written(value) if shape.is_plain else self._decoded(shape, value)
        return found

    def text(self, shape: Shape, text: str) -> str:
        """A text of AWS in the words of desired state; an id or an ARN becomes a short form, if the field takes them."""
        form = "arn" if text.startswith("arn:") else "id"
        found: dict[str, str] = {}
        for word, ref in shape.tokens.items():
            name = self.name_of(ref.kind, text)
            if name is not None:
                found.setdefault(ref.by, str(Token(word, name)))
        if found:  # of two words for one kind, the one with this meaning
            return found.get(form) or next(iter(found.values()))
        return text if shape.no_references else literal(text, shape.tokens)


def _parsed(value: Any) -> Any:
    """A parsed document; unchanged if it is not JSON."""
    if isinstance(value, str):
        with suppress(ValueError):
            return json.loads(value)
    return value
