"""Who is who: the table of visitors, with what they have written of themselves."""

from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Any, cast

from stamp_rally_api.collected import as_text
from stamp_rally_api.items import item_of, values_of
from stamp_rally_api.problems import ProblemError
from stamp_rally_api.shapes import NewProfile, Profile
from stamp_rally_api.visitor import Visitor

SHOWN = ("user_id", "display_name", "language", "created_at", "updated_at")


@dataclass(frozen=True)
class Profiles:
    """The table of visitors."""

    client: Any
    table: str

    def find(self, user_id: str) -> Profile:
        """A visitor's profile.

        Raises:
            ProblemError: the visitor has written none yet.
        """
        found = self.client.get_item(TableName=self.table, Key=item_of({"user_id": user_id}))
        if "Item" not in found:
            raise ProblemError(HTTPStatus.NOT_FOUND, "no-profile", "You have no profile yet: write one.")
        return _shown(found["Item"])

    def write(self, visitor: Visitor, written: NewProfile, now: datetime) -> Profile:
        """Make a visitor's profile, or write it anew."""
        values = {
            ":name": written["display_name"],
            ":language": written.get("language"),
            ":line": visitor.line_user_id,
            ":now": as_text(now),
        }
        names = {"#language": "language", "#name": "display_name"}
        sets = ["#name = :name", "updated_at = :now", "created_at = if_not_exists(created_at, :now)"]
        sets += ["line_user_id = :line"] if visitor.line_user_id else []
        sets += ["#language = :language"] if values[":language"] else []
        removed = "" if values[":language"] else " REMOVE #language"
        reply = self.client.update_item(
            TableName=self.table,
            Key=item_of({"user_id": visitor.user_id}),
            UpdateExpression=f"SET {', '.join(sets)}{removed}",
            ExpressionAttributeNames=names,
            ExpressionAttributeValues=item_of(values),
            ReturnValues="ALL_NEW",
        )
        return _shown(reply["Attributes"])


def _shown(item: Any) -> Profile:
    row = values_of(item)
    return cast(Profile, {name: row[name] for name in SHOWN if name in row})
