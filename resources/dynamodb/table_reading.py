"""Converts replies about a table to the members of requests."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from reconciler.contract import Api, FieldRead, Sighting, Wired, from_reply

ON_DEMAND = "PAY_PER_REQUEST"
UNLIMITED = -1
SSE = "SSESpecification"
AT_WORK = ("CREATING", "UPDATING", "DELETING")
MANAGED_KEY = "alias/aws/dynamodb"
KEY_OF_AWS = "ManagedKeyArn"
"""A member that we add to replies: the ARN of the AWS managed key, which never changes."""


def billing_mode(table: Wired) -> str:
    """The billing mode. AWS omits it for tables that were never on demand."""
    return str(table.get("BillingModeSummary", {}).get("BillingMode", "PROVISIONED"))


def attribute_definitions(table: Wired) -> list[Wired]:
    """The attributes that a key uses. Those of deleted indexes may remain in replies, and are left out."""
    used = {element["AttributeName"] for keys in _keys(table) for element in keys}
    return [each for each in table.get("AttributeDefinitions", ()) if each["AttributeName"] in used]


def provisioned(holder: Wired, mode: str) -> Wired | None:
    """The provisioned capacity of a table or index; None with on-demand billing, for which AWS reports zeros."""
    if mode == ON_DEMAND:
        return None
    return _only(holder.get("ProvisionedThroughput"), "ReadCapacityUnits", "WriteCapacityUnits")


def on_demand(holder: Wired, mode: str) -> Wired | None:
    """The on-demand limits of a table or index; -1 means no limit."""
    if mode != ON_DEMAND:
        return None
    limits = holder.get("OnDemandThroughput") or {}
    return {member: units for member, units in limits.items() if units != UNLIMITED} or None


def warm(holder: Wired) -> Wired | None:
    """The warm throughput, without its status."""
    return _only(holder.get("WarmThroughput"), "ReadUnitsPerSecond", "WriteUnitsPerSecond")


def local_index(index: Wired) -> Wired:
    """A local index without its statistics."""
    return {member: index[member] for member in ("IndexName", "KeySchema", "Projection")}


def global_index(index: Wired, mode: str) -> Wired:
    """A global index without its status and statistics."""
    capacity = {
        "ProvisionedThroughput": provisioned(index, mode),
        "OnDemandThroughput": on_demand(index, mode),
        "WarmThroughput": warm(index),
    }
    return {**local_index(index), **{member: value for member, value in capacity.items() if value}}


def stream(table: Wired) -> Wired:
    """The stream settings; AWS omits those of a stream that is off."""
    specification: Wired = table.get("StreamSpecification") or {}
    return specification if specification.get("StreamEnabled") else {"StreamEnabled": False}


def stream_arn(api: Api, sighting: Sighting) -> str | None:
    """The ARN of the stream; None if it is off, although AWS still shows the old ARN."""
    table = api.call("describe_table", **sighting.address)["Table"]
    return table.get("LatestStreamArn") if stream(table)["StreamEnabled"] else None


def encryption(table: Wired) -> Wired:
    """The encryption settings; without a description, AWS uses an AWS owned key."""
    described = table.get("SSEDescription") or {}
    if described.get("Status", "DISABLED") in ("DISABLED", "DISABLING"):
        return {"Enabled": False}
    key = {"KMSMasterKeyId": described["KMSMasterKeyArn"]} if "KMSMasterKeyArn" in described else {}
    return {"Enabled": True, "SSEType": described.get("SSEType", "KMS"), **key}


def managed_key(api: Api) -> str:
    """The ARN of the AWS managed key for DynamoDB; KMS creates the key when it is described for the first time.

    Source: https://docs.aws.amazon.com/kms/latest/APIReference/API_DescribeKey.html
    """
    reply = api.beside("kms").call("describe_key", KeyId=MANAGED_KEY)
    return str(reply["KeyMetadata"]["Arn"])


def without_managed_key(specification: Wired, managed: str | None) -> Wired:
    """Encryption in the form of requests, which omit the AWS managed key, whose ARN is given."""
    if specification.get("KMSMasterKeyId") != managed:
        return specification
    return {member: value for member, value in specification.items() if member != "KMSMasterKeyId"}


DESCRIBED: Mapping[str, tuple[str, Callable[[Wired], Any]]] = {
    "attribute_definitions": ("AttributeDefinitions", attribute_definitions),
    "key_schema": ("KeySchema", lambda table: table["KeySchema"]),
    "local_secondary_indexes": (
        "LocalSecondaryIndexes",
        lambda table: [local_index(each) for each in table.get("LocalSecondaryIndexes", ())],
    ),
    "global_secondary_indexes": (
        "GlobalSecondaryIndexes",
        lambda table: [
            global_index(each, billing_mode(table)) for each in table.get("GlobalSecondaryIndexes", ())
        ],
    ),
    "billing_mode": ("BillingMode", billing_mode),
    "provisioned_throughput": (
        "ProvisionedThroughput",
        lambda table: provisioned(table, billing_mode(table)),
    ),
    "on_demand_throughput": ("OnDemandThroughput", lambda table: on_demand(table, billing_mode(table))),
    "warm_throughput": ("WarmThroughput", warm),
    "stream_specification": ("StreamSpecification", stream),
    "sse": (SSE, encryption),
    "table_class": (
        "TableClass",
        lambda table: table.get("TableClassSummary", {}).get("TableClass", "STANDARD"),
    ),
    "deletion_protection_enabled": (
        "DeletionProtectionEnabled",
        lambda table: bool(table.get("DeletionProtectionEnabled")),
    ),
}
"""The fields that describe_table shows: the member of each in requests, and the function that reads it."""


def described(api: Api, table: Wired, fields: frozenset[str], known: str | None = None) -> Wired:
    """The fields among `fields` that describe_table shows, in the form of requests; `known` is the ARN of the managed key."""
    found = {member: find(table) for member, find in (DESCRIBED[name] for name in fields & DESCRIBED.keys())}
    if found.get(SSE, {}).get("KMSMasterKeyId"):
        managed = known or managed_key(api)
        found |= {SSE: without_managed_key(found[SSE], managed), KEY_OF_AWS: managed}
    return found


def recovery(reply: Wired) -> Wired:
    """Point-in-time recovery, in the form of requests."""
    described = reply["ContinuousBackupsDescription"].get("PointInTimeRecoveryDescription", {})
    if described.get("PointInTimeRecoveryStatus") != "ENABLED":
        return {"PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": False}}
    period = _only(described, "RecoveryPeriodInDays") or {}
    return {"PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": True, **period}}


def time_to_live(reply: Wired) -> Wired:
    """The settings of expiry, in the form of requests."""
    described = reply["TimeToLiveDescription"]
    if described.get("TimeToLiveStatus") not in ("ENABLED", "ENABLING"):
        return {"TimeToLiveSpecification": {"Enabled": False}}
    return {"TimeToLiveSpecification": {"Enabled": True, "AttributeName": described["AttributeName"]}}


def at_work(table: Wired) -> str | None:
    """The work of AWS on the table or an index that has not ended; None if there is none."""
    if table["TableStatus"] in AT_WORK:
        return f"table is {table['TableStatus']}"
    busy = (each for each in table.get("GlobalSecondaryIndexes", ()) if each["IndexStatus"] in AT_WORK)
    return next((f"index {each['IndexName']} is {each['IndexStatus']}" for each in busy), None)


ASKED_ALONE: Mapping[str, FieldRead] = {
    "point_in_time_recovery": from_reply("describe_continuous_backups", recovery),
    "time_to_live": from_reply("describe_time_to_live", time_to_live),
    "resource_policy": from_reply(
        "get_resource_policy",
        lambda reply: {"ResourcePolicy": reply["Policy"]},
        at=lambda sighting: {"ResourceArn": sighting.arn},
        absent={},
    ),
}
"""The fields that are read with their own operation."""


def _keys(table: Wired) -> Iterator[list[Wired]]:
    yield table["KeySchema"]
    for indexes in ("LocalSecondaryIndexes", "GlobalSecondaryIndexes"):
        yield from (index["KeySchema"] for index in table.get(indexes, ()))


def _only(structure: Wired | None, *members: str) -> Wired | None:
    return {member: structure[member] for member in members if member in structure} if structure else None
