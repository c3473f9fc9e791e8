"""Reads lists of resources so that one unreadable row does not affect the others."""

from collections.abc import Callable, Collection, Iterable, Iterator
from typing import Any

from reconciler.contract import Api, DelegatingApi, Sighting
from reconciler.errors import BadRow, Unreadable, members_needed


class RowIsolation(DelegatingApi):
    """An API (`reconciler.contract.Api`) that keeps replies and returns only the rows that can be read.

    The members that a row needs are not declared: they are those that the kind uses when it makes a sighting.
    """

    def __init__(self, api: Api, joined: Collection[str] = ()) -> None:
        super().__init__(api)
        self._joined = joined
        self.bad: list[BadRow] = []
        self._told: dict[str, Any] = {}
        self._dropped: set[int] = set()

    def sightings(self, look: Callable[[Api], Iterable[Sighting] | None]) -> list[Sighting] | None:
        """The sightings that a list of a kind gives, without unreadable rows; those are in `bad`.

        Raises:
            CallError: the list itself failed.
        """
        self._told.clear()
        while True:
            try:
                with members_needed("list"):
                    found = look(self)
                    return None if found is None else list(found)
            except Unreadable as error:
                if not self._drop(error):
                    raise

    def call(self, operation: str, **parameters: Any) -> dict[str, Any]:
        """The reply; each call is made once, however often the list is started again."""
        asked = f"{operation} {sorted(parameters.items())!r}"
        if asked not in self._told:
            self._told[asked] = self._api.call(operation, **parameters)
        reply: dict[str, Any] = self._told[asked]
        return reply

    def pages(self, operation: str, **parameters: Any) -> Iterator[Any]:
        """The rows that can be read."""
        asked = f"{operation} {sorted(parameters.items())!r}"
        if asked not in self._told:
            self._told[asked] = list(self._whole(operation, parameters))
        return (row for row in self._told[asked] if id(row) not in self._dropped)

    def _whole(self, operation: str, parameters: dict[str, Any]) -> Iterator[Any]:
        try:
            yield from self._api.pages(operation, **parameters)
        except Unreadable as error:
            if not error.rows or operation in self._joined:
                raise
            self.bad += error.rows

    def _drop(self, error: Unreadable) -> bool:
        """Drop the row that lacks a member; returns whether there was one."""
        kept = (each for each in self._told.values() if isinstance(each, list))
        if error.row is None or error.operation in self._joined or id(error.row) in self._dropped:
            return False
        for rows in kept:
            for row in rows:
                if row is error.row:
                    self._dropped.add(id(row))
                    place, _, problem = error.message.partition(" ")
                    self.bad.append(BadRow(error.operation, place, problem, row))
                    return True
        return False
