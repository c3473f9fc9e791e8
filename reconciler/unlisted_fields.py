"""Finds the fields of a resource that a list does not show, so that they must be read."""

from collections.abc import Collection, Mapping
from typing import Any, NamedTuple

from reconciler.contract import Adapter, Sighting, Wired
from reconciler.field_schema import Shape, fields_of
from reconciler.members import get_member
from reconciler.model import Settings
from reconciler.stack import Key


class Reading(NamedTuple):
    """The managed fields of one resource, with AWS's names."""

    key: Key
    sighting: Sighting
    fields: Mapping[str, Shape]
    members: Mapping[str, Any]


def not_shown(
    adapter: Adapter[Any], fields: Collection[str], sighting: Sighting, written: Settings
) -> frozenset[str]:
    """The fields that a sighting does not show completely; a missing member is unknown, not null."""
    shapes, listed, partly = fields_of(adapter.model), adapter.reads.listed, adapter.reads.partly_listed
    shown = {
        name
        for name in fields
        if name in listed
        or name in sighting.complete
        or (
            get_member(sighting.settings, shapes[name].wire or name) is not None
            and (name not in partly or _shows_all(name, shapes[name], sighting, written))
        )
    }
    return frozenset(name for name in fields if name not in shown)


def _shows_all(name: str, shape: Shape, sighting: Sighting, written: Settings) -> bool:
    """Whether a partly listed field shows every written member."""
    asked, value = written.get(name), get_member(sighting.settings, shape.wire or name)
    if not asked:
        return False
    shapes = shape.items.fields if shape.items else shape.fields
    if isinstance(asked, Mapping):
        return all(get_member(value, shapes[inner].wire or inner) is not None for inner in asked)
    wires = {shapes[inner].wire or inner for row in asked for inner in row}
    return all(get_member(row, wire) is not None for row in value for wire in wires)


def unread(adapter: Adapter[Any], fields: Collection[str], members: Wired) -> frozenset[str]:
    """The fields whose present value must be read before they can be sent whole."""
    shapes = fields_of(adapter.model)
    return frozenset(
        name
        for name in fields
        if name in shapes
        and name not in adapter.create.write_only
        and (
            name in adapter.reads.partly_listed
            or (name not in adapter.reads.listed and get_member(members, shapes[name].wire or name) is None)
        )
    )
