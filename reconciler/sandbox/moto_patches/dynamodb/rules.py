"""DynamoDB's checks of requests that moto lacks.

Source of the limits: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from moto.dynamodb.models.table import Table

from reconciler.sandbox.java_patterns import java_pattern
from reconciler.sandbox.moto_patches.dynamodb.refusal import INVALID, invalid
from reconciler.sandbox.moto_patches.dynamodb.schemas import (
    check_definitions,
    check_global_key,
    check_local,
    check_projections,
    check_table_key,
    check_types_stay,
    check_unused,
)
from reconciler.sandbox.moto_patches.dynamodb.warmth import check_warmth
from reconciler.sandbox.sandbox_error import SandboxError, not_in_sandbox

Params = Mapping[str, Any]

NAME = re.compile(r"[a-zA-Z0-9_.-]{3,255}")
MOST_INDEXES = 20
MOST_TAGS = 50
# https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Tagging.html, and "@", which AWS accepts too
TAG_CHARACTERS = r"[\p{L}\p{Z}\p{N}_.:/=+\-@]*"
ONE_INDEX = (
    "Subscriber limit exceeded: Only 1 online index can be created or deleted simultaneously per table"
)

# Members that moto would drop silently.
GLOBAL_TABLES = frozenset(
    {
        "ReplicaUpdates",
        "MultiRegionConsistency",
        "GlobalTableWitnessUpdates",
        "GlobalTableSettingsReplicationMode",
        "GlobalTableSourceArn",
        "DisassociationProtectionEnabled",
        "VectorIndexes",
        "VectorIndexUpdates",
    }
)
CHANGES = frozenset(
    {
        "BillingMode",
        "ProvisionedThroughput",
        "GlobalSecondaryIndexUpdates",
        "StreamSpecification",
        "SSESpecification",
        "TableClass",
        "DeletionProtectionEnabled",
        "OnDemandThroughput",
        "WarmThroughput",
    }
)


def refuse_unsupported(operation: str, params: Params) -> None:
    """Refuse with 501 what would otherwise be dropped silently."""
    unsupported = sorted(GLOBAL_TABLES & params.keys())
    if unsupported:
        raise not_in_sandbox("dynamodb", f"{operation} with {', '.join(unsupported)}")


def check_name(name: str) -> None:
    """Refuse an invalid name of a table or an index."""
    if not NAME.fullmatch(name):
        raise invalid(
            f"Invalid name '{name}': 3 to 255 characters, and only a-z, A-Z, 0-9, '_', '-' and '.' are allowed"
        )


def check_tags(tags: Iterable[Mapping[str, str]], present: Iterable[str] = ()) -> None:
    """Refuse tags with AWS's prefix, invalid characters, duplicate keys, and more than 50 tags."""
    tags = list(tags)
    keys = [tag["Key"] for tag in tags]
    if any(key.lower().startswith("aws:") for key in keys):
        raise invalid(f"{INVALID}Tag keys starting with 'aws:' are reserved for system use")
    allowed = java_pattern(TAG_CHARACTERS)
    for text in (text for tag in tags for text in (tag["Key"], tag["Value"])):
        if allowed and not allowed.fullmatch(text):
            raise invalid(
                f"{INVALID}Tag '{text}' has characters other than letters, white space, numbers and + - = . _ : / @"
            )
    if len(set(keys)) < len(keys):
        raise invalid(f"{INVALID}Duplicate tag keys are not allowed")
    if len({*keys, *present}) > MOST_TAGS:
        raise invalid(f"{INVALID}Too many tags: a resource can have at most {MOST_TAGS}")


def check_keys_defined(indexes: Iterable[Params], definitions: Iterable[Params]) -> None:
    """Refuse an index on an attribute without a type."""
    defined = [definition["AttributeName"] for definition in definitions]
    missing = {key["AttributeName"] for index in indexes for key in index["KeySchema"]} - set(defined)
    if missing:
        raise invalid(
            f"{INVALID}Some index key attributes are not defined in AttributeDefinitions. "
            f"Keys: [{', '.join(sorted(missing))}], AttributeDefinitions: [{', '.join(defined)}]"
        )


