"""Checks the declaration of a kind when its class is defined: unknown names, and contradictions."""

import inspect
import re
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from difflib import get_close_matches
from typing import Any

from reconciler.field_schema import Shape, fields_of
from reconciler.interpolation import KIND

ATTRIBUTE = re.compile(r"[a-z][a-z0-9_]*")
PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
PLACEHOLDERS = frozenset({"partition", "region", "account", "name", "id"})
OF_CONSOLE = frozenset({"region", "account", "name", "name_twice", "id", "arn"})
CHOSEN_BY = frozenset({"id", "name", "tags"})
"""The keys that `existing` may take, besides fields."""
EXISTS = "exists"
"""The check of `reconciler smoke` that every kind has."""
NAME = "name"
"""The field for the resource's name in AWS: in `updates`, and in a plan if the resource was renamed."""


class BadDeclaration(TypeError):
    """Raised for a wrong declaration; its text names the file, the class and all mistakes."""

    def __init__(self, where: str, name: str, problems: Sequence[str]) -> None:
        super().__init__(where, name, problems)
        self.lines = [f"{where}: {name}: {each}" for each in problems]
        """One line for each mistake, with the file and the class."""
        self._told = f"{where}: {name}:" + "".join(f"\n  {each}" for each in problems)

    def __str__(self) -> str:
        return self._told


class BadKinds(Exception):
    """Raised for packages with kinds that cannot be used; a line for each mistake names the package, place and reason."""

    def __init__(self, lines: Sequence[str]) -> None:
        super().__init__("\n".join(lines))
        self.lines = lines


def check_declaration(
    adapter: Any, known: frozenset[str], expected: Mapping[str, type | tuple[type, ...]]
) -> None:
    """Check the class of a kind; `known` are the names that a kind may declare, `expected` the types of some of them.

    Raises:
        BadDeclaration: with one line for each mistake.
    """
    untyped = list(_of_another_type(adapter, expected))
    problems = [*_unknown(adapter, known), *untyped, *(() if untyped else _of_kind(adapter))]
    if problems:
        raise BadDeclaration(_place(adapter), adapter.__qualname__, problems)


def _place(adapter: Any) -> str:
    """The file of a class, with its line if Python finds it."""
    module = sys.modules.get(adapter.__module__)
    where = inspect.getsourcefile(module) if module else None
    try:
        _, line = inspect.getsourcelines(adapter)
    except (OSError, TypeError):
        return where or str(adapter.__module__)
    return f"{where}:{line}"


def _unknown(adapter: Any, known: frozenset[str]) -> Iterator[str]:
    """Names that no kind can declare: otherwise a misspelled one would be ignored."""
    for name, value in vars(adapter).items():
        declares = not name.startswith("_") and not callable(value) and not _is_method(value)
        if declares and name not in known:
            near = get_close_matches(name, known, 1)
            hint = f"; did you mean {near[0]}" if near else ""
            yield f"{name}: there is no such declaration{hint}"


def _of_another_type(adapter: Any, expected: Mapping[str, type | tuple[type, ...]]) -> Iterator[str]:
    """Missing declarations, and those of a wrong type; other checks run only if there are none."""
    for name, types in expected.items():
        of = types if isinstance(types, tuple) else (types,)
        if not isinstance(getattr(adapter, name, None), of):
            yield f"{name}: expected {' or '.join(each.__name__ for each in of)}"


def _is_method(value: Any) -> bool:
    return isinstance(value, property | classmethod | staticmethod)


def _of_kind(adapter: Any) -> Iterator[str]:
    if not KIND.fullmatch(adapter.kind):
        yield f"kind: {adapter.kind!r} is not of the form service.kind"
    yield from _of_arns(adapter.identity.arns, frozenset(adapter.identity.unwritten))
    yield from _of_console(adapter)
    for name in sorted(adapter.attributes):
        if name in ("id", "name") or not ATTRIBUTE.fullmatch(name):
            yield f"attributes: {name} is no name for one: a to z, 0 to 9 and _, and not id or name"
    for name in sorted(adapter.checks):
        if name == EXISTS or not ATTRIBUTE.fullmatch(name):
            yield f"checks: {name} is no name for one: a to z, 0 to 9 and _, and not {EXISTS}"
    yield from _of_ways(adapter)
    yield from _of_reads(adapter)
    yield from _of_fields(adapter)
    further = any(getattr(adapter.delete, name, None) for name in ("before", "after", "progress"))
    if further != bool(getattr(adapter.delete, "calls", ())):
        yield "delete: declare both before or after (the requests) or progress, and calls (their operations), or neither"
    yield from _of_maps(adapter.model.__name__, fields_of(adapter.model), frozenset())


def _of_maps(path: str, shapes: Mapping[str, Shape], above: frozenset[Any]) -> Iterator[str]:
    """Maps from which no file could remove an entry."""
    for name, shape in shapes.items():
        inner = shape
        while inner.items:
            inner = inner.items
        if shape.whole or (inner.part and inner.part in above):
            continue
        if inner.values and not (inner.whole or inner.values.nullable):
            yield f"{path}.{name}: no entry can be removed from this map: let its values be null, or mark it Whole()"
        yield from _of_maps(f"{path}.{name}", inner.fields, above | {inner.part})


def _of_ways(adapter: Any) -> Iterator[str]:
    """Declarations of create and delete that need another declaration."""
    if adapter.create.upsert and adapter.identity.name is None:
        yield "create: upsert needs a name by which the engine can look for what the operation would overwrite"
    if adapter.create.before_delete:
        yield from _of_two_at_once(adapter)
    elif adapter.create.copies:
        yield "create: copies needs before_delete: the old resource stays"
    told = not _inherited(adapter, "scheduled")
    restored = getattr(adapter.delete, "restore", None) is not None
    if restored and not told:
        yield "delete: restore is declared, but the method scheduled is missing"
    if told and not restored:
        yield "delete: the method scheduled is called only if restore is declared"


