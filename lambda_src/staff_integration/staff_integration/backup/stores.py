"""Where backups are: a bucket, or a folder for development. Each object is there as a whole, or not at all."""

import contextlib
import os
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol
from urllib.parse import unquote, urlsplit

from staff_integration.backup import BackupError
from staff_integration.settings import PREFIX, SettingError, setting

READ = 256 * 1024
ABANDONED = timedelta(days=1)
"""After this time an upload that has not ended is none any more."""


@dataclass(frozen=True)
class Stored:
    """An object: its key, how many bytes it has, and since when it is there."""

    key: str
    size: int
    since: datetime


class Store(Protocol):
    """Holds objects. Each call raises `BackupError` where the place cannot be reached or refuses."""

    def objects(self) -> Sequence[Stored]:
        """All objects, by key."""

    def write(self, key: str, parts: Iterable[bytes]) -> None:
        """Write an object; if that fails, or the parts raise, there is none."""

    def read(self, key: str) -> Iterator[bytes]:
        """The bytes of an object."""

    def delete(self, key: str) -> None:
        """Delete an object; one that is not there is no mistake."""

    def tidy(self, now: datetime) -> None:
        """Delete what uploads have left that ended in the middle more than a day ago."""


class FolderStore:
    """A folder.

    Args:
        folder: it is made when the first backup is written.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def objects(self) -> Sequence[Stored]:
        with self._said():
            found = [each for each in self._folder.glob("*") if each.suffix != ".part" and each.is_file()]
            return sorted((_stored(each) for each in found), key=lambda each: each.key)

    def write(self, key: str, parts: Iterable[bytes]) -> None:
        file = self._folder / f"{key}.{uuid.uuid4().hex}.part"
        with self._said():
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            try:
                with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as stream:
                    stream.writelines(parts)
                    stream.flush()
                    os.fsync(stream.fileno())
                file.replace(self._folder / key)
            finally:
                file.unlink(missing_ok=True)

    def read(self, key: str) -> Iterator[bytes]:
        with self._said(), (self._folder / key).open("rb") as stream:
            while part := stream.read(READ):
                yield part

    def delete(self, key: str) -> None:
        with self._said():
            (self._folder / key).unlink(missing_ok=True)

    def tidy(self, now: datetime) -> None:
        with self._said():
            for file in self._folder.glob("*.part"):
                if _stored(file).since < now - ABANDONED:
                    file.unlink(missing_ok=True)

    @contextlib.contextmanager
    def _said(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise BackupError(
                f"the folder of backups {self._folder} cannot be used: {error.strerror}"
            ) from None


def store_from(environment: Mapping[str, str]) -> Store:
    """The place of backups, from `STAFF_BACKUP_STORE`: `s3://BUCKET/PREFIX` or `file:///FOLDER`.

    Raises:
        SettingError: it is missing or wrong.
    """
    try:
        parts = urlsplit(setting(environment, "BACKUP_STORE"))
    except ValueError:  # a bracket that is not closed
        parts = urlsplit("")
    wrong = parts.query or parts.fragment or "@" in parts.netloc
    if parts.scheme == "file" and not parts.netloc and len(parts.path) > 1 and not wrong:
        return FolderStore(Path(unquote(parts.path)))
    if parts.scheme == "s3" and parts.hostname and not wrong:
        path = parts.path.strip("/")
        from staff_integration.backup.bucket import BucketStore, client_from  # noqa: PLC0415  # boto3 takes half a second

        return BucketStore(client_from(environment), parts.netloc, f"{path}/" if path else "")
    raise SettingError(
        f"{PREFIX}BACKUP_STORE is no place for backups; write s3://BUCKET/PREFIX or file:///FOLDER"
    )


def _stored(file: Path) -> Stored:
    found = file.stat()
    return Stored(file.name, found.st_size, datetime.fromtimestamp(found.st_mtime, UTC))
