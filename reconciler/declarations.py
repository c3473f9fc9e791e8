"""What is wrong with the declaration of a kind, found when its class is made: names that do not exist, and contradictions."""

import inspect
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches
from typing import Any

from reconciler.service import Service
from reconciler.shapes import fields_of

KIND = re.compile(r"[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*")
PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
PLACEHOLDERS = frozenset({"partition", "region", "account", "name"})
NAME = "name"
"""The field that stands for AWS's name of the resource: in `updates`, and in a plan where somebody renamed it."""


class BadDeclaration(TypeError):
    """A kind declares something that cannot be; says which file, which class and what, all at once."""


def check_declaration(adapter: Any, known: frozenset[str]) -> None:
    """Look at the class of a kind; `known` are the names that a kind may declare.

    Raises:
        BadDeclaration: with one line for each mistake.
    """
    problems = [*_unknown(adapter, known), *_of_kind(adapter)]
    if problems:
        module = sys.modules.get(adapter.__module__)
        where = inspect.getsourcefile(module) if module else None
        lines = "".join(f"\n  {each}" for each in problems)
        raise BadDeclaration(f"{where or adapter.__module__}: {adapter.__qualname__}:{lines}")


def _unknown(adapter: Any, known: frozenset[str]) -> Iterator[str]:
    """Names that no kind can declare: a misspelt one would be ignored without a word."""
    for name, value in vars(adapter).items():
        declares = not name.startswith("_") and not callable(value) and not _is_method(value)
        if declares and name not in known:
            near = get_close_matches(name, known, 1)
            hint = f"; did you mean {near[0]}" if near else ""
            yield f"{name}: there is no such declaration{hint}"


def _is_method(value: Any) -> bool:
    return isinstance(value, property | classmethod | staticmethod)


def _of_kind(adapter: Any) -> Iterator[str]:
    if not KIND.fullmatch(adapter.kind):
        yield f"kind: {adapter.kind!r} is not of the form service.kind"
    if not isinstance(adapter.service, Service):
        yield "service: expected a reconciler.service.Service"
    yield from _of_arns(getattr(adapter, "arns", ()))
    yield from _of_fields(adapter)


def _of_arns(arns: Iterable[str]) -> Iterator[str]:
    patterns = tuple(arns)
    if not patterns:
        yield "arns: at least one pattern is needed; IAM would have to allow the kind's calls on everything"
    for each in patterns:
        others = sorted(set(PLACEHOLDER.findall(each)) - PLACEHOLDERS)
        if not each.startswith("arn:"):
            yield f"arns: {each!r} does not begin with arn:"
        if others:
            yield f"arns: {each!r}: {{{others[0]}}} is none of {', '.join(sorted(PLACEHOLDERS))}"


def _of_fields(adapter: Any) -> Iterator[str]:
    """Fields that are named and do not exist, or that two groups of updates carry."""
    fields = frozenset(fields_of(adapter.model))
    grouped = [name for group in adapter.updates for name in group.fields]
    named: Mapping[str, Iterable[str]] = {
        "create": adapter.create.fields,
        "needed": adapter.needed,
        "updates": (name for name in grouped if name != NAME),
        "fixed": adapter.fixed,
        "write_only": adapter.write_only,
        "deferrable": adapter.deferrable,
        "listed_fields": adapter.listed_fields,
        "partially_listed": adapter.partially_listed,
        "granted_for": adapter.granted_for,
    }
    for place, names in named.items():
        for name in sorted(set(names) - fields):
            near = get_close_matches(name, fields, 1)
            hint = f"; did you mean {near[0]}" if near else ""
            yield f"{place}: {adapter.model.__name__} has no field {name}{hint}"
    for name in sorted({each for each in grouped if grouped.count(each) > 1}):
        yield f"updates: {name} is in more than one group"
    for name in sorted(adapter.fixed & set(grouped)):
        yield f"fixed: {name} is in updates too; either create alone sends it, or an update does"
    only_created = {*adapter.fixed, *adapter.write_only, *adapter.needed, *adapter.deferrable}
    for name in sorted(only_created - set(adapter.create.fields)):
        yield f"create: {name} is fixed, write_only, needed or deferrable, and create does not send it"
