"""Resolves the references in texts, and recognises live texts that equal a written text with references."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from reconciler.contract import Adapter
from reconciler.encoder import Encoder
from reconciler.field_schema import Shape, fields_of, referred, text_fields, texts_in, with_texts
from reconciler.interpolation import ALWAYS, tokens_in_text
from reconciler.model import Ref, Settings
from reconciler.planning.diff import differences
from reconciler.planning.world import World
from reconciler.stack import Desired, Key, Stack

NOT_KNOWN = "\0"
"""Begins a text that refers to what is not known: no live text is the same."""


class Unknown(LookupError):
    """Nobody knows yet what a reference stands for: the resource does not exist, or was not seen."""


@dataclass(frozen=True)
class Resolver:
    """What references stand for, as far as this pass has seen; it calls nobody."""

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
            return self.stack.called(key)
        written = written_attribute(self.stack, self.kinds, key, ref.by)
        if written is not None:
            return written
        sighting = self.world.sightings.get(key)
        if sighting is None:
            raise Unknown(key)
        if ref.by in ALWAYS:
            return sighting.arn if ref.by == "arn" else sighting.id
        value = self.world.attributes.get((key, ref.by))
        if value is None:
            raise Unknown(key, ref.by)
        return value

    def text(self, shape: Shape, text: str) -> str | None:
        """A text as AWS has it; None where a reference in it is not known."""
        try:
            return Encoder(self.resolve, lambda _secret: "").text(shape, text)
        except Unknown:
            return None

    def resolved(self, desired: Desired, adapter: Adapter[Any]) -> Settings:
        """The settings with every text outside of documents as AWS has it, where that is known."""
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
        """Whether a text refers to something of which this pass could not see whether it lives."""
        if not self.world.unseen:
            return False
        return any(Key(ref.kind, name) in self.world.unseen for ref, name in text_references(shape, wanted))

    def side_by_side(self, shape: Shape, wanted: Any, live: Any) -> tuple[Any, Any]:
        """A written and a live value to be compared; both as AWS has their texts, which is how `live` is given.

        Where they differ they come back in the words of desired state, to be shown: a live text that is what a written one
        stands for becomes the written one.
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


def written_attribute(
    stack: Stack, kinds: Mapping[str, Adapter[Any]], key: Key, attribute: str
) -> str | None:
    """What the files say that an attribute of a resource is; None where only AWS knows it."""
    desired = stack.resources.get(key)
    if desired is None or desired.existing or key.kind not in kinds:
        return None
    return kinds[key.kind].written_attribute(attribute, desired.settings)


def text_references(shape: Shape, value: Any) -> Iterator[tuple[Ref, str]]:
    """The references in the texts of a value; a field that is a reference itself is none of them."""
    for inner, text in texts_in(shape, value):
        if not inner.ref:
            for token in tokens_in_text(text, inner.tokens):
                yield referred(inner.tokens, token), token.name


def attributes_in(desired: Desired, kinds: Mapping[str, Adapter[Any]]) -> Iterator[tuple[str, Key, str]]:
    """The attributes that have to be read which the texts of a resource refer to, each with its field and whose it is."""
    model = kinds[desired.key.kind].model
    shapes, fields = fields_of(model), text_fields(model)
    for field, targets in desired.references.items():
        if field in fields and any(
            kinds[target.kind].attributes for target in targets if target.kind in kinds
        ):
            for ref, name in text_references(shapes[field], desired.settings.get(field)):
                if ref.by not in ALWAYS:
                    yield field, Key(ref.kind, name), ref.by
