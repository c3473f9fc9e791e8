"""Access keys of buckets: the secret part is shown once.

Source: https://docs.aws.amazon.com/lightsail/latest/userguide/amazon-lightsail-creating-bucket-access-keys.html
"""

from typing import Any

from reconciler.sandbox.lightsail.buckets.buckets import BUCKET, KEYS
from reconciler.sandbox.lightsail.core.operations import Operations, Reply, done
from reconciler.sandbox.lightsail.core.plane import Plane
from reconciler.sandbox.lightsail.core.records import moment
from reconciler.sandbox.lightsail.core.refusals import absent, failed

MOST = 2

operations = Operations()


@operations.answers
def create_bucket_access_key(plane: Plane, bucketName: str) -> Reply:
    """Create a key."""
    record = plane.get(BUCKET, bucketName)
    if len(record.settings[KEYS]) >= MOST:
        raise failed(f"The bucket {bucketName} already has {MOST} access keys.")
    number = sum(each.type == "CreateBucketAccessKey" for each in plane.noted)
    key = {
        "accessKeyId": f"AKIASANDBOX{number:09d}",
        "status": "Active",
        "createdAt": moment(plane.now()),
    }
    record.settings[KEYS] = [*record.settings[KEYS], key]
    secret = {**key, "secretAccessKey": f"secret-of-{key['accessKeyId']}"}
    return {"accessKey": secret, **done(plane, "CreateBucketAccessKey", record)}


@operations.answers
def get_bucket_access_keys(plane: Plane, bucketName: str) -> Reply:
    """List the keys, without their secrets."""
    rows: list[dict[str, Any]] = plane.get(BUCKET, bucketName).settings[KEYS]
    return {"accessKeys": rows}


@operations.answers
def delete_bucket_access_key(plane: Plane, bucketName: str, accessKeyId: str) -> Reply:
    """Delete a key."""
    record = plane.get(BUCKET, bucketName)
    left = [each for each in record.settings[KEYS] if each["accessKeyId"] != accessKeyId]
    if len(left) == len(record.settings[KEYS]):
        raise absent("access key", accessKeyId)
    record.settings[KEYS] = left
    return done(plane, "DeleteBucketAccessKey", record)
