"""Reads further attributes of live resources, which no bulk read shows."""

from dataclasses import replace

from reconciler.contract import Sighting
from reconciler.errors import members_needed
from reconciler.inventory.listing import Row
from reconciler.observing.observer import ReadContext
from reconciler.stack import Key


def with_attributes(row: Row, context: ReadContext) -> Row:
    """A row with every attribute that its resource has, those included that a bulk read does not show.

    Raises:
        CallError: one of them could not be read.
    """
    if row.sighting is None:
        return row
    names = context.kinds[row.key.kind].attributes
    found = {
        name: row.facts.get(name) or read_attribute(row.key, row.sighting, name, context) for name in names
    }
    return replace(row, facts={name: value for name, value in found.items() if value})


def read_attribute(key: Key, sighting: Sighting, name: str, context: ReadContext) -> str | None:
    """Read one attribute of a live resource; None if it does not have it.

    Raises:
        CallError: it could not be read.
    """
    adapter = context.kinds[key.kind]
    with members_needed("read"):
        return adapter.attribute(context.api_of(adapter.service.name), sighting, name)
