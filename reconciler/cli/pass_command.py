"""Makes the pass that `once`, `plan`, `diff` or `apply` asks for, from its files to its reports."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

import typer

from reconciler.cli.all_stacks import run_all
from reconciler.cli.exits import FAILED, INVALID, PENDING, REFUSED, SETTLED, exit_with_errors
from reconciler.cli.name_checks import check_only, with_needed
from reconciler.cli.output_files import check_targets
from reconciler.cli.pass_options import PassOptions
from reconciler.cli.pass_target import Asks, Deadlines, Kept, PassTarget, Shown
from reconciler.cli.pasted_names import looked_up
from reconciler.cli.plan_files import approved, check_together, print_approval_result, save_plan
from reconciler.cli.report_files import EXITS, check_formats, finish, report_targets
from reconciler.cli.row_files import result_targets, write_rows_of_mistakes
from reconciler.cli.run_pass import run_pass
from reconciler.cli.stack_loading import load_stack
from reconciler.cli.user_folders import cache_folder
from reconciler.runtime.interrupts import INTERRUPTED

if TYPE_CHECKING:
    from collections.abc import Callable

    from reconciler.pass_options import Options
    from reconciler.pass_report import PassReport
    from reconciler.stack import Stack

WORST = (INTERRUPTED, FAILED, REFUSED, PENDING, SETTLED)
"""The exit codes of passes; that of several passes is the first one that any of them has."""


def make_pass(
    given: PassOptions, asks: Asks, printed: "Callable[[Sequence[PassReport]], str] | None" = None
) -> None:
    """Compare desired state with AWS, and apply the differences unless it is a dry run; exits with the pass's code.

    Several environments get a pass each, one after another. If `printed` is given, stdout gets what it returns, and
    nothing else.
    """
    from reconciler.cli.history_store import check_location, earlier_passes
    from reconciler.reports.planfile import is_plan

    plan, out, report = given.plan, given.out, given.report or ()
    printed = _as_json if given.as_json else printed
    shown = _shown(given, plan=printed is None and not given.quiet)
    check_formats(report)
    check_location(given.location)
    _check_selection(given)
    approves = given.allow_deletes is not None or given.allow_leavers is not None
    narrowed = bool(given.only or given.but) or approves
    check_together(plan, out, dry_run=given.dry_run, narrowed=narrowed)
    check_targets(
        given.stack_dir,
        [*(("--out", each, is_plan) for each in [out] if each), *report_targets(report)],
        [("--plan", plan)] if plan else (),
    )
    where = _where(given, asks, shown)
    if given.all_stacks:
        run_all(given, where, shown)
    kept_stacks = None if given.no_cache else cache_folder() / "stacks"
    environments: Sequence[str | None] = given.env or [None]
    ask = partial(looked_up, where=where)
    invalid = partial(write_rows_of_mistakes, given.stack_dir, files=report)
    stacks = [
        load_stack(given.stack_dir, each, given.verbose, kept_stacks, look_up=ask, invalid=invalid)
        for each in environments
    ]
    for stack in stacks:
        check_targets(given.stack_dir, [*report_targets(report), *result_targets(given.stack_dir, stack)])
    passes = [(stack, _options(given, stack)) for stack in stacks]
    if len(passes) > 1:
        _finish_all(_all_passes(passes, where), printed)
    ((stack, options),) = passes
    passed = run_pass(stack, options, where)
    print_approval_result(passed)
    if out is not None:
        save_plan(out, passed)
    finish(passed, report, partial(earlier_passes, passed, where), printed and (lambda one: printed([one])))


def _where(given: PassOptions, asks: Asks, shown: Shown) -> PassTarget:
    """The target of the passes, from the options."""
    return PassTarget(
        given.account if given.sandbox else None,
        given.endpoint_url,
        given.share,
        cached=not given.no_cache and given.plan is None,
        kept=Kept(given.location) if not given.no_history else None,
        asks=asks,
        deadlines=Deadlines(given.call_deadline, given.list_deadline, given.pass_deadline),
        shown=shown,
        profile=given.profile,
        directory=given.stack_dir,
    )


def _options(given: PassOptions, stack: "Stack") -> "Options":
    """The options of the pass over a stack; exits with an error if they name nothing of it."""
    from reconciler.observing.observer import ExtraReads
    from reconciler.pass_options import Options

    if given.plan is not None:
        return approved(given.plan, stack)
    only, but = tuple(given.only or ()), tuple(given.but or ())
    options = Options(given.dry_run, only, given.allow_deletes, given.allow_leavers, but=but)
    if given.extra:
        options = replace(options, extra=ExtraReads(given.details))
    if not stack.prune:
        check_only(stack, options)
    return with_needed(stack, options) if given.with_dependencies else options


def _all_passes(passes: "Sequence[tuple[Stack, Options]]", where: PassTarget) -> "list[PassReport]":
    """The passes one after another, until the user stops one."""
    done: list[PassReport] = []
    for stack, options in passes:
        done.append(run_pass(stack, options, where))
        if done[-1].outcome == "stopped":
            break
    return done


def _finish_all(
    passed: "Sequence[PassReport]", printed: "Callable[[Sequence[PassReport]], str] | None"
) -> None:
    """Print what `printed` makes of the passes, and exit with the worst of their codes."""
    from reconciler import console

    if printed:
        console.deliver(printed(passed))
    codes = {EXITS[each.outcome] for each in passed}
    raise typer.Exit(next(code for code in WORST if code in codes))


def _check_selection(given: PassOptions) -> None:
    """Exit with an error if options about what the pass is about contradict each other."""
    environments = given.env or []
    twice = next((each for each in environments if environments.count(each) > 1), None)
    if twice is not None:
        exit_with_errors([f"--env {twice}: named twice; name each environment once"], INVALID)
    files = {"--plan": given.plan, "--out": given.out, "--report": given.report}
    one = next((name for name, file in files.items() if file), None)
    if len(environments) > 1 and one:
        exit_with_errors([f"{one} is about one environment; name one with --env"], INVALID)
    if given.details and not given.extra:
        exit_with_errors(["--details extends --extra; add --extra"], INVALID)
    if given.extra and not given.dry_run:
        said = "--extra is about a dry run; add --dry-run, or use `reconciler plan --extra`"
        exit_with_errors([said], INVALID)
    if given.extra and given.quiet and not (given.report or given.as_json):
        said = "--quiet prints nothing of --extra; leave one of them out, or write a --report"
        exit_with_errors([said], INVALID)
    if given.with_dependencies and not given.only:
        exit_with_errors(["--with-dependencies extends --only; name resources with --only"], INVALID)
    if given.out is not None and (given.but or given.with_dependencies):
        said = "a plan file keeps --only alone; leave out --except and --with-dependencies"
        exit_with_errors([f"--out {given.out}: {said}"], INVALID)
    if given.profile is not None and given.sandbox:
        exit_with_errors(["--sandbox needs no credentials; leave out --profile"], INVALID)


def _as_json(passed: "Sequence[PassReport]") -> str:
    """One pass as an object, several as a list of them."""
    from reconciler.reports.data import as_data
    from reconciler.runtime.printable import json_text

    found = [as_data(each) for each in passed]
    return json_text(found[0] if len(found) == 1 else found) + "\n"


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
