"""How a kind is read, and how much of it each read shows."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from reconciler.contract.calls import Api, Sighting, Wired, at_its_address
from reconciler.errors import Absent

Where: TypeAlias = Callable[[Sighting], Wired]
"""The parameters by which an operation is told which resource is meant."""


@dataclass(frozen=True)
class FieldRead:
    """A read that shows one field and no other; `read` gives its members as requests carry them."""

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
    """The member holds what a paged operation lists; `row` is how one of them is spelled there."""

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
    """What one reply says; `absent` is what it means that AWS has nothing to show (None: the resource is gone)."""

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
class Reads:
    """The operations that read a kind, and what each of them shows of a resource.

    The methods of a kind read by what is declared here: `list` by `list`; `get_fields` by `get` and `alone`; `find_by_name`
    by `named`, or by `get` where the name is the address. A kind writes a method itself where this does not say how.
    """

    list: str = ""
    """The operation that lists all of them."""
    list_with: Mapping[str, Any] = field(default_factory=dict, hash=False)
    """Further parameters of it."""
    rows_in: str | None = None
    """The member of its reply that holds the rows; None: the first list that botocore pages."""
    named: Callable[[str], Wired] | None = None
    """The parameters with which `list` lists those of a name, and maybe some others."""
    get: str = ""
    """The operation that shows one."""
    shown_in: str = ""
    """The member of its reply that holds the resource; empty: the reply itself."""
    alone: Mapping[str, FieldRead] = field(default_factory=dict, hash=False)
    """By field: how it is read where neither `list` nor `get` shows it. What several fields share is read once."""
    called: tuple[str, ...] = ()
    """Other operations that the methods of the kind read with; one of another service as `kms:describe_key`."""
    listed: frozenset[str] = frozenset()
    """Fields that `list` carries in full: absent there means null."""
    partly_listed: frozenset[str] = frozenset()
    """Structures of which `list` carries only some members."""
    page: int = 100
    """How many resources one page of `list` holds."""
    joined: frozenset[str] = frozenset()
    """Operations by which `list` completes what another operation lists: a row of these that cannot be read may be
    anybody's, so that the whole look fails; of all others it costs its own resource."""
    gets_one: bool = False
    """Whether `get` shows one resource as `list` would."""

    @property
    def operations(self) -> tuple[str, ...]:
        """Every operation that reads."""
        alone = (name for each in self.alone.values() for name in each.operations)
        return tuple(dict.fromkeys(filter(None, (self.list, self.get, *alone, *self.called))))
