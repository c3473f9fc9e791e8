"""The locks of S3's objects: how they are read, and the versions that DeleteObjects does not delete because of them.

Sources: GetObjectRetention, GetObjectLegalHold and DeleteObjects, in the API reference:
https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObjectRetention.html
"""

from collections.abc import Mapping, Sequence
from typing import Any

from moto.core.responses import ActionResult
from moto.iam.access_control import PermissionResult
from moto.s3.exceptions import AccessDeniedByLock
from moto.s3.models import FakeKey, S3Backend

from reconciler.sandbox.sandbox_error import SandboxError

LOCKED = ("AccessDenied", "Access Denied because object protected by object lock.")


def legal_hold_of(key: FakeKey) -> ActionResult:
    """Return the reply of GetObjectLegalHold; moto returns an empty one if no hold was ever placed."""
    if not key.lock_legal_status:
        raise _no_lock()
    return ActionResult({"LegalHold": {"Status": key.lock_legal_status}})


def retention_of(key: FakeKey) -> ActionResult:
    """Return the reply of GetObjectRetention, which moto does not have."""
    if not key.lock_mode:
        raise _no_lock()
    return ActionResult({"Retention": {"Mode": key.lock_mode, "RetainUntilDate": key.lock_until}})


def delete_objects(
    backend: S3Backend,
    bucket: str,
    wanted: Sequence[Mapping[str, str]],
    *,
    quiet: bool,
    bypass: bool,
) -> ActionResult:
    """Delete objects; a reply names each version that is locked, and if it is quiet no other. moto leaves out the version."""
    deleted: list[Mapping[str, Any]] = []
    errors: list[Mapping[str, Any]] = []
    for each in wanted:
        named = {name: each[name] for name in ("Key", "VersionId") if name in each}
        arn = f"arn:aws:s3:::{bucket}/{each['Key']}"
        if backend.get_bucket(bucket).get_permission("s3:DeleteObject", arn) is PermissionResult.DENIED:
            errors.append({**named, "Code": "AccessDenied", "Message": "Access Denied"})
            continue
        try:
            _, found = backend.delete_object(
                bucket, each["Key"], version_id=each.get("VersionId"), bypass=bypass
            )
        except AccessDeniedByLock:
            errors.append({**named, "Code": LOCKED[0], "Message": LOCKED[1]})
        else:
            marker = found.get("version-id") if found and "VersionId" not in each else None
            marked = {"DeleteMarker": True, "DeleteMarkerVersionId": marker} if marker else {}
            deleted.append({**named, **marked})
    return ActionResult({"Deleted": [] if quiet else deleted, "Errors": errors})


def _no_lock() -> SandboxError:
    return SandboxError(
        "NoSuchObjectLockConfiguration",
        "The specified object does not have a ObjectLock configuration",
        http_status=404,
    )
