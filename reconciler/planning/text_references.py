"""Resolves the references in texts, and recognises live texts that equal a written text with references."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from reconciler.contract import Adapter
from reconciler.encoder import Encoder
from reconciler.field_schema import PLAIN, Shape, fields_of, referred, text_fields, texts_in, with_texts
from reconciler.interpolation import ALWAYS, tokens_in_text
from reconciler.model import Ref, Settings
from reconciler.planning.diff import differences
from reconciler.planning.world import World
from reconciler.stack import Desired, Key, Stack

NOT_KNOWN = "\0"
"""The first character of a text that refers to an unknown value: no live text equals it."""


class Unknown(LookupError):
    """Raised when the value of a reference is not known: the resource does not exist, or was not listed."""


@dataclass(frozen=True)
class Resolver:
    """Resolves references from what this pass has seen; it makes no calls."""

    stack: Stack
    world: World
    kinds: Mapping[str, Adapter[Any]]

    def resolve(self, ref: Ref, key: Key) -> str:
        """One attribute of a resource.

        Raises:
            Unknown: it is not known, or not yet.
        """
        if ref.outside and key not in self.stack.resources:
            return key.name
        if ref.by == "name":
            return name_of(self.stack, self.world, self.kinds, key)
        written = written_attribute(self.stack, self.kinds, key, ref.by)
        if written is not None:
            return written
        sighting = self.world.sightings.get(key)
        if sighting is None:
            raise Unknown(key)
        if ref.by in ALWAYS and not _is_read(self.kinds, key, ref.by):
            return sighting.arn if ref.by == "arn" else sighting.id
        value = self.world.attributes.get((key, ref.by))
        if value is None:
            raise Unknown(key, ref.by)
        return value

    def text(self, shape: Shape, text: str) -> str | None:
        """A text with its references resolved, as AWS has it; None if a reference is not known."""
        try:
            return Encoder(self.resolve, lambda _secret: "").text(shape, text)
        except Unknown:
            return None

    def resolved(self, desired: Desired, adapter: Adapter[Any]) -> Settings:
        """The settings with the references resolved in every text outside of documents, where they are known."""
        shapes = fields_of(adapter.model)
        texts = [
            name
            for name in desired.references.keys() & text_fields(adapter.model)
            if not shapes[name].document
            and any(True for _ in text_references(shapes[name], desired.settings.get(name)))
        ]

        def known(shape: Shape, text: str) -> str:
            return text if shape.ref else self.text(shape, text) or text

        found = {name: with_texts(shapes[name], desired.settings.get(name), known) for name in texts}
        return {**desired.settings, **found} if found else desired.settings

    def unseen(self, shape: Shape, wanted: Any) -> bool:
        """Whether a text refers to a resource that this pass could not look up."""
        if not self.world.unseen:
            return False
        return any(Key(ref.kind, name) in self.world.unseen for ref, name in text_references(shape, wanted))

    def side_by_side(self, shape: Shape, wanted: Any, live: Any) -> tuple[Any, Any]:
        """A written and a live value to be compared, both with their texts as AWS has them; `live` is given that way.

        If they differ, they are returned in the words of desired state, to be shown: a live text that equals a resolved
        written text becomes the written text.
        """
        written: dict[str, str] = {}

        def sent(inner: Shape, text: str) -> str:
            if "${" not in text or inner.ref:
                return text
            meant = self.text(inner, text)
            if meant is None:
                meant = f"{NOT_KNOWN}{text}"
            written.setdefault(meant, text)
            return meant

        meant = with_texts(shape, wanted, sent)
        if not any(differences("", shape, meant, live)):
            return live, live
        decoder = self.world.decoder

        def shown(inner: Shape, text: str) -> str:
            return written.get(text) or (text if inner.ref else decoder.text(inner, text))

        return with_texts(shape, meant, shown), with_texts(shape, live, shown)

    def rows_as_written(self, shape: Shape, wanted: Any, live: Any) -> Any:
        """A live value in the words of desired state; a text that identifies a row is written as in the same row of `wanted`.

        Without this, `${apigateway.stage:live#name}` and `live` would look like two rows to a reader who cannot resolve references.
        """
        if isinstance(live, Mapping) and isinstance(wanted, Mapping) and not shape.document:
            shapes = {name: shape.fields.get(name) or shape.values or PLAIN for name in live}
            return {
                name: self.rows_as_written(shapes[name], wanted.get(name), each)
                for name, each in live.items()
            }
        if not (shape.rows and shape.items and isinstance(live, list) and isinstance(wanted, list)):
            return live
        fields, by = shape.items.fields, shape.rows.by
        written = {tuple(self._shown(fields[name], row.get(name)) for name in by): row for row in wanted}
        found = []
        for row in live:
            twin = written.get(tuple(row.get(name) for name in by))
            keys = {name: twin[name] for name in by if name in twin} if twin else {}
            found.append({**self.rows_as_written(shape.items, twin, row), **keys})
        return found

    def _shown(self, shape: Shape, value: Any) -> Any:
        """A written value as a live one with its meaning is shown in the words of desired state."""
        if not isinstance(value, str) or "${" not in value or shape.ref:
            return value
        meant = self.text(shape, value)
        return value if meant is None else self.world.decoder.text(shape, meant)


def written_attribute(
    stack: Stack, kinds: Mapping[str, Adapter[Any]], key: Key, attribute: str
) -> str | None:
    """The value that the files give to an attribute of a resource; None if only AWS knows it."""
    desired = stack.resources.get(key)
    if desired is None or desired.existing or key.kind not in kinds:
        return None
    return kinds[key.kind].written_attribute(attribute, desired.settings)


def name_of(stack: Stack, world: World, kinds: Mapping[str, Adapter[Any]], key: Key) -> str:
    """The name of a resource in AWS: that of the files, unless a copy has taken its place (`Create.copies`), whose id is its name."""
    sighting = world.sightings.get(key) if key.kind in kinds and kinds[key.kind].create.copies else None
    return sighting.id if sighting else stack.called(key)


def _is_read(kinds: Mapping[str, Adapter[Any]], key: Key, attribute: str) -> bool:
    """Whether an attribute is read, although every resource has it: the ARN of a layer is that of its newest version."""
    return key.kind in kinds and attribute in kinds[key.kind].attributes


def text_references(shape: Shape, value: Any) -> Iterator[tuple[Ref, str]]:
    """The references in the texts of a value; a field that is itself a reference is not included."""
    for inner, text in texts_in(shape, value):
        if not inner.ref:
            for token in tokens_in_text(text, inner.tokens):
                yield referred(inner.tokens, token), token.name


def attributes_in(desired: Desired, kinds: Mapping[str, Adapter[Any]]) -> Iterator[tuple[str, Key, str]]:
    """The attributes to read because texts of a resource refer to them, each with its field and its resource."""
    model = kinds[desired.key.kind].model
    shapes, fields = fields_of(model), text_fields(model)
    for field, targets in desired.references.items():
        if field in fields and any(
            kinds[target.kind].attributes for target in targets if target.kind in kinds
        ):
            for ref, name in text_references(shapes[field], desired.settings.get(field)):
                if ref.by not in ALWAYS or _is_read(kinds, Key(ref.kind, name), ref.by):
                    yield field, Key(ref.kind, name), ref.by
