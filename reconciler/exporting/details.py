"""Which fields an export reads: those that need calls for each resource only if they are few, or on demand."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from reconciler.contract import Adapter, Sighting
from reconciler.field_schema import Shape, fields_of
from reconciler.members import get_member
from reconciler.stack import Key
from reconciler.unlisted_fields import not_shown

AT_MOST = 500
"""So many calls for details are always made: four minutes at the quota of most operations of Amazon Connect."""


@dataclass(frozen=True)
class Fields:
    """The fields of one resource, with AWS's names, and those of them that no list shows."""

    key: Key
    sighting: Sighting
    shapes: Mapping[str, Shape]
    unlisted: frozenset[str]


@dataclass
class Details:
    """Details that an export does not read."""

    calls: int = 0
    """How many calls would read them."""
    fields: dict[str, set[str]] = field(default_factory=dict)
    """By kind: their fields."""


def all_fields(adapter: Adapter[Any], key: Key, row: Sighting) -> Fields:
    """All fields of a resource that AWS reports; without its tags, which are read before, and without its parent."""
    hidden = {*adapter.create.write_only, "tags"}
    if adapter.parent:
        hidden.add(adapter.parent.rpartition(".")[2])
    shapes = {name: shape for name, shape in fields_of(adapter.model).items() if name not in hidden}
    # A field of which the list shows a part is read whole: nothing is written yet.
    return Fields(key, row, shapes, not_shown(adapter, shapes, row, {}))


def without_details(adapter: Adapter[Any], given: Fields) -> Fields:
    """The fields without details that the list does not show; of a structure, the members that it shows are kept."""
    left = given.unlisted & adapter.reads.details
    partly = {
        name
        for name in left & adapter.reads.partly_listed
        if get_member(given.sighting.settings, given.shapes[name].wire or name) is not None
    }
    shapes = {name: shape for name, shape in given.shapes.items() if name not in left - partly}
    return Fields(given.key, given.sighting, shapes, given.unlisted - left)


def details_of(kinds: Mapping[str, Adapter[Any]], given: Iterable[Fields]) -> Details:
    """The details of these resources that no list shows."""
    found = Details()
    for each in given:
        adapter = kinds[each.key.kind]
        details = each.unlisted & adapter.reads.details
        if details:
            found.calls += _calls(adapter, each.unlisted) - _calls(adapter, each.unlisted - details)
            found.fields.setdefault(adapter.kind, set()).update(details)
    return found


def _calls(adapter: Adapter[Any], fields: frozenset[str]) -> int:
    """How many calls read these fields of one resource."""
    alone = adapter.reads.alone
    return len({alone[name] for name in fields & alone.keys()}) + bool(fields - alone.keys())
