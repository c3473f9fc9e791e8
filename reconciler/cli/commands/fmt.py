"""`reconciler fmt`: puts the files of a stack in a stable order."""

from pathlib import Path
from typing import Annotated

import typer

from reconciler.cli.exits import FAILED, INVALID, exit_with_errors
from reconciler.cli.options import StackDir


def fmt(
    stack_dir: StackDir = Path(),
    check: Annotated[
        bool, typer.Option("--check", help="Write nothing; exit code 1 if a file is not formatted.")
    ] = False,
) -> None:
    """Sort kinds, names and fields in the YAML files of a stack; comments move with what they are about."""
    from rich.text import Text

    from reconciler import console
    from reconciler.cli.edited_files import write_files
    from reconciler.cli.stack_loading import check_directory, mistakes_of
    from reconciler.desired import InvalidStack
    from reconciler.editing.formatting import formatted
    from reconciler.kinds import known_kinds
    from reconciler.reports.number_format import counted

    check_directory(stack_dir)
    try:
        files = formatted(stack_dir, known_kinds())
    except InvalidStack as error:
        exit_with_errors(mistakes_of(error, "nothing was written"), INVALID)
    changed = {path: pair for path, pair in files.items() if pair[0] != pair[1]}
    if check and changed:
        exit_with_errors([f"{path}: not formatted" for path in changed], FAILED)
    write_files(stack_dir, changed)
    console.show([Text(f"formatted: {path}") for path in changed])
    console.show([Text(f"{counted(len(files), 'file')}, {len(changed)} changed")])
