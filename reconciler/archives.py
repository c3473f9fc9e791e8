"""Makes zip archives of folders: the same files give the same bytes on every machine."""

import base64
import hashlib
import io
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from pydantic import GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema

BEGINNING = (1980, 1, 1, 0, 0, 0)
"""The time of every file in an archive: the earliest that the format knows."""
UNIX = 3


class Member(NamedTuple):
    """One file of an archive."""

    content: bytes
    executable: bool = False


@dataclass(frozen=True)
class Archive:
    """A folder in desired state, and its archive; two are equal if their digests are.

    `digest` is the SHA-256 of the archive in base64, as AWS Lambda shows it (`CodeSha256`). `content` is None if only the
    digest is known: for live archives, and for those that an earlier pass wanted.
    """

    folder: str = field(compare=False)
    digest: str
    content: bytes | None = field(default=None, compare=False, repr=False)

    def __str__(self) -> str:
        return f"{self.folder or 'code'} (sha256 {self.digest[:12]})"

    def files(self) -> Mapping[str, bytes]:
        """By path: the files in it; empty if only the digest is known."""
        if self.content is None:
            return {}
        with zipfile.ZipFile(io.BytesIO(self.content)) as zipped:
            return {name: zipped.read(name) for name in zipped.namelist()}

    @classmethod
    def __get_pydantic_core_schema__(cls, _source: Any, _handler: GetCoreSchemaHandler) -> CoreSchema:
        written = core_schema.str_schema(
            metadata={"pydantic_js_updates": {"description": "path of a folder"}}
        )
        return core_schema.json_or_python_schema(written, core_schema.is_instance_schema(cls))


def archive_of(folder: str, files: Mapping[str, Member]) -> Archive:
    """The archive of these files, by their paths within the folder.

    Files are stored, not compressed: versions of zlib compress differently, which would change the digest.
    """
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED) as zipped:
        for path, member in sorted(files.items()):
            entry = zipfile.ZipInfo(path, BEGINNING)
            entry.create_system = UNIX
            entry.external_attr = (0o100755 if member.executable else 0o100644) << 16
            zipped.writestr(entry, member.content)
    content = stream.getvalue()
    return Archive(folder, base64.b64encode(hashlib.sha256(content).digest()).decode(), content)
