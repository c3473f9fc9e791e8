"""The filter of a budget: its meaning, and its mistakes.

Source: https://docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_budgets_Expression.html
"""

import json
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from typing import Any

from reconciler.model import DocumentContext, Finding

LISTS, NOT = ("And", "Or"), "Not"
LEAVES = ("Dimensions", "Tags", "CostCategories", "ProductAttributes")
MEMBERS = ("Key", "Values", "MatchOptions")
EXPRESSIONS = (*LISTS, NOT, *LEAVES)


def canonical(expression: Any) -> Any:
    """The expression with its lists in a fixed order: the order has no meaning."""
    if isinstance(expression, Mapping):
        return {name: canonical(value) for name, value in expression.items()}
    if isinstance(expression, list):
        return sorted(map(canonical, expression), key=lambda each: json.dumps(each, sort_keys=True))
    return expression


def mistakes(expression: Any, _context: DocumentContext) -> Iterator[Finding]:
    """What AWS would refuse, each with its path."""
    return _mistakes(expression, ())


def _mistakes(expression: Any, path: tuple[str | int, ...]) -> Iterator[Finding]:
    if not isinstance(expression, Mapping):
        yield Finding("expected an expression, such as {Dimensions: {Key: SERVICE, Values: [...]}}", path)
        return
    yield from _unknown(expression, EXPRESSIONS, path)
    if len(expression) != 1:
        yield Finding(f"an expression has exactly one of {', '.join(EXPRESSIONS)}", path)
    for name in LISTS:
        if name not in expression:
            continue
        inner = expression[name]
        if not isinstance(inner, list) or len(inner) < 2:
            yield Finding(f"{name} is a list of at least two expressions", (*path, name))
            continue
        for number, each in enumerate(inner):
            yield from _mistakes(each, (*path, name, number))
    if NOT in expression:
        yield from _mistakes(expression[NOT], (*path, NOT))
    for name in LEAVES:
        if name in expression:
            yield from _leaf(expression[name], (*path, name))


def _leaf(leaf: Any, path: tuple[str | int, ...]) -> Iterator[Finding]:
    if not isinstance(leaf, Mapping) or "Key" not in leaf:
        yield Finding("expected {Key: ..., Values: [...]}", path)
        return
    yield from _unknown(leaf, MEMBERS, path)
    for name in MEMBERS[1:]:
        values = leaf.get(name, [])
        if not isinstance(values, list) or not all(isinstance(each, str) for each in values):
            yield Finding(f"{name} is a list of texts", (*path, name))


def _unknown(
    found: Mapping[str, Any], known: tuple[str, ...], path: tuple[str | int, ...]
) -> Iterator[Finding]:
    for name in found:
        if name not in known:
            near = get_close_matches(name, known, 1)
            hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(known)}"
            yield Finding(f"there is no {name}; {hint}", (*path, name))
