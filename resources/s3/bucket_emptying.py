"""What is in a bucket, and how it is emptied: S3 deletes a bucket only when it is empty.

Sources: DeleteObjects, ListObjectVersions, GetObjectRetention and AbortMultipartUpload (Amazon S3 API reference); "Deleting a general purpose
bucket" and "Locking objects with Object Lock" (Amazon S3 User Guide).
"""

from collections.abc import Iterator, Mapping
from typing import Any

from reconciler.contract import Api, Emptying, Request, Sighting, Stored, Wired
from reconciler.errors import Absent, Refused

AT_ONCE = 1000
"""The most objects in one DeleteObjects."""
NAMED = 5
"""At most this many refused objects are named."""


def look(api: Api, bucket: Sighting) -> Iterator[Stored]:
    """Every version, delete marker and unfinished upload; a version with the lock that keeps it."""
    locks = _has_locks(api, bucket)
    for row in api.pages("list_object_versions", rows_in="Versions", **bucket.address):
        kept = _lock(api, bucket, row) if locks else None
        yield Stored("object versions", _version(row), kept)
    for row in api.pages("list_object_versions", rows_in="DeleteMarkers", **bucket.address):
        yield Stored("delete markers", _version(row))
    for row in api.pages("list_multipart_uploads", rows_in="Uploads", **bucket.address):
        yield Stored("unfinished uploads", row["Key"])


def requests(api: Api, bucket: Sighting) -> Iterator[Request]:
    """Delete one page after the other, until nothing is listed."""
    while rows := _page(api, bucket):
        objects = [{"Key": row["Key"], "VersionId": row["VersionId"]} for row in rows]
        parameters = {**bucket.address, "Delete": {"Objects": objects}}  # a quiet reply may be empty
        yield Request("delete_objects", parameters, then=_refuse_errors)
    for row in list(api.pages("list_multipart_uploads", rows_in="Uploads", **bucket.address)):
        parameters = {**bucket.address, "Key": row["Key"], "UploadId": row["UploadId"]}
        yield Request("abort_multipart_upload", parameters)


EMPTYING = Emptying(
    look,
    requests,
    calls=("list_object_versions", "list_multipart_uploads", "get_object_lock_configuration"),
    calls_within=(
        "get_object_legal_hold",
        "get_object_retention",
        "delete_objects",
        "abort_multipart_upload",
    ),
    asks=("s3:DeleteObjectVersion",),
)


def _page(api: Api, bucket: Sighting) -> list[Mapping[str, Any]]:
    """The first versions and delete markers."""
    reply = api.call("list_object_versions", **bucket.address, MaxKeys=AT_ONCE)
    return [*reply.get("Versions", ()), *reply.get("DeleteMarkers", ())]


def _refuse_errors(reply: Wired) -> Iterator[Request]:
    """Check that every object was deleted: DeleteObjects succeeds as a whole in any case.

    Raises:
        Refused: S3 did not delete some of them.
    """
    errors = reply.get("Errors") or ()
    if errors:
        named = "; ".join(
            f"{_version(row)}: {row.get('Code')}: {row.get('Message')}" for row in errors[:NAMED]
        )
        more = f"; and {len(errors) - NAMED} more" if len(errors) > NAMED else ""
        raise Refused("delete_objects", str(errors[0].get("Code")), f"S3 did not delete {named}{more}")
    return iter(())


def _version(row: Mapping[str, Any]) -> str:
    """An object and its version, as a report names it."""
    version = row.get("VersionId") or "null"
    return str(row["Key"]) if version == "null" else f"{row['Key']} ({version})"


def _has_locks(api: Api, bucket: Sighting) -> bool:
    try:
        reply = api.call("get_object_lock_configuration", **bucket.address)
    except Absent:
        return False
    return (reply.get("ObjectLockConfiguration") or {}).get("ObjectLockEnabled") == "Enabled"


def _lock(api: Api, bucket: Sighting, row: Mapping[str, Any]) -> str | None:
    """Why S3 does not delete a version; None if it does."""
    version = {**bucket.address, "Key": row["Key"], "VersionId": row["VersionId"]}
    if _read(api, "get_object_legal_hold", version).get("LegalHold", {}).get("Status") == "ON":
        return "it is under a legal hold"
    retention = _read(api, "get_object_retention", version).get("Retention", {})
    until = retention.get("RetainUntilDate")
    if until and until.timestamp() > api.wall():
        return f"its retention in mode {retention.get('Mode')} ends on {until:%Y-%m-%d}"
    return None


def _read(api: Api, operation: str, version: Wired) -> Wired:
    """A lock of a version; empty if it has none."""
    try:
        return api.call(operation, **version)
    except Absent:
        return {}
