"""`reconciler demo`: two whole stacks in the sandbox, changed by hand and repaired."""

from pathlib import Path
from typing import Annotated

import typer

from reconciler.cli.exits import FAILED, INVALID, exit_with_errors
from reconciler.cli.extras import need_sandbox


def demo(
    examples: Annotated[
        Path | None,
        typer.Argument(
            readable=False,
            help="A directory of such stacks.",
            show_default="the examples that come with reconciler",
        ),
    ] = None,
) -> None:
    """Create two whole stacks in the sandbox, change them by hand, repair them, and show each step."""
    need_sandbox()
    from importlib.resources import as_file, files

    from rich.text import Text

    from reconciler import console
    from reconciler.demo import missing_stacks, tell
    from reconciler.desired import InvalidStack
    from reconciler.logs import configure

    configure(0)
    if examples is not None and not examples.is_dir():
        exit_with_errors([f"{examples}: there is no such directory"], INVALID)
    if examples is not None and missing_stacks(examples):
        missing = missing_stacks(examples)
        exit_with_errors(
            [f"{examples}: no stack{'s' * (len(missing) > 1)} {', '.join(missing)} in it"], INVALID
        )
    try:
        with as_file(files("reconciler") / "examples") as ours:
            well = tell(examples or ours)
    except InvalidStack as error:
        exit_with_errors([str(mistake) for mistake in error.mistakes], INVALID)
    if not well:
        exit_with_errors(["the demo did not go as expected"], FAILED)
    console.show([Text(), Text("That was the sandbox: no AWS account was touched.")])