def check_index_throughput(indexes: Iterable[Params], billing_mode: str) -> None:
    """Refuse a provisioned index without throughput, and an on-demand index with it."""
    for index in indexes:
        name, given = index["IndexName"], "ProvisionedThroughput" in index
        if billing_mode == "PROVISIONED" and not given:
            raise invalid(f"{INVALID}ProvisionedThroughput must be specified for index: {name}")
        if billing_mode == "PAY_PER_REQUEST" and given:
            raise invalid(
                f"{INVALID}ProvisionedThroughput should not be specified for index: {name} when BillingMode is "
                "PAY_PER_REQUEST"
            )
        if billing_mode == "PROVISIONED" and "OnDemandThroughput" in index:
            raise invalid(
                f"{INVALID}OnDemandThroughput cannot be specified for index: {name} when it is provisioned"
            )


def check_index_names(indexes: Sequence[Params], local: Sequence[Params] = ()) -> None:
    """Refuse invalid names, duplicate names, and more than 20 global indexes."""
    names = [index["IndexName"] for index in (*indexes, *local)]
    for name in names:
        check_name(name)
    for name in names:
        if names.count(name) > 1:
            raise invalid(f"{INVALID}Duplicate index name: {name}")
    if len(indexes) > MOST_INDEXES:
        raise invalid(f"{INVALID}GlobalSecondaryIndex count exceeds the per-table limit of {MOST_INDEXES}")


def check_create(params: Params) -> None:
    """Check a CreateTable request.

    Raises:
        SandboxError: ValidationException.
    """
    refuse_unsupported("CreateTable", params)
    check_name(params["TableName"])
    check_tags(params.get("Tags", ()))
    indexes, local = params.get("GlobalSecondaryIndexes", ()), params.get("LocalSecondaryIndexes", ())
    billing_mode = params.get("BillingMode", "PROVISIONED")
    _check_sse(params)
    check_index_names(indexes, local)
    check_table_key(params["KeySchema"])
    check_definitions(params["AttributeDefinitions"])
    check_local(local, params["KeySchema"])
    for index in indexes:
        check_global_key(index)
    check_projections([*indexes, *local])
    check_keys_defined([*indexes, *local], params["AttributeDefinitions"])
    check_index_throughput(indexes, billing_mode)
    if billing_mode == "PROVISIONED" and "OnDemandThroughput" in params:
        raise invalid(f"{INVALID}OnDemandThroughput cannot be specified when BillingMode is PROVISIONED")


def check_update(table: Table, params: Params, attributes: Sequence[Params]) -> None:
    """Check an UpdateTable request against the table and the new attributes.

    Raises:
        SandboxError: ValidationException, LimitExceededException or ResourceNotFoundException.
    """
    refuse_unsupported("UpdateTable", params)
    if not CHANGES & params.keys():
        raise invalid(
            "At least one of ProvisionedThroughput, BillingMode, UpdateStreamEnabled, GlobalSecondaryIndexUpdates or "
            "SSESpecification or ReplicaUpdates is required"
        )
    billing_mode = params.get("BillingMode", table.billing_mode)
    _check_sse(params)
    check_definitions(params.get("AttributeDefinitions", ()))
    check_warmth(table, params)
    _check_throughput(table, params, billing_mode)
    _check_stream(table, params)
    _check_index_updates(table, params.get("GlobalSecondaryIndexUpdates", ()), billing_mode, attributes)


def _check_sse(params: Params) -> None:
    """Refuse an unknown type of encryption, and a key without encryption."""
    wanted = params.get("SSESpecification") or {}
    if wanted.get("SSEType", "KMS") != "KMS":
        raise invalid(f"{INVALID}SSEType {wanted['SSEType']} is not supported")
    if not wanted.get("Enabled") and "KMSMasterKeyId" in wanted:
        raise invalid(f"{INVALID}KMSMasterKeyId can be specified only when server-side encryption is enabled")


