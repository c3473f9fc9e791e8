"""Finds the resource and the method of a request: static parts of a path before variables, these before greedy ones.

Sources: "Set up a proxy integration with a proxy resource", "Set up a method using the console" (API Gateway Developer Guide).
"""

from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from reconciler.sandbox.moto_patches.apigateway.parts import Item, Parts

ANY = "ANY"
STATIC, VARIABLE, GREEDY = range(3)


@dataclass(frozen=True)
class Route:
    """The resource and the method of a request, and the values of the variables in its path, as they were sent."""

    resource: Item
    method: Item
    variables: dict[str, str]


def route_of(parts: Parts, verb: str, path: str) -> Route | None:
    """The route of a request; None if the API has none. A slash at the end of the path does not matter."""
    steps = _steps(path)
    found: list[tuple[tuple[int, ...], Item, dict[str, str]]] = []
    for id_, verbs in parts.methods.items():
        resource = parts.resources[id_]
        matched = _match(_steps(resource["path"]), steps) if verbs else None
        if matched is not None:
            found.append((matched[0], resource, matched[1]))
    if not found:
        return None
    _, resource, variables = min(found, key=lambda each: each[0])
    methods: dict[str, Any] = parts.methods[resource["id"]]
    method = methods.get(verb) or methods.get(ANY)
    return Route(resource, method, variables) if method else None


def _steps(path: str) -> list[str]:
    trimmed = path.rstrip("/")
    return trimmed.split("/")[1:] if trimmed else []


def _match(template: list[str], steps: list[str]) -> tuple[tuple[int, ...], dict[str, str]] | None:
    """How specific a template is for a path, part by part, and the values of its variables; None if it does not match."""
    ranks: list[int] = []
    values: dict[str, str] = {}
    for number, part in enumerate(template):
        if number >= len(steps) or (not steps[number] and part.startswith("{")):
            return None
        if part.endswith("+}"):
            values[part[1:-2]] = "/".join(steps[number:])
            return (*ranks, GREEDY), values
        if part.startswith("{"):
            values[part[1:-1]] = steps[number]
            ranks.append(VARIABLE)
        elif part in {steps[number], unquote(steps[number])}:
            ranks.append(STATIC)
        else:
            return None
    return (tuple(ranks), values) if len(template) == len(steps) else None
