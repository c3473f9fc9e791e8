"""`reconciler extra`: what to do with what lives beside a stack."""

import typer

from reconciler.cli.commands.extra_adopt import adopt
from reconciler.cli.commands.extra_delete import delete
from reconciler.cli.commands.extra_ignore import ignore
from reconciler.cli.commands.extra_record import record

extra = typer.Typer(
    help="Record, ignore, adopt or delete resources beside a stack; `plan --extra` shows it.",
    no_args_is_help=True,
)
for command in (record, ignore, adopt, delete):
    extra.command()(command)
