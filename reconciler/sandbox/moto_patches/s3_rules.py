"""S3's checks of put requests that moto lacks; they run before anything is stored."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Protocol

from moto.s3.models import FakeBucket

from reconciler.sandbox.java_patterns import java_pattern
from reconciler.sandbox.moto_patches.s3_lifecycle import check_lifecycle
from reconciler.sandbox.sandbox_error import SandboxError

Params = Mapping[str, Any]

# https://docs.aws.amazon.com/AmazonS3/latest/userguide/tagging-managing.html: for buckets as for objects
TAG_CHARACTERS = r"[\p{L}\p{Z}\p{N}_.:/=+\-@]*"
MOST_TAGS = 50
LONGEST_KEY, LONGEST_VALUE = 128, 256


class Buckets(Protocol):
    """A function that finds other buckets."""

    def __call__(self, name: str) -> FakeBucket | None:
        """Return a bucket of any account; None if there is none."""


def check_put(asked: str | None, params: Params, bucket: FakeBucket, buckets: Buckets) -> None:
    """Check a put of a bucket's setting.

    Raises:
        SandboxError: AWS would refuse it.
    """
    check = CHECKS.get(asked or "")
    if check:
        check(params, bucket, buckets)


def check_tags(tags: Iterable[Mapping[str, str]]) -> None:
    """Refuse invalid tags.

    Source: https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketTagging.html
    """
    pairs = [(tag.get("Key") or "", tag.get("Value") or "") for tag in tags]
    keys = [key for key, _ in pairs]
    if len(set(keys)) < len(keys):
        raise SandboxError("InvalidTag", "Cannot provide multiple Tags with the same key")
    if any(key.lower().startswith("aws:") for key in keys):
        raise SandboxError("InvalidTag", "System tags cannot be added/updated by requester")
    if len(keys) > MOST_TAGS:
        raise SandboxError("BadRequest", f"Bucket tag count cannot be greater than {MOST_TAGS}")
    allowed = java_pattern(TAG_CHARACTERS)
    for key, value in pairs:
        if not 1 <= len(key) <= LONGEST_KEY or (allowed and not allowed.fullmatch(key)):
            raise SandboxError("InvalidTag", "The TagKey you have provided is invalid")
        if len(value) > LONGEST_VALUE or (allowed and not allowed.fullmatch(value)):
            raise SandboxError("InvalidTag", "The TagValue you have provided is invalid")


def _tagging(params: Params, _bucket: FakeBucket, _buckets: Buckets) -> None:
    check_tags((params.get("Tagging") or {}).get("TagSet") or ())


def _lifecycle(params: Params, _bucket: FakeBucket, _buckets: Buckets) -> None:
    check_lifecycle(params)


def _replication(params: Params, bucket: FakeBucket, buckets: Buckets) -> None:
    """Refuse a replication without versioning at both ends, and a filter in the older form of a rule.

    Source: https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html#ReplicationErrorCodeList
    """
    if bucket.versioning_status != "Enabled":
        raise _request("Versioning must be 'Enabled' on the bucket to apply a replication configuration")
    rules = (params.get("ReplicationConfiguration") or {}).get("Rules") or []
    for rule in rules:
        name = rule["Destination"]["Bucket"].rpartition(":::")[2]
        destination = buckets(name)
        if destination is None:
            raise _request("Destination bucket must exist.")
        if destination.versioning_status != "Enabled":
            raise _request("Destination bucket must have versioning enabled.")
        _replication_form(rule)
    priorities = [rule["Priority"] for rule in rules if rule.get("Priority") is not None]
    if len(set(priorities)) < len(priorities):
        raise _request(
            "Found duplicate priority in replication rules. Priority must be unique for each rule."
        )


def _replication_form(rule: Params) -> None:
    if "Filter" not in rule:
        return
    form = "must be specified for this version of Cross Region Replication configuration schema."
    for member in ("Priority", "DeleteMarkerReplication"):
        if rule.get(member) is None:
            raise _request(f"{member} {form}")
    wanted = rule.get("Filter") or {}
    tagged = wanted.get("Tag") or (wanted.get("And") or {}).get("Tags")
    if tagged and rule["DeleteMarkerReplication"].get("Status") == "Enabled":
        raise _request("Delete marker replication is not supported if any Tag filter is specified.")


def _versioning(params: Params, bucket: FakeBucket, _buckets: Buckets) -> None:
    """Refuse to suspend versioning while object lock or a replication needs it.

    Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock-configure.html
    """
    if (params.get("VersioningConfiguration") or {}).get("Status") != "Suspended":
        return
    if bucket.object_lock_enabled:
        raise SandboxError(
            "InvalidBucketState",
            "An Object Lock configuration is present on this bucket, so the versioning state cannot be changed.",
            http_status=409,
        )
    if vars(bucket).get("replication"):
        raise SandboxError(
            "InvalidBucketState",
            "A replication configuration is present on this bucket, so the versioning state cannot be changed.",
            http_status=409,
        )


def _object_lock(params: Params, bucket: FakeBucket, _buckets: Buckets) -> None:
    """Refuse object lock without versioning, and refuse to turn it off.

    Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock-configure.html
    """
    wanted = params.get("ObjectLockConfiguration") or {}
    if wanted.get("ObjectLockEnabled") != "Enabled":
        raise SandboxError("MalformedXML", "The XML you provided was not well-formed")
    if bucket.versioning_status != "Enabled":
        raise SandboxError(
            "InvalidBucketState",
            "Versioning must be 'Enabled' on the bucket to apply a Object Lock configuration",
            http_status=409,
        )
    if "Rule" not in wanted:
        return
    retention = (wanted["Rule"] or {}).get("DefaultRetention") or {}
    hold = retention.get("DefaultEventHold")
    if hold is not None:
        _period(hold)
    if hold is None or retention.keys() - {"DefaultEventHold"}:
        if retention.get("Mode") not in {"GOVERNANCE", "COMPLIANCE"}:
            raise SandboxError("MalformedXML", "The XML you provided was not well-formed")
        _period(retention)


def _period(setting: Params) -> None:
    periods = [setting[unit] for unit in ("Days", "Years") if setting.get(unit) is not None]
    if len(periods) != 1:
        raise SandboxError("MalformedXML", "The XML you provided was not well-formed")
    if periods[0] < 1:
        raise SandboxError("InvalidArgument", "Default retention period must be a positive integer value.")


CHECKS: Mapping[str, Callable[[Params, FakeBucket, Buckets], None]] = {
    "lifecycle": _lifecycle,
    "object-lock": _object_lock,
    "replication": _replication,
    "tagging": _tagging,
    "versioning": _versioning,
}


def _request(text: str) -> SandboxError:
    return SandboxError("InvalidRequest", text)
