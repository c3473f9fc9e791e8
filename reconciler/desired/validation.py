"""Reports pydantic's errors in our words, with the place of the value; never the value, which may be a secret."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias, TypeVar, cast

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from reconciler.desired.for_each import FIELD, NESTED, Each
from reconciler.desired.mistakes import Mistakes, ValuePath
from reconciler.desired.nodes import Node
from reconciler.desired.open_rules import refers, rule_errors
from reconciler.desired.phrases import a_value, listed, quoted
from reconciler.field_schema import Shape, fields_of
from reconciler.forms import NOT_ONE_OF
from reconciler.interpolation import without_references
from reconciler.model import Part
from reconciler.stack import Place

P = TypeVar("P", bound=Part)
Location: TypeAlias = tuple[int | str, ...]

MOST_VALUES = 50_000
"""The most values that are checked at once: ten times AWS's largest limit. Each invalid one costs pydantic a kilobyte."""


@dataclass(frozen=True, slots=True)
class WrittenFields:
    """The fields of a resource or part, as the files write them."""

    fields: Mapping[str, Node]
    place: Place
    """The place of its name, where missing fields are reported."""
    subject: Callable[[str], str]
    """A function that names the owner of a field."""
    known: tuple[str, ...] = ()
    """Every field that is allowed here, if there are more than the model's."""
    home: str | None = None
    """The name of the resource that this one lives in."""
    each: Each | None = None
    """Fills the item of `for_each` into documents from files."""

    def trail(self, field: str) -> ValuePath:
        """The path to a field."""
        return ValuePath(self.subject(field), field)


def validate(
    model: type[P], values: Mapping[str, Any], written: WrittenFields, mistakes: Mistakes
) -> P | None:
    """The model's instance, or None and a mistake for each invalid value."""
    if _more_than_most(model, written.fields):
        said = f"there are more than {MOST_VALUES:,} values here, not counting documents; AWS accepts nothing this large"
        mistakes.add(written.place, said, written.subject(""))
        return None
    try:
        return model.model_validate(values)
    except ValidationError as error:
        told: dict[tuple[Place, str], tuple[ValuePath | str, list[str]]] = {}
        wrong = list(known_errors(error, values))
        wrong += list(rule_errors(model, values, [each["loc"] for each in wrong]))
        if not wrong:
            return cast("P", model.model_construct())
        for details in wrong:
            place, trail, words = _understand(details, model, written, values, mistakes)
            if not mistakes.doubted(place) or details["type"] in ("missing", "extra_forbidden"):
                told.setdefault((place, str(trail)), (trail, []))[1].append(words)
        for (place, _), (trail, all_words) in told.items():
            mistakes.add(place, _joined(all_words), trail)
        return None


@dataclass(frozen=True, slots=True)
class ValidValues:
    """The written values of a resource, and those of them that are valid on their own."""

    written: WrittenFields
    values: Mapping[str, Any]
    wrong: frozenset[str] = frozenset()
    """The fields with a mistake. `ANYTHING` replaces an invalid text."""

    @property
    def known(self) -> Mapping[str, Any]:
        """The values without the unknown ones."""
        return {name: value for name, value in self.values.items() if name not in self.wrong}


ANYTHING = "${any.thing:it}"
"""Replaces a text with a mistake: like any reference, its value in AWS is not known."""


def sound(model: type[Part], values: Mapping[str, Any], written: WrittenFields) -> ValidValues:
    """The valid values, so that a mistake in one field does not hide one in another."""
    if _more_than_most(model, written.fields):
        return ValidValues(written, {}, frozenset(values))
    kept, wrong = dict(values), set[str]()
    while True:
        try:
            model.model_validate(kept)
        except ValidationError as error:
            found = {str(each["loc"][0]) for each in known_errors(error, kept) if each["loc"]} & kept.keys()
        else:
            found = set()
        if not found:
            return ValidValues(written, kept, frozenset(wrong))
        for name in found:
            value = kept.pop(name)
            if isinstance(value, str) and name not in wrong:
                kept[name] = ANYTHING
        wrong |= found


