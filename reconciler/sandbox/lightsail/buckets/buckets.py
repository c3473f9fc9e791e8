"""Buckets: their settings, and the instances that have access; S3 serves their objects (`objects.py`).

Source: https://docs.aws.amazon.com/lightsail/latest/userguide/buckets-in-amazon-lightsail.html
"""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from reconciler.lightsail_offers import known
from reconciler.sandbox.lightsail.account.offers import offered, shown_offer
from reconciler.sandbox.lightsail.buckets import objects
from reconciler.sandbox.lightsail.core.operations import Operations, Reply, done
from reconciler.sandbox.lightsail.core.plane import Plane
from reconciler.sandbox.lightsail.core.records import Record
from reconciler.sandbox.lightsail.core.refusals import failed, invalid
from reconciler.sandbox.lightsail.instances.attachments import INSTANCE, settled_instance

BUCKET = "Bucket"
NAME = r"[a-z0-9][a-z0-9-]{1,52}[a-z0-9]"
NEVER, VERSIONING = "NeverEnabled", ("Enabled", "Suspended")
MOST_ACCOUNTS = 10
INSTANCES, CORS, KEYS, CHANGED = "instances", "cors", "keys", "bundleChanged"
HELD = (INSTANCES, CORS, KEYS, CHANGED)
"""Settings that GetBuckets does not show, or only if it is asked for them."""

operations = Operations()


def view(plane: Plane, record: Record, connected: bool = False, cors: bool = False) -> dict[str, Any]:
    """Show a bucket."""
    settings = record.settings
    shown = {**record.head(), **{name: value for name, value in settings.items() if name not in HELD}}
    if connected:
        shown["resourcesReceivingAccess"] = [
            {"name": each, "resourceType": INSTANCE}
            for each in settings[INSTANCES]
            if plane.find(INSTANCE, each)
        ]
    if cors:
        shown["cors"] = {"rules": settings[CORS]}
    return {
        **shown,
        "url": f"https://{record.name}.s3.{plane.region_name}.amazonaws.com",
        "ableToUpdateBundle": settings[CHANGED] != _month(plane),
        "state": {"code": "OK"},
    }


@operations.answers
def get_bucket_bundles(plane: Plane, includeInactive: bool = False) -> Reply:
    """List the plans of buckets."""
    del plane
    return {"bundles": [shown_offer(row) for row in offered("bucket_bundles", includeInactive)]}


@operations.answers
def create_bucket(
    plane: Plane,
    bucketName: str,
    bundleId: str,
    tags: Sequence[Mapping[str, str]] = (),
    enableObjectVersioning: bool = False,
) -> Reply:
    """Create a private bucket."""
    if not re.fullmatch(NAME, bucketName, re.ASCII):
        raise invalid(f"The bucket name is not valid: {bucketName}")
    settings: dict[str, Any] = {
        "bundleId": _bundle(plane, bundleId),
        "accessRules": {"getObject": "private", "allowPublicOverrides": False},
        "objectVersioning": VERSIONING[0] if enableObjectVersioning else NEVER,
        "readonlyAccessAccounts": [],
        "accessLogConfig": {"enabled": False},
        INSTANCES: [],
        CORS: [],
        KEYS: [],
        CHANGED: None,
    }
    plane.require_free([bucketName])
    objects.hold(plane, bucketName, settings["objectVersioning"])
    record = plane.add(BUCKET, bucketName, settings, tags=tags)
    return {"bucket": view(plane, record), **done(plane, "CreateBucket", record)}


@operations.pages("buckets", order=lambda row: str(row["name"]))
def get_buckets(
    plane: Plane,
    bucketName: str | None = None,
    includeConnectedResources: bool = False,
    includeCors: bool = False,
) -> Sequence[dict[str, Any]]:
    """Show one bucket, or all."""
    if includeCors and bucketName is None:
        raise invalid("includeCors needs bucketName.")
    if bucketName is not None:
        record = plane.get(BUCKET, bucketName)
        return [view(plane, record, includeConnectedResources, includeCors)]
    return [view(plane, each, includeConnectedResources) for each in plane.every(BUCKET)]


