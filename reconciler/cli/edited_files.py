"""Writes changed files of a stack, or shows them as a diff."""

from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from reconciler.cli.exits import FAILED, exit_with_errors

Files = Mapping[str, tuple[bytes, bytes]]
"""By path: the bytes before and after; a file that is new was empty."""
NOTHING = "nothing was written"


def show_diff(files: Files) -> None:
    """Print the changes as a unified diff that `git apply` takes."""
    from reconciler import console
    from reconciler.editing.file_diff import file_diff

    for line in file_diff(files):
        console.deliver(line)


def write_files(directory: Path, files: Files) -> None:
    """Write all of these files, or none: each as a whole, and only if all are still as they were read.

    Exits with an error if one was changed meanwhile, or cannot be written.
    """
    from reconciler.runtime.atomic_write import write_whole

    changed = [path for path, (before, _) in files.items() if _content(directory / path) != before]
    if changed:
        said = "this file was changed while the command ran; run the command again"
        exit_with_errors([*(f"{directory / path}: {said}" for path in changed), NOTHING], FAILED)
    undo = Undo(directory)
    file = directory
    try:
        for path, (_, after) in files.items():
            file = directory / path
            undo.note(file, after)
            file.parent.mkdir(parents=True, exist_ok=True)
            write_whole(file, after)
    except OSError as error:
        undo.all()
        exit_with_errors([f"{file}: this file cannot be written: {error.strerror}", NOTHING], FAILED)
    except BaseException:
        undo.all()
        raise


class Undo:
    """Takes back what a command has written below a directory."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._files: dict[Path, tuple[bytes | None, bytes]] = {}
        """The bytes before, None for a new file, and after."""
        self._folders: dict[Path, None] = {}
        """The folders that were made, outer ones first."""

    def note(self, file: Path, after: bytes) -> None:
        """Note a file that is written next, with its new content."""
        for folder in reversed((file.parent, *file.parent.parents)):
            if folder.is_relative_to(self._directory) and not folder.exists():
                self._folders[folder] = None
        self._files[file] = (_content(file) if file.exists() else None), after

    def all(self) -> None:
        """Give each file its old content, and remove new files and folders; what others changed meanwhile stays."""
        from reconciler.runtime.atomic_write import write_whole

        for file, (before, after) in self._files.items():
            with suppress(OSError):
                if before is not None and _content(file) == after:
                    write_whole(file, before)
                elif before is None and _content(file) == after:
                    file.unlink()
        for folder in reversed(self._folders):
            with suppress(OSError):
                folder.rmdir()


def _content(file: Path) -> bytes:
    """The bytes of a file; empty if it does not exist or cannot be read."""
    try:
        return file.read_bytes()
    except OSError:
        return b""
