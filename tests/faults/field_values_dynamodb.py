"""Two values for every field of a table, and the settings that they need."""

from collections.abc import Mapping
from typing import Any

from tests.contract.samples.dynamodb_table import attribute, key, policy, units
from tests.faults.common_field_values import BOOL, TAGS, under
from tests.faults.field_places import FieldValues, KindValues, Settings


def defined(*names: str) -> dict[str, Any]:
    return {"attribute_definitions": [attribute(name) for name in names]}


BASE = {**defined("id"), "key_schema": key("id"), "policy": {"protect": False}}
FREE: Settings = {**BASE, "billing_mode": "PAY_PER_REQUEST"}
PAID: Settings = {**BASE, "provisioned_throughput": units(1, 1)}
LOCAL = "local_secondary_indexes[]"
GLOBAL = "global_secondary_indexes[]"
BY_TIME = {
    "index_name": "by-time",
    "key_schema": key("id", "at"),
    "projection": {"projection_type": "ALL"},
}
BY_PLACE = {
    "index_name": "by-place",
    "key_schema": key("place"),
    "projection": {"projection_type": "KEYS_ONLY"},
}
WITH_LOCAL = {**PAID, **defined("id", "at", "place"), "key_schema": key("id", "place")}
WITH_ONE = {**PAID, **defined("id", "at"), "key_schema": key("id", "at")}
WITH_GLOBAL: Settings = {**FREE, **defined("id", "place")}
PAID_GLOBAL: Settings = {**PAID, **defined("id", "place")}


def local(first: Any, second: Any, *, attribute_of_second: str = "at") -> FieldValues:
    """A change of a local index, which AWS cannot make: the table is replaced."""
    base = {**PAID, "key_schema": key("id", "place")}
    first, second = ([{**BY_TIME, **each}] for each in (first, second))
    turns = (
        defined("id", "place"),
        defined("id", "place", "at"),
        defined("id", "place", attribute_of_second),
    )
    return FieldValues(
        first, second, base=base, tops=True, edges=(), turns=turns, without="local_secondary_indexes"
    )


def indexed(
    first: Settings, second: Settings, *, base: Settings = FREE, edges: Any = (), names: Any = None
) -> FieldValues:
    """A change of a global index."""
    one, two = ([{**BY_PLACE, **each}] for each in (first, second))
    in_first, in_second = names or (("id", "place"), ("id", "place"))
    turns = (defined("id"), defined(*in_first), defined(*in_second))
    every = tuple([{**BY_PLACE, **each}] for each in edges)
    return FieldValues(
        one, two, base=base, tops=True, edges=every, turns=turns, without="global_secondary_indexes"
    )


def inner(first: Any, second: Any, *, base: Settings = WITH_GLOBAL, **more: Any) -> FieldValues:
    """A member of a global index."""
    return FieldValues(first, second, base={**base, "global_secondary_indexes": [BY_PLACE]}, **more)


WARM = {"read_units_per_second": 13000, "write_units_per_second": 5000}
WARMER = {"read_units_per_second": 14000, "write_units_per_second": 5000}
CEILINGS = {"max_read_request_units": 50, "max_write_request_units": 20}
STREAM = {"stream_enabled": True, "stream_view_type": "NEW_IMAGE"}
BOTH_KEYS = (key("id", "at"), key("at", "id"))