def _check_throughput(table: Table, params: Params, billing_mode: str) -> None:
    wanted = params.get("ProvisionedThroughput")
    if billing_mode == "PAY_PER_REQUEST":
        if wanted:
            raise invalid(
                f"{INVALID}Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is "
                "PAY_PER_REQUEST"
            )
        return
    if "OnDemandThroughput" in params:
        raise invalid(f"{INVALID}OnDemandThroughput cannot be specified when BillingMode is PROVISIONED")
    if table.billing_mode == "PAY_PER_REQUEST":
        if not wanted:
            raise invalid(
                f"{INVALID}ReadCapacityUnits and WriteCapacityUnits must both be specified when BillingMode is "
                "PROVISIONED"
            )
        updates = params.get("GlobalSecondaryIndexUpdates", ())
        given = {update["Update"]["IndexName"] for update in updates if "Update" in update}
        for index in table.global_indexes:
            if index.name not in given:
                raise invalid(f"{INVALID}ProvisionedThroughput must be specified for index: {index.name}")
    elif wanted and same_throughput(wanted, table.throughput):
        units = f"{wanted['ReadCapacityUnits']} read and {wanted['WriteCapacityUnits']} write units"
        raise invalid(
            "The provisioned throughput for the table will not change. The requested value equals the current value: "
            f"{units}"
        )


def same_throughput(one: Params, other: Params) -> bool:
    """Return whether two throughputs have the same units."""
    return all(one.get(unit) == other.get(unit) for unit in ("ReadCapacityUnits", "WriteCapacityUnits"))


def _check_stream(table: Table, params: Params) -> None:
    wanted = params.get("StreamSpecification")
    if wanted is None:
        return
    enabled = bool(table.stream_specification and table.stream_specification["StreamEnabled"])
    if wanted["StreamEnabled"] and enabled:
        raise invalid(f"Table already has an enabled stream: TableName: {table.name}")
    if not wanted["StreamEnabled"] and not enabled:
        raise invalid(f"Table has no stream to disable: TableName: {table.name}")
    if wanted["StreamEnabled"] and "StreamViewType" not in wanted:
        raise invalid(f"{INVALID}StreamViewType must be specified when StreamEnabled is true")


def _check_index_updates(
    table: Table, updates: Sequence[Params], billing_mode: str, attributes: Sequence[Params]
) -> None:
    by_name = {index.name: index for index in table.global_indexes}
    creates = [update["Create"] for update in updates if "Create" in update]
    deletes = [update["Delete"]["IndexName"] for update in updates if "Delete" in update]
    changes = [update["Update"] for update in updates if "Update" in update]
    for name in [*deletes, *(change["IndexName"] for change in changes)]:
        if name not in by_name:
            raise SandboxError("ResourceNotFoundException", f"Requested resource not found: index {name}")
    if len(creates) + len(deletes) > 1:
        raise SandboxError("LimitExceededException", ONE_INDEX)
    for created in creates:
        check_name(created["IndexName"])
        if created["IndexName"] in {*by_name, *(index.name for index in table.indexes)}:
            raise invalid(
                f"{INVALID}Attempting to create an index which already exists: {created['IndexName']}"
            )
    if len(by_name) + len(creates) > MOST_INDEXES:
        raise SandboxError(
            "LimitExceededException",
            f"GlobalSecondaryIndex count exceeds the per-table limit of {MOST_INDEXES}",
        )
    for created in creates:
        check_global_key(created)
    staying = [index for index in by_name.values() if index.name not in deletes]
    check_projections([*creates, *({"Projection": index.projection} for index in (*staying, *table.indexes))])
    check_keys_defined(creates, attributes)
    kept = [table.schema, *(index.schema for index in (*staying, *table.indexes))]
    added = [
        a for a in attributes if a["AttributeName"] not in {each["AttributeName"] for each in table.attr}
    ]
    check_unused([*kept, *(created["KeySchema"] for created in creates)], added)
    check_types_stay(kept, table.attr, attributes)
    check_index_throughput(creates, billing_mode)
    switched = billing_mode != table.billing_mode
    for change in changes:
        wanted = change.get("ProvisionedThroughput")
        if wanted and not switched and same_throughput(wanted, by_name[change["IndexName"]].throughput):
            raise invalid(f"The provisioned throughput for the index {change['IndexName']} will not change")
