"""Reads the settings of one resource from nodes, by the schema of each field."""

from dataclasses import dataclass, field
from typing import Any

from reconciler.desired.code_folders import Archives
from reconciler.desired.documents import Documents, FieldFindings, Reading
from reconciler.desired.mistakes import ValuePath
from reconciler.desired.nodes import Node, plain
from reconciler.desired.phrases import a_value
from reconciler.desired.secret import ELSEWHERE, is_secret, read_secret
from reconciler.desired.text_fields import Texts
from reconciler.desired.validation import WrittenFields
from reconciler.field_schema import Shape, fields_of
from reconciler.model import Part, Ref
from reconciler.stack import Key

_ANY = Shape()


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings that were read of one resource."""

    values: dict[str, Any] = field(default_factory=dict)
    references: dict[str, tuple[Key, ...]] = field(default_factory=dict)
    readings: list[Reading] = field(default_factory=list)


class SettingsReader:
    """Reads texts, secrets and documents."""

    def __init__(self, texts: Texts, documents: Documents, archives: Archives) -> None:
        self._texts = texts
        self._documents = documents
        self._archives = archives
        self._mistakes = texts.mistakes

    def read(self, model: type[Part], written: WrittenFields) -> Settings:
        """The values as written; unknown fields are kept, and the model refuses them."""
        settings = Settings()
        shapes = fields_of(model)
        for name, node in written.fields.items():
            if name not in shapes:
                settings.values[name] = plain(node)
                continue
            finds = FieldFindings(settings.readings, home=written.home, each=written.each)
            settings.values[name] = self._value(shapes[name], node, written.trail(name), finds)
            if finds.keys:
                settings.references[name] = tuple(finds.keys)
        return settings

    def check(self, settings: Settings) -> None:
        """Note the problems that the documents' own checks find, once their types are valid."""
        self._documents.check(settings.readings, settings.values)

    def target(self, ref: Ref, node: Node, trail: ValuePath) -> Key | None:
        """The resource that a value refers to; None if it is a mistake."""
        if not isinstance(node.value, str):
            self._mistakes.add(node.place, f"expected text, got {a_value(node.value)}", trail)
            return None
        finds = FieldFindings()
        self._text(Shape(ref=ref), node, trail, finds)
        return next(iter(finds.keys), None)

    def _value(self, shape: Shape, node: Node, trail: ValuePath, finds: FieldFindings) -> Any:
        value = node.value
        if shape.secret:
            return read_secret(node, trail, self._texts.variables, self._mistakes)
        if shape.archive:
            return self._archives.read(node, trail, lock=shape.lock_file)
        if shape.document:
            reading = self._documents.read(shape.document, node, trail, finds)
            finds.readings.extend([reading] if reading else [])
            return reading.value if reading else {}
        if shape.in_file and set(node.members) == {"file"}:
            lines = self._documents.lines(node, trail, finds)
            return "".join(str(self._text(shape, line, trail, finds)) for line in lines)
        if isinstance(value, str):
            return self._text(shape, node, trail, finds)
        if isinstance(value, list):
            inner = shape.items or _ANY
            return [
                self._value(inner, item, ValuePath(trail, index), finds) for index, item in enumerate(value)
            ]
        if isinstance(value, dict):
            return self._mapping(shape, node, trail, finds)
        return value

    def _mapping(self, shape: Shape, node: Node, trail: ValuePath, finds: FieldFindings) -> dict[str, Any]:
        fields = shape.fields
        if "secret" not in fields and is_secret(node):
            self._mistakes.add(node.place, ELSEWHERE, trail)
            return {}
        values: dict[str, Any] = {}
        for name, member in node.members.items():
            inner = fields.get(name) if shape.part else shape.values or _ANY
            values[name] = (
                self._value(inner, member, ValuePath(trail, name), finds) if inner else plain(member)
            )
        return values

    def _text(self, shape: Shape, node: Node, trail: ValuePath, finds: FieldFindings) -> Any:
        if shape.no_references:
            return self._texts.plain(node, trail)
        kind = next((each.kind for each in shape.means if each.by_name and each.kind), None)
        if shape.ref:
            found = self._texts.name(shape.ref, node, trail)
        elif kind:
            found = self._texts.named(str(node.value), node, trail, kind)
        else:
            found = self._texts.read(str(node.value), node, trail, {})
        self._texts.check_meaning(found, shape.means, node, trail)
        finds.keys.update(dict.fromkeys(found.keys))
        return found.text
