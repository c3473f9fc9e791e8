"""Which fields of a resource a sighting does not show: they have to be read."""

from collections.abc import Iterable
from typing import Any

from reconciler.contract import Adapter, Sighting, Wired
from reconciler.members import get_member
from reconciler.shapes import Shape, fields_of


def known(adapter: Adapter[Any], name: str, shape: Shape, sighting: Sighting, written: Any) -> bool:
    """Whether a sighting already shows all that is asked of one field; absent means unknown, never null."""
    if name in adapter.reads.listed or name in sighting.complete:
        return True
    value = get_member(sighting.settings, shape.wire or name)
    if value is None:
        return False
    if name not in adapter.reads.partly_listed or not written:
        return name not in adapter.reads.partly_listed
    rows, found = (written, value) if isinstance(written, list) else ([written], [value])
    shapes = shape.items.fields if shape.items else shape.fields
    wires = {shapes[inner].wire or inner for row in rows for inner in row}
    return all(get_member(each, wire) is not None for each in found for wire in wires)


def unread(adapter: Adapter[Any], fields: Iterable[str], members: Wired) -> frozenset[str]:
    """Those of these fields whose present value has to be read before they can be sent whole."""
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
