"""The requests that change what no single structure of S3's API carries."""

from collections.abc import Iterable

from reconciler.contract import Change, Request, Wired
from reconciler.errors import Refused
from reconciler.resources.s3.filters import folded


def lifecycle(change: Change) -> Iterable[Request]:
    """Send all rules at once, as S3 asks; without rules, take the configuration away."""
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
    """Turn access logging on, or off with an empty status: S3 has no operation to take it away."""
    enabled = _within(change.desired, "BucketLoggingStatus").get("LoggingEnabled")
    status = {"LoggingEnabled": enabled} if enabled else {}
    yield Request("put_bucket_logging", {**change.address, "BucketLoggingStatus": status})


def default_retention(change: Change) -> Iterable[Request]:
    """Set how long new objects are locked; S3 wants to hear each time that the lock is on."""
    rule = _within(change.desired, "ObjectLockConfiguration").get("Rule")
    configuration = {"ObjectLockEnabled": "Enabled", **({"Rule": rule} if rule else {})}
    parameters = {**change.address, "ObjectLockConfiguration": configuration}
    yield Request("put_object_lock_configuration", parameters)


def replication(change: Change) -> Iterable[Request]:
    """Send the role and all rules at once; without rules, take the configuration away."""
    configuration = _within(change.desired, "ReplicationConfiguration")
    if not configuration.get("Rules"):
        yield Request("delete_bucket_replication", {**change.address})
        return
    # A rule with a filter must say what becomes of delete markers.
    unsaid = {"DeleteMarkerReplication": {"Status": "Disabled"}}
    rules = [{**unsaid, **folded(rule)} for rule in configuration["Rules"]]
    parameters = {**change.address, "ReplicationConfiguration": {**configuration, "Rules": rules}}
    yield Request("put_bucket_replication", parameters)


def _within(members: Wired, member: str) -> Wired:
    return members.get(member) or {}
