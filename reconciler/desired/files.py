"""Reads the files of a stack, and never anything outside its directory."""

import contextlib
import hashlib
import os
import re
import stat
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path, PurePosixPath
from types import MappingProxyType
from typing import NamedTuple

from reconciler.desired.ignored_files import FILE as IGNORE_FILE
from reconciler.desired.ignored_files import (
    HEADERS,
    INSTALLED,
    VENV,
    Ignored,
    beside,
    has_kinds,
    is_beside,
    is_other_programs,
)
from reconciler.desired.mistakes import Mistakes, Refused
from reconciler.stack import Place

MIB = 2**20
YAML_LIMIT = 8 * MIB
DOCUMENT_LIMIT = MIB
TOTAL_LIMIT = 64 * MIB
DEPTH = 2
"""Levels of directories that are searched for stacks if the given one is not a stack."""
_YAML = (".yaml", ".yml")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")


class FilesTooLarge(Refused):
    """Raised when the files of a stack are too large together."""


class Listing(NamedTuple):
    """The YAML files of a stack by path, in order, and the problems of other entries of its directories."""

    found: tuple[str, ...]
    wrong: tuple[tuple[Place, str], ...]
    is_stack: bool
    """Whether there is a header; without one only nearby directories are searched."""


class Folder:
    """The directory of one stack."""

    def __init__(
        self, directory: Path, place: Place | None = None, changed: Mapping[str, bytes] = MappingProxyType({})
    ) -> None:
        """With `changed`, these files have this content, whatever is in the directory."""
        self.place = place or Place(str(directory), 1, 1)
        """The place of the directory itself, as it was given."""
        self._root = Path(os.path.realpath(directory))
        self._changed = changed
        self._digests: dict[str, bytes] = {}
        self._refused: dict[str, tuple[int, str]] = {}
        self._listed: Listing | None = None
        self._left = TOTAL_LIMIT

    @property
    def directory(self) -> Path:
        """The path with links resolved."""
        return self._root

    def bytes_of(self, path: str, limit: int) -> bytes:
        """The bytes of a file below the directory, up to the limit.

        Raises:
            Refused: it cannot be read, or is larger than the limit in bytes.
        """
        return self._read(path, limit)

    def yaml_files(self, mistakes: Mistakes) -> list[str]:
        """Every YAML file of the stack, in order; other files are ignored (`reconciler.desired.ignored_files`).

        If the directory is not a stack, only the reason why it cannot be read is noted.
        """
        self._listed = self._list()
        for place, said in self._listed.wrong:
            if self._listed.is_stack or place == self.place:
                mistakes.add(place, said)
        return list(self._listed.found)

    def files_beside(self, name: str) -> list[str]:
        """The files beside desired state of this name without suffix; there should be at most one."""
        with contextlib.suppress(OSError), os.scandir(self._root) as entries:
            return sorted(entry.name for entry in entries if beside(entry.name) == name)
        return []

    def moved(self) -> str | None:
        """The first file that was changed, added or removed after it was read; None if all are the same.

        Every file is read again, whatever its modification time is.
        """
        again = Folder(self._root, self.place, self._changed)
        if self._listed is not None:
            now = again._list()
            changed = {*self._listed.found} ^ {*now.found}
            changed |= {place.file for place, _ in {*self._listed.wrong} ^ {*now.wrong}}
            if changed:
                return min(changed)
        for path, digest in sorted(self._digests.items()):
            if again._digest_of(path) != digest:
                return path
        for path, (limit, why) in sorted(self._refused.items()):
            if again._refusal_of(path, limit) != why:
                return path
        return None

    def _list(self) -> "Listing":
        found: list[str] = []
        wrong: list[tuple[Place, str]] = []
        ignored = self.ignored(wrong)
        is_stack = False
        pending = [""]
        while pending:
            below = pending.pop()
            try:
                with os.scandir(self._root / below) as entries:
                    visible = [entry for entry in entries if not entry.name.startswith(".")]
            except OSError as error:
                place = Place(below.rstrip("/"), 1, 1) if below else self.place
                why = reason_of(error, "there is no such directory")
                wrong.append((place, f"this directory cannot be read: {why}"))
                continue
            if not below:
                is_stack = any(is_header(entry.name) for entry in visible)
            elif any(entry.name == VENV for entry in visible):
                continue
            for entry in visible:
                path = f"{below}{entry.name}"
                if entry.is_dir(follow_symlinks=False):
                    near = is_stack or path.count("/") < DEPTH
                    if near and entry.name not in INSTALLED and not ignored.holds(path, directory=True):
                        pending.append(f"{path}/")
                elif os.path.isdir(entry.path):  # noqa: PTH112 - unlike Path's and the entry's own, it never raises
                    if not ignored.holds(path, directory=True):
                        said = "a link to a directory is not followed; move the directory here"
                        wrong.append((Place(path, 1, 1), said))
                elif entry.name.lower().endswith(_YAML) and self._is_of_the_stack(path, ignored):
                    found.append(path)
        found += [path for path in self._changed if path.lower().endswith(_YAML) and path not in found]
        return Listing(tuple(sorted(found)), tuple(wrong), is_stack)

    def ignored(self, wrong: list[tuple[Place, str]]) -> Ignored:
        """The patterns of `.reconcilerignore`; problems with them are added to the mistakes."""
        try:
            text = self._read(IGNORE_FILE, YAML_LIMIT).decode("utf-8-sig")
        except UnicodeDecodeError as error:
            wrong.append(
                (Place(IGNORE_FILE, 1, 1), f"this file is not UTF-8 text: byte {error.start + 1} is wrong")
            )
            text = ""
        except Refused as error:
            if os.path.lexists(self._root / IGNORE_FILE):
                wrong.append((Place(IGNORE_FILE, 1, 1), str(error)))
            text = ""
        ignored = Ignored(text)
        wrong += [(Place(IGNORE_FILE, line, 1), said) for line, said in ignored.wrong.items()]
        return ignored

    def _is_of_the_stack(self, path: str, ignored: Ignored) -> bool:
        """Whether a YAML file is desired state: a header always is, and so is a file with kinds of resources."""
        if is_header(path):
            return True
        if ignored.holds(path):
            return False
        if beside(path):
            with contextlib.suppress(Refused):
                return not is_beside(path, self._read(path, YAML_LIMIT).decode("utf-8", "replace"))
            return True
        if not is_other_programs(path):
            return True
        with contextlib.suppress(Refused):
            return has_kinds(self._read(path, YAML_LIMIT).decode("utf-8", "replace"))
        return True

    def read_yaml(self, path: str) -> str:
        """The text of a YAML file of the stack.

        Raises:
            Refused: it cannot be read.
        """
        return self._text(path, YAML_LIMIT)

    def read_document(self, path: str) -> str:
        """The text of a file that desired state refers to.

        Raises:
            Refused: the path is not allowed, or the file cannot be read.
        """
        refuse_path(path)
        return self._text(path, DOCUMENT_LIMIT)

    def read_table(self, path: str) -> bytes:
        """The bytes of a CSV file that desired state refers to.

        Raises:
            Refused: the path is not allowed, or the file cannot be read.
        """
        refuse_path(path)
        return self._noted(str(PurePosixPath(path)), YAML_LIMIT)

    def content(self, path: str) -> bytes:
        """The content of a file of the stack, without noting it as read.

        Raises:
            Refused: it cannot be read.
        """
        return self._read(path, YAML_LIMIT)

    def digest(self, without: Collection[str] = ()) -> str:
        """sha256 over names and contents of the files that were read, without the given ones."""
        total = hashlib.sha256()
        for path, digest in sorted(self._digests.items()):
            if path not in without:
                total.update(path.encode("utf-8", "surrogateescape") + b"\0" + digest)
        return total.hexdigest()

    def _text(self, path: str, limit: int) -> str:
        data = self._noted(str(PurePosixPath(path)), limit)
        try:
            return data.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise Refused(f"this file is not UTF-8 text: byte {error.start + 1} is wrong") from None

    def _noted(self, path: str, limit: int) -> bytes:
        """The bytes of a file, which `moved` compares later."""
        try:
            data = self._read(path, limit)
        except Refused as error:
            self._refused[path] = limit, str(error)
            raise
        self._digests[path] = hashlib.sha256(data).digest()
        return data

    def _digest_of(self, path: str) -> bytes | None:
        try:
            return hashlib.sha256(self._read(path, YAML_LIMIT)).digest()
        except Refused:
            return None

    def _refusal_of(self, path: str, limit: int) -> str | None:
        try:
            self._read(path, limit)
        except Refused as error:
            return str(error)
        return None

    def _read(self, path: str, limit: int) -> bytes:
        try:
            return self._bytes(path, limit)
        except OSError as error:
            raise Refused(self._dangling(path) or reason_of(error)) from None

    def _dangling(self, path: str) -> str | None:
        """The target of a link that leads to nothing; None if the path is not such a link. No file is opened."""
        link = self._root / path
        try:
            target = link.readlink()
        except (OSError, ValueError):
            return None
        try:
            link.stat()
        except FileNotFoundError:
            return f"a link to {target}, which does not exist"
        except OSError:
            return None
        return None

    def _bytes(self, path: str, limit: int) -> bytes:
        if path in self._changed:
            return self._changed[path]
        with self._opened(path) as file:
            status = os.fstat(file)
            if stat.S_ISDIR(status.st_mode):
                raise Refused("this is a directory, not a file")
            if not stat.S_ISREG(status.st_mode):
                raise Refused("this is not a regular file")
            with os.fdopen(os.dup(file), "rb") as stream:
                data = stream.read(limit + 1) if status.st_size <= limit else b""
        if status.st_size > limit or len(data) > limit:
            raise Refused(f"this file is larger than {limit // MIB} MiB; split it")
        self._left -= len(data)
        if self._left < 0:
            raise FilesTooLarge(
                f"the stack's files hold more than {TOTAL_LIMIT // MIB} MiB together; split it in two"
            )
        return data

    @contextlib.contextmanager
    def _opened(self, path: str) -> Iterator[int]:
        """Open a file step by step from the root, so that no link that was created meanwhile is followed."""
        real = Path(os.path.realpath(self._root / path))
        if not real.is_relative_to(self._root):
            said = "this file lies outside the stack's directory; copy it there"
            raise Refused(self._dangling(path) or said)
        *above, last = real.relative_to(self._root).parts or (".",)
        directory = os.open(self._root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            for name in above:
                inner = os.open(
                    name, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=directory
                )
                os.close(directory)
                directory = inner
            # Without O_NONBLOCK a FIFO would keep us waiting for a writer.
            file = os.open(last, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, dir_fd=directory)
        finally:
            os.close(directory)
        try:
            yield file
        finally:
            os.close(file)


def is_header(path: str) -> bool:
    """Whether a path below the stack's directory is its header."""
    return path.lower() in HEADERS


def refuse_path(path: str, *, upwards: bool = False) -> None:
    """Refuse a path that is not clearly below the stack's directory; with `upwards` it may also lie outside it.

    Raises:
        Refused: with the reason.
    """
    if not path.strip():
        raise Refused("the file's path is empty; write one such as flows/main.json")
    if not path.isprintable():
        raise Refused("the file's path holds a control character; remove it")
    if "\\" in path:
        raise Refused("the file's path holds a backslash; write / between directories")
    if _SCHEME.match(path):
        raise Refused("only files are read, no URLs; copy it below the stack's directory")
    if path.startswith(("/", "~")):
        raise Refused("the file's path starts from the stack's directory, as in flows/main.json")
    if "$" in path:
        raise Refused(
            "the file's path holds a $, and shell variables are not read; write ${variable} or the path"
        )
    if not upwards and ".." in path.split("/"):
        raise Refused("the file's path leads upwards by ..; keep the file below the stack's directory")


def reason_of(error: OSError, missing: str = "there is no such file") -> str:
    """The reason in words why the system could not read a file."""
    if isinstance(error, FileNotFoundError | NotADirectoryError):
        return missing
    if isinstance(error, PermissionError):
        return "permission to read it is missing"
    return (error.strerror or "it cannot be read").lower()
