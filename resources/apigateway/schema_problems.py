"""Finds what API Gateway does not import of schemas and references.

Source: "Amazon API Gateway important notes for REST APIs" (https://docs.aws.amazon.com/apigateway/latest/developerguide/
api-gateway-known-issues.html).
"""

from collections.abc import Iterator, Mapping
from typing import Any

from reconciler.model import Finding
from reconciler.openapi.reading import a_map, operations_in

Path = tuple[str | int, ...]
SCHEMA, PROPERTIES = "schema", "properties"
NOT_IMPORTED: Mapping[str, str] = {
    "anyOf": "write one schema",
    "oneOf": "write one schema",
    "exclusiveMinimum": "write minimum",
    "exclusiveMaximum": "write maximum",
    "nullable": "leave it out",
    "discriminator": "leave it out",
    "readOnly": "leave it out",
    "writeOnly": "leave it out",
}
"""By keyword: what to do instead."""
OF_3_1: Mapping[str, str] = {
    "const": "write enum with one value",
    "examples": "write example, or leave it out",
    "prefixItems": "write items",
    "$defs": "write components.schemas",
    "$id": "leave it out",
    "$anchor": "leave it out",
    "contentMediaType": "leave it out",
    "contentEncoding": "leave it out",
    "unevaluatedProperties": "write additionalProperties",
    "dependentSchemas": "leave it out",
    "dependentRequired": "leave it out",
    "if": "leave it out",
    "then": "leave it out",
    "else": "leave it out",
    "patternProperties": "write additionalProperties",
}
"""Keywords of OpenAPI 3.1, whose schemas are those of JSON Schema 2020-12."""


def schema_findings(doc: Mapping[str, Any]) -> Iterator[Finding]:
    """What no import takes, in every schema of models, bodies and responses."""
    for path, schema in _schemas(doc):
        yield from _of_schema(schema, path)


def _schemas(doc: Mapping[str, Any]) -> Iterator[tuple[Path, Any]]:
    for name, schema in a_map(a_map(doc.get("components")).get("schemas")).items():
        yield ("components", "schemas", name), schema
    for path, _, member, operation in operations_in(doc):
        at: Path = ("paths", path, member)
        yield from _contents(operation.get("requestBody"), (*at, "requestBody"))
        for code, response in a_map(operation.get("responses")).items():
            yield from _contents(response, (*at, "responses", code))


def _contents(holder: Any, at: Path) -> Iterator[tuple[Path, Any]]:
    for media, described in a_map(a_map(holder).get("content")).items():
        if SCHEMA in a_map(described):
            yield (*at, "content", media, SCHEMA), described[SCHEMA]


def _of_schema(schema: Any, at: Path) -> Iterator[Finding]:
    if not isinstance(schema, Mapping):
        return
    for word, instead in NOT_IMPORTED.items():
        if word in schema:
            yield Finding(f"API Gateway does not import {word}; {instead}", (*at, word))
    for word, instead in OF_3_1.items():
        if word in schema:
            yield Finding(
                f"{word} is of OpenAPI 3.1, which API Gateway does not import; {instead}", (*at, word)
            )
    if isinstance(schema.get("type"), list):
        said = "a list of types is of OpenAPI 3.1, which API Gateway does not import; write one type"
        yield Finding(said, (*at, "type"))
    for name, each in a_map(schema.get(PROPERTIES)).items():
        yield from _of_schema(each, (*at, PROPERTIES, name))
    for word in ("items", "additionalProperties", "not"):
        yield from _of_schema(schema.get(word), (*at, word))
    for number, each in enumerate(schema.get("allOf") or ()):
        yield from _of_schema(each, (*at, "allOf", number))


def reference_findings(value: Any, at: Path = (), doc: Any = None) -> Iterator[Finding]:
    """References that lead nowhere, or out of the document."""
    root = value if doc is None else doc
    if isinstance(value, Mapping):
        target = value.get("$ref")
        if isinstance(target, str):
            if not target.startswith("#/"):
                yield Finding(
                    f"API Gateway follows no reference to another file ({target}); write it here",
                    (*at, "$ref"),
                )
            elif not _leads(root, target):
                yield Finding(f"the reference {target} leads nowhere in this document", (*at, "$ref"))
        for name, each in value.items():
            yield from reference_findings(each, (*at, name), root)
    elif isinstance(value, list):
        for number, each in enumerate(value):
            yield from reference_findings(each, (*at, number), root)


def _leads(root: Any, target: str) -> bool:
    node: Any = root
    for step in target[2:].split("/"):
        name = step.replace("~1", "/").replace("~0", "~")
        if not isinstance(node, Mapping) or name not in node:
            return False
        node = node[name]
    return True
