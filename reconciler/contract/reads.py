"""Declares how a kind is read, and what each read shows."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from reconciler.contract.calls import Api, Sighting, Wired, at_its_address
from reconciler.errors import Absent

Where: TypeAlias = Callable[[Sighting], Wired]
"""A function that returns the parameters which identify a resource in an operation."""


@dataclass(frozen=True)
class FieldRead:
    """A read that shows only one field; `read` returns its members with the names of requests."""

    read: Callable[[Api, Sighting], Wired]
    operations: tuple[str, ...]


def from_rows(
    operation: str,
    member: str,
    row: Callable[[Any], Any] = lambda row: row,
    *,
    at: Where = at_its_address,
    **parameters: Any,
) -> FieldRead:
    """A read for a member that holds the items of a paged operation; `row` converts one of them."""

    def read(api: Api, sighting: Sighting) -> Wired:
        return {member: [row(each) for each in api.pages(operation, **at(sighting), **parameters)]}

    return FieldRead(read, (operation,))


def from_reply(
    operation: str,
    members: Callable[[Wired], Wired] = dict,
    *,
    at: Where = at_its_address,
    absent: Wired | None = None,
) -> FieldRead:
    """A read of one reply; `absent` is the value if AWS answers that there is none (None: the resource is deleted)."""

    def read(api: Api, sighting: Sighting) -> Wired:
        try:
            reply = api.call(operation, **at(sighting))
        except Absent:
            if absent is None:
                raise
            return absent
        reply.pop("ResponseMetadata", None)
        return members(reply)

    return FieldRead(read, (operation,))


@dataclass(frozen=True, kw_only=True)
class BulkRead:
    """A paged operation that shows fields of all resources of a kind: fewer calls than one for each resource."""

    operation: str
    of: str
    """The member of an item that holds the id of its resource."""
    page: int
    """The number of items on a page."""
    parameters: Mapping[str, Any] = field(default_factory=dict, hash=False)
    """Its parameters."""
    rows: str | None = None
    """The member of a resource that holds its items; None: an item is a resource, and its members are the resource's."""

    def read(self, api: Api, ids: Collection[str]) -> dict[str, Wired] | None:
        """By id: what the items of these resources show. None if it takes more calls than reading each of them alone.

        Raises:
            CallError: the operation fails, or an item of it cannot be read.
        """
        found: dict[str, dict[str, Any]] = {each: {self.rows: []} if self.rows else {} for each in ids}
        for number, item in enumerate(api.pages(self.operation, **self.parameters)):
            if number >= self.page * len(ids):
                return None
            shown = found.get(item.get(self.of))
            if shown is None:
                continue
            if self.rows:
                shown[self.rows].append(item)
            else:
                shown.update(item)
        return {**found}


@dataclass(frozen=True, kw_only=True)
class Reads:
    """The operations that read a kind, and what each of them shows of a resource.

    The methods of a kind use these declarations: `list` uses `list`; `get_fields` uses `get` and `alone`; `find_by_name`
    uses `named`, or `get` if the name is the address. A kind overrides a method if this is not enough.
    """

    list: str = ""
    """The operation that lists all of them."""
    list_with: Mapping[str, Any] = field(default_factory=dict, hash=False)
    """Further parameters of it."""
    rows_in: str | None = None
    """The member of its reply that holds the rows; None: the first list that botocore pages."""
    types_in: str = ""
    """The parameter in `list_with` with the types that `list` lists, if kinds of other types list by the same operation: then one
    list of all these types serves them all. Each kind declares another member of the reply in `rows_in`."""
    named: Callable[[str], Wired] | None = None
    """The parameters with which `list` lists the resources of a name; it may list some others too."""
    get: str = ""
    """The operation that shows one."""
    shown_in: str = ""
    """The member of its reply that holds the resource; empty: the reply itself."""
    alone: Mapping[str, FieldRead] = field(default_factory=dict, hash=False)
    """By field: how it is read if neither `list` nor `get` shows it. A read that several fields share is made once."""
    together: Mapping[str, BulkRead] = field(default_factory=dict, hash=False)
    """By field that `list` does not show: the operation that reads it for all resources at once, used if several need it."""
    hints: frozenset[str] = frozenset()
    """Members of earlier replies that a read of `alone` may use, as long as `list` shows the resource unchanged, until the
    audit: which further calls show nothing new. They are kept in the cache."""
    remembered: frozenset[str] = frozenset()
    """Fields of `alone` that a pass takes from the cache as long as `list` shows the resource unchanged, until the audit. AWS
    shows no sign of a change of them, so a change by others is seen late; docs/performance.md lists them."""
    changed_in: str = ""
    """The member of a row with the time of the last change of its resource; empty: AWS does not show it. With this time,
    `remembered` fields, `hints` and a scheduled deletion come from the cache only if they were read five minutes after the last
    change. The time must be among the members of the sighting."""
    called: tuple[str, ...] = ()
    """Other operations that the methods of the kind read with; those of other services as `kms:describe_key`."""
    listed: frozenset[str] = frozenset()
    """Fields that `list` shows in full: a missing member means null."""
    partly_listed: frozenset[str] = frozenset()
    """Structures of which `list` shows only some members."""
    details: frozenset[str] = frozenset()
    """Fields that most resources leave as AWS creates them, and that need calls for each resource. An export of many resources
    reads them only on demand; of a structure it then takes the members that `list` shows."""
    page: int = 100
    """How many resources one page of `list` holds."""
    joined: frozenset[str] = frozenset()
    """Operations with which `list` completes the rows of another operation: an unreadable row of these may belong to any
    resource, so the whole list fails. An unreadable row of other operations affects only its own resource."""
    gets_one: bool = False
    """Whether `get` shows one resource as `list` would."""

    @property
    def operations(self) -> tuple[str, ...]:
        """Every operation that reads."""
        alone = (name for each in self.alone.values() for name in each.operations)
        together = (each.operation for each in self.together.values())
        return tuple(dict.fromkeys(filter(None, (self.list, self.get, *alone, *together, *self.called))))
