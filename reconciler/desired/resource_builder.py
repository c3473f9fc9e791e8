"""Builds one resource from its draft: policy, scope, settings and references, checked against the model of its kind."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import Field, WithJsonSchema

from reconciler.contract import Adapter
from reconciler.desired.existing_filters import choice_of
from reconciler.desired.former_names import Renamed
from reconciler.desired.merge import Draft
from reconciler.desired.mistakes import Mistakes, ValuePath
from reconciler.desired.nodes import Node
from reconciler.desired.phrases import listed
from reconciler.desired.references import References
from reconciler.desired.settings_reader import Settings as Read
from reconciler.desired.settings_reader import SettingsReader
from reconciler.desired.validation import ValidValues, WrittenFields, sound, validate
from reconciler.desired.variables import NAME
from reconciler.model import NoReferences, Part, Ref, Settings
from reconciler.stack import Desired, Key, Place, Policy

Defaults: TypeAlias = Mapping[str, Mapping[str, Node]]


class PolicyPart(Part):
    """How a resource is treated."""

    on_drift: Annotated[Literal["correct", "report"], NoReferences()] = "correct"
    """`correct` changes AWS; `report` only shows differences."""
    protect: bool | None = None
    """Never delete or replace it; without a value its kind decides."""
    ignore: list[Annotated[str, NoReferences()]] = Field(default_factory=list)
    """Fields that are only sent on create."""
    replace: bool = False
    """Delete and create the resource again when a fixed field changes; without it such a change is refused."""


FOR_EACH = {
    "anyOf": [
        {"type": "string", "pattern": rf"^\$\{{{NAME}\}}$"},
        {
            "type": "array",
            "items": {"anyOf": [{"type": "string"}, {"type": "number"}]},
            "minItems": 1,
            "uniqueItems": True,
        },
        {"type": "object", "minProperties": 1},
    ]
}
"""The schema of `for_each` for editors."""


class ReservedPart(Part):
    """The keys that every kind takes besides its settings."""

    policy: PolicyPart | None = None
    """How this resource is treated."""
    adopt: bool = False
    """Adopt an unmarked live resource of this name, whatever its settings are."""
    existing: bool = False
    """Only refer to it: it is found by its name, or by the fields given here, and never marked, changed or deleted."""
    renamed_from: Annotated[str | None, NoReferences()] = None
    """The name that this resource had before."""
    for_each: Annotated[Any, WithJsonSchema(FOR_EACH)] = None
    """Make a resource for each item of a list or a mapping, or of a variable that is one; its name contains `${each.key}`."""


RESERVED = tuple(ReservedPart.model_fields)


def scope_field(adapter: Adapter[Any]) -> str | None:
    """The field that names the resource in which this kind lives: `instance` for `connect.instance`."""
    return adapter.parent.rpartition(".")[2] if adapter.parent else None


def fields_of_kind(adapter: Adapter[Any]) -> tuple[str, ...]:
    """All keys that may be written under a name of this kind."""
    scope = scope_field(adapter)
    own = [name for name in adapter.model.model_fields if name != scope]
    return (*own, *((scope,) if scope else ()), *RESERVED)


class ResourceReader:
    """Turns drafts into desired resources."""

    def __init__(
        self, settings: SettingsReader, references: References, defaults: Defaults, mistakes: Mistakes
    ) -> None:
        self._settings = settings
        self._references = references
        self._defaults = defaults
        self._mistakes = mistakes
        self.sound: dict[Key, ValidValues] = {}
        """By resource: the written values, and which of them are valid."""
        self.renamed: dict[Key, Renamed] = {}
        """The former names, with their places."""

    def read(self, draft: Draft, adapter: Adapter[Any]) -> Desired:
        """The resource, as far as it has no mistakes."""
        defaults = self._defaults.get(draft.key.kind, {})
        fields = {**defaults, **draft.given}

        def subject(field: str) -> str:
            laid_under = field in defaults and field not in draft.given
            return f"defaults.{draft.key.kind}" if laid_under else str(draft.key)

        reserved_fields = {name: fields.pop(name) for name in RESERVED if name in fields}
        choice = reserved_fields.pop("existing") if _is_choice(reserved_fields.get("existing")) else None
        reserved = self._reserved(WrittenFields(reserved_fields, draft.place, subject), draft.key, adapter)
        scope = self._scope(adapter, fields, draft.place, subject)
        home = {str(scope_field(adapter)): scope.name} if scope and adapter.computes_names else {}
        if reserved.existing or choice:
            self._refuse_settings(draft, scope_field(adapter))
            chosen, called = (
                self._chosen(choice, draft, adapter, subject),
                adapter.aws_name(draft.key.name, home),
            )
            if called is None and chosen is None:
                said = f"AWS has no name for a {draft.key.kind}; name the values by which it is found, as in `existing: {{id: ...}}`"
                self._mistakes.add(
                    draft.given["existing"].place, said, ValuePath(subject("existing"), "existing")
                )
            return Desired(
                draft.key, {}, draft.place, scope=scope, existing=True, chosen=chosen, aws_name=called
            )
        written = WrittenFields(
            fields, draft.place, subject, fields_of_kind(adapter), scope.name if scope else None, draft.each
        )
        settings, self.sound[draft.key] = self._checked(adapter, scope, written)
        return Desired(
            key=draft.key,
            settings=settings.values,
            place=draft.place,
            scope=scope,
            references=settings.references,
            policy=_policy(reserved),
            adopt=reserved.adopt,
            renamed_from=reserved.renamed_from,
            aws_name=adapter.aws_name(draft.key.name, {**self.sound[draft.key].values, **home}),
            fed=draft.fed,
        )

    def _checked(
        self, adapter: Adapter[Any], scope: Key | None, written: WrittenFields
    ) -> tuple[Read, ValidValues]:
        """The settings, and which of them are valid; the scope is checked with them, but is not one of them."""
        settings = self._settings.read(adapter.model, written)
        field = scope_field(adapter)
        in_model = {field: scope.name if scope else "-"} if field in adapter.model.model_fields else {}
        part = validate(adapter.model, {**settings.values, **in_model}, written, self._mistakes)
        self._settings.check(settings)
        if part is not None:
            return settings, ValidValues(written, settings.values)
        found = sound(adapter.model, {**settings.values, **in_model}, written)
        return settings, replace(
            found, values={name: found.values[name] for name in settings.values if name in found.values}
        )

    def _chosen(
        self, choice: Node | None, draft: Draft, adapter: Adapter[Any], subject: Callable[[str], str]
    ) -> Settings | None:
        """The fields by which an existing resource is found; None if it is found by its name."""
        model, words = choice_of(adapter), listed(sorted(adapter.identity.chosen_by))
        trail = ValuePath(subject("existing"), "existing")
        if choice is None:
            return None
        if model is None:
            said = f"a {draft.key.kind} that exists is found by its name alone; write `existing: true`"
            self._mistakes.add(choice.place, said, trail)
        elif not choice.members:
            said = f"name the values by which it is found: one or more of {words}"
            self._mistakes.add(choice.place, said, trail)
        else:
            written = WrittenFields(choice.members, choice.place, lambda _field: str(trail))
            values = self._settings.read(model, written).values
            validate(model, values, written, self._mistakes)
            return values
        return {}

    def _reserved(self, written: WrittenFields, key: Key, adapter: Adapter[Any]) -> ReservedPart:
        """The keys besides the settings; if they have a mistake, only whether the resource exists."""
        values = self._settings.read(ReservedPart, written).values
        reserved = validate(ReservedPart, values, written, self._mistakes)
        if "policy" in written.fields:
            trail = ValuePath(written.trail("policy"), "ignore")
            self._check_ignored(written.fields["policy"].members.get("ignore"), trail, adapter)
        if reserved and reserved.renamed_from is not None:
            node, trail = written.fields["renamed_from"], written.trail("renamed_from")
            if reserved.renamed_from.strip():
                self.renamed[key] = Renamed(reserved.renamed_from, node.place, trail)
            else:
                said = "the former name is empty; write the name that this one had before"
                self._mistakes.add(node.place, said, trail)
        return reserved or ReservedPart(existing=values.get("existing") is True)

    def _check_ignored(self, ignore: Node | None, trail: ValuePath, adapter: Adapter[Any]) -> None:
        known = adapter.model.model_fields
        items = ignore.value if ignore and isinstance(ignore.value, list) else []
        for index, node in enumerate(items):
            if isinstance(node.value, str) and node.value not in known:
                near = self._mistakes.near(node.value, known) or f"; the fields are {listed(known)}"
                self._mistakes.add(node.place, f"there is no such field{near}", ValuePath(trail, index))

    def _scope(
        self, adapter: Adapter[Any], fields: dict[str, Node], place: Place, subject: Callable[[str], str]
    ) -> Key | None:
        """Take the scope out of the fields, or find the only possible one."""
        field = scope_field(adapter)
        if field is None or adapter.parent is None:
            return None
        node = fields.pop(field, None)
        if node is None:
            return self._references.only(adapter.parent, place, subject(""))
        return self._settings.target(Ref(adapter.parent), node, ValuePath(subject(field), field))

    def _refuse_settings(self, draft: Draft, scope: str | None) -> None:
        for field, node in draft.given.items():
            if field not in ("existing", scope):
                said = "an `existing` resource is only referred to and has no settings; remove this, or `existing`"
                self._mistakes.add(node.key_place, said, ValuePath(str(draft.key), field))


def _is_choice(existing: Node | None) -> bool:
    """Whether `existing` gives fields to find it by, and not true or false."""
    return existing is not None and isinstance(existing.value, dict)


def _policy(reserved: ReservedPart) -> Policy:
    said = reserved.policy
    if said is None:
        return Policy()
    return Policy(said.on_drift, said.protect, tuple(said.ignore), said.replace)
