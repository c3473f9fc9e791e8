"""What earlier passes did, and the way back to one of them."""

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import typer

from reconciler.cli.common import INVALID, HistoryAt, Verbose, exit_with_errors
from reconciler.cli.naming import refuse_unknown
from reconciler.cli.passes import AllowDeletes, DryRun, Endpoint, Share, Uncached, Yes

if TYPE_CHECKING:
    from reconciler.cli.passes import PassTarget
    from reconciler.contract import Api
    from reconciler.history import History, Record, RollbackStack

Number = Annotated[int, typer.Argument(help="The number of the pass.", show_default=False)]
AsJson = Annotated[bool, typer.Option("--json", help="As JSON, for other programs.")]
Region = Annotated[
    str, typer.Option(envvar=["AWS_REGION", "AWS_DEFAULT_REGION"], help="Of the bucket of a history in S3.")
]

COMPARED = 1000
"""Passes among which a name is sought that nothing was found under."""

TRIES = 3
"""How often a call to the bucket is tried while somebody waits for the answer, and nothing depends on it yet."""

AS_ABOVE = "As for `history` itself; it may be given there as well."
"""The help of an option of `history show`."""

history = typer.Typer(
    help="List earlier passes, newest first; `history show N` tells one of them.", invoke_without_command=True
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
    from reconciler.cli.recording import exit_for_history
    from reconciler.history import HistoryError
    from reconciler.history.history_text import brief_data, table_lines
    from reconciler.runtime.printable import json_text

    try:
        past = _opened(location, region, endpoint_url)
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
    """End the program where none of these passes is of this stack or this environment; a new history has no names."""
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
    """Show everything that is kept of one pass."""
    import time
    from dataclasses import asdict

    from reconciler import console
    from reconciler.history.history_text import record_lines
    from reconciler.runtime.printable import json_text

    # Given before `show` or after it; variables of the environment are read before it alone, and so never win.
    above_location, above_region, above_endpoint, above_json = context.obj
    past = _opened(location or above_location, region or above_region, endpoint_url or above_endpoint)
    record = _get(past, number)
    if as_json or above_json:
        console.deliver(json_text(asdict(record)) + "\n")
        return
    try:
        lines = list(record_lines(record, time.time()))
    except (KeyError, TypeError, ValueError, AttributeError):
        exit_with_errors(
            [f"pass {number} of the history cannot be shown: it is not as this release writes it"], INVALID
        )
    console.deliver_lines(lines)


def rollback(  # noqa: PLR0913 -- one parameter for each option
    number: Number,
    dry_run: DryRun = False,
    endpoint_url: Endpoint = None,
    allow_deletes: AllowDeletes = None,
    no_cache: Uncached = False,
    share: Share = 80,
    yes: Yes = False,
    location: HistoryAt = None,
    region: Region = "us-east-1",
    verbose: Verbose = 0,
) -> None:
    """Make AWS again what it was after an earlier pass, through the same plan and guard as any pass."""
    from reconciler import console
    from reconciler.cli.passes import Kept, PassTarget, run_pass
    from reconciler.cli.reporting import finish
    from reconciler.history import why_no_rollback
    from reconciler.reconcile import Options

    past = _opened(location, region, endpoint_url, verbose)
    target = _get(past, number)
    reason = why_no_rollback(target)
    if reason:
        exit_with_errors([f"there is no way back to pass {number}: {reason}"], INVALID)
    where = PassTarget(None, endpoint_url, share, cached=not no_cache, yes=yes)
    back = _way_back(past, target, where)
    for note in back.notes:
        console.announce(f"Note: {note}")
    options = Options(dry_run, allow_deletes=allow_deletes)
    kept = Kept(location, f"rollback {number}", "; ".join(back.notes))
    report = run_pass(back.stack, options, replace(where, kept=kept))
    if not dry_run and report.count("done"):
        console.announce(
            "The files still say otherwise, and the next pass from them would undo this: change them back, too."
        )
    finish(report, ())


def _way_back(past: "History", target: "Record", where: "PassTarget") -> "RollbackStack":
    """The way back to a pass; where it leads by what no file names, AWS is asked whether that is still there."""
    from reconciler.applying import Quiet
    from reconciler.cli.passes import open_target
    from reconciler.cli.recording import exit_for_history
    from reconciler.history import HistoryError, rollback_stack
    from reconciler.kinds import known_kinds
    from reconciler.reconcile import Options, Pass

    try:
        later = list(past.since(target.number, target.stack, target.environment))
    except HistoryError as error:
        exit_for_history(error)
    try:
        back = rollback_stack(target, later, known_kinds())
    except (KeyError, TypeError, ValueError, AttributeError):
        said = "what the history keeps of it is not as this release writes it"
        exit_with_errors([f"there is no way back to pass {target.number}: {said}"], INVALID)
    if not back.lent:
        return back
    aws, clock, cache = open_target(back.stack, where)
    looked = Pass(back.stack, known_kinds(), aws, clock, Options(dry_run=True), Quiet(), cache=cache).run()
    gone = back.lent & looked.plan.actions.keys()
    return rollback_stack(target, later, known_kinds(), gone) if gone else back


def _opened(location: str | None, region: str, endpoint_url: str | None, verbose: int = 0) -> "History":
    """The history that somebody asks for."""
    from reconciler.aws.account import BadEndpoint, Connection, open_account
    from reconciler.aws.api import RetryLimits
    from reconciler.cli.recording import check_location, check_there, exit_for_history, open_history
    from reconciler.history import HistoryError
    from reconciler.logs import configure
    from reconciler.runtime.clock import SystemClock

    configure(verbose)
    check_location(location)
    check_there(location)
    if not (location or "").startswith("s3://"):
        return open_history(location, _nobody)
    connection = Connection(endpoint_url, patience=RetryLimits(attempts=TRIES))
    try:
        return open_history(location, open_account("", region, SystemClock(), connection).api)
    except BadEndpoint as error:
        exit_with_errors([str(error)], INVALID)
    except HistoryError as error:
        exit_for_history(error)


def _nobody(service: str) -> "Api":
    raise AssertionError(f"a file needs no {service}")


def _get(past: "History", number: int) -> "Record":
    from reconciler.cli.recording import exit_for_history
    from reconciler.history import HistoryError

    try:
        return past.get(number)
    except HistoryError as error:
        exit_for_history(error)
