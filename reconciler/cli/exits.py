"""Exit codes, and the way out of a command that cannot go on."""

from typing import NoReturn

import typer

# In this package heavy imports stand in the functions that need them: `--help` answers at once.

SETTLED, FAILED, PENDING, INVALID, REFUSED = range(5)


def exit_with_errors(lines: list[str], code: int) -> NoReturn:
    """Say what is wrong, a line each, and end the program with this exit code."""
    from reconciler import console

    console.fail(lines)
    raise typer.Exit(code)
