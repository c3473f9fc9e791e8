"""Finds the stacks of a repository, and their environments."""

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from reconciler.desired.files import Folder, is_header, reason_of
from reconciler.desired.ignored_files import INSTALLED, VENV
from reconciler.desired.mistakes import InvalidStack, Mistakes, Refused
from reconciler.desired.nodes import Allowance
from reconciler.desired.yamltext import parse_yaml
from reconciler.stack import Place

MOST_FOLDERS = 50_000
"""The most directories that are searched for stacks."""


def stacks_below(folder: Path) -> list[str]:
    """The directories of all stacks in a folder, as paths from it, in order; `.` if it is a stack itself.

    Hidden directories, installed packages, links, and what a `.reconcilerignore` in the folder names are left out. A stack
    contains no other stack.

    Raises:
        InvalidStack: the folder or its `.reconcilerignore` cannot be read, or there are too many directories.
    """
    mistakes = Mistakes()
    wrong: list[tuple[Place, str]] = []
    ignored = Folder(folder).ignored(wrong)
    for place, said in wrong:
        mistakes.add(Place(str(folder / place.file), place.line, place.column), said)
    found: list[str] = []
    pending, seen = [""], 0
    while pending:
        below = pending.pop()
        seen += 1
        if seen > MOST_FOLDERS:
            said = f"there are more than {MOST_FOLDERS:,} folders here; name the folder that holds the stacks"
            mistakes.add(Place(str(folder), 1, 1), said)
            break
        try:
            with os.scandir(folder / below) as entries:
                visible = [entry for entry in entries if not entry.name.startswith(".")]
        except OSError as error:
            said = f"this folder cannot be read: {reason_of(error, 'there is no such folder')}"
            mistakes.add(Place(str(folder / below), 1, 1), said)
            continue
        if any(is_header(entry.name) for entry in visible):
            found.append(below.rstrip("/") or ".")
        elif not any(entry.name == VENV for entry in visible):
            pending += [
                f"{below}{entry.name}/"
                for entry in visible
                if entry.is_dir(follow_symlinks=False)
                and entry.name not in INSTALLED
                and not ignored.holds(f"{below}{entry.name}", directory=True)
            ]
    mistakes.raise_any()
    return sorted(found)


def environments_of(directory: Path) -> tuple[str, ...]:
    """The names of a stack's environments; empty if the header cannot be read, which `load` reports."""
    with suppress(Refused, InvalidStack, OSError):
        return tuple(_environments(directory))
    return ()


def _environments(directory: Path) -> Iterator[str]:
    header = next(
        name for name in sorted((each.name for each in directory.iterdir()), reverse=True) if is_header(name)
    )
    root, _ = parse_yaml(Folder(directory).read_yaml(header), header, Mistakes(), Allowance())
    if root is not None and "environments" in root.members:
        yield from root.members["environments"].members
