"""`reconciler validate`: checks the files, without a call to AWS."""

from pathlib import Path

from reconciler.cli.options import Env, StackDir, Verbose
from reconciler.cli.stack_loading import load_stack


def validate(stack_dir: StackDir = Path(), env: Env = None, verbose: Verbose = 0) -> None:
    """Check desired state without calling AWS."""
    from rich.text import Text

    from reconciler import console
    from reconciler.reports.number_format import counted

    stack = load_stack(stack_dir, env, verbose)
    warned = len(stack.warnings)
    beside = f", {counted(warned, 'warning')}" if warned else ""
    resources = counted(len(stack.resources), "resource")
    said = f"{stack.name}/{stack.environment}: {resources}, no mistakes{beside}"
    console.show([Text(said)])
