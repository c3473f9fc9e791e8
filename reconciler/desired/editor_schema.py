"""One JSON Schema of desired state for editors: they complete names, show what fields mean and mark mistakes."""

import ast
import inspect
import itertools
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any, TypeAlias

from pydantic.json_schema import models_json_schema

from reconciler.contract import Adapter
from reconciler.desired.feed_schema import FeedPart
from reconciler.desired.for_each import FIELD
from reconciler.desired.header import EnvironmentPart, HeaderPart, IgnorePart
from reconciler.desired.resource_builder import ReservedPart, scope_field
from reconciler.desired.variables import NAME
from reconciler.field_schema import Shape, fields_of
from reconciler.interpolation import KIND
from reconciler.model import Part

Schema: TypeAlias = dict[str, Any]

_PATH = r"each\.[^${}]+"
_VARIABLE: Schema = {
    "type": "string",
    "pattern": rf"^\$\{{({NAME}|{_PATH})\}}$",
    "description": "a variable",
}
_OF_EACH: Schema = {
    "type": "string",
    "pattern": rf"^\$\{{{_PATH}\}}$",
    "description": "a value of an item of `for_each`",
}
_WITH_VARIABLE: Schema = {
    "type": "string",
    "pattern": rf"\$\{{({NAME}\}}|{_PATH}\}}|{KIND.pattern}:)",
    "description": "text with a variable or a reference",
}
_FILE: Schema = {
    "type": "object",
    "properties": {"file": {"type": "string", "description": "a file below the stack's directory"}},
    "required": ["file"],
    "additionalProperties": False,
}
NO_VARIABLES = (HeaderPart, EnvironmentPart, IgnorePart)
"""The parts whose restricted texts cannot be variables."""
_TYPED = frozenset({"integer", "number", "boolean"})
_STRUCTURES = frozenset({"array", "object"})
_RESTRICTIONS = frozenset({"enum", "const", "pattern", "minLength", "format"})


def json_schema(kinds: Mapping[str, Adapter[Any]]) -> Schema:
    """The schema (draft 2020-12) of every file of a stack: the header's keys, and the kinds."""
    roots: list[type[Part]] = [
        HeaderPart,
        FeedPart,
        ReservedPart,
        *(adapter.model for adapter in kinds.values()),
    ]
    models, definitions = schemas_of(roots)
    resources = {
        kind: _resources(adapter, models[adapter.model], models[ReservedPart])
        for kind, adapter in sorted(kinds.items())
    }
    feeds = {
        adapter.rows_key: _feeds(models[FeedPart], resources[kind]["additionalProperties"])
        for kind, adapter in sorted(kinds.items())
        if adapter.rows_key
    }
    header = models[HeaderPart]["properties"]
    header["defaults"]["properties"] = {
        kind: _without_for_each(of["additionalProperties"]) for kind, of in resources.items()
    }
    header["defaults"]["additionalProperties"] = False
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Desired state of a stack",
        "type": "object",
        "properties": {**header, **resources, **feeds},
        "additionalProperties": False,
        "$defs": definitions,
    }


def schemas_of(roots: Sequence[type[Part]]) -> tuple[dict[type[Part], Schema], Schema]:
    """The schema of each of these structures, and the definitions of all structures within them."""
    parts = sorted(
        {part for model in roots for part in _parts(model)},
        key=lambda part: (part.__module__, part.__qualname__),
    )
    places, together = models_json_schema(
        [(part, "validation") for part in parts], ref_template="#/$defs/{model}"
    )
    definitions: Schema = together["$defs"]
    names = {part: places[part, "validation"]["$ref"].rpartition("/")[2] for part in parts}
    for part, name in names.items():
        _describe(definitions[name], part)
    return {model: definitions.pop(names[model]) for model in dict.fromkeys(roots)}, definitions


def _parts(model: type[Part]) -> Iterator[type[Part]]:
    """A model and every structure within it."""
    seen = [model]
    for part in seen:
        for shape in fields_of(part).values():
            inner = _innermost(shape).part
            if inner and inner not in seen:
                seen.append(inner)
    yield from seen


def _innermost(shape: Shape) -> Shape:
    while shape.items or shape.values:
        shape = shape.items or shape.values or shape
    return shape


def _describe(schema: Schema, part: type[Part]) -> None:
    """Add the meaning of the fields to a part's schema, and allow what desired state may hold."""
    words = docstrings(part)
    schema.pop("title", None)
    for name, shape in fields_of(part).items():
        field = _tidied(schema["properties"][name], variables=part not in NO_VARIABLES)
        description = field.pop("description", None) or words.get(name) or _reference(shape)
        if shape.document or shape.in_file:
            field = _any_of([_FILE, field])
        schema["properties"][name] = {"description": description, **field} if description else field


def _reference(shape: Shape) -> str | None:
    if shape.ref:
        elsewhere = ", or of one outside the stack" if shape.ref.outside else ""
        return f"The name of a {shape.ref.kind}{elsewhere}."
    inner = _innermost(shape).ref
    return f"Names of {inner.kind}." if inner else None