TABLE = KindValues(
    base=PAID,
    around={
        "provisioned_throughput": units(1, 1),
        GLOBAL: BY_PLACE,
        f"{GLOBAL}.provisioned_throughput": units(1, 1),
    },
    by_path={
        "tags": TAGS,
        "attribute_definitions": FieldValues(
            [attribute("id")], [{"attribute_name": "id", "attribute_type": "N"}], edges=()
        ),
        "attribute_definitions[].attribute_name": FieldValues("id", "id", edges=()),
        "attribute_definitions[].attribute_type": FieldValues("S", "N", edges=()),
        "key_schema": FieldValues(*BOTH_KEYS, base=WITH_ONE, edges=()),
        "key_schema[].attribute_name": FieldValues(
            *BOTH_KEYS, base=WITH_ONE, tops=True, edges=(), without="key_schema"
        ),
        "key_schema[].key_type": FieldValues(key("id", "at"), key("at", "id"), base=WITH_ONE, tops=True, edges=(), without="key_schema"),
        "local_secondary_indexes": local({}, {"index_name": "by-hour"}),
        f"{LOCAL}.index_name": local({}, {"index_name": "by-hour"}),
        f"{LOCAL}.key_schema": local({}, {"key_schema": key("id", "hour")}, attribute_of_second="hour"),
        f"{LOCAL}.key_schema[].attribute_name": local({}, {"key_schema": key("id", "hour")}, attribute_of_second="hour"),
        f"{LOCAL}.key_schema[].key_type": local({}, {"key_schema": key("id", "hour")}, attribute_of_second="hour"),
        f"{LOCAL}.projection": local({}, {"projection": {"projection_type": "KEYS_ONLY"}}),
        f"{LOCAL}.projection.projection_type": local({}, {"projection": {"projection_type": "KEYS_ONLY"}}),
        f"{LOCAL}.projection.non_key_attributes": local(
            {"projection": {"projection_type": "INCLUDE", "non_key_attributes": ["one"]}},
            {"projection": {"projection_type": "INCLUDE", "non_key_attributes": ["two"]}},
        ),
        "global_secondary_indexes": indexed({}, {"index_name": "by-site"}),
        f"{GLOBAL}.index_name": indexed(
            {}, {"index_name": "by-site"}, edges=({"index_name": "abc"}, {"index_name": "x" * 255})
        ),
        f"{GLOBAL}.key_schema": indexed({}, {"key_schema": key("at")}, names=(("id", "place"), ("id", "at"))),
        f"{GLOBAL}.key_schema[].attribute_name": indexed(
            {}, {"key_schema": key("at")}, names=(("id", "place"), ("id", "at"))
        ),
        f"{GLOBAL}.key_schema[].key_type": indexed(
            {"key_schema": key("place", "at")},
            {"key_schema": key("at", "place")},
            names=(("id", "place", "at"), ("id", "place", "at")),
        ),
        f"{GLOBAL}.projection": indexed({}, {"projection": {"projection_type": "ALL"}}),
        f"{GLOBAL}.projection.projection_type": indexed(
            {},
            {"projection": {"projection_type": "ALL"}},
            edges=({"projection": {"projection_type": "INCLUDE", "non_key_attributes": ["one"]}},),
        ),
        f"{GLOBAL}.projection.non_key_attributes": indexed(
            {"projection": {"projection_type": "INCLUDE", "non_key_attributes": ["one"]}},
            {"projection": {"projection_type": "INCLUDE", "non_key_attributes": ["two"]}},
            edges=(
                {
                    "projection": {
                        "projection_type": "INCLUDE",
                        "non_key_attributes": [f"name{each}" for each in range(20)],
                    }
                },
            ),
        ),
        f"{GLOBAL}.provisioned_throughput": inner(units(2, 1), units(3, 1), base=PAID_GLOBAL),
        **under(
            f"{GLOBAL}.provisioned_throughput",
            read_capacity_units=inner(2, 3, base=PAID_GLOBAL),
            write_capacity_units=inner(2, 3, base=PAID_GLOBAL),
        ),
        f"{GLOBAL}.on_demand_throughput": inner(CEILINGS, {**CEILINGS, "max_read_request_units": 60}),
        **under(
            f"{GLOBAL}.on_demand_throughput",
            max_read_request_units=inner(50, 60),
            max_write_request_units=inner(20, 30),
        ),
        f"{GLOBAL}.warm_throughput": inner(WARM, WARMER),
        **under(
            f"{GLOBAL}.warm_throughput",
            read_units_per_second=inner(13000, 14000, edges=()),
            write_units_per_second=inner(5000, 6000, edges=()),
        ),
        "billing_mode": FieldValues(
            "PAY_PER_REQUEST",
            "PROVISIONED",
            base=BASE,
            turns=(PAID, {}, {"provisioned_throughput": units(1, 1)}),
        ),
        "provisioned_throughput": FieldValues(units(5, 5), units(6, 5)),
        **under(
            "provisioned_throughput",
            read_capacity_units=(5, 6),
            write_capacity_units=(5, 6),
        ),
        "on_demand_throughput": FieldValues(CEILINGS, {**CEILINGS, "max_read_request_units": 60}, base=FREE),
        **under(
            "on_demand_throughput",
            max_read_request_units=FieldValues(50, 60, base=FREE),
            max_write_request_units=FieldValues(20, 30, base=FREE),
        ),
        "warm_throughput": FieldValues(WARM, WARMER, base=FREE),
        **under(
            "warm_throughput",
            read_units_per_second=FieldValues(13000, 14000, base=FREE, edges=()),
            write_units_per_second=FieldValues(5000, 6000, base=FREE, edges=()),
        ),
        "stream_specification": (STREAM, {**STREAM, "stream_view_type": "KEYS_ONLY"}),
        "stream_specification.stream_enabled": FieldValues(STREAM, {"stream_enabled": False}, tops=True),
        "stream_specification.stream_view_type": FieldValues(
            "NEW_IMAGE", "KEYS_ONLY", beside={"stream_specification": STREAM}, without="stream_specification"
        ),
        "sse": (
            {"enabled": True, "kms_master_key_id": "${one_key}"},
            {"enabled": True, "kms_master_key_id": "${another_key}"},
        ),
        "sse.enabled": FieldValues({"enabled": True}, {"enabled": False}, tops=True),
        "sse.sse_type": FieldValues("KMS", "KMS", beside={"sse": {"enabled": True}}),
        "sse.kms_master_key_id": FieldValues("${one_key}", "${another_key}", beside={"sse": {"enabled": True}}),
        "table_class": ("STANDARD_INFREQUENT_ACCESS", "STANDARD"),
        "deletion_protection_enabled": BOOL,
        "point_in_time_recovery": (
            {"enabled": True, "recovery_period_in_days": 7},
            {"enabled": True, "recovery_period_in_days": 14},
        ),
        "point_in_time_recovery.enabled": FieldValues({"enabled": True}, {"enabled": False}, tops=True),
        "point_in_time_recovery.recovery_period_in_days": FieldValues(
            7, 14, beside={"point_in_time_recovery": {"enabled": True}}
        ),
        "time_to_live": (
            {"enabled": True, "attribute_name": "expires"},
            {"enabled": True, "attribute_name": "until"},
        ),
        "time_to_live.enabled": FieldValues(
            {"enabled": True, "attribute_name": "expires"}, {"enabled": False}, tops=True
        ),
        "time_to_live.attribute_name": FieldValues(
            "expires",
            "until",
            beside={"time_to_live": {"enabled": True, "attribute_name": "expires"}},
            without="time_to_live",
        ),
        "resource_policy": (policy("GetItem"), policy("Query")),
    },
    also={
        "global_secondary_indexes": ("attribute_definitions",),
        "billing_mode": ("provisioned_throughput",),
    },
)  # fmt: skip

VALUES_BY_KIND: Mapping[str, KindValues] = {"dynamodb.table": TABLE}
