"""`reconciler history`: what earlier passes did."""

from typing import TYPE_CHECKING, Annotated

import typer

from reconciler.cli.exits import INVALID, exit_with_errors
from reconciler.cli.history_store import exit_for_history, open_past, record_of
from reconciler.cli.name_checks import refuse_unknown
from reconciler.cli.options import AsJson, Endpoint, HistoryAt, Number, Region

if TYPE_CHECKING:
    from reconciler.history import Record

COMPARED = 1000
"""How many passes are searched for a name that was not found."""

AS_ABOVE = "As for `history` itself; it may be given there as well."
"""The help of an option of `history show`."""

history = typer.Typer(
    help="List earlier passes, newest first; `history show N` shows one of them.", invoke_without_command=True
)


@history.callback()
def listing(  # noqa: PLR0913 -- one parameter for each option
    context: typer.Context,
    stack: Annotated[str | None, typer.Option(help="Only passes of this stack.")] = None,
    env: Annotated[str | None, typer.Option("--env", help="Only passes of this environment.")] = None,
    limit: Annotated[int, typer.Option(help="How many.", min=1)] = 20,
    changed: Annotated[
        bool,
        typer.Option("--changed", help="Only passes that changed something, or in which something failed."),
    ] = False,
    as_json: AsJson = False,
    location: HistoryAt = None,
    region: Region = "us-east-1",
    endpoint_url: Endpoint = None,
) -> None:
    """List earlier passes, newest first."""
    if context.invoked_subcommand is not None:
        context.obj = (location, region, endpoint_url, as_json)
        return
    import time

    from reconciler import console
    from reconciler.history import HistoryError
    from reconciler.history.history_text import brief_data, table_lines
    from reconciler.runtime.printable import json_text

    try:
        past = open_past(location, region, endpoint_url)
        found = past.newest(stack, env, limit, changed)
        if not found and (stack or env):
            _check_names(past.newest(limit=COMPARED), stack, env)
    except HistoryError as error:
        exit_for_history(error)
    if as_json:
        console.deliver(json_text([brief_data(each) for each in found]) + "\n")
    elif found:
        console.deliver_lines(table_lines(found, time.time()))
    else:
        console.announce("no pass was recorded")


def _check_names(known: "list[Record]", stack: str | None, env: str | None) -> None:
    """Exit with an error if no pass has this stack or environment; an empty history has no names to check."""
    if not known:
        return
    if stack:
        refuse_unknown("--stack", stack, {each.stack for each in known}, "stacks of the history")
    if env:
        names = {each.environment for each in known if stack in (None, each.stack)}
        refuse_unknown("--env", env, names, "environments of the history")


@history.command()
def show(  # noqa: PLR0913 -- one parameter for each option
    context: typer.Context,
    number: Number,
    as_json: AsJson = False,
    location: Annotated[str | None, typer.Option("--history", help=AS_ABOVE, show_default=False)] = None,
    region: Annotated[str | None, typer.Option(help=AS_ABOVE, show_default=False)] = None,
    endpoint_url: Annotated[str | None, typer.Option(help=AS_ABOVE, show_default=False)] = None,
) -> None:
    """Show everything that is recorded of one pass."""
    import time
    from dataclasses import asdict

    from reconciler import console
    from reconciler.history.history_text import record_lines
    from reconciler.runtime.printable import json_text

    # An option may be given before `show` or after it; environment variables apply only before it, so they never win.
    above_location, above_region, above_endpoint, above_json = context.obj
    past = open_past(location or above_location, region or above_region, endpoint_url or above_endpoint)
    record = record_of(past, number)
    if as_json or above_json:
        console.deliver(json_text(asdict(record)) + "\n")
        return
    try:
        lines = list(record_lines(record, time.time()))
    except (KeyError, TypeError, ValueError, AttributeError):
        exit_with_errors(
            [f"pass {number} of the history cannot be shown: this release cannot read its format"], INVALID
        )
    console.deliver_lines(lines)