def _tidied(schema: Schema, *, variables: bool) -> Schema:
    """The schema without pydantic's titles, and with `${variable}` allowed for every value that is not free text."""
    kept = {
        key: inner for key, inner in schema.items() if key != "title" and (key, inner) != ("default", None)
    }
    for key, inner in kept.items():
        if key in ("items", "additionalProperties") and isinstance(inner, dict):
            kept[key] = _tidied(inner, variables=variables)
        elif key == "patternProperties":
            kept[key] = {pattern: _tidied(value, variables=variables) for pattern, value in inner.items()}
    if "patternProperties" in kept:
        kept["additionalProperties"] = False
    if "anyOf" in kept:
        options = _any_of([_tidied(option, variables=variables) for option in kept.pop("anyOf")])
        return {**kept, **options}
    text = kept.get("type") == "string"
    restricted = not _RESTRICTIONS.isdisjoint(kept) if text else kept.get("type") in _TYPED
    structure = kept.get("type") in _STRUCTURES or "$ref" in kept
    if not (variables and (restricted or structure)):
        return kept
    outer: Schema = {key: kept.pop(key) for key in ("description", "default") if key in kept}
    other = _OF_EACH if structure else _WITH_VARIABLE if text else _VARIABLE
    return {**outer, **_any_of([kept, other])}


def _any_of(options: Iterable[Schema]) -> Schema:
    """An `anyOf` of several schemas; nested ones are flattened, and each option is listed once."""
    flat: list[Schema] = []
    for option in options:
        for inner in option["anyOf"] if set(option) == {"anyOf"} else [option]:
            if inner not in flat:
                flat.append(inner)
    return {"anyOf": flat}


def _resources(adapter: Adapter[Any], model: Schema, reserved: Schema) -> Schema:
    """The schema of all resources of a kind, by name; no field is required, since defaults may set it."""
    properties = {**model["properties"], **reserved["properties"]}
    scope = scope_field(adapter)
    if scope:
        properties.setdefault(scope, {"type": "string", "description": f"The name of a {adapter.parent}."})
    if adapter.identity.chosen_by:
        properties["existing"] = _with_choice(adapter, properties)
    body: Schema = {"type": ["object", "null"], "properties": properties, "additionalProperties": False}
    summary = {"description": adapter.summary} if adapter.summary else {}
    return {
        **summary,
        "type": ["object", "null"],
        "additionalProperties": body,
        "propertyNames": {"minLength": 1},
    }


def _feeds(feed: Schema, body: Schema) -> Schema:
    """The schema of the feeds of a kind, by name: any value of a resource may be a column of the file."""
    fields: Schema = {
        name: {key: words for key, words in field.items() if key == "description"}
        for name, field in body["properties"].items()
        if name != FIELD
    }
    of_rows: Schema = {"type": "object", "properties": fields, "additionalProperties": False}
    properties = {
        **feed["properties"],
        "fields": {**of_rows, "description": feed["properties"]["fields"]["description"]},
    }
    each: Schema = {"type": ["object", "null"], "properties": properties, "additionalProperties": False}
    return {
        "description": "CSV files whose rows are resources, by name.",
        "type": ["object", "null"],
        "additionalProperties": each,
    }


def _without_for_each(body: Schema) -> Schema:
    """The schema of defaults: `for_each` is for single resources."""
    properties = {name: field for name, field in body["properties"].items() if name != FIELD}
    return {**body, "properties": properties}


def _with_choice(adapter: Adapter[Any], properties: Mapping[str, Schema]) -> Schema:
    """The schema of `existing` for a kind that can be found by other fields than its name."""
    text: Schema = {"type": "string"}
    words = {word: properties.get(word, text) for word in sorted(adapter.identity.chosen_by)}
    choice = {"type": "object", "properties": words, "minProperties": 1, "additionalProperties": False}
    flag = dict(properties["existing"])
    said: Schema = {name: flag.pop(name) for name in ("description", "default") if name in flag}
    return {**said, **_any_of([flag, choice])}


def docstrings(part: type[Part]) -> Mapping[str, str]:
    """The docstring below each field of a part, with those of inherited fields."""
    words: dict[str, str] = {}
    for model in reversed(part.__mro__):
        if not (issubclass(model, Part) and model is not Part):
            continue
        try:
            classes = _documented(inspect.getsource(sys.modules[model.__module__]))
        except (KeyError, OSError, TypeError, SyntaxError, ValueError):
            continue
        words |= classes.get(model.__qualname__, {})
    return words


@cache
def _documented(source: str) -> Mapping[str, Mapping[str, str]]:
    """The docstrings below the fields of each class of a module, by the qualified name of the class.

    Raises:
        SyntaxError, ValueError: it is no source of Python.
    """
    found: dict[str, Mapping[str, str]] = {}

    def look(nodes: Iterable[ast.AST], within: str) -> None:
        for node in nodes:
            match node:
                case ast.ClassDef(name=name, body=body):
                    found.setdefault(f"{within}{name}", _below_fields(body))
                    look(body, f"{within}{name}.")
                case ast.FunctionDef(name=name, body=body) | ast.AsyncFunctionDef(name=name, body=body):
                    look(body, f"{within}{name}.<locals>.")
                case ast.If() | ast.Try() | ast.ExceptHandler() | ast.With() | ast.For() | ast.While():
                    look(ast.iter_child_nodes(node), within)

    look(ast.parse(source).body, "")
    return found


def _below_fields(statements: Iterable[ast.stmt]) -> Mapping[str, str]:
    """The docstring below each field of a class."""
    words: dict[str, str] = {}
    for field, text in itertools.pairwise(statements):
        match field, text:
            case ast.AnnAssign(target=ast.Name(id=name)), ast.Expr(value=ast.Constant(value=str(said))):
                words[name] = inspect.cleandoc(said).replace("\n", " ")
    return words
