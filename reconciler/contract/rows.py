"""Fields whose rows have their own operations in AWS: one that adds, one that updates, one that removes."""

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
"""One row with AWS's names: a structure, or a plain value such as an id."""


def as_it_is(row: Row, _shown: Wired) -> Any:
    """The row itself."""
    return row


@dataclass(frozen=True)
class RowCall:
    """One operation that takes rows and the address of the resource.

    `row` converts a row for this operation, from the row and from its live form, which has the ids that AWS gave it. The
    rows are sent in the list `many_in`, `at_once` of them per request (None: all). Or each has its own request: in the
    member `one_in`, or, without that, as the members that `row` returns.
    """

    operation: str
    _: KW_ONLY
    many_in: str | None = None
    at_once: int | None = None
    one_in: str | None = None
    row: Callable[[Row, Wired], Any] = as_it_is
    addressed: bool = True
    """Whether the request names the resource too; false if the row has its own ARN (Unsubscribe)."""

    def requests(self, address: Address, rows: Sequence[tuple[Row, Wired]]) -> Iterator[Request]:
        """The requests for these rows, each given with its live form."""
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
    """The changes of the rows of one member; unchanged rows are not included."""

    new: Mapping[Any, Row]
    changed: Mapping[Any, Row]
    gone: Mapping[Any, Row]
    found: Mapping[Any, Row]
    """All rows as they are."""


def row_changes(change: Change, member: str, key: Callable[[Row], Any] | None = None) -> RowChanges:
    """The changes of the rows of a member; `key` identifies a row, otherwise its whole content does."""
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
    """The group of a field whose rows have their own operations.

    New rows are added, then different rows are updated, then old rows are removed, so that the resource is never without
    rows. Rows are identified as the model declares (`Rows`).
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
    """The items in chunks of the given size."""
    for start in range(0, len(items), size):
        yield list(items[start : start + size])


def _keyed(rows: Iterable[Row] | None, key: Callable[[Row], Any]) -> dict[Any, Row]:
    return {key(row): row for row in rows or ()}


def _as_text(row: Row) -> str:
    """The identity of a row without a key: its whole content as text."""
    return row if isinstance(row, str) else json.dumps(row, sort_keys=True, default=str)
