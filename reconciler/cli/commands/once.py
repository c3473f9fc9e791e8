"""`reconciler once`: runs one pass."""

from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from reconciler.cli.name_checks import check_only
from reconciler.cli.options import (
    ACCOUNT,
    AccountId,
    AllowDeletes,
    CallDeadline,
    DryRun,
    Endpoint,
    Env,
    HistoryAt,
    ListDeadline,
    PassDeadline,
    Sandboxed,
    Share,
    StackDir,
    Uncached,
    Verbose,
    Yes,
)
from reconciler.cli.output_files import check_targets
from reconciler.cli.pass_target import Deadlines, Kept, PassTarget
from reconciler.cli.plan_files import approved, check_together, print_approval_result, save_plan
from reconciler.cli.report_files import check_formats, finish, report_targets
from reconciler.cli.run_pass import run_pass
from reconciler.cli.stack_loading import load_stack
from reconciler.cli.user_folders import cache_folder


def once(  # noqa: PLR0913 -- one parameter for each option
    stack_dir: StackDir = Path(),
    env: Env = None,
    dry_run: DryRun = False,
    only: Annotated[
        list[str] | None, typer.Option(help="Change only KIND/NAME; * and ? are wildcards; repeatable.")
    ] = None,
    sandbox: Sandboxed = False,
    account: AccountId = ACCOUNT,
    endpoint_url: Endpoint = None,
    allow_deletes: AllowDeletes = None,
    out: Annotated[
        Path | None,
        typer.Option(readable=False, help="With --dry-run: write the plan to this file, to be approved."),
    ] = None,
    plan: Annotated[
        Path | None,
        typer.Option(readable=False, help="Apply this approved plan; refuse if anything has changed."),
    ] = None,
    report: Annotated[
        list[Path] | None,
        typer.Option(
            readable=False,
            help="Write the whole pass to this .json, .md, .html, .xml or .txt file; repeatable.",
        ),
    ] = None,
    no_cache: Uncached = False,
    share: Share = 80,
    call_deadline: CallDeadline = 30.0,
    list_deadline: ListDeadline = 300.0,
    pass_deadline: PassDeadline = None,
    yes: Yes = False,
    location: HistoryAt = None,
    no_history: Annotated[bool, typer.Option("--no-history", help="Do not record the pass.")] = False,
    verbose: Verbose = 0,
) -> None:
    """Compare desired state with AWS, and apply the differences."""
    from reconciler.cli.history_store import check_location, earlier_passes
    from reconciler.reconcile import Options
    from reconciler.reports.planfile import is_plan

    check_formats(report or ())
    check_location(location)
    check_together(plan, out, dry_run=dry_run, narrowed=bool(only) or allow_deletes is not None)
    check_targets(
        stack_dir,
        [*(("--out", each, is_plan) for each in [out] if each), *report_targets(report or ())],
        [("--plan", plan)] if plan else (),
    )
    stack = load_stack(stack_dir, env, verbose, None if no_cache else cache_folder() / "stacks")
    options = Options(dry_run, tuple(only or ()), allow_deletes)
    if plan is not None:
        options = approved(plan, stack)
    if not stack.prune:
        check_only(stack, options)
    cached = not no_cache and plan is None
    kept = Kept(location) if not no_history else None
    where = PassTarget(account if sandbox else None, endpoint_url, share, cached, kept, yes)
    where = replace(where, deadlines=Deadlines(call_deadline, list_deadline, pass_deadline))
    passed = run_pass(stack, options, where)
    print_approval_result(passed)
    if out is not None:
        save_plan(out, passed)
    finish(passed, report or (), partial(earlier_passes, passed, where))