def _of_two_at_once(adapter: Any) -> Iterator[str]:
    """Mistakes of a kind whose new resource is created before the old one is deleted."""
    renamed = adapter.identity.name and any(NAME in group.fields for group in adapter.updates)
    if adapter.tagging is None and not renamed:
        yield "create: before_delete needs tags or an update of the name: the old resource has to be marked first"
    if adapter.create.copies and adapter.tagging is None:
        yield "create: copies needs tags: they show which resource was replaced and stays"
    if adapter.create.upsert:
        yield "create: before_delete needs two resources at once, and an upsert creates no second one"
    if getattr(adapter.delete, "frees_names", False):
        yield "create: before_delete, and delete.frees: a name that has to be freed first cannot belong to two resources"


def _of_reads(adapter: Any) -> Iterator[str]:
    """Fields that no read shows."""
    reads = adapter.reads
    for name in sorted(reads.remembered - reads.alone.keys()):
        yield f"reads: {name} is remembered, and reads.alone does not say how it is read"
    if reads.types_in and not (reads.rows_in and reads.types_in in reads.list_with):
        yield f"reads: types_in needs the types of this kind in list_with[{reads.types_in!r}], and rows_in"
    if not reads.list and _inherited(adapter, "list"):
        yield "reads: name the operation that lists resources, or define the method list"
    if reads.get or not (_inherited(adapter, "get_fields") and _inherited(adapter, "describe")):
        return
    shown = {*reads.alone, *reads.listed, *adapter.create.write_only, NAME}
    sent = {*adapter.create.fields, *(name for group in adapter.updates for name in group.fields)}
    for name in sorted(sent - shown):
        yield f"reads: no read returns {name}: name the operation that gets one resource, or how the field is read on its own"


def _inherited(adapter: Any, method: str) -> bool:
    """Whether a kind does not override a method."""
    return bool(getattr(adapter, method).__qualname__ == f"Adapter.{method}")


def _of_console(adapter: Any) -> Iterator[str]:
    """Mistakes of the address of its page in the console."""
    known = {*OF_CONSOLE, *(("parent",) if adapter.parent else ())}
    others = sorted(set(PLACEHOLDER.findall(adapter.console)) - known)
    if adapter.console and not adapter.console.startswith("https://"):
        yield f"console: {adapter.console!r} does not begin with https://"
    if others:
        yield f"console: {adapter.console!r}: {{{others[0]}}} is none of {', '.join(sorted(known))}"


def _of_arns(arns: Iterable[str], fields: frozenset[str]) -> Iterator[str]:
    known = PLACEHOLDERS | fields
    patterns = tuple(arns)
    if not patterns:
        yield "identity: at least one pattern is needed; IAM would have to allow the kind's calls on everything"
    for each in patterns:
        others = sorted(set(PLACEHOLDER.findall(each)) - known)
        if not each.startswith("arn:"):
            yield f"identity: {each!r} does not begin with arn:"
        if others:
            yield f"identity: {each!r}: {{{others[0]}}} is none of {', '.join(sorted(known))}"


def _of_fields(adapter: Any) -> Iterator[str]:
    """Fields that are named and do not exist, or that two groups of updates contain."""
    fields = frozenset(fields_of(adapter.model))
    grouped = [name for group in adapter.updates for name in group.fields]
    named: Mapping[str, Iterable[str]] = {
        "identity.unwritten": adapter.identity.unwritten,
        "create": adapter.create.fields,
        "create.needed": adapter.create.needed,
        "updates": (name for name in grouped if name != NAME),
        "create.fixed": adapter.create.fixed,
        "create.write_only": adapter.create.write_only,
        "create.deferrable": adapter.create.deferrable,
        "reads.alone": adapter.reads.alone,
        "reads.together": adapter.reads.together,
        "reads.remembered": adapter.reads.remembered,
        "reads.listed": adapter.reads.listed,
        "reads.partly_listed": adapter.reads.partly_listed,
        "reads.details": adapter.reads.details,
        "granted_for": adapter.granted_for,
        "compared": adapter.compared,
        "defaults": adapter.defaults,
        "attributes": (name for each in adapter.attributes.values() for name in each.follows),
    }
    for place, names in named.items():
        for name in sorted(set(names) - fields):
            near = get_close_matches(name, fields, 1)
            hint = f"; did you mean {near[0]}" if near else ""
            yield f"{place}: {adapter.model.__name__} has no field {name}{hint}"
    for group in adapter.updates:
        sides = [side for choice in getattr(group, "alternatives", ()) for side in choice]
        for name in sorted({name for side in sides for name in side} - set(group.fields)):
            yield f"updates: {name} is an alternative, but not a field of its group"
    for name in sorted(adapter.identity.chosen_by - CHOSEN_BY - adapter.reads.listed):
        yield f"identity.chosen_by: {name} is none of {', '.join(sorted(CHOSEN_BY))}, and no field in reads.listed"
    for name in sorted({each for each in grouped if grouped.count(each) > 1}):
        yield f"updates: {name} is in more than one group"
    for name in sorted(adapter.create.fixed & set(grouped)):
        yield f"create.fixed: {name} is in updates too; only create sends it, or an update does"
    only_created = {
        *adapter.create.fixed,
        *adapter.create.write_only.difference(grouped),
        *adapter.create.needed,
        *adapter.create.deferrable,
    }
    for name in sorted(only_created - set(adapter.create.fields)):
        yield f"create: {name} is fixed, write_only, needed or deferrable, and create does not send it"
