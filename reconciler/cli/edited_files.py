"""Writes changed files of a stack, or shows them as a diff."""

import difflib
from collections.abc import Mapping
from pathlib import Path

from reconciler.cli.exits import FAILED, exit_with_errors


def show_diff(files: Mapping[str, tuple[bytes, bytes]]) -> None:
    """Print the changes as a unified diff that `git apply` takes."""
    from reconciler import console

    for path, (before, after) in files.items():
        old, new = (data.decode("utf-8", "replace").splitlines(keepends=True) for data in (before, after))
        start = f"a/{path}" if before else "/dev/null"
        for line in difflib.unified_diff(old, new, start, f"b/{path}"):
            console.deliver(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n")


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
