"""Kinds of Lightsail that one operation both lists and shows: with a name, it returns at most one row."""

from collections.abc import Callable
from typing import Any, TypeVar

from reconciler.contract import Address, Api, Sighting, Tagging, Wired
from reconciler.errors import Absent
from reconciler.model import Resource
from reconciler.resources.lightsail.common import LightsailAdapter, tagging_by

R = TypeVar("R", bound=Resource)


def one_row(api: Api, operation: str, rows_in: str, asked: Wired) -> Any:
    """The only row of a reply.

    Raises:
        Absent: there is none.
    """
    rows = api.call(operation, **asked)[rows_in]
    if not rows:
        raise Absent(operation, "NotListed", f"AWS shows none of these: {asked}")
    return rows[0]


class ListedAdapter(LightsailAdapter[R]):
    """A kind whose `reads.get` is its list."""

    def asked(self, address: Address) -> Wired:
        """The parameters with which the list shows only this resource."""
        return {**address, **self.reads.list_with}

    def _got(self, api: Api, address: Address) -> Any:
        return one_row(api, self.reads.get, self.reads.shown_in, self.asked(address))


def tagging_of_rows(operation: str, rows_in: str, asked: Callable[[Address], Wired] = dict) -> Tagging:
    """The tags of a type that a list shows."""

    def row_of(api: Api, sighting: Sighting) -> Wired:
        row: Wired = one_row(api, operation, rows_in, asked(sighting.address))
        return row

    return tagging_by(operation, row_of)
