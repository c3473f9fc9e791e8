"""Reads a field of many resources of a kind with one operation, where that takes fewer calls than one read each."""

from collections.abc import Collection, Iterable
from dataclasses import replace
from typing import Any

import structlog

from reconciler.contract import Adapter, Api, Sighting, Wired
from reconciler.errors import CallError, members_needed
from reconciler.field_schema import fields_of

log = structlog.get_logger(__name__)

FEW = 3
"""Fewer resources than this are read one by one."""


def with_bulk_fields(
    adapter: Adapter[Any], api: Api, unknown: Iterable[tuple[Sighting, Collection[str]]]
) -> list[Sighting]:
    """The sightings that now show a further field, of those that lack fields; the other ones are read one by one.

    `unknown` is each sighting with the fields that it does not show. If AWS refuses a bulk read, or if an item of it cannot be
    read, the reads of single resources decide.
    """
    lacking, changed = [*unknown], dict[str, Sighting]()
    together = adapter.reads.together
    for bulk in dict.fromkeys(together.values()):
        fields = frozenset(name for name, each in together.items() if each is bulk)
        asked = [changed.get(each.id, each) for each, some in lacking if not fields.isdisjoint(some)]
        if len(asked) < FEW:
            continue
        try:
            with members_needed("look"):
                shown = bulk.read(api, {each.id for each in asked})
        except CallError as error:
            log.warning("bulk read failed", kind=adapter.kind, operation=bulk.operation, error=str(error))
            continue
        for each in asked if shown else ():
            members = _of_fields(adapter, (shown or {})[each.id], fields)
            if members is not None:
                settings = {**each.settings, **members}
                changed[each.id] = replace(each, settings=settings, complete=each.complete | fields)
    return [*changed.values()]


def _of_fields(adapter: Adapter[Any], shown: Wired, fields: Collection[str]) -> Wired | None:
    """The members of these fields, null where AWS shows none; None if the bulk read did not show the resource."""
    if not shown:
        return None
    members, shapes = adapter.shown(shown), fields_of(adapter.model)
    names = {(shapes[name].wire or name).partition(".")[0] for name in fields}
    return {name: members.get(name) for name in names}
