"""`reconciler validate`: checks the files, without a call to AWS."""

from enum import Enum
from pathlib import Path
from typing import Annotated

import typer

from reconciler.cli.options import Env, StackDir, Verbose
from reconciler.cli.stack_loading import load_with_all


class Format(Enum):
    """The form of mistakes and warnings."""

    TEXT = "text"
    GITHUB = "github"


def validate(
    stack_dir: StackDir = Path(),
    env: Env = None,
    form: Annotated[
        Format,
        typer.Option("--format", help="github prints mistakes as annotations of a GitHub Actions workflow."),
    ] = Format.TEXT,
    verbose: Verbose = 0,
) -> None:
    """Check desired state without calling AWS."""
    from rich.text import Text

    from reconciler import console
    from reconciler.reports.number_format import counted

    stack = load_with_all(stack_dir, env, verbose, annotated=form is Format.GITHUB)
    warned = len(stack.warnings)
    beside = f", {counted(warned, 'warning')}" if warned else ""
    resources = counted(len(stack.resources), "resource")
    said = f"{stack.name}/{stack.environment}: {resources}, no mistakes{beside}"
    console.show([Text(said)])