def open_fields(model: type[Part], values: Mapping[str, Any]) -> frozenset[str]:
    """The fields of valid values that some rules cannot be checked on, because they contain references."""
    if not refers(values):
        return frozenset()
    try:
        model.model_validate(values)
    except ValidationError as error:
        referring = frozenset(name for name, value in values.items() if refers(value))
        places = [each["loc"] for each in error.errors(include_url=False, include_input=False)]
        return referring if () in places else frozenset(str(each[0]) for each in places) & referring
    return frozenset()


def known_errors(error: ValidationError, values: Mapping[str, Any]) -> Iterator[ErrorDetails]:
    """The errors that hold for any value of the references; other rules on such values are left to AWS.

    A length limit that the text without its references exceeds is such an error.
    """
    for details in error.errors(include_url=False, include_input=False):
        value: Any = values
        for step in details["loc"]:
            value = _member(value, step, value)
        kind = details["type"]
        if kind in ("missing", "extra_forbidden") or not refers(value):
            yield details
        elif isinstance(value, str):
            longest = details.get("ctx", {}).get("max_length", 0)
            too_long = kind == "string_too_long" and len(without_references(value)) > longest
            if kind in _EXPECTED or too_long:
                yield details
        elif kind not in ("value_error", "assertion_error"):
            yield details


def _more_than_most(model: type[Part], fields: Mapping[str, Node]) -> bool:
    """Whether there are too many values to check, not counting documents."""
    shapes = fields_of(model)
    pending = [node for name, node in fields.items() if name in shapes and not shapes[name].document]
    count = len(fields)
    while pending and count <= MOST_VALUES:
        value = pending.pop().value
        if isinstance(value, dict | list):
            inner = value.values() if isinstance(value, dict) else value
            count += len(inner)
            pending += inner
    return count > MOST_VALUES


def _joined(all_words: Sequence[str]) -> str:
    """The message about one value; a value that fits none of several types gets one message for all of them."""
    expected = [words.removeprefix("expected ").partition(", got ") for words in all_words]
    if len(all_words) == 1 or not all(separator for _, separator, _ in expected):
        return all_words[0]
    return f"expected {' or '.join(dict.fromkeys(what for what, _, _ in expected))}, got {expected[-1][2]}"


def _understand(
    error: ErrorDetails,
    model: type[Part],
    written: WrittenFields,
    values: Mapping[str, Any],
    mistakes: Mistakes,
) -> tuple[Place, ValuePath | str, str]:
    """The place of an error, and its message."""
    location, kind = error["loc"], error["type"]
    found = _find(location, written, values)
    if kind == "missing":
        return found.place, ValuePath(found.trail, location[-1]), "this field is required"
    if kind == "extra_forbidden" and location[-1] == FIELD:
        return found.key_place, found.trail, NESTED
    if kind == "extra_forbidden":
        known = _fields_at(location[:-1], model)
        names = written.known if written.known and len(location) == 1 else tuple(known)
        near = mistakes.near(str(location[-1]), names) or f"; the fields are {listed(names)}"
        return found.key_place, found.trail, f"there is no such field{near}"
    if location and location[-1] == "[key]":
        return found.key_place, found.trail, f"this key: {_words(error, location[-2], mistakes)}"
    in_variable = found.node is not None and isinstance(found.node.value, str)
    return found.place, found.trail, _words(error, found.value, mistakes, in_variable=in_variable)


@dataclass(frozen=True, slots=True)
class _Found:
    place: Place
    key_place: Place
    trail: ValuePath | str
    node: Node | None = None
    value: Any = None


