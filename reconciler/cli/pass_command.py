"""Makes the pass that `once`, `plan` or `apply` asks for, from its files to its reports."""

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from reconciler.cli.exits import INVALID, exit_with_errors
from reconciler.cli.name_checks import check_only
from reconciler.cli.output_files import check_targets
from reconciler.cli.pass_options import PassOptions
from reconciler.cli.pass_target import Asks, Deadlines, Kept, PassTarget, Shown
from reconciler.cli.plan_files import approved, check_together, print_approval_result, save_plan
from reconciler.cli.report_files import check_formats, finish, report_targets
from reconciler.cli.run_pass import run_pass
from reconciler.cli.stack_loading import load_stack
from reconciler.cli.user_folders import cache_folder

if TYPE_CHECKING:
    from collections.abc import Callable

    from reconciler.reconcile import PassReport


def make_pass(given: PassOptions, asks: Asks, printed: "Callable[[PassReport], str] | None" = None) -> None:
    """Compare desired state with AWS, and apply the differences unless it is a dry run; exits with the pass's code.

    If `printed` is given, stdout gets what it returns, and nothing else.
    """
    from reconciler.cli.history_store import check_location, earlier_passes
    from reconciler.reconcile import Options
    from reconciler.reports.planfile import is_plan

    plan, out, report = given.plan, given.out, given.report or ()
    narrowed = bool(given.only) or given.allow_deletes is not None
    printed = _as_json if given.as_json else printed
    shown = _shown(given, plan=printed is None and not given.quiet)
    check_formats(report)
    check_location(given.location)
    check_together(plan, out, dry_run=given.dry_run, narrowed=narrowed)
    check_targets(
        given.stack_dir,
        [*(("--out", each, is_plan) for each in [out] if each), *report_targets(report)],
        [("--plan", plan)] if plan else (),
    )
    kept_stacks = None if given.no_cache else cache_folder() / "stacks"
    stack = load_stack(given.stack_dir, given.env, given.verbose, kept_stacks)
    options = Options(given.dry_run, tuple(given.only or ()), given.allow_deletes)
    if plan is not None:
        options = approved(plan, stack)
    if not stack.prune:
        check_only(stack, options)
    cached = not given.no_cache and plan is None
    kept = Kept(given.location) if not given.no_history else None
    account = given.account if given.sandbox else None
    where = PassTarget(account, given.endpoint_url, given.share, cached, kept, asks)
    deadlines = Deadlines(given.call_deadline, given.list_deadline, given.pass_deadline)
    where = replace(where, deadlines=deadlines, shown=shown)
    passed = run_pass(stack, options, where)
    print_approval_result(passed)
    if out is not None:
        save_plan(out, passed)
    finish(passed, report, partial(earlier_passes, passed, where), printed)


def _as_json(report: "PassReport") -> str:
    from reconciler.reports.data import as_data, as_json

    return as_json(as_data(report))


def _shown(given: PassOptions, *, plan: bool) -> Shown:
    """What is printed; exits with an error if options contradict each other."""
    from reconciler import console

    unseen = "--json" if given.as_json else "--quiet"
    if given.full and (given.as_json or given.quiet):
        exit_with_errors(
            [f"--full is about the plan as text, and {unseen} prints none; leave one of them out"], INVALID
        )
    console.remarks.quiet = given.quiet
    return Shown(plan, given.quiet, given.full)
