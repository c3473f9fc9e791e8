"""Describes a table with all members of DescribeTable."""

from collections.abc import Mapping
from typing import Any

from moto.dynamodb.models.table import GlobalSecondaryIndex, SecondaryIndex, Table

from reconciler.sandbox.moto_patches.dynamodb.life import Extras

LIMITS = ("MaxReadRequestUnits", "MaxWriteRequestUnits")
UNLIMITED = -1


def describe(table: Table, extras: Extras, status: str | None = None) -> dict[str, Any]:
    """Return the TableDescription, with `status` or with the current status.

    Source: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TableDescription.html
    """
    described: dict[str, Any] = {
        **table.describe()["TableDescription"],
        "TableId": extras.table_id,
        "TableStatus": status or extras.life.now,
        "ProvisionedThroughput": {"NumberOfDecreasesToday": 0, **table.throughput},
        "GlobalSecondaryIndexes": _global_indexes(table, extras),
        "LocalSecondaryIndexes": [{**index.describe(), **_measures(table, index)} for index in table.indexes],
        "BillingModeSummary": _billing(table, extras),
        "TableClassSummary": _table_class(extras),
        "OnDemandThroughput": limits(extras.on_demand),
    }
    return {name: value for name, value in described.items() if value not in ([], {}, None)}


def limits(units: Mapping[str, int]) -> dict[str, int]:
    """Return an on-demand limit as AWS shows it: both members or none, -1 for unlimited."""
    return {name: units.get(name, UNLIMITED) for name in LIMITS} if units else {}


def _global_indexes(table: Table, extras: Extras) -> list[dict[str, Any]]:
    staying = [_global_index(table, extras, index) for index in table.global_indexes]
    leaving = [
        {**_global_index(table, extras, index), "IndexStatus": "DELETING"}
        for index in extras.leaving
        if not extras.index_life[index.name].passed
    ]
    return staying + leaving


def _global_index(table: Table, extras: Extras, index: GlobalSecondaryIndex) -> dict[str, Any]:
    life = extras.index_life.get(index.name)
    status = life.now if life else "ACTIVE"
    if extras.life.now == "CREATING":
        status = "CREATING"
    described = {
        **index.describe(),
        **_measures(table, index),
        "IndexStatus": status,
        "ProvisionedThroughput": {"NumberOfDecreasesToday": 0, **index.throughput},
    }
    if life and status == "CREATING":
        described["Backfilling"] = True
    maximum = limits(extras.index_on_demand.get(index.name, {}))
    return {**described, "OnDemandThroughput": maximum} if maximum else described


def _measures(table: Table, index: SecondaryIndex) -> dict[str, Any]:
    count = sum(all(key in item.attrs for key in index.schema_key_attrs) for item in table.all_items())
    return {"IndexArn": f"{table.table_arn}/index/{index.name}", "ItemCount": count, "IndexSizeBytes": 0}


def _billing(table: Table, extras: Extras) -> dict[str, Any]:
    if extras.on_demand_since is None:  # AWS omits it for tables that always were provisioned
        return {}
    return {"BillingMode": table.billing_mode, "LastUpdateToPayPerRequestDateTime": extras.on_demand_since}


def _table_class(extras: Extras) -> dict[str, Any]:
    if extras.table_class is None:
        return {}
    summary: dict[str, Any] = {"TableClass": extras.table_class}
    return {**summary, "LastUpdateDateTime": extras.class_changed} if extras.class_changed else summary
