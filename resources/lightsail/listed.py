"""Kinds of Lightsail that one operation both lists and shows: with a name, it returns at most one row."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

from reconciler.contract import (
    Address,
    Api,
    Request,
    Sighting,
    Tagging,
    Wired,
    tag_changes,
    tag_list,
    tags_in,
)
from reconciler.errors import Absent
from reconciler.model import Resource
from reconciler.resources.lightsail.common import LOWER, LightsailAdapter

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
        return address

    def _got(self, api: Api, address: Address) -> Any:
        return one_row(api, self.reads.get, self.reads.shown_in, self.asked(address))


def tagging_of_rows(operation: str, rows_in: str, asked: Callable[[Address], Wired] = dict) -> Tagging:
    """The tags of a type that a list shows."""

    def read(api: Api, sighting: Sighting) -> Mapping[str, str]:
        row = one_row(api, operation, rows_in, asked(sighting.address))
        return tags_in(row.get("tags"), LOWER)

    def change(sighting: Sighting, before: Mapping[str, str], after: Mapping[str, str]) -> Iterable[Request]:
        new, gone = tag_changes(before, after)
        if new:
            yield Request("tag_resource", {"resourceName": sighting.name, "tags": tag_list(new, LOWER)})
        if gone:
            yield Request("untag_resource", {"resourceName": sighting.name, "tagKeys": gone})

    return Tagging(
        created_with=lambda tags: {"tags": tag_list(tags, LOWER)},
        read=read,
        change=change,
        operations=(operation, "tag_resource", "untag_resource"),
    )
