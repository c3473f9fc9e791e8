"""The stamps that visitors have collected: the table whose key makes it impossible to collect one twice."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any, cast

from botocore.exceptions import ClientError

from stamp_rally_api.items import item_of, refused_by_condition, values_of
from stamp_rally_api.pages import start_after, token_after
from stamp_rally_api.problems import ProblemError
from stamp_rally_api.shapes import CollectedStamp, CollectedStampPage, CollectionPage, Position, Stamp
from stamp_rally_api.stamps import distance

BY_STAMP, OF_STAMP, OF_VISITOR = "by-stamp-and-time", ("collected_at", "user_id"), ("stamp_id",)
SHOWN = ("stamp_id", "rally_id", "title", "collected_at", "photo")
NONE, AWAITED, APPROVED, REJECTED = "none", "awaited", "approved", "rejected"


@dataclass(frozen=True)
class CollectedStamps:
    """The table of collected stamps."""

    client: Any
    table: str

    def find(self, user_id: str, stamp_id: str) -> dict[str, Any] | None:
        """The row of a visitor and a stamp, with all its attributes; None if it is not collected."""
        found = self.client.get_item(TableName=self.table, Key=_key(user_id, stamp_id), ConsistentRead=True)
        return values_of(found["Item"]) if "Item" in found else None

    def collect(self, user_id: str, stamp: Stamp, now: datetime) -> tuple[CollectedStamp, bool]:
        """Collect a stamp; return the row, and whether it is new. A stamp that is collected stays as it is."""
        days = stamp.get("expires_after_days")
        row: dict[str, Any] = {
            "user_id": user_id,
            "stamp_id": stamp["stamp_id"],
            "rally_id": stamp["rally_id"],
            "title": stamp["title"],
            "collected_at": as_text(now),
            "photo": NONE,
            "expires_at": int((now + timedelta(days=days)).timestamp()) if days else None,
        }
        try:
            self.client.put_item(
                TableName=self.table,
                Item=item_of(row),
                ConditionExpression="attribute_not_exists(user_id)",
                ReturnValuesOnConditionCheckFailure="ALL_OLD",
            )
        except ClientError as error:
            if not refused_by_condition(error):
                raise
            return shown(values_of(cast(Any, error.response)["Item"])), False
        return shown(row), True

    def page(self, user_id: str, limit: int, token: str | None) -> CollectedStampPage:
        """A page of the stamps of a visitor."""
        reply = self.client.query(
            TableName=self.table,
            KeyConditionExpression="user_id = :user",
            ExpressionAttributeValues=item_of({":user": user_id}),
            Limit=limit,
            **start_after(token, {"user_id": user_id}, OF_VISITOR),
        )
        rows = [shown(values_of(each)) for each in reply["Items"]]
        return cast(CollectedStampPage, {"stamps": rows, **token_after(reply, OF_VISITOR)})

    def collectors(self, stamp_id: str, limit: int, token: str | None) -> CollectionPage:
        """A page of those who have collected a stamp, in order of time."""
        reply = self.client.query(
            TableName=self.table,
            IndexName=BY_STAMP,
            KeyConditionExpression="stamp_id = :stamp",
            ExpressionAttributeValues=item_of({":stamp": stamp_id}),
            Limit=limit,
            **start_after(token, {"stamp_id": stamp_id}, OF_STAMP),
        )
        rows = [{name: values_of(each)[name] for name in OF_STAMP} for each in reply["Items"]]
        return cast(CollectionPage, {"collections": rows, **token_after(reply, OF_STAMP)})

    def await_photo(self, user_id: str, stamp_id: str, photo_id: str) -> bool:
        """Note that a picture is on its way; only the newest one counts. False if the stamp is not collected."""
        return self._update(
            (user_id, stamp_id),
            "SET photo = :photo, photo_id = :id",
            "attribute_exists(user_id)",
            {":photo": AWAITED, ":id": photo_id},
        )

    def settle_photo(self, user_id: str, stamp_id: str, photo_id: str, image_key: str | None) -> bool:
        """Note that a picture is approved and where it is, or rejected. False if a newer one is on its way."""
        kept = ", image_key = :key" if image_key else ""
        values = {":photo": APPROVED if image_key else REJECTED, ":id": photo_id, ":key": image_key}
        return self._update((user_id, stamp_id), f"SET photo = :photo{kept}", "photo_id = :id", values)

    def _update(
        self, key: tuple[str, str], update: str, condition: str, values: Mapping[str, str | None]
    ) -> bool:
        try:
            self.client.update_item(
                TableName=self.table,
                Key=_key(*key),
                UpdateExpression=update,
                ConditionExpression=condition,
                ExpressionAttributeValues=item_of(values),
            )
        except ClientError as error:
            if not refused_by_condition(error):
                raise
            return False
        return True


def check(stamp: Stamp, position: Position, now: datetime) -> None:
    """Check that a stamp can be collected now, and from here.

    Raises:
        ProblemError: it cannot.
    """
    time = as_text(now)
    if not stamp.get("opens_at", time) <= time < stamp.get("closes_at", "9"):
        raise ProblemError(HTTPStatus.CONFLICT, "stamp-closed", "The stamp cannot be collected at this time.")
    away = distance(position, stamp)
    if away > stamp["radius_metres"]:
        raise ProblemError(
            HTTPStatus.CONFLICT,
            "too-far",
            f"The stamp is {away} metres away; it can be collected within {stamp['radius_metres']} metres.",
        )


def shown(row: Mapping[str, Any]) -> CollectedStamp:
    """What a visitor sees of a row."""
    return cast(CollectedStamp, {name: row[name] for name in SHOWN})


def as_text(time: datetime) -> str:
    """A time in UTC as the tables hold it; the order of these texts is the order of the times."""
    return time.strftime("%Y-%m-%dT%H:%M:%SZ")


def _key(user_id: str, stamp_id: str) -> dict[str, Any]:
    return item_of({"user_id": user_id, "stamp_id": stamp_id})
