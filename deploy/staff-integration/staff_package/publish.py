"""Puts a release into the bucket, with an access key of the bucket that lives as long as the upload.

Source: "Creating Lightsail object storage bucket access keys", "Upload files to a bucket" (Amazon Lightsail User Guide).
"""

import hashlib
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError

NOT_YET = frozenset({"InvalidAccessKeyId", "AccessDenied", "SignatureDoesNotMatch", "403"})
"""What S3 answers while it does not know a new key yet."""
TRIES = 12


class PublishError(Exception):
    """Raised where a release cannot be published; the message says why."""


@contextmanager
def key_of(lightsail: Any, bucket: str) -> Iterator[dict[str, str]]:
    """An access key of a bucket, which is deleted afterwards.

    Raises:
        ClientError: there is no such bucket, or it has two keys already.
    """
    key = lightsail.create_bucket_access_key(bucketName=bucket)["accessKey"]
    try:
        yield key
    finally:
        lightsail.delete_bucket_access_key(bucketName=bucket, accessKeyId=key["accessKeyId"])


def publish(
    file: Path,
    bucket: str,
    region: str,
    endpoint: str | None = None,
    sleep: Callable[[float], None] = time.sleep,
) -> str:
    """Put a release into a bucket; return the name of the object.

    Raises:
        PublishError: it cannot be read, or AWS refuses it.
    """
    try:
        content = file.read_bytes()
    except OSError as error:
        raise PublishError(f"{file} cannot be read: {error.strerror}") from None
    name = f"releases/{hashlib.sha256(content).hexdigest()}.tar"
    try:
        lightsail = boto3.client("lightsail", region_name=region, endpoint_url=endpoint)
        with key_of(lightsail, bucket) as key:
            s3 = boto3.client(
                "s3",
                region_name=region,
                endpoint_url=endpoint,
                aws_access_key_id=key["accessKeyId"],
                aws_secret_access_key=key["secretAccessKey"],
            )
            put(s3, {"Bucket": bucket, "Key": name, "Body": content, "ChecksumAlgorithm": "SHA256"}, sleep)
    except ClientError as error:
        raise PublishError(f"{bucket}: {error.response['Error']['Message']}") from None
    except (BotoCoreError, ValueError) as error:  # no credentials, no such Region, no answer, no URL
        raise PublishError(f"{bucket}: {error}") from None
    return name


def put(s3: Any, request: dict[str, Any], sleep: Callable[[float], None]) -> None:
    """Put an object, again and again while S3 does not know the key yet.

    Raises:
        ClientError: S3 refuses it for another reason, or for a minute.
    """
    for left in reversed(range(TRIES)):
        try:
            s3.put_object(**request)
        except ClientError as error:
            if not left or error.response["Error"]["Code"] not in NOT_YET:
                raise
            sleep(5)
        else:
            return
