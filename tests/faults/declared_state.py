"""The live resources of every kind that the internal data of the sandbox do not show to tests, read by the declarations of the kinds.

A new kind needs nothing here: what it declares to list, read and tag its resources is used. `platform_state` is faster, and shows
the kinds that the large rows change.
"""

from collections.abc import Collection, Iterator, Mapping
from functools import cache
from typing import Any, NamedTuple

from reconciler.aws.account import Account
from reconciler.contract import Adapter, Address, Sighting
from reconciler.encoder import modelled
from reconciler.errors import Absent
from reconciler.field_schema import fields_of
from reconciler.kinds import known_kinds
from reconciler.members import get_member
from reconciler.observing.tag_reader import with_tags
from tests.faults.platform_state import KINDS_SHOWN


class Declared(NamedTuple):
    """One live resource of a kind."""

    adapter: Adapter[Any]
    sighting: Sighting
    tags: Mapping[str, str]
    settings: Mapping[str, Any]
    """By field: what AWS shows of it."""


@cache
def kinds_by_declaration() -> frozenset[str]:
    """The kinds that only this module shows."""
    return frozenset(
        kind for kind in known_kinds() if not kind.startswith("connect.") and kind not in KINDS_SHOWN
    )


def declared_resources(account: Account, kinds: Collection[str] | None = None) -> Iterator[Declared]:
    """Every live resource of these kinds of `kinds_by_declaration`; without `kinds`, of all of them."""
    wanted = kinds_by_declaration() if kinds is None else kinds_by_declaration() & {*kinds}
    listed: dict[str, list[Sighting]] = {}
    for kind in sorted(wanted):
        adapter = known_kinds()[kind]
        for seen in _listed(account, kind, listed):
            yield from _read(account, adapter, seen)


def _listed(account: Account, kind: str, listed: dict[str, list[Sighting]]) -> list[Sighting]:
    """Every live resource of a kind, in all resources that may hold it."""
    if kind not in listed:
        adapter = known_kinds()[kind]
        api = account.api(adapter.service.name)
        scopes: list[Address] = [{}]
        if adapter.parent:
            scopes = [dict(each.address) for each in _listed(account, adapter.parent, listed)]
        listed[kind] = [seen for scope in scopes for seen in adapter.list(api, scope)]
    return listed[kind]


def _read(account: Account, adapter: Adapter[Any], seen: Sighting) -> Iterator[Declared]:
    api = account.api(adapter.service.name)
    names = frozenset(fields_of(adapter.model)) - adapter.create.write_only - {"tags"}
    try:
        found = adapter.scheduled(api, with_tags(adapter, api, seen))
        raw = adapter.get_fields(api, found, names)
    except Absent:
        return  # AWS lists it for a while after its deletion
    shapes = fields_of(adapter.model)
    settings = {name: modelled(shapes[name], get_member(raw, shapes[name].wire or name)) for name in names}
    yield Declared(adapter, found, dict(found.tags or {}), settings)
