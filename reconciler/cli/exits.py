"""The exit codes, and the function that ends a command with errors."""

from typing import NoReturn

import typer

# In this package heavy imports are inside the functions that need them, so that `--help` answers at once.

SETTLED, FAILED, PENDING, INVALID, REFUSED = range(5)


def exit_with_errors(lines: list[str], code: int) -> NoReturn:
    """Print errors, a line each, and end the program with this exit code."""
    from reconciler import console

    console.fail(lines)
    raise typer.Exit(code)
