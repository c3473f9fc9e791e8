"""Completes a row with the attributes that no bulk read shows."""

from dataclasses import replace

from reconciler.inventory.listing import Row
from reconciler.inventory.source import Source


def with_attributes(row: Row, source: Source) -> Row:
    """A row with every attribute that its resource has, those included that a bulk read does not show.

    Raises:
        CallError: one of them could not be read.
    """
    if row.sighting is None:
        return row
    names = source.kinds[row.key.kind].attributes
    found = {name: source.attribute(row.key, row.sighting, name) for name in names}
    return replace(row, facts={name: value for name, value in found.items() if value})
