"""Checks the files that a command writes: they must not be desired state, foreign files, or the same file."""

import os
import stat
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from reconciler.cli.exits import INVALID, exit_with_errors

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

YAML = (".yaml", ".yml")
NAME_LIMIT = 255
"""Bytes in the name of a file (POSIX `NAME_MAX` of the usual file systems)."""
START = 4096
"""Bytes at the beginning of a file that identify it."""

Ours: TypeAlias = Callable[[Path], bool]
"""Whether an existing file is of the sort to be written, so that it may be replaced."""


Target: TypeAlias = tuple[str, Path, Ours]
"""A file to write: the option that names it, the file, and the check for a file of its sort."""


def check_targets(directory: Path, out: "Sequence[Target]", read: "Iterable[tuple[str, Path]]" = ()) -> None:
    """Exit with an error if a file must not be written; `read` are files to read, by the option that names them."""
    seen: dict[object, str] = {}
    for option, file in read:
        seen[_identity(file)] = f"{option} {file}"
    mistakes = []
    for option, file, is_ours in out:
        said = f"{option} {file}"
        other = seen.get(_identity(file))
        if other is not None:
            mistakes.append(f"{said}: {other} is the same file; give each its own")
            continue
        seen[_identity(file)] = said
        why = _why_not(file, directory, is_ours)
        if why:
            mistakes.append(f"{said}: {why}; no call was made")
    if mistakes:
        exit_with_errors(mistakes, INVALID)


def _why_not(file: Path, directory: Path, is_ours: Ours) -> str | None:
    """Why a file may not be written; None if it may."""
    real, root = Path(os.path.realpath(file)), Path(os.path.realpath(directory))
    if real.is_relative_to(root) and real.suffix.lower() in YAML:
        return "a YAML file in the stack's directory is desired state; choose another name"
    try:
        found = real.stat()
    except (OSError, ValueError):
        return _why_not_new(real)
    if stat.S_ISDIR(found.st_mode):
        return "this is a directory; name a file"
    if not stat.S_ISREG(found.st_mode):
        return "this is not a regular file and would be overwritten; choose another name"
    if found.st_size and not is_ours(real):
        return "this file already exists and reconciler did not write it; remove it or choose another name"
    return _why_not_new(real)  # a file beside it takes its place


def _why_not_new(real: Path) -> str | None:
    """Why no new file may be made in the directory of this one."""
    above = real.parent
    if not os.path.isdir(above):  # noqa: PTH112 - unlike Path's, it never raises
        return f"there is no directory {above}; make it or name another file"
    if not os.access(above, os.W_OK | os.X_OK):
        return f"nothing can be written in the directory {above}; name another file"
    if len(os.fsencode(real.name)) > NAME_LIMIT:
        return f"the file's name is longer than {NAME_LIMIT} bytes; choose a shorter one"
    return None


def _identity(file: Path) -> object:
    """The identity of a file, whatever name it is given by; it ignores case, as some file systems do."""
    real = os.path.realpath(file)
    try:
        found = Path(real).stat()
    except (OSError, ValueError):
        return real.casefold()
    return found.st_dev, found.st_ino


def begins(marks: Mapping[str, str]) -> Ours:
    """Whether a file is ours: the text of its suffix is in its first 4,096 bytes."""

    def is_ours(file: Path) -> bool:
        mark = marks.get(file.suffix.lower())
        if mark is None:
            return False
        try:
            with file.open("rb") as stream:
                start = stream.read(START).decode("utf-8", "replace")
        except OSError:
            return True  # the write will say what is wrong
        return mark in start

    return is_ours
