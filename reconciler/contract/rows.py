"""Fields whose rows AWS takes by operations of their own: one that adds, one that updates, one that removes."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import KW_ONLY, dataclass
from typing import Any, TypeAlias, TypeVar

from reconciler.contract.calls import Address, Request, Wired
from reconciler.contract.changes import Calls, Change
from reconciler.field_schema import fields_of
from reconciler.members import get_member
from reconciler.model import Part

T = TypeVar("T")
Row: TypeAlias = Any
"""One row in AWS's words: a structure, or a plain value such as an id."""


def as_it_is(row: Row, _shown: Wired) -> Any:
    """The row itself."""
    return row


@dataclass(frozen=True)
class RowCall:
    """One operation that takes rows, beside the address of the resource.

    `row` spells a row for this operation, from the row and from what AWS shows of it, which holds the ids that AWS gave it.
    The rows go into the list `many_in`, `at_once` of them in a request (None: all); or each into a request of its own:
    into the member `one_in`, or, without that, with the members that `row` gives.
    """

    operation: str
    _: KW_ONLY
    many_in: str | None = None
    at_once: int | None = None
    one_in: str | None = None
    row: Callable[[Row, Wired], Any] = as_it_is
    addressed: bool = True
    """Whether the request names the resource as well; not where the row has an ARN of its own (Unsubscribe)."""

    def requests(self, address: Address, rows: Sequence[tuple[Row, Wired]]) -> Iterator[Request]:
        """The requests that carry these rows, each with what AWS shows of it."""
        spelled = [self.row(row, shown) for row, shown in rows]
        address = address if self.addressed else {}
        if self.many_in:
            for some in chunks(spelled, self.at_once or len(spelled) or 1):
                yield Request(self.operation, {**address, self.many_in: some})
            return
        for each in spelled:
            yield Request(self.operation, {**address, **({self.one_in: each} if self.one_in else each)})


@dataclass(frozen=True)
class RowChanges:
    """How the rows of one member are to change; those that stay as they are stand nowhere."""

    new: Mapping[Any, Row]
    changed: Mapping[Any, Row]
    gone: Mapping[Any, Row]
    found: Mapping[Any, Row]
    """All rows as they are."""


def row_changes(change: Change, member: str, key: Callable[[Row], Any] | None = None) -> RowChanges:
    """How the rows of a member are to change; `key` tells them apart, or nothing but what they say."""
    wanted, found = (_keyed(side.get(member), key or _as_text) for side in (change.desired, change.observed))
    return RowChanges(
        new={each: row for each, row in wanted.items() if each not in found},
        changed={each: row for each, row in wanted.items() if each in found and row != found[each]},
        gone={each: row for each, row in found.items() if each not in wanted},
        found=found,
    )


def by_rows(
    model: type[Part], field: str, *, add: RowCall, remove: RowCall, update: RowCall | None = None
) -> Calls:
    """The group of a field whose rows have operations of their own.

    What is new is added, then what differs is updated, then what is gone is removed, so that the resource is never without.
    Rows are told apart as the model says (`Rows`).
    """
    shape = fields_of(model)[field]
    member, item = shape.wire or field, shape.items
    wires = [item.fields[name].wire or name for name in shape.rows.by] if item and shape.rows else []

    def key(row: Row) -> Any:
        return tuple(get_member(row, wire) for wire in wires) if wires else _as_text(row)

    def requests(change: Change) -> Iterable[Request]:
        rows = row_changes(change, member, key)
        shown = _keyed(change.reported.get(member), key) if wires else {}
        for call, some in ((add, rows.new), (update, rows.changed), (remove, rows.gone)):
            if call:
                pairs = [(row, shown.get(each) or {}) for each, row in some.items()]
                yield from call.requests(change.address, pairs)

    calls = (each.operation for each in (add, update, remove) if each)
    return Calls(requests, (field,), tuple(dict.fromkeys(calls)))


def chunks(items: Sequence[T], size: int) -> Iterable[list[T]]:
    """The items, so many at a time."""
    for start in range(0, len(items), size):
        yield list(items[start : start + size])


def _keyed(rows: Iterable[Row] | None, key: Callable[[Row], Any]) -> dict[Any, Row]:
    return {key(row): row for row in rows or ()}


def _as_text(row: Row) -> str:
    """What tells a row apart that nothing else does: all of it."""
    return row if isinstance(row, str) else json.dumps(row, sort_keys=True, default=str)
