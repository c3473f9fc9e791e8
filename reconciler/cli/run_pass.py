"""Runs one pass from the command line: against AWS, or in a sandbox that starts empty."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from reconciler.cli.extras import need_sandbox
from reconciler.cli.name_checks import refuse_idle
from reconciler.cli.options import ACCOUNT
from reconciler.cli.pass_target import Asks, Kept, PassTarget, Shown, history_api, open_target
from reconciler.cli.row_files import write_rows
from reconciler.runtime.interrupts import interrupts

if TYPE_CHECKING:
    from collections.abc import Callable

    from reconciler.cache_store import Cache
    from reconciler.console import ProgressBar
    from reconciler.pass_options import Options
    from reconciler.pass_report import PassReport
    from reconciler.planning.plan import Plan
    from reconciler.reconcile import Aws
    from reconciler.runtime.clock import Clock
    from reconciler.stack import Stack


NOT_THE_NAME = "what was typed is not the name of the stack; nothing was changed"
"""The refusal when the user does not type the name of the stack."""


def run_pass(stack: "Stack", options: "Options", where: PassTarget) -> "PassReport":
    """Run one pass, and print what `where.shown` says."""
    report = (_in_aws if where.sandbox is None else _in_sandbox)(stack, options, where)
    if where.directory is not None:
        write_rows(where.directory, report)
    return report


def _in_aws(stack: "Stack", options: "Options", where: PassTarget) -> "PassReport":
    """Run one pass against AWS or an endpoint, and record it in the history."""
    from reconciler import console
    from reconciler.cli.history_store import open_ledger
    from reconciler.runtime.shutdown import GracefulShutdown, Stop

    ending = Stop()
    reached = open_target(stack, where, ending)
    if not options.dry_run:
        interrupts.after = "run it again to continue" if stack.destroys else "the next pass continues"
    if where.endpoint_url:
        console.announce(f"every call goes to {where.endpoint_url}")
    kept = where.kept

    ledger = open_ledger(kept.location, history_api(stack, where), kept.trigger, kept.note) if kept else None
    with GracefulShutdown(ending) as politely:

        def begins(report: "PassReport") -> None:
            politely.begin()
            if where.directory is not None:
                write_rows(where.directory, report, begun=True)
            if ledger:
                ledger.begins(_as_kept(report, kept))

        hooks = Hooks(begins, where.asks, where.deadlines.whole, where.shown)
        report = _pass(stack, options, reached, hooks)
        if ledger:
            ledger.ended(_as_kept(report, kept))
    return report


def _as_kept(report: "PassReport", kept: "Kept | None") -> "PassReport":
    """The report as the history records it."""
    return replace(report, stack=kept.stack) if kept and kept.stack else report


@dataclass(frozen=True)
class Hooks:
    """What a pass does besides: a callback when it begins, when it asks, and what it prints."""

    begins: "Callable[[PassReport], None]"
    asks: Asks = Asks.BEFORE_DELETES
    deadline: float | None = None
    """The deadline of the pass, in seconds."""
    shown: Shown = Shown()


def _nobody(report: "PassReport") -> None:
    """Do nothing when a pass begins, because there is no history."""


def _in_sandbox(stack: "Stack", options: "Options", where: PassTarget) -> "PassReport":
    """Run one pass against a temporary sandbox that starts empty; its time is virtual."""
    need_sandbox()
    from reconciler import console
    from reconciler.cache_store import NoCache
    from reconciler.sandbox.account import account_in, sandboxed

    account = where.sandbox or ACCOUNT
    console.announce(
        f"every call goes to a sandbox that starts empty, account {account}; seconds are virtual"
    )
    with sandboxed(account) as (box, clock):
        reached = (account_in(box, stack.region, clock), clock, NoCache())
        return _pass(stack, options, reached, Hooks(_nobody, where.asks, where.deadlines.whole, where.shown))


def _pass(
    stack: "Stack",
    options: "Options",
    reached: "tuple[Aws, Clock, Cache]",
    hooks: Hooks,
) -> "PassReport":
    from reconciler import console
    from reconciler.kinds import known_kinds
    from reconciler.pass_options import NamesNothing
    from reconciler.reconcile import Pass
    from reconciler.reports.text_report import (
        beside_lines,
        closing_lines,
        heading,
        plan_lines,
        trouble_lines,
    )
    from reconciler.runtime.gc_tuning import collect_seldom
    from reconciler.runtime.shutdown import Shutdown

    collect_seldom()
    aws, clock, cache = reached
    shown = hooks.shown
    if shown.plan:
        console.show([heading(stack, dry_run=options.dry_run)])
    with console.ProgressBar(hidden=shown.only_trouble) as bar:

        def planned(plan: "Plan", seconds_left: "Callable[[], float]") -> None:
            if shown.plan:
                seconds = 0.0 if options.dry_run else seconds_left()
                console.show(plan_lines(plan, seconds, full=shown.full))
            bar.planned(plan, seconds_left)

        def agreed(plan: "Plan") -> bool:
            return _agrees(plan, stack, hooks.asks, bar)

        one = Pass(stack, known_kinds(), aws, clock, options, bar, planned, cache)
        one.agreed, one.applying, one.deadline = agreed, hooks.begins, hooks.deadline
        if hooks.asks is Asks.FOR_THE_NAME:
            one.declined = NOT_THE_NAME
        try:
            report = one.run()
        except NamesNothing as error:
            refuse_idle(error.patterns, error.known, options.but)
            raise
        except Shutdown:
            if one.broken_off is None:
                raise
            report = one.broken_off
    if shown.plan:
        console.show(beside_lines(report, full=shown.full))
    lines = trouble_lines(report) if shown.only_trouble else closing_lines(report)
    (console.show if shown.plan else console.print_to_stderr)(lines)
    return report


def _agrees(plan: "Plan", stack: "Stack", asks: Asks, bar: "ProgressBar") -> bool:
    """Whether the user agrees to a plan, if it is to be asked about.

    Raises:
        KeyboardInterrupt: Ctrl-C is the answer to a question about every change.
    """
    from reconciler import console
    from reconciler.reports.text_report import hint_lines, name_question, question

    named = asks is Asks.FOR_THE_NAME
    every = named or asks is Asks.BEFORE_CHANGES
    if asks is Asks.NEVER or not (every or plan.deletes) or not console.can_ask():
        return True
    with bar.hidden():
        console.show(hint_lines(plan))
        try:
            if named:
                return console.ask_for(name_question(plan, stack)) == stack.name
            return console.ask(question(plan, every=every))
        except KeyboardInterrupt:
            interrupts.after = "nothing was changed"
            if every:
                raise
            return False
