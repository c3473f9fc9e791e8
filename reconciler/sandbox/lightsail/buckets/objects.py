"""The objects of buckets: the sandbox's S3 serves them, although its ListBuckets does not show these buckets, as in AWS.

Known-lossy: any credentials may read and write them.
"""

from typing import Any

from moto.s3.models import FakeBucket, S3Backend, s3_backends

from reconciler.sandbox.lightsail.core.plane import Plane
from reconciler.sandbox.lightsail.core.refusals import taken

MARK = "of_lightsail"


def is_of_lightsail(bucket: FakeBucket) -> bool:
    """Whether a bucket of S3 is one of Lightsail."""
    return MARK in vars(bucket)


def _s3(plane: Plane) -> S3Backend:
    return s3_backends[plane.account_id][plane.partition]


def hold(plane: Plane, name: str, versioning: str) -> None:
    """Make room for the objects of a new bucket.

    Raises:
        SandboxError: somebody has a bucket of this name already.
    """
    if name in s3_backends.bucket_accounts:
        raise taken(name)
    bucket = _s3(plane).create_bucket(name, plane.region_name)
    vars(bucket)[MARK] = True
    version(plane, name, versioning)


def version(plane: Plane, name: str, versioning: str) -> None:
    """Keep old versions of objects from now on, or not: `Enabled`, `Suspended` or `NeverEnabled`."""
    if versioning != "NeverEnabled":
        _s3(plane).put_bucket_versioning(name, versioning)


def are_there(plane: Plane, name: str) -> bool:
    """Whether a bucket has objects, or old versions of some."""
    bucket: Any = _s3(plane).buckets.get(name)
    return bucket is not None and any(bucket.keys.getlist(key) for key in bucket.keys)


def sizes(plane: Plane, name: str) -> list[int]:
    """The sizes of all objects of a bucket in bytes, old versions included."""
    bucket: Any = _s3(plane).buckets.get(name)
    if bucket is None:
        return []
    every = (each for key in bucket.keys for each in bucket.keys.getlist(key))
    return [each.size for each in every if hasattr(each, "size")]  # a delete marker has none


def drop(plane: Plane, name: str) -> None:
    """Delete all objects of a bucket, and the room for them."""
    backend = _s3(plane)
    if name not in backend.buckets:
        return
    bucket: Any = backend.buckets[name]
    for key in list(bucket.keys):
        for each in bucket.keys.getlist(key):
            if hasattr(each, "dispose"):
                each.dispose()
    bucket.keys.clear()
    backend.delete_bucket(name)
