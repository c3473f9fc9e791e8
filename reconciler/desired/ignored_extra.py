"""Reads `ignore` of `stack.yaml`: what lives beside the stack and is not reported."""

import re
from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from typing import Any

from reconciler.contract import Adapter
from reconciler.desired.header import Header
from reconciler.desired.mistakes import Mistakes, ValuePath
from reconciler.desired.nodes import Node
from reconciler.desired.phrases import listed, quoted
from reconciler.desired.variables import Variables
from reconciler.field_schema import fields_of
from reconciler.stack import IgnoredExtra, Place

WILD = re.compile(r"[*?\[]")


def ignored_extra(
    header: Header, variables: Variables, kinds: Mapping[str, Adapter[Any]], mistakes: Mistakes
) -> Iterator[IgnoredExtra]:
    """The entries of `ignore`, each with its place; a mistake for each unknown kind or field, and for repeated entries."""
    node = header.nodes.get("ignore")
    seen: dict[tuple[str, str | None], Place] = {}
    for index, entry in enumerate(node.value if node and isinstance(node.value, list) else []):
        trail = ValuePath(ValuePath("", "ignore"), index)
        texts = {
            name: _filled(member, variables, ValuePath(trail, name)) for name, member in entry.members.items()
        }
        resource, field, reason = (texts.get(name) for name in ("resource", "field", "reason"))
        if resource is None or reason is None or any(mistakes.doubted(each.place) for each in _all(entry)):
            continue
        place = entry.members["resource"].place
        if not _check(entry, (resource, field), kinds, mistakes, trail):
            continue
        if (resource, field) in seen:
            said = f"line {seen[resource, field].line} has the same entry; remove one of them"
            mistakes.add(place, said, ValuePath(trail, "resource"))
            continue
        seen[resource, field] = place
        yield IgnoredExtra(resource, reason, place, field, texts.get("until"))


def _all(entry: Node) -> Iterator[Node]:
    yield entry
    yield from entry.members.values()


def _filled(node: Node, variables: Variables, trail: ValuePath) -> str | None:
    """The text of a member with its variables filled in; None if it is not a text."""
    found = variables.fill(node.value, node.place, trail) if isinstance(node.value, str) else None
    return found if isinstance(found, str) else None


def _check(
    entry: Node,
    names: tuple[str, str | None],
    kinds: Mapping[str, Adapter[Any]],
    mistakes: Mistakes,
    trail: ValuePath,
) -> bool:
    """Whether the entry may name something; otherwise its mistake is noted."""
    resource, field = names
    kind, slash, name = resource.partition("/")
    if not slash or not name:
        return False  # its form is a mistake already, or a variable is
    meant = [each for each in sorted(kinds) if fnmatchcase(each, kind)]
    if not meant:
        near = mistakes.near(kind, kinds) or "; `reconciler kinds` lists them"
        said = f"no kind named {quoted(kind)} is known{near}"
        mistakes.add(entry.members["resource"].place, said, ValuePath(trail, "resource"))
        return False
    top = (field or "").partition(".")[0]
    known = sorted({each for one in meant for each in fields_of(kinds[one].model)})
    if top and not WILD.search(top) and top not in known:
        near = mistakes.near(top, known) or f"; the fields are {listed(known)}"
        said = f"{meant[0] if len(meant) == 1 else quoted(kind)} has no field {quoted(top)}{near}"
        mistakes.add(entry.members["field"].place, said, ValuePath(trail, "field"))
        return False
    return True