@operations.answers
def update_bucket(plane: Plane, bucketName: str, **members: Any) -> Reply:
    """Change settings; rules of access are completed by the present ones, and others are replaced."""
    record = plane.get(BUCKET, bucketName)
    settings = record.settings
    changed: dict[str, Any] = {}
    if "accessRules" in members:
        changed["accessRules"] = {**settings["accessRules"], **members["accessRules"]}
    if "versioning" in members:
        if members["versioning"] not in VERSIONING:
            raise invalid(f"versioning must be one of {' and '.join(VERSIONING)}.")
        changed["objectVersioning"] = members["versioning"]
    if "readonlyAccessAccounts" in members:
        accounts = members["readonlyAccessAccounts"]
        if len(accounts) > MOST_ACCOUNTS or not all(re.fullmatch(r"\d{12}", each) for each in accounts):
            raise invalid(f"readonlyAccessAccounts must be up to {MOST_ACCOUNTS} account IDs.")
        changed["readonlyAccessAccounts"] = accounts
    if "accessLogConfig" in members:
        changed["accessLogConfig"] = _log_config(plane, members["accessLogConfig"])
    if "cors" in members:
        changed[CORS] = members["cors"].get("rules", [])
    settings.update(changed)
    objects.version(plane, bucketName, settings["objectVersioning"])
    return {"bucket": view(plane, record, cors="cors" in members), **done(plane, "UpdateBucket", record)}


@operations.answers
def update_bucket_bundle(plane: Plane, bucketName: str, bundleId: str) -> Reply:
    """Change the plan, once in a month."""
    record = plane.get(BUCKET, bucketName)
    bundle = _bundle(plane, bundleId)
    if record.settings[CHANGED] == _month(plane):
        raise invalid("The bundle of a bucket can be changed once within a monthly billing cycle.")
    record.settings.update({"bundleId": bundle, CHANGED: _month(plane)})
    return done(plane, "UpdateBucketBundle", record)


@operations.answers
def set_resource_access_for_bucket(plane: Plane, resourceName: str, bucketName: str, access: str) -> Reply:
    """Let an instance use the bucket without keys, or no longer."""
    record = plane.get(BUCKET, bucketName)
    settled_instance(plane, resourceName)
    others = [each for each in record.settings[INSTANCES] if each != resourceName]
    record.settings[INSTANCES] = [*others, resourceName] if access == "allow" else others
    return done(plane, "SetResourceAccessForBucket", record, resourceName)


@operations.answers
def delete_bucket(plane: Plane, bucketName: str, forceDelete: bool = False) -> Reply:
    """Delete a bucket; with objects, access keys or instances that have access only by force."""
    record = plane.get(BUCKET, bucketName)
    present = view(plane, record, connected=True)["resourcesReceivingAccess"]
    for what, there in (
        ("objects", objects.are_there(plane, bucketName)),
        ("access keys", record.settings[KEYS]),
        ("access", present),
    ):
        if there and not forceDelete:
            raise failed(f"The bucket {bucketName} has {what}; remove them, or set forceDelete.")
    objects.drop(plane, bucketName)
    plane.remove(record)
    return done(plane, "DeleteBucket", record)


def _bundle(plane: Plane, id_: str) -> str:
    if known("bucket_bundles", "bundle_id", id_) is None:
        raise invalid(f"The bucket bundle ID is not valid in {plane.region_name}: {id_}")
    return id_


def _month(plane: Plane) -> str:
    return datetime.fromtimestamp(plane.now(), tz=UTC).strftime("%Y-%m")


def _log_config(plane: Plane, config: Mapping[str, Any]) -> dict[str, Any]:
    if not config["enabled"]:
        if "destination" in config:
            raise invalid("destination must be omitted when the access log is disabled.")
        return {"enabled": False}
    destination = config.get("destination")
    if destination is None or plane.find(BUCKET, destination) is None:
        raise invalid(f"The destination of the access log must be a bucket of the Region: {destination}")
    return dict(config)
