"""A command line in, an exit code out; wires everything together."""

import sys

import typer
from typer.exceptions import TyperException

from reconciler.cli.common import FAILED, INTERRUPTED, INVALID
from reconciler.cli.desk import demo, sandbox
from reconciler.cli.drawing import graph
from reconciler.cli.looking import iam_policy, kinds, schema, validate
from reconciler.cli.passes import once
from reconciler.cli.past import history, rollback
from reconciler.cli.watching import daemon

app = typer.Typer(
    name="reconciler",
    help="Keeps Amazon Connect contact centres, and the AWS resources around them, as YAML says.",
    epilog="Exit codes: 0 settled, 1 something failed, 2 changes pending, 3 desired state invalid, 4 refused.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
for command in (once, daemon, rollback, validate, graph, iam_policy, schema, kinds, sandbox, demo):
    app.command(command.__name__.replace("_", "-"))(command)
app.add_typer(history, name="history")


def main() -> None:
    """Run the command line: what a user can do wrong ends in one line, never in a traceback."""
    try:
        code = app(standalone_mode=False)
    except TyperException as error:
        # Typer would exit with 2, which here means that changes are pending.
        typer.echo(error.format_message(), err=True)
        code = INVALID
    except Exception as error:  # noqa: BLE001 -- nobody foresaw it: its text and its locals may hold secrets
        from reconciler.logs import crash_lines

        typer.echo("\n".join(crash_lines(error)), err=True)
        code = FAILED
    if code == INTERRUPTED:
        typer.echo("interrupted; the next pass goes on from here", err=True)
    sys.exit(code)
