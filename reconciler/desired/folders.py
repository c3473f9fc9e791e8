"""Reads whole folders, up to the root of the repository and never outside it."""

import hashlib
import os
import stat
from pathlib import Path, PurePosixPath

from reconciler.archives import Member
from reconciler.desired.files import MIB, Folder, reason_of, refuse_path
from reconciler.desired.mistakes import Refused

LIMIT = 48 * MIB
"""The most bytes of one folder; AWS Lambda takes archives of up to 50 MB in a request."""
LEFT_OUT = frozenset({"__pycache__", ".git"})
"""Folders that are never put into an archive."""
COMPILED = (".pyc", ".DS_Store")
OUTSIDE = "this folder lies outside the repository; write `root: ../..` in stack.yaml if the repository begins further up"


class Trees:
    """The folders that a stack names."""

    def __init__(self, folder: Folder) -> None:
        self._stack = folder
        self._root = folder
        self._digests: dict[str, bytes] = {}
        self._names: dict[str, tuple[str, ...] | None] = {}

    def begin_at(self, written: str) -> None:
        """Allow folders up to the one that `root` in stack.yaml names, relative to the stack's directory.

        Raises:
            Refused: the stack's directory is not in it.
        """
        if not written.isprintable() or "\\" in written or PurePosixPath(written).is_absolute():
            raise Refused("expected a path upwards from the stack's directory, such as ../..")
        root = Path(os.path.realpath(self._stack.directory / written))
        if not self._stack.directory.is_relative_to(root):
            raise Refused("the stack's directory does not lie in it; write a path upwards, such as ../..")
        self._root = Folder(root, self._stack.place)

    def read(self, path: str) -> dict[str, Member]:
        """Every file below a folder, by its path within; compiled Python is left out.

        Raises:
            Refused: the path is not allowed, the folder or a file cannot be read, or it is too large.
        """
        below = self._below(path)
        self._names[below] = None
        names = self._names[below] = self._listed(below)
        if not names:
            raise Refused("there is no file in this folder")
        members, left = {}, LIMIT
        for name in names:
            members[name] = self._member(below, name, left)
            left -= len(members[name].content)
        return members

    def read_file(self, path: str) -> bytes:
        """The content of one file.

        Raises:
            Refused: the path is not allowed, or the file cannot be read.
        """
        below = self._below(path)
        data = self._root.bytes_of(below, LIMIT)
        self._digests[below] = hashlib.sha256(data).digest()
        return data

    def _below(self, path: str) -> str:
        """A path from the stack's directory as one from the root of the repository.

        Raises:
            Refused: it is not allowed, or it leads outside the repository.
        """
        refuse_path(path, upwards=True)
        whole, root = Path(os.path.normpath(self._stack.directory / path)), self._root.directory
        real = Path(os.path.realpath(whole))  # a link may lead elsewhere
        if not (whole.is_relative_to(root) and real.is_relative_to(root)):
            raise Refused(OUTSIDE)
        return whole.relative_to(root).as_posix()

    def moved(self) -> str | None:
        """The first folder or file that changed after it was read; None if all are the same."""
        for below, names in sorted(self._names.items()):
            try:
                now = self._listed(below)
            except Refused:
                now = None
            if now != names:
                return below
        again = Folder(self._root.directory, self._root.place)
        for path, digest in sorted(self._digests.items()):
            try:
                now_held = hashlib.sha256(again.bytes_of(path, LIMIT)).digest()
            except Refused:
                return path
            if now_held != digest:
                return path
        return None

    def digest(self) -> bytes:
        """sha256 over the paths and contents of all that was read."""
        total = hashlib.sha256()
        for path, digest in sorted(self._digests.items()):
            total.update(path.encode("utf-8", "surrogateescape") + b"\0" + digest)
        return total.digest() if self._digests else b""

    def _member(self, below: str, name: str, left: int) -> Member:
        path = f"{below}/{name}"
        try:
            mode = (self._root.directory / path).stat(follow_symlinks=False).st_mode
            data = self._root.bytes_of(path, LIMIT)
        except OSError as error:
            raise Refused(f"{name}: {reason_of(error)}") from None
        except Refused as error:
            raise Refused(f"{name}: {error}") from None
        if len(data) > left:
            raise Refused(f"this folder holds more than {LIMIT // MIB} MiB; put the archive in S3")
        self._digests[path] = hashlib.sha256(data).digest()
        return Member(data, bool(mode & stat.S_IXUSR))

    def _listed(self, below: str) -> tuple[str, ...]:
        """The paths of all files in a folder, within it.

        Raises:
            Refused: it is not a folder, cannot be read, or contains a link.
        """
        found: list[str] = []
        pending = [""]
        while pending:
            inner = pending.pop()
            try:
                with os.scandir(self._root.directory / below / inner) as entries:
                    listed = list(entries)
            except OSError as error:
                said = reason_of(error, "there is no such folder")
                raise Refused(f"{inner}: {said}" if inner else said) from None
            for entry in listed:
                path = f"{inner}{entry.name}"
                if entry.is_symlink():
                    raise Refused(f"{path}: a link is not followed; copy its target here")
                if entry.is_dir(follow_symlinks=False):
                    pending += [] if entry.name in LEFT_OUT else [f"{path}/"]
                elif not entry.name.endswith(COMPILED):
                    found.append(path)
        return tuple(sorted(found))
