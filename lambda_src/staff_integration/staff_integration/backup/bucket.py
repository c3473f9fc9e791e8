"""A bucket of Lightsail or S3 as the place of backups."""

import contextlib
import io
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

import boto3
from boto3.exceptions import Boto3Error
from boto3.s3.transfer import TransferConfig
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from staff_integration.backup import BackupError
from staff_integration.backup.stores import ABANDONED, READ, Stored
from staff_integration.settings import PREFIX, SettingError, optional

PART = 8 * 1024 * 1024
"""Bytes of a part of an upload; a bucket takes 10,000 parts, so 80 GiB."""


class BucketStore:
    """A bucket of Lightsail or S3.

    Args:
        client: a client of S3.
        bucket: its name.
        prefix: what keys begin with; empty or with a slash at the end.
    """

    def __init__(self, client: Any, bucket: str, prefix: str) -> None:
        self._client, self._bucket, self._prefix = client, bucket, prefix

    def objects(self) -> Sequence[Stored]:
        with self._said():
            pages = self._client.get_paginator("list_objects_v2").paginate(
                Bucket=self._bucket, Prefix=self._prefix
            )
            return [
                Stored(each["Key"].removeprefix(self._prefix), each["Size"], each["LastModified"])
                for page in pages
                for each in page.get("Contents", ())
            ]

    def write(self, key: str, parts: Iterable[bytes]) -> None:
        with self._said():
            self._client.upload_fileobj(
                _Readable(iter(parts)),
                Bucket=self._bucket,
                Key=self._prefix + key,
                Config=TransferConfig(multipart_threshold=PART, multipart_chunksize=PART, use_threads=False),
            )

    def read(self, key: str) -> Iterator[bytes]:
        with self._said():
            body = self._client.get_object(Bucket=self._bucket, Key=self._prefix + key)["Body"]
            with contextlib.closing(body):
                yield from body.iter_chunks(READ)

    def delete(self, key: str) -> None:
        whole = self._prefix + key
        with self._said():
            # In a bucket with versioning, deleting only the key would keep what is paid for.
            pages = self._client.get_paginator("list_object_versions").paginate(
                Bucket=self._bucket, Prefix=whole
            )
            versions = [
                each["VersionId"]
                for page in pages
                for each in (*page.get("Versions", ()), *page.get("DeleteMarkers", ()))
                if each["Key"] == whole
            ]
            for version in versions:
                self._client.delete_object(Bucket=self._bucket, Key=whole, VersionId=version)

    def tidy(self, now: datetime) -> None:
        with self._said():
            pages = self._client.get_paginator("list_multipart_uploads").paginate(
                Bucket=self._bucket, Prefix=self._prefix
            )
            for each in [each for page in pages for each in page.get("Uploads", ())]:
                if each["Initiated"] < now - ABANDONED:
                    self._client.abort_multipart_upload(
                        Bucket=self._bucket, Key=each["Key"], UploadId=each["UploadId"]
                    )

    @contextlib.contextmanager
    def _said(self) -> Iterator[None]:
        try:
            yield
        except (BotoCoreError, ClientError, Boto3Error) as error:
            reason = " ".join(str(error).split())
            raise BackupError(f"the bucket {self._bucket} cannot be used: {reason}") from None


class _Readable(io.RawIOBase):
    """A file of bytes that are made while they are read."""

    def __init__(self, parts: Iterator[bytes]) -> None:
        super().__init__()
        self._parts, self._kept = parts, b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self._kept:
            following = next(self._parts, None)
            if following is None:
                return 0
            self._kept = following
        part, self._kept = self._kept[: len(buffer)], self._kept[len(buffer) :]
        buffer[: len(part)] = part
        return len(part)

    def read(self, size: int = -1) -> bytes:
        """Read `size` bytes; fewer only at the end, as uploads expect."""
        made = bytearray()
        while size < 0 or len(made) < size:
            more = super().read(size - len(made) if size >= 0 else READ)
            if not more:
                break
            made += more
        return bytes(made)


def client_from(environment: Mapping[str, str]) -> Any:
    """A client of S3: with the keys of the settings, or as boto3 finds some (the role of the instance)."""
    key_id, secret = (
        optional(environment, "BACKUP_ACCESS_KEY_ID"),
        optional(environment, "BACKUP_SECRET_ACCESS_KEY"),
    )
    if bool(key_id) != bool(secret):
        raise SettingError(
            f"{PREFIX}BACKUP_ACCESS_KEY_ID and {PREFIX}BACKUP_SECRET_ACCESS_KEY belong together; set both or none"
        )
    make: Callable[..., Any] = boto3.client
    try:
        return make(
            "s3",
            aws_access_key_id=key_id or None,
            aws_secret_access_key=secret or None,
            region_name=optional(environment, "BACKUP_REGION") or None,
            endpoint_url=optional(environment, "BACKUP_ENDPOINT_URL") or None,
            config=Config(retries={"mode": "standard", "total_max_attempts": 5}, connect_timeout=10),
        )
    except (BotoCoreError, ValueError) as error:
        raise SettingError(f"the bucket of {PREFIX}BACKUP_STORE cannot be used: {error}") from None
