"""The type of Terraform for tables, whose attributes differ from AWS's members.

Source: https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/dynamodb_table
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from reconciler.terraform import Attributes, TerraformPart, TerraformType, first_of, only

PROVISIONED = "PROVISIONED"


def _table(values: Attributes) -> Attributes:
    provisioned = (values.get("billing_mode") or PROVISIONED) == PROVISIONED
    recovery, expiry = only(values.get("point_in_time_recovery")), only(values.get("ttl"))
    return {
        "attribute_definitions": [
            {"attribute_name": each.get("name"), "attribute_type": each.get("type")}
            for each in values.get("attribute") or ()
        ],
        "key_schema": _key_schema(values),
        "global_secondary_indexes": [
            {**_index(each), **_capacity(each, provisioned=provisioned)}
            for each in values.get("global_secondary_index") or ()
        ],
        "local_secondary_indexes": [
            _index(each, values) for each in values.get("local_secondary_index") or ()
        ],
        "billing_mode": values.get("billing_mode") or PROVISIONED,
        **_capacity(values, provisioned=provisioned),
        **_stream(values),
        "sse_specification": _encryption(only(values.get("server_side_encryption"))),
        "table_class": values.get("table_class"),
        "deletion_protection_enabled": values.get("deletion_protection_enabled"),
        "point_in_time_recovery_specification": {
            "point_in_time_recovery_enabled": recovery.get("enabled"),
            "recovery_period_in_days": recovery.get("recovery_period_in_days") or None,
        },
        "time_to_live_specification": {
            "enabled": expiry.get("enabled") or None,
            "attribute_name": expiry.get("attribute_name"),
        },
    }


def _key_schema(values: Attributes, hash_key: str | None = None) -> list[dict[str, Any]]:
    keys = {"HASH": values.get("hash_key") or hash_key, "RANGE": values.get("range_key")}
    return [{"attribute_name": name, "key_type": type_} for type_, name in keys.items() if name]


def _index(values: Attributes, table: Attributes | None = None) -> dict[str, Any]:
    """An index; a local one has the hash key of its table."""
    return {
        "index_name": values.get("name"),
        "key_schema": _key_schema(values, (table or {}).get("hash_key")),
        "projection": {
            "projection_type": values.get("projection_type"),
            "non_key_attributes": values.get("non_key_attributes"),
        },
    }


def _capacity(values: Attributes, *, provisioned: bool) -> dict[str, Any]:
    """The capacity, by the billing mode: Terraform writes 0 and -1 where there is none."""
    if not provisioned:
        limits = only(values.get("on_demand_throughput"))
        return {"on_demand_throughput": dict(_written(limits))}
    units = {f"{each}_capacity_units": values.get(f"{each}_capacity") for each in ("read", "write")}
    return {"provisioned_throughput": dict(_written(units))}


def _written(limits: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    return ((name, value) for name, value in limits.items() if isinstance(value, int) and value > 0)


def _stream(values: Attributes) -> dict[str, Any]:
    if not values.get("stream_enabled"):
        return {}
    view = values.get("stream_view_type")
    return {"stream_specification": {"stream_enabled": True, "stream_view_type": view}}


def _encryption(values: Attributes) -> dict[str, Any]:
    if not values.get("enabled"):
        return {}
    return {"enabled": True, "sse_type": "KMS", "kms_master_key_id": values.get("kms_key_arn")}


def _policy(policies: Sequence[Attributes]) -> Attributes:
    return {"resource_policy": first_of(policies).get("policy")}


TABLE = TerraformType(
    type="aws_dynamodb_table",
    settings=_table,
    parts=(TerraformPart(type="aws_dynamodb_resource_policy", owner_in="resource_arn", settings=_policy),),
)
