"""dynamodb.table."""

from reconciler.testing import Change, Drift, Given, Sample, Settings

UPDATE = ("UpdateTable",)
ON_DEMAND, FREE = "on demand", "without limits"


def attribute(name: str) -> Settings:
    return {"attribute_name": name, "attribute_type": "S"}


def key(hashed: str, ranged: str | None = None) -> list[Settings]:
    keys: list[Settings] = [{"attribute_name": hashed, "key_type": "HASH"}]
    return [*keys, {"attribute_name": ranged, "key_type": "RANGE"}] if ranged else keys


def units(read: int, write: int) -> Settings:
    return {"read_capacity_units": read, "write_capacity_units": write}


def policy(action: str) -> Settings:
    return {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": "Reports",
                "Effect": "Allow",
                "Principal": {"AWS": "arn:aws:iam::123456789012:root"},
                "Action": f"dynamodb:{action}",
                "Resource": "*",
            }
        ],
    }


BY_STAMP = {
    "index_name": "by-stamp",
    "key_schema": key("stamp_id", "at"),
    "projection": {"projection_type": "INCLUDE", "non_key_attributes": ["image"]},
    "provisioned_throughput": units(2, 1),
}
BY_PLACE = {
    "index_name": "by-place",
    "key_schema": key("place"),
    "projection": {"projection_type": "KEYS_ONLY"},
    "provisioned_throughput": units(2, 1),
}
BY_TIME = {
    "index_name": "by-time",
    "key_schema": key("user_id", "at"),
    "projection": {"projection_type": "ALL"},
}
ATTRIBUTES = [attribute(name) for name in ("user_id", "stamp_id", "at", "place")]

SAMPLE = Sample(
    name="Stamps",
    given=(
        Given("kms", "create_key", {}, "one_key", "KeyMetadata.Arn"),
        Given("kms", "create_key", {}, "another_key", "KeyMetadata.Arn"),
    ),
    base={
        "attribute_definitions": ATTRIBUTES,
        "key_schema": key("user_id", "stamp_id"),
        "local_secondary_indexes": [BY_TIME],
        "global_secondary_indexes": [BY_STAMP, BY_PLACE],
        "billing_mode": "PROVISIONED",
        "provisioned_throughput": units(5, 5),
        "stream_specification": {"stream_enabled": True, "stream_view_type": "NEW_IMAGE"},
        "sse": {"enabled": True, "sse_type": "KMS", "kms_master_key_id": "${one_key}"},
        "table_class": "STANDARD",
        "deletion_protection_enabled": False,
        "point_in_time_recovery": {"enabled": True, "recovery_period_in_days": 7},
        "time_to_live": {"enabled": True, "attribute_name": "expires"},
        "resource_policy": policy("GetItem"),
        "tags": {"Team": "stamps"},
    },
    forms={
        ON_DEMAND: {
            "attribute_definitions": [attribute("id")],
            "key_schema": key("id"),
            "billing_mode": "PAY_PER_REQUEST",
            "on_demand_throughput": {"max_read_request_units": 50, "max_write_request_units": 20},
            "warm_throughput": {"read_units_per_second": 13000, "write_units_per_second": 5000},
        },
        FREE: {
            "attribute_definitions": [attribute("id")],
            "key_schema": key("id"),
            "provisioned_throughput": units(1, 1),
        },
    },
    changes=(
        Change("key_schema", key("user_id", "place"), refused="AWS cannot change key_schema"),
        Change(
            "local_secondary_indexes",
            [{**BY_TIME, "projection": {"projection_type": "KEYS_ONLY"}}],
            refused="AWS cannot change local_secondary_indexes",
        ),
        Change(
            "global_secondary_indexes",
            [BY_STAMP, {**BY_PLACE, "index_name": "by-place-and-time", "key_schema": key("place", "at")}],
            ("UpdateTable", "UpdateTable"),
        ),
        Change(
            "global_secondary_indexes",
            [{**BY_STAMP, "provisioned_throughput": units(4, 1)}, BY_PLACE],
            UPDATE,
            "in capacity",
        ),
        Change(
            "global_secondary_indexes",
            [BY_STAMP, {**BY_PLACE, "projection": {"projection_type": "ALL"}}],
            ("UpdateTable", "UpdateTable"),
            "built anew",
        ),
        Change("provisioned_throughput", units(6, 5), UPDATE),
        Change("billing_mode", "PAY_PER_REQUEST", UPDATE, form=FREE, drops=("provisioned_throughput",)),
        Change("on_demand_throughput", {"max_read_request_units": 60}, UPDATE, form=ON_DEMAND),
        Change("on_demand_throughput", None, UPDATE, "cleared", form=ON_DEMAND),
        Change(
            "warm_throughput",
            {"read_units_per_second": 14000},
            UPDATE,
            form=ON_DEMAND,
            one_way="AWS never cools a table down",
        ),
        Change(
            "stream_specification",
            {"stream_enabled": True, "stream_view_type": "KEYS_ONLY"},
            ("UpdateTable", "UpdateTable"),
        ),
        Change("stream_specification", None, UPDATE, "cleared"),
        Change("sse", {"enabled": True, "kms_master_key_id": "${another_key}"}, UPDATE),
        Change("sse", None, UPDATE, "cleared"),
        Change("table_class", "STANDARD_INFREQUENT_ACCESS", UPDATE),
        Change("deletion_protection_enabled", True, UPDATE),
        Change(
            "point_in_time_recovery",
            {"enabled": True, "recovery_period_in_days": 14},
            ("UpdateContinuousBackups",),
        ),
        Change("point_in_time_recovery", None, ("UpdateContinuousBackups",), "cleared"),
        Change("time_to_live", {"enabled": False}, ("UpdateTimeToLive",)),
        Change("time_to_live", None, ("UpdateTimeToLive",), "cleared"),
        Change("resource_policy", policy("Query"), ("PutResourcePolicy",)),
        Change("resource_policy", None, ("DeleteResourcePolicy",), "cleared"),
        Change("tags", {"Team": None, "Cost": "42"}, ("TagResource", "UntagResource")),
    ),
    drifts=(
        Drift("deletion_protection_enabled", "update_table", {"DeletionProtectionEnabled": True}),
        Drift("stream_specification", "update_table", {"StreamSpecification": {"StreamEnabled": False}}),
        Drift(
            "provisioned_throughput",
            "update_table",
            {"ProvisionedThroughput": {"ReadCapacityUnits": 1, "WriteCapacityUnits": 1}},
        ),
    ),
    exempt={
        "attribute_definitions": "changes with the indexes that use it, never alone: "
        "see `test_dynamodb_table_changes.py`"
    },
    misfits={
        "sse.sse_type: AWS has AES256 as well": "the model's own documentation says that only KMS is supported"
    },
    needed={
        "attribute_definitions": "only a replica of a table of another account goes without",
        "key_schema": "only a replica of a table of another account goes without",
    },
    emptied_with={
        "global_secondary_indexes": {
            "attribute_definitions": [attribute("user_id"), attribute("stamp_id"), attribute("at")]
        }
    },
)
