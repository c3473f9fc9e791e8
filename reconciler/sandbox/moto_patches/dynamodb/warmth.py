"""Warm throughput: the capacity of a table or an index that is available at once. It only increases.

Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/warm-throughput.html
"""

from collections.abc import Mapping
from typing import Any

from moto.dynamodb.models.table import GlobalSecondaryIndex, Table

from reconciler.sandbox.moto_patches.dynamodb.refusal import INVALID, invalid

Params = Mapping[str, Any]

PROVISIONED = {"ReadUnitsPerSecond": "ReadCapacityUnits", "WriteUnitsPerSecond": "WriteCapacityUnits"}


def check_warmth(table: Table, params: Params) -> None:
    """Refuse a warm throughput that is not above the current one."""
    wanted = params.get("WarmThroughput")
    if wanted:
        _require_rise(wanted, table.warm_throughput, "table")
    by_name = {index.name: index for index in table.global_indexes}
    for update in params.get("GlobalSecondaryIndexUpdates", ()):
        changed = update.get("Update", {})
        if changed.get("WarmThroughput") and changed["IndexName"] in by_name:
            index = by_name[changed["IndexName"]]
            _require_rise(changed["WarmThroughput"], index.warm_throughput, f"index {index.name}")


def _require_rise(wanted: Params, present: Params, place: str) -> None:
    for unit, value in wanted.items():
        if value < present.get(unit, 0):
            raise invalid(
                f"{INVALID}Requested {unit} for WarmThroughput for {place} is lower than current WarmThroughput, "
                "decreasing WarmThroughput is not supported"
            )


def warm_up(place: Table | GlobalSecondaryIndex) -> None:
    """Raise the warm throughput to the provisioned units, if these are higher."""
    units = {
        unit: max(place.warm_throughput.get(unit, 0), place.throughput.get(capacity, 0))
        for unit, capacity in PROVISIONED.items()
        if unit in place.warm_throughput or place.throughput.get(capacity)
    }
    place.warm_throughput = {**place.warm_throughput, **units}
