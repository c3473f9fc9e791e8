"""Reads a list once in a look, if several kinds list by the same operation."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from threading import Lock
from typing import Any

from reconciler.contract import Adapter, Api, DelegatingApi, RowsIn, Wired
from reconciler.errors import BadRow, Unreadable
from reconciler.runtime.clock import Clock


@dataclass(frozen=True)
class _Listing:
    """One list of AWS, with all that its kinds need of it."""

    parameters: Wired
    members: tuple[str | None, ...]
    """The members of the reply that hold the rows; None: the first list that botocore pages."""


@dataclass(frozen=True)
class _Found:
    """The rows of one member of the reply, and those of them that cannot be read."""

    rows: Sequence[Any]
    error: Unreadable | None = None


class SharedLists:
    """The lists of one look, which several kinds use. A list is made when the first kind needs it; the others wait for it.

    If kinds list different types by one operation (`Reads.types_in`), one list has the types of all of them. A list that
    fails is not shared: the next kind tries it itself.
    """

    def __init__(self, kinds: Iterable[Adapter[Any]], clock: Clock) -> None:
        found = [*kinds]
        calls = Counter((each.service.name, name) for each in found for name in {*each.reads.operations})
        self._operations = {each for each, number in calls.items() if number > 1}
        self._joined = _joined(found)
        self._clock = clock
        self._lock = Lock()
        self._busy: set[str] = set()
        self._found: dict[str, Mapping[str | None, _Found]] = {}

    def of(self, service: str, api: Api) -> Api:
        """An API of this service that shares its lists."""
        return _Lists(self, service, api)

    def rows(
        self, service: str, api: Api, operation: str, member: str | None, parameters: Wired
    ) -> Iterator[Any]:
        """The rows of a list.

        Raises:
            CallError: the list failed.
            Unreadable: at the end, after all other rows, where some do not fit.
        """
        if (service, operation) not in self._operations:
            yield from api.pages(operation, rows_in=member, **parameters)
            return
        listing = self._joined.get(_key(service, operation, parameters, member))
        if listing is None:
            listing = _Listing(parameters, (member,))
        found = self._once(_key(service, operation, listing.parameters), api, operation, listing)[member]
        yield from found.rows
        if found.error is not None:
            raise replace(found.error)

    def _once(self, key: str, api: Api, operation: str, listing: _Listing) -> Mapping[str | None, _Found]:
        while True:
            with self._lock:
                if key in self._found:
                    return self._found[key]
                mine = key not in self._busy
                self._busy.add(key)
            if mine:
                break
            self._clock.wait_until(lambda: key not in self._busy)
        try:
            self._found[key] = found = _read(api, operation, listing)
        finally:
            self._busy.discard(key)
        return found


def _joined(kinds: Iterable[Adapter[Any]]) -> Mapping[str, _Listing]:
    """By the list of each kind: the list of several types that replaces it."""
    groups: dict[str, list[Adapter[Any]]] = defaultdict(list)
    for each in kinds:
        reads = each.reads
        if reads.types_in:
            rest = {name: value for name, value in reads.list_with.items() if name != reads.types_in}
            groups[_key(each.service.name, reads.list, rest)].append(each)
    found = {}
    for group in groups.values():
        lists = [each.reads for each in group]
        types = {name for reads in lists for name in reads.list_with[reads.types_in]}
        parameters = {**lists[0].list_with, lists[0].types_in: sorted(types)}
        listing = _Listing(parameters, tuple(reads.rows_in for reads in lists))
        for reads in lists:
            found[_key(group[0].service.name, reads.list, reads.list_with, reads.rows_in)] = listing
    return found


def _key(service: str, operation: str, parameters: Wired, member: str | None = None) -> str:
    return f"{service} {operation} {member} {sorted(parameters.items())!r}"


def _read(api: Api, operation: str, listing: _Listing) -> Mapping[str | None, _Found]:
    if len(listing.members) == 1:
        (member,) = listing.members
        rows, error = _rows(api.pages(operation, rows_in=member, **listing.parameters))
        return {member: _Found(rows, error)}
    members = tuple(str(each) for each in listing.members)
    pairs, error = _rows(api.pages(operation, rows_in=members, **listing.parameters))
    found: dict[str | None, _Found] = {}
    for member in members:
        bad = [row for row in (error.rows if error else ()) if _is_in(member, row)]
        mine = replace(error, rows=tuple(bad), message=str(bad[0])) if error and bad else None
        found[member] = _Found([row for of, row in pairs if of == member], mine)
    return found


def _rows(pages: Iterator[Any]) -> tuple[list[Any], Unreadable | None]:
    """All rows, and the error about those that do not fit.

    Raises:
        CallError: the list itself failed.
    """
    rows: list[Any] = []
    try:
        rows.extend(pages)
    except Unreadable as error:
        if not error.rows:
            raise
        return rows, error
    return rows, None


def _is_in(member: str, row: BadRow) -> bool:
    """Whether a row is in this list of its reply, as its place says: `Policies[2]`, or `page 3, Policies[2]`."""
    return row.place.rpartition(", ")[2].startswith(f"{member}[")


class _Lists(DelegatingApi):
    """One service, whose lists are shared."""

    def __init__(self, shared: SharedLists, service: str, api: Api) -> None:
        super().__init__(api)
        self._shared, self._service = shared, service

    def beside(self, service: str) -> Api:
        return self._shared.of(service, self._api.beside(service))

    def pages(self, operation: str, *, rows_in: RowsIn = None, **parameters: Any) -> Iterator[Any]:
        if isinstance(rows_in, tuple):
            return self._api.pages(operation, rows_in=rows_in, **parameters)
        return self._shared.rows(self._service, self._api, operation, rows_in, parameters)
