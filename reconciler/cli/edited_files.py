"""Writes changed files of a stack, or shows them as a diff."""

from collections.abc import Mapping
from pathlib import Path

from reconciler.cli.exits import FAILED, exit_with_errors


def show_diff(files: Mapping[str, tuple[bytes, bytes]]) -> None:
    """Print the changes as a unified diff that `git apply` takes."""
    from reconciler import console
    from reconciler.editing.file_diff import file_diff

    for line in file_diff(files):
        console.deliver(line)


def write_files(directory: Path, files: Mapping[str, tuple[bytes, bytes]]) -> None:
    """Replace each file as a whole; exits with an error if one cannot be written."""
    from reconciler.runtime.atomic_write import write_whole

    for path, (_, after) in files.items():
        file = directory / path
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            write_whole(file, after)
        except OSError as error:
            exit_with_errors([f"{file}: this file cannot be written: {error.strerror}"], FAILED)
