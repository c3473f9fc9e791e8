"""Items of DynamoDB as plain values: texts, numbers, booleans, lists and maps."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from boto3.dynamodb.types import TypeDeserializer, TypeSerializer
from botocore.exceptions import ClientError

CONDITION = "ConditionalCheckFailedException"
WRITE, READ = TypeSerializer(), TypeDeserializer()


def item_of(values: Mapping[str, Any]) -> dict[str, Any]:
    """The item with these values; a value that is None is left out."""
    return {name: WRITE.serialize(_exact(value)) for name, value in values.items() if value is not None}


def values_of(item: Mapping[str, Any]) -> dict[str, Any]:
    """The values of an item; whole numbers are `int`, others `float`."""
    return {name: _plain(READ.deserialize(value)) for name, value in item.items()}


def refused_by_condition(error: ClientError) -> bool:
    """Whether a write was refused only because its condition does not hold."""
    return bool(error.response["Error"]["Code"] == CONDITION)


def _exact(value: Any) -> Any:
    return Decimal(repr(value)) if isinstance(value, float) else value


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return value
