"""The stamps that can be collected: the table of stamp masters."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, cast

from stamp_rally_api.items import item_of, values_of
from stamp_rally_api.pages import start_after, token_after
from stamp_rally_api.problems import ProblemError
from stamp_rally_api.shapes import NearbyStamp, NewStamp, Position, Stamp, StampPage

BY_RALLY, IN_RALLY = "by-rally-and-location", ("location_id", "stamp_id")
EARTH = 6_371_008.8
"""Metres: the mean radius."""


@dataclass(frozen=True)
class Stamps:
    """The table of stamp masters."""

    client: Any
    table: str

    def find(self, stamp_id: str) -> Stamp:
        """A stamp.

        Raises:
            ProblemError: there is none.
        """
        found = self.client.get_item(TableName=self.table, Key=item_of({"stamp_id": stamp_id}))
        if "Item" not in found:
            raise ProblemError(HTTPStatus.NOT_FOUND, "no-such-stamp", f"There is no stamp {stamp_id}.")
        return cast(Stamp, values_of(found["Item"]))

    def page(self, rally_id: str, limit: int, token: str | None) -> StampPage:
        """A page of the stamps of a rally, place by place."""
        start = start_after(token, {"rally_id": rally_id}, IN_RALLY)
        reply = self._query(rally_id, Limit=limit, **start)
        rows = cast(list[Stamp], [values_of(each) for each in reply["Items"]])
        return cast(StampPage, {"stamps": rows, **token_after(reply, IN_RALLY)})

    def nearby(self, rally_id: str, position: Position, radius: int, limit: int) -> list[NearbyStamp]:
        """The stamps of a rally within `radius` metres of a position, the nearest first."""
        near = [
            cast(NearbyStamp, {**stamp, "distance_metres": away})
            for stamp in self._all(rally_id)
            if (away := distance(position, stamp)) <= radius
        ]
        return sorted(near, key=lambda stamp: (stamp["distance_metres"], stamp["stamp_id"]))[:limit]

    def put(self, stamp_id: str, written: NewStamp) -> Stamp:
        """Make a stamp, or write it anew."""
        stamp = cast(Stamp, {**written, "stamp_id": stamp_id})
        self.client.put_item(TableName=self.table, Item=item_of(stamp))
        return stamp

    def delete(self, stamp_id: str) -> None:
        """Delete a stamp; what visitors have collected stays theirs."""
        self.client.delete_item(TableName=self.table, Key=item_of({"stamp_id": stamp_id}))

    def _all(self, rally_id: str) -> Iterator[Stamp]:
        start: dict[str, Any] = {}
        while True:
            reply = self._query(rally_id, **start)
            yield from (cast(Stamp, values_of(each)) for each in reply["Items"])
            if "LastEvaluatedKey" not in reply:
                return
            start = {"ExclusiveStartKey": reply["LastEvaluatedKey"]}

    def _query(self, rally_id: str, **more: Any) -> Any:
        return self.client.query(
            TableName=self.table,
            IndexName=BY_RALLY,
            KeyConditionExpression="rally_id = :rally",
            ExpressionAttributeValues=item_of({":rally": rally_id}),
            **more,
        )


def distance(one: Position | Stamp, other: Position | Stamp) -> int:
    """Metres between two positions, along the surface (haversine formula), rounded up."""
    north, south = math.radians(one["latitude"]), math.radians(other["latitude"])
    east = math.radians(other["longitude"] - one["longitude"])
    half = math.sin((south - north) / 2) ** 2 + math.cos(north) * math.cos(south) * math.sin(east / 2) ** 2
    return math.ceil(2 * EARTH * math.asin(min(1.0, math.sqrt(half))))