def _find(location: Location, written: WrittenFields, values: Mapping[str, Any]) -> _Found:
    """Follow pydantic's path through the nodes; steps that name a branch of a union are skipped."""
    if not location or location[0] not in written.fields:
        return _Found(written.place, written.place, written.subject(""))
    first = str(location[0])
    value: Any = values.get(first)
    node, trail = written.fields[first], written.trail(first)
    for step in location[1:]:
        inner: Node | None = None
        if isinstance(node.value, dict) and isinstance(step, str):
            inner = node.value.get(step)
        elif isinstance(node.value, list) and isinstance(step, int) and step < len(node.value):
            inner = node.value[step]
        if inner:
            node, trail = inner, ValuePath(trail, step)
            value = _member(value, step)
    return _Found(node.place, node.key_place, trail, node, value)


def _member(value: Any, step: int | str, otherwise: Any = None) -> Any:
    """One member of a value; `otherwise` if the value was changed because it has a mistake."""
    try:
        return value[step]
    except (TypeError, LookupError):
        return otherwise


def _fields_at(location: Location, model: type[Part]) -> Mapping[str, Shape]:
    """The fields of the part at a path."""
    shape = Shape(part=model)
    for step in location:
        shape = shape.fields.get(str(step)) or shape.items or shape.values or shape
    return shape.fields


_EXPECTED = {
    "string_type": "text",
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "int_parsing": "a whole number",
    "float_type": "a number",
    "bool_type": "true or false",
    "list_type": "a list",
    "dict_type": "a mapping",
    "model_type": "a mapping",
    "model_attributes_type": "a mapping",
    "is_instance_of": "{secret: {ssm: /path}}",
}
_LIMITS = {
    "greater_than": "expected more than {gt}",
    "greater_than_equal": "expected {ge} or more",
    "less_than": "expected less than {lt}",
    "less_than_equal": "expected {le} or less",
    "multiple_of": "expected a multiple of {multiple_of}",
    "string_too_short": "expected {min_length} or more characters",
    "string_too_long": "expected {max_length} or fewer characters",
    "too_short": "expected {min_length} or more of these",
    "too_long": "expected {max_length} or fewer of these",
    "finite_number": "expected a finite number",
}


def _words(error: ErrorDetails, value: Any, mistakes: Mistakes, *, in_variable: bool = False) -> str:
    """The problem of a value, without the value."""
    kind, context = error["type"], error.get("ctx", {})
    if kind in _EXPECTED:
        return f"expected {_EXPECTED[kind]}, got {a_value(value)}" + _remedy(
            kind, value, in_variable=in_variable
        )
    if kind in _LIMITS:
        return _LIMITS[kind].format_map({name: _number(limit) for name, limit in context.items()})
    if kind == NOT_ONE_OF:
        near = mistakes.near(value, context["candidates"]) if isinstance(value, str) else ""
        return f"expected {context['words']}{near}"
    if kind == "literal_error":
        return _one_of(str(context["expected"]), value, mistakes)
    if kind in ("value_error", "assertion_error"):
        return str(context["error"]).partition("\n")[0]
    return f"is not valid ({kind.replace('_', ' ')})"


def _remedy(kind: str, value: Any, *, in_variable: bool) -> str:
    """The advice for a number where text is expected."""
    if kind != "string_type" or not isinstance(value, bool | int | float):
        return ""
    return "; put the variable's value in quotes" if in_variable else "; put it in quotes"


def _number(limit: Any) -> Any:
    """A limit without the `.0` that pydantic gives whole numbers."""
    return int(limit) if isinstance(limit, float) and limit.is_integer() else limit


def _one_of(expected: str, value: Any, mistakes: Mistakes) -> str:
    """The values that a field may take; pydantic lists them as Python would write them."""
    texts, numbers = re.findall(r"'([^']*)'", expected), re.findall(r"\d+", expected)
    if expected == "True" and value is False:
        return "expected true, or leave it out"
    names = texts or numbers or [expected]
    got = "another number" if type(value) is int and not texts and numbers else a_value(value)
    near = mistakes.near(value, names) if isinstance(value, str) else f", got {got}"
    return f"expected {'one of ' if len(names) > 1 else ''}{listed(map(_shown, names))}{near}"


def _shown(name: str) -> str:
    return name if name.isprintable() and " " not in name else quoted(name)
