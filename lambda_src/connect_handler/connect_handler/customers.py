"""Looks customers up in DynamoDB."""

from collections.abc import Mapping
from typing import Any

READ_LANGUAGE = "language"


class Customers:
    """The table of customers; its partition key is a phone number (E.164), and it has no sort key."""

    def __init__(self, client: Any, table: str, key: str, attributes: tuple[str, ...]) -> None:
        self._client = client
        self._table = table
        self._key = key
        names = {f"#{number}": name for number, name in enumerate((*attributes, READ_LANGUAGE))}
        self._projection = {
            "ProjectionExpression": ", ".join(names),
            "ExpressionAttributeNames": names,
        }

    def find(self, phone_number: str) -> Mapping[str, str] | None:
        """The customer's attributes as text, or None if the table has no such number.

        Raises:
            ClientError, BotoCoreError: DynamoDB refuses the call, or does not answer in time.
        """
        found = self._client.get_item(
            TableName=self._table, Key={self._key: {"S": phone_number}}, **self._projection
        )
        item = found.get("Item")
        if item is None:
            return None
        shown = {name: as_text(value) for name, value in item.items()}
        return {name: value for name, value in shown.items() if value is not None}


def as_text(value: Mapping[str, Any]) -> str | None:
    """A value of DynamoDB as text: `{"N": "7"}` is `7`. None for lists, maps, sets and binary values."""
    for kind, content in value.items():
        if kind in {"S", "N"}:
            return str(content)
        if kind == "BOOL":
            return "true" if content else "false"
        if kind == "NULL":
            return ""
    return None
