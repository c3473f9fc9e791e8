"""Requests for settings of a bucket that need more than one operation or more than one member of a request."""

from collections.abc import Iterable, Mapping
from typing import Any

from reconciler.contract import Calls, Change, Request, Wired
from reconciler.errors import Refused
from reconciler.model import Settings
from reconciler.resources.s3.filters import folded, in_old_form, is_old

LOCK = "ObjectLockEnabledForBucket"
UNLOCKED = "S3 cannot turn off object lock; write `object_lock_enabled: true`, or leave it out"
NOT_LOCKED = (
    "the bucket has no object lock, and a default retention would turn it on permanently; "
    "write `object_lock_enabled: true` as well, or remove default_retention"
)


def lifecycle(change: Change) -> Iterable[Request]:
    """Send all rules in one request, as S3 requires; without rules, delete the configuration.

    Raises:
        Refused: `transition_default_minimum_object_size` is set, but there are no rules.
    """
    rules, before = (
        _within(side, "LifecycleConfiguration").get("Rules") for side in (change.desired, change.observed)
    )
    if not rules and not before:
        raise Refused(
            "put_bucket_lifecycle_configuration",
            "Incomplete",
            "transition_default_minimum_object_size belongs to lifecycle rules; write them, or leave it out",
        )
    if not rules:
        yield Request("delete_bucket_lifecycle", {**change.address})
        return
    parameters = {**change.address, "LifecycleConfiguration": {"Rules": [folded(rule) for rule in rules]}}
    smallest = change.desired.get("TransitionDefaultMinimumObjectSize")
    if smallest:
        parameters["TransitionDefaultMinimumObjectSize"] = smallest
    yield Request("put_bucket_lifecycle_configuration", parameters)


def logging(change: Change) -> Iterable[Request]:
    """Turn access logging on or off. An empty status turns it off; S3 has no operation for that."""
    enabled = _within(change.desired, "BucketLoggingStatus").get("LoggingEnabled")
    status = {"LoggingEnabled": enabled} if enabled else {}
    yield Request("put_bucket_logging", {**change.address, "BucketLoggingStatus": status})


def object_lock(change: Change) -> Iterable[Request]:
    """Turn on object lock of a new or existing bucket, and set the default retention. Each request must say that the lock is on.

    Raises:
        Refused: the files turn the lock off, which S3 cannot do, or the request would turn on a lock that is not in the files.
    """
    if not change.desired.get(LOCK):
        why = UNLOCKED if change.observed.get(LOCK) else NOT_LOCKED
        raise Refused("put_object_lock_configuration", "ObjectLock", why)
    rule = _within(change.desired, "ObjectLockConfiguration").get("Rule")
    configuration = {"ObjectLockEnabled": "Enabled", **({"Rule": rule} if rule else {})}
    parameters = {**change.address, "ObjectLockConfiguration": configuration}
    yield Request("put_object_lock_configuration", parameters)


def replication(change: Change) -> Iterable[Request]:
    """Send the role and all rules in one request; without rules, delete the configuration.

    S3 requires all rules to have the same form. So rules in the old form keep it only if it can express all desired rules.
    """
    configuration = _within(change.desired, "ReplicationConfiguration")
    if not configuration.get("Rules"):
        yield Request("delete_bucket_replication", {**change.address})
        return
    live = _within(change.reported, "ReplicationConfiguration").get("Rules") or ()
    old = {rule["ID"]: rule for rule in live if is_old(rule)}
    stays = all(_says_the_same(rule, old.get(rule["ID"])) for rule in configuration["Rules"])
    rules = [in_old_form(rule) if stays else folded(rule) for rule in configuration["Rules"]]
    parameters = {**change.address, "ReplicationConfiguration": {**configuration, "Rules": rules}}
    yield Request("put_bucket_replication", parameters)


def _says_the_same(rule: Wired, old: Wired | None) -> bool:
    """Whether the old form can express the rule. It has no priority and no setting for delete markers."""
    return (
        old is not None
        and "Prefix" in in_old_form(rule)
        and all(rule.get(member) == old.get(member) for member in ("Priority", "DeleteMarkerReplication"))
    )


def _within(members: Wired, member: str) -> Wired:
    return members.get(member) or {}


LIFECYCLE = Calls(
    lifecycle,
    ("lifecycle", "transition_default_minimum_object_size"),
    ("put_bucket_lifecycle_configuration", "delete_bucket_lifecycle"),
)
LOGGING = Calls(logging, ("logging",), ("put_bucket_logging",))
OBJECT_LOCK = Calls(
    object_lock, ("object_lock_enabled", "default_retention"), ("put_object_lock_configuration",)
)
REPLICATION = Calls(replication, ("replication",), ("put_bucket_replication", "delete_bucket_replication"))


def replication_as_written(live: Any, written: Settings, _reported: Wired) -> Any:
    """The live rules, with destination buckets written as in the files: by name or by ARN."""
    if not live or not written["replication"]:
        return live
    wanted = {each["id"]: each["destination"]["bucket"] for each in written["replication"]["rules"]}
    return {**live, "rules": [_as_written(rule, wanted.get(rule["id"])) for rule in live["rules"]]}


def impossible(field: str, written: Settings, reported: Wired) -> str:
    """Why a field cannot be changed: S3 cannot turn off object lock, and a bucket must not be replaced for that."""
    unlocks = field == "object_lock_enabled" and reported.get(LOCK)
    return UNLOCKED if unlocks and not written[field] else ""


def _as_written(rule: Mapping[str, Any], bucket: str | None) -> Mapping[str, Any]:
    """A rule with its bucket as it is written in the files, if it is the same bucket."""
    destination = rule["destination"]
    if bucket is None or _name(bucket) != _name(destination["bucket"]):
        return rule
    return {**rule, "destination": {**destination, "bucket": bucket}}


def _name(bucket: str) -> str:
    return bucket.rpartition(":")[2]
