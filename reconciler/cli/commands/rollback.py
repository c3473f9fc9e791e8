"""`reconciler rollback`: restores the state of AWS after an earlier pass."""

from dataclasses import replace
from typing import TYPE_CHECKING

from reconciler.cli.exits import INVALID, exit_with_errors
from reconciler.cli.history_store import exit_for_history, open_past, record_of
from reconciler.cli.options import (
    AllowDeletes,
    AllowLeavers,
    DryRun,
    Endpoint,
    HistoryAt,
    Number,
    Region,
    Share,
    Uncached,
    Verbose,
    Yes,
)
from reconciler.cli.pass_target import Asks, Kept, PassTarget, open_target
from reconciler.cli.report_files import finish
from reconciler.cli.run_pass import run_pass

if TYPE_CHECKING:
    from reconciler.history import History, Record, RollbackStack


def rollback(  # noqa: PLR0913 -- one parameter for each option
    number: Number,
    dry_run: DryRun = False,
    endpoint_url: Endpoint = None,
    allow_deletes: AllowDeletes = None,
    allow_leavers: AllowLeavers = None,
    no_cache: Uncached = False,
    share: Share = 80,
    yes: Yes = False,
    location: HistoryAt = None,
    region: Region = "us-east-1",
    verbose: Verbose = 0,
) -> None:
    """Restore the state of AWS after an earlier pass, with the same plan and guard as any pass."""
    from reconciler import console
    from reconciler.history import why_no_rollback
    from reconciler.pass_options import Options

    past = open_past(location, region, endpoint_url, verbose)
    target = record_of(past, number)
    reason = why_no_rollback(target)
    if reason:
        exit_with_errors([f"cannot roll back to pass {number}: {reason}"], INVALID)
    asks = Asks.NEVER if yes else Asks.BEFORE_DELETES
    where = PassTarget(None, endpoint_url, share, cached=not no_cache, asks=asks)
    back = _way_back(past, target, where)
    for note in back.notes:
        console.announce(f"Note: {note}")
    options = Options(dry_run, allow_deletes=allow_deletes, allow_leavers=allow_leavers)
    kept = Kept(location, f"rollback {number}", "; ".join(back.notes))
    report = run_pass(back.stack, options, replace(where, kept=kept))
    if not dry_run and report.count("done"):
        console.announce(
            "The files still differ, and the next pass from them would undo this: change the files back, too."
        )
    finish(report, ())


def _way_back(past: "History", target: "Record", where: "PassTarget") -> "RollbackStack":
    """The stack that restores a pass; resources that no file names are looked up in AWS first."""
    from reconciler.applying import Quiet
    from reconciler.history import HistoryError, rollback_stack
    from reconciler.kinds import known_kinds
    from reconciler.pass_options import Options
    from reconciler.reconcile import Pass

    try:
        later = list(past.since(target.number, target.stack, target.environment))
    except HistoryError as error:
        exit_for_history(error)
    try:
        back = rollback_stack(target, later, known_kinds())
    except (KeyError, TypeError, ValueError, AttributeError):
        said = "this release cannot read the format of its records"
        exit_with_errors([f"cannot roll back to pass {target.number}: {said}"], INVALID)
    if not back.lent:
        return back
    aws, clock, cache = open_target(back.stack, where)
    looked = Pass(back.stack, known_kinds(), aws, clock, Options(dry_run=True), Quiet(), cache=cache).run()
    gone = back.lent & looked.plan.actions.keys()
    return rollback_stack(target, later, known_kinds(), gone) if gone else back
