"""Reads each field of a bucket: by which operation, and from which member of the reply."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from reconciler.contract import Address, Api, FieldRead, Wired
from reconciler.errors import Absent
from reconciler.resources.s3.filters import OLD, unfolded


def configured(api: Api, operation: str, address: Address) -> Wired:
    """The reply of S3 without its metadata; empty if the bucket has no such configuration.

    Raises:
        Absent: the bucket itself no longer exists.
    """
    try:
        reply = api.call(operation, **address)
    except Absent as error:
        if error.code == "NoSuchBucket":
            raise
        return {}
    return {member: value for member, value in reply.items() if member != "ResponseMetadata"}


def facet(operation: str, members: Callable[[Wired], Wired]) -> FieldRead:
    """A read of one configuration. `members` turns the reply, which may be empty, into members of a request."""
    return FieldRead(
        lambda api, sighting: members(configured(api, operation, sighting.address)), (operation,)
    )


def _whole(member: str) -> Callable[[Wired], Wired]:
    """For replies that are, as a whole, the value of one member of the request."""
    return lambda reply: {member: dict(reply)}


def _same(member: str) -> Callable[[Wired], Wired]:
    """For replies in which a member has the same form as in requests."""
    return lambda reply: {member: reply.get(member)}


def _versioning(reply: Wired) -> Wired:
    # S3 omits MFADelete if it was never enabled.
    return {"VersioningConfiguration": {"MFADelete": "Disabled", **reply} if reply else {}}


def _acceleration(reply: Wired) -> Wired:
    # S3 omits the status of a bucket that was never accelerated, even after it is set to Suspended.
    return {"AccelerateConfiguration": {"Status": "Suspended", **reply}}


def _abac(reply: Wired) -> Wired:
    return {"AbacStatus": {"Status": "Disabled", **(reply.get("AbacStatus") or {})}}


def _lifecycle(reply: Wired) -> Wired:
    rules = [_with_days(unfolded(rule)) for rule in reply.get("Rules", ())]
    size = "TransitionDefaultMinimumObjectSize"
    return {"LifecycleConfiguration": {"Rules": rules}, size: reply.get(size)}


def _with_days(rule: dict[str, Any]) -> dict[str, Any]:
    """The rule with its dates as texts, as in requests, instead of `datetime`."""
    expiration = {"Expiration": _day(rule["Expiration"])} if "Expiration" in rule else {}
    transitions = (
        {"Transitions": [_day(each) for each in rule["Transitions"]]} if "Transitions" in rule else {}
    )
    return {**rule, **expiration, **transitions}


def _day(event: Wired) -> dict[str, Any]:
    moment = event.get("Date")
    return (
        {**event, "Date": moment.strftime("%Y-%m-%dT00:00:00Z")}
        if isinstance(moment, datetime)
        else {**event}
    )


def _notification(reply: Wired) -> Wired:
    listeners = {
        member: [_with_plain_names(each) for each in value] if isinstance(value, list) else value
        for member, value in reply.items()
    }
    return {"NotificationConfiguration": listeners}


def _with_plain_names(listener: Wired) -> Wired:
    # S3 replies "Prefix" where the request had "prefix".
    rules = listener.get("Filter", {}).get("Key", {}).get("FilterRules")
    if not rules:
        return listener
    named = [{**rule, "Name": rule["Name"].lower()} for rule in rules]
    return {**listener, "Filter": {"Key": {"FilterRules": named}}}


def _object_lock(reply: Wired) -> Wired:
    lock = reply.get("ObjectLockConfiguration")
    enabled = (lock or {}).get("ObjectLockEnabled") == "Enabled"
    return {"ObjectLockConfiguration": lock, "ObjectLockEnabledForBucket": enabled}


def _replication(reply: Wired) -> Wired:
    configuration = reply.get("ReplicationConfiguration")
    if not configuration:
        return {}
    old = sorted(rule["ID"] for rule in configuration["Rules"] if "Filter" not in rule)
    rules = [
        _meant(unfolded(rule), old.index(rule["ID"])) if rule["ID"] in old else unfolded(rule)
        for rule in configuration["Rules"]
    ]
    return {"ReplicationConfiguration": {**configuration, "Rules": rules}}


def _meant(rule: dict[str, Any], position: int) -> dict[str, Any]:
    """A rule in the old form with what it implies: it replicates delete markers, and its priority has no effect.

    The prefixes of such rules never overlap. The new form requires a priority, so each rule gets its own.
    Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-add-config.html (backward compatibility)
    """
    return {"Priority": position, "DeleteMarkerReplication": {"Status": "Enabled"}, **rule, OLD: True}


FACETS: Mapping[str, FieldRead] = {
    **dict.fromkeys(
        ("object_lock_enabled", "default_retention"), facet("get_object_lock_configuration", _object_lock)
    ),
    "public_access_block": facet("get_public_access_block", _same("PublicAccessBlockConfiguration")),
    "object_ownership": facet("get_bucket_ownership_controls", _same("OwnershipControls")),
    "versioning": facet("get_bucket_versioning", _versioning),
    "encryption": facet("get_bucket_encryption", _same("ServerSideEncryptionConfiguration")),
    "bucket_policy": facet("get_bucket_policy", _same("Policy")),
    "cors": facet("get_bucket_cors", _whole("CORSConfiguration")),
    **dict.fromkeys(
        ("lifecycle", "transition_default_minimum_object_size"),
        facet("get_bucket_lifecycle_configuration", _lifecycle),
    ),
    "notification": facet("get_bucket_notification_configuration", _notification),
    "logging": facet("get_bucket_logging", _whole("BucketLoggingStatus")),
    "website": facet("get_bucket_website", _whole("WebsiteConfiguration")),
    "acceleration": facet("get_bucket_accelerate_configuration", _acceleration),
    "abac": facet("get_bucket_abac", _abac),
    "request_payment": facet("get_bucket_request_payment", _whole("RequestPaymentConfiguration")),
    "replication": facet("get_bucket_replication", _replication),
}
"""By field: how it is read. S3 has no operation that shows several."""
