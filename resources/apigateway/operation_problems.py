"""Finds operations, parameters and responses of an OpenAPI document that have another shape than the specification's.

What has another shape would be left out without a word: a method that is misspelled, a parameter without a name.

Sources: OpenAPI Specification 3.0.3 (Path Item, Operation, Parameter, Responses); PutMethodResponse (Amazon API Gateway API Reference).
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from reconciler.model import Finding
from reconciler.openapi.normal import VERBS
from reconciler.openapi.reading import ANY_METHOD

Path = tuple[str | int, ...]
STATUS = re.compile(r"[1-5]\d\d")
METHODS = (*sorted(each.lower() for each in VERBS if each != "ANY"), ANY_METHOD)
BESIDE = frozenset({"$ref", "summary", "description", "servers", "parameters"})
"""Members of a path that are no methods."""
PLACES = ("path", "query", "header", "cookie")


def shape_findings(document: Mapping[str, Any]) -> Iterator[Finding]:
    """The mistakes in the shapes of all paths, each with its place."""
    for path, item in document["paths"].items():
        if not isinstance(item, Mapping):
            continue
        at: Path = ("paths", path)
        yield from _parameters(item, at)
        for member, operation in item.items():
            place = (*at, member)
            if member in METHODS and isinstance(operation, Mapping):
                yield from _parameters(operation, place)
                yield from _responses(operation, place)
            elif member in METHODS:
                yield Finding("expected an operation: a mapping", place)
            elif member not in BESIDE and not member.startswith("x-"):
                yield Finding(f"API Gateway has no method {member}, only {', '.join(METHODS)}", place)


def _parameters(holder: Mapping[str, Any], at: Path) -> Iterator[Finding]:
    rows = holder.get("parameters", [])
    if not isinstance(rows, list):
        yield Finding("expected a list of parameters", (*at, "parameters"))
        return
    for number, row in enumerate(rows):
        place = (*at, "parameters", number)
        if not isinstance(row, Mapping):
            yield Finding("expected a parameter: a mapping with name and in", place)
        elif "$ref" not in row:
            if not (isinstance(row.get("name"), str) and row["name"]):
                yield Finding("a parameter needs name", place)
            if row.get("in") not in PLACES:
                where = (*place, "in") if "in" in row else place
                yield Finding(f"a parameter is in one of {', '.join(PLACES)}", where)


def _responses(operation: Mapping[str, Any], at: Path) -> Iterator[Finding]:
    responses = operation.get("responses", {})
    if not isinstance(responses, Mapping):
        yield Finding("expected a mapping of statuses", (*at, "responses"))
        return
    for status in responses:
        name = str(status)
        if name != "default" and not STATUS.fullmatch(name) and not name.startswith("x-"):
            yield Finding(f"expected a status, as '200', or default, not {name}", (*at, "responses", status))
