"""What the commands share: exit codes, options, the loading of a stack, the way out."""

import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

if TYPE_CHECKING:
    from reconciler.desired import InvalidStack
    from reconciler.stack import Stack

# In this room heavy imports stand in the functions that need them: `--help` answers at once.

SETTLED, FAILED, PENDING, INVALID, REFUSED = range(5)
ACCOUNT = "123456789012"

StackDir = Annotated[
    Path, typer.Argument(readable=False, help="The directory of desired state.", show_default=True)
]
Env = Annotated[str | None, typer.Option("--env", help="The environment; may be left out when there is one.")]
Verbose = Annotated[
    int, typer.Option("--verbose", "-v", count=True, help="Log to stderr; twice for every call.")
]
HistoryAt = Annotated[
    str | None,
    typer.Option(
        "--history",
        envvar="RECONCILER_HISTORY",
        help="Where passes are recorded: sqlite:FILE or s3://BUCKET/PREFIX.",
        show_default="a file in the state directory",
    ),
]


def _account(value: str) -> str:
    """An account id that was typed; the program ends where it is none."""
    if not re.fullmatch("[0-9]{12}", value):
        exit_with_errors([f"--account: an AWS account has 12 digits, not {value!r}"], INVALID)
    return value


AccountId = Annotated[
    str, typer.Option("--account", help="The account id that the sandbox answers as.", callback=_account)
]


def load_stack(directory: Path, env: str | None, verbose: int, kept: Path | None = None) -> "Stack":
    """The stack of a directory, or of the folder of kept ones; every mistake in it ends the program."""
    from reconciler import console
    from reconciler.desired import InvalidStack, load, load_parsed
    from reconciler.kinds import known_kinds
    from reconciler.logs import configure

    configure(verbose)
    check_directory(directory)
    try:
        if kept is None:
            stack = load(directory, env, known_kinds())
        else:
            stack = load_parsed(directory, env, known_kinds(), kept)
    except InvalidStack as error:
        console.warn(error.warnings)
        exit_with_errors(mistakes_of(error), INVALID)
    console.warn(stack.warnings)
    return stack


def check_directory(directory: Path) -> None:
    """End the program where there is no such directory for a stack."""
    if not directory.is_dir():
        exit_with_errors(
            [f"{directory}: there is no such directory; a stack is a directory with a stack.yaml"], INVALID
        )


def mistakes_of(error: "InvalidStack") -> list[str]:
    """Every mistake, a line each, and their number."""
    lines = [str(mistake) for mistake in error.mistakes]
    count = len(lines) + error.more
    lines += [f"... and {error.more} more"] if error.more else []
    return [*lines, f"{count} mistake{'s' if count > 1 else ''}; nothing was called"]


def cache_folder() -> Path:
    """Where what passes read and load is kept: in the user's cache directory."""
    import os

    return _home(os.environ.get("XDG_CACHE_HOME") or "~/.cache", "XDG_CACHE_HOME") / "reconciler"


def history_file() -> Path:
    """Where the history is kept unless somebody says otherwise: in the user's state directory."""
    import os

    home = _home(os.environ.get("XDG_STATE_HOME") or "~/.local/state", "XDG_STATE_HOME")
    return home / "reconciler" / "history.sqlite"


def _home(path: str, variable: str) -> Path:
    """A directory of the user's; the program ends where nobody knows the home directory."""
    try:
        return Path(path).expanduser()
    except RuntimeError:
        exit_with_errors(
            [f"{path}: no home directory is known; set HOME or {variable} to a directory"], INVALID
        )


def need_sandbox() -> None:
    """End the program where the sandbox is not installed."""
    from reconciler.cli.extras import need

    need("sandbox", "the sandbox")


def exit_with_errors(lines: list[str], code: int) -> NoReturn:
    """Say what is wrong, a line each, and end the program with this exit code."""
    from reconciler import console

    console.fail(lines)
    raise typer.Exit(code)
