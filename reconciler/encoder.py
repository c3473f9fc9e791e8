"""Encodes desired values into requests: names to ids, fields to members, documents to text."""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from reconciler.archives import Archive
from reconciler.errors import Refused
from reconciler.field_schema import PLAIN, Shape, referred, with_texts
from reconciler.interpolation import Token, replaced
from reconciler.list_matching import pair
from reconciler.members import as_written, drop_member, get_member, set_member
from reconciler.model import Document, Ref, Secret
from reconciler.stack import Key

Resolve: TypeAlias = Callable[[Ref, Key], str]
"""A function that returns the id, the ARN or another attribute of the resource that a reference names."""


@dataclass(frozen=True)
class Encoder:
    """Turns values of desired state into members of a request."""

    resolve: Resolve
    reveal: Callable[[Secret], str]
    """Fetches a secret at the moment of sending."""
    keeps_unknown: bool = False
    """Whether observed members without a field are sent too, at any depth."""

    def encode(self, shape: Shape, value: Any, observed: Any = None) -> Any:
        """The value as a request takes it; members that the files do not set are filled from `observed`."""
        if value is None:
            return shape.cleared.value if shape.cleared else None
        if shape.codec:
            return shape.codec.encode(with_texts(shape, value, self.text))
        if shape.secret:
            return self.reveal(value)
        if shape.archive:
            return _content(value)
        if shape.ref:
            return self.resolve(shape.ref, Key(shape.ref.kind, value))
        if isinstance(value, str):
            return self.text(shape, value)
        if shape.document:
            return self._document(shape, shape.document, value)
        if shape.part:
            return self._structure(shape, value, {} if shape.whole or not observed else observed)
        if shape.items:
            return self._items(shape, shape.items, value, observed or [])
        if shape.values:
            return self._entries(shape.values, value, {} if shape.whole or not observed else observed)
        return max(value, observed) if shape.at_least and observed is not None else value

    def text(self, shape: Shape, text: str) -> str:
        """A text as AWS has it, with its references resolved."""
        if "${" not in text or shape.no_references:
            return text
        words = shape.tokens

        def stands_for(token: Token) -> str:
            ref = referred(words, token)
            return self.resolve(ref, Key(ref.kind, token.name))

        return replaced(text, words, stands_for)

    def tags(self, tags: Mapping[str, str | None], live: Mapping[str, str]) -> dict[str, str]:
        """Tags as AWS has them: live values are used as they are, and None stays None."""
        return {
            tag: self.text(PLAIN, value) if "${" in value and value != live.get(tag) else value
            for tag, value in tags.items()
            if value is not None
        }

    def members(
        self, fields: Mapping[str, Shape], value: Mapping[str, Any], observed: Mapping[str, Any]
    ) -> dict[str, Any]:
        """The members of a structure: written fields encoded, the others as observed, cleared ones left out."""
        members: dict[str, Any] = _copied(observed) if self.keeps_unknown else {}
        by_files = {shape.wire or name for name, shape in fields.items() if name in value}
        for name, shape in fields.items():
            wire = shape.wire or name
            before = get_member(observed, wire)
            if name not in value and (self.keeps_unknown or wire in by_files):
                continue  # another field of the same member is written
            after = self.encode(shape, value[name], before) if name in value else modelled(shape, before)
            if after is not None:
                set_member(members, wire, after)
            elif self.keeps_unknown:
                drop_member(members, wire)
        return members

    def _structure(self, shape: Shape, value: Mapping[str, Any], observed: Mapping[str, Any]) -> Any:
        """A structure as `members` makes it, with further values that AWS requires."""
        members = self.members(shape.fields, value, observed)
        for name, inner in shape.fields.items():
            wire = inner.wire or name
            if inner.supplied and name not in value and get_member(members, wire) is None:
                set_member(members, wire, self.encode(inner, inner.supplied.value))
        return members

    def _entries(self, item: Shape, value: Mapping[str, Any], observed: Mapping[str, Any]) -> dict[str, Any]:
        """A map: written entries encoded, the others as observed, null entries left out."""
        others = {key: modelled(item, each) for key, each in observed.items() if key not in value}
        written = {key: self.encode(item, each, observed.get(key)) for key, each in value.items()}
        return {**others, **{key: each for key, each in written.items() if each is not None}}

    def _items(self, shape: Shape, item: Shape, value: list[Any], observed: list[Any]) -> list[Any]:
        if not shape.rows:
            pairs = pair(item, value, observed, _live_member, self._same) if item.part and observed else {}
            before_it = {at: observed[to] for at, to in pairs.items()}
            items = [self.encode(item, each, before_it.get(at)) for at, each in enumerate(value)]
            return list(dict.fromkeys(items)) if shape.unordered else items
        wires = [item.fields[name].wire or name for name in shape.rows.by]
        before = {_row_key(row, wires): row for row in observed}
        return [self.encode(item, row, before.get(_row_key(self.encode(item, row), wires))) for row in value]

    def _same(self, shape: Shape, value: Any, observed: Any) -> bool:
        """Whether a written value equals the observed one."""
        return bool(
            _in_order(shape, self.encode(shape, value)) == _in_order(shape, modelled(shape, observed))
        )

    def _document(self, shape: Shape, document: Document, value: Any) -> Any:
        resolved = with_texts(shape, value, self.text)
        return json.dumps(resolved, ensure_ascii=False, separators=(",", ":")) if document.text else resolved


NAMES_AS_THEY_ARE = Encoder(lambda _ref, key: key.name, lambda _secret: "")
"""An encoder that resolves no references and fetches no secrets."""


def as_sent(shape: Shape, value: Any) -> Any:
    """A value of desired state as a request takes it, with names instead of ids."""
    return NAMES_AS_THEY_ARE.encode(shape, value)


def _live_member(members: Mapping[str, Any], name: str, shape: Shape) -> Any:
    return get_member(members, shape.wire or name)


def _in_order(shape: Shape, value: Any) -> Any:
    """A value with lists sorted if their order has no meaning; empty values become None."""
    if isinstance(value, list) and (shape.rows or shape.unordered):
        value = sorted(value, key=lambda each: json.dumps(each, sort_keys=True, default=str))
    return value if value or value is False or value == 0 else None


def _row_key(row: Mapping[str, Any], wires: Iterable[str]) -> str:
    """The key of a row; parts of it may be structures."""
    return json.dumps([as_written(get_member(row, wire)) for wire in wires], sort_keys=True, default=str)


def _content(archive: Archive) -> bytes:
    """The bytes of an archive.

    Raises:
        Refused: only the digest of the archive is known.
    """
    if archive.content is None:
        why = (
            f"{archive}: its content is not kept; check out the files of that time, and run a pass with them"
        )
        raise Refused("send", "NotKept", why)
    return archive.content


def modelled(shape: Shape, value: Any) -> Any:
    """An observed value without the members that only replies have."""
    if shape.part and isinstance(value, Mapping):
        members: dict[str, Any] = {}
        for name, inner in shape.fields.items():
            member = modelled(inner, get_member(value, inner.wire or name))
            if member is not None:
                set_member(members, inner.wire or name, member)
        return members
    if shape.items and isinstance(value, list):
        return [modelled(shape.items, item) for item in value]
    return value


def _copied(value: Any) -> Any:
    """A deep copy of maps and lists."""
    if isinstance(value, Mapping):
        return {name: _copied(each) for name, each in value.items()}
    return [_copied(each) for each in value] if isinstance(value, list) else value
