"""One pass from the command line: against AWS, or against AWS on your desk."""

from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from reconciler.cli.common import (
    ACCOUNT,
    INVALID,
    AccountId,
    Env,
    HistoryAt,
    StackDir,
    Verbose,
    cache_folder,
    exit_with_errors,
    load_stack,
    need_sandbox,
)
from reconciler.cli.naming import check_only, refuse_idle
from reconciler.cli.plans import approved, check_together, print_approval_result, save_plan
from reconciler.cli.reporting import check_formats, finish, report_targets
from reconciler.cli.targets import check_targets
from reconciler.runtime.interrupts import interrupts

if TYPE_CHECKING:
    from collections.abc import Callable

    from reconciler.aws.account import Account
    from reconciler.cache_store import Cache
    from reconciler.contract import Api
    from reconciler.planning.plan import Plan
    from reconciler.reconcile import Aws, Options, PassReport
    from reconciler.runtime.clock import Clock
    from reconciler.runtime.shutdown import Stop
    from reconciler.stack import Stack

Sandboxed = Annotated[bool, typer.Option("--sandbox", help="Use AWS on your desk instead of AWS.")]
Endpoint = Annotated[
    str | None, typer.Option(envvar="AWS_ENDPOINT_URL", help="Send every call here instead of to AWS.")
]
Uncached = Annotated[
    bool, typer.Option("--no-cache", help="Read everything anew; believe nothing that an earlier pass read.")
]
Share = Annotated[
    int, typer.Option(help="How much of each AWS request quota to use, in percent.", min=1, max=100)
]

DryRun = Annotated[bool, typer.Option("--dry-run", help="Only say what would change.")]
CallDeadline = Annotated[
    float,
    typer.Option(help="Seconds that one call has in all: connecting, sending, headers and body.", min=1),
]
ListDeadline = Annotated[float, typer.Option(help="Seconds that all pages of one list have.", min=1)]
PassDeadline = Annotated[
    float | None,
    typer.Option(
        help="Seconds after which a pass begins nothing more.",
        min=1,
        show_default="900, or twice what AWS's quotas make it take, whichever is longer",
    ),
]
AllowDeletes = Annotated[
    int | None,
    typer.Option(
        help="Approve exactly this many deletes: replaces, contents and rows of lists count as well.", min=0
    ),
]

Yes = Annotated[
    bool,
    typer.Option(
        "--yes", "-y", help="Answer yes to the question before deletes and replaces; the guard still decides."
    ),
]


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
    """Compare desired state with AWS, and make AWS match."""
    from reconciler.cli.recording import check_location, earlier_passes
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


@dataclass(frozen=True)
class Deadlines:
    """How many seconds a call, a list and a pass have; None: as many as the quotas of AWS make it take, and more."""

    call: float = 30.0
    paging: float = 300.0
    whole: float | None = None


@dataclass(frozen=True)
class Kept:
    """Where a pass is recorded, and what the record says of it."""

    location: str | None
    trigger: str = "once"
    note: str = ""


@dataclass(frozen=True)
class PassTarget:
    """Against what a pass goes, as the options say it: a sandbox that answers as an account, or AWS."""

    sandbox: str | None
    endpoint_url: str | None
    share: int
    cached: bool
    kept: Kept | None = None
    """None: nobody records it."""
    yes: bool = False
    """Whether the question about deletes is answered already."""
    deadlines: Deadlines = Deadlines()


def run_pass(stack: "Stack", options: "Options", where: PassTarget, *, quietly: bool = False) -> "PassReport":
    """One pass; told on stdout, or `quietly`: on stderr, and only what became of it."""
    if where.sandbox is not None:
        return _in_sandbox(stack, options, where, quietly=quietly)
    return _in_aws(stack, options, where, quietly=quietly)


def open_target(
    stack: "Stack", where: PassTarget, ending: "Stop | None" = None
) -> tuple["Account", "Clock", "Cache"]:
    """The account of a stack, a clock, and what earlier passes read there; no call is begun once `ending` is asked for."""
    from reconciler.aws.account import BadEndpoint, Connection, open_account
    from reconciler.aws.api import RetryLimits
    from reconciler.cache_store import FileCache, NoCache
    from reconciler.runtime.shutdown import Stop, StoppableClock

    ending = ending or Stop()
    clock = StoppableClock(ending)
    deadlines = where.deadlines
    patience = RetryLimits(call_deadline=deadlines.call, paging_deadline=deadlines.paging)
    connection = Connection(where.endpoint_url, where.share / 100, patience=patience)
    try:
        aws = open_account(stack.account, stack.region, clock, connection)
    except BadEndpoint as error:
        exit_with_errors([str(error)], INVALID)
    aws.gate = ending.check
    file = cache_folder() / f"{stack.account}-{stack.region}.sqlite"
    return aws, clock, FileCache(file) if where.cached else NoCache()


def _in_aws(stack: "Stack", options: "Options", where: PassTarget, *, quietly: bool) -> "PassReport":
    """One pass against AWS, or against what answers at an endpoint, written down in the history."""
    from reconciler import console
    from reconciler.cli.recording import open_ledger
    from reconciler.runtime.shutdown import GracefulShutdown, Stop

    ending = Stop()
    reached = open_target(stack, where, ending)
    if not options.dry_run:
        interrupts.after = "the next pass goes on from here"
    if where.endpoint_url:
        console.announce(f"every call goes to {where.endpoint_url}")
    kept = where.kept

    def beside(service: str) -> "Api":
        """What the history is written with: it is written once the pass has been stopped, too."""
        return open_target(stack, where)[0].api(service)

    ledger = open_ledger(kept.location, beside, kept.trigger, kept.note) if kept else None
    with GracefulShutdown(ending) as politely:

        def begins(report: "PassReport") -> None:
            politely.begin()
            if ledger:
                ledger.begins(report)

        report = _pass(
            stack, options, reached, Hooks(begins, where.yes, where.deadlines.whole), quietly=quietly
        )
        if ledger:
            ledger.ended(report)
    return report


@dataclass(frozen=True)
class Hooks:
    """What a pass calls on its way: who is told that it begins, and whether a question is answered already."""

    begins: "Callable[[PassReport], None]"
    yes: bool = False
    deadline: float | None = None
    """Seconds that the pass has."""


def _nobody(report: "PassReport") -> None:
    """Where no history is kept, nobody is told that a pass begins."""


def _in_sandbox(stack: "Stack", options: "Options", where: PassTarget, *, quietly: bool) -> "PassReport":
    """One pass against a sandbox that starts empty and is gone afterwards; its time is virtual."""
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
        return _pass(stack, options, reached, Hooks(_nobody, deadline=where.deadlines.whole), quietly=quietly)


def _pass(
    stack: "Stack",
    options: "Options",
    reached: "tuple[Aws, Clock, Cache]",
    hooks: Hooks,
    *,
    quietly: bool,
) -> "PassReport":
    from reconciler import console
    from reconciler.kinds import known_kinds
    from reconciler.reconcile import NamesNothing, Pass
    from reconciler.reports.text_report import closing_lines, heading, plan_lines, question
    from reconciler.runtime.gc_tuning import collect_seldom
    from reconciler.runtime.shutdown import Shutdown

    collect_seldom()
    aws, clock, cache = reached
    if not quietly:
        console.show([heading(stack, dry_run=options.dry_run)])
    with console.ProgressBar() as bar:

        def planned(plan: "Plan", seconds_left: "Callable[[], float]") -> None:
            if not quietly:
                console.show(plan_lines(plan, 0.0 if options.dry_run else seconds_left()))
            bar.planned(plan, seconds_left)

        def agreed(plan: "Plan") -> bool:
            if hooks.yes or not console.can_ask():
                return True
            with bar.hidden():
                return console.ask(question(plan))

        one = Pass(stack, known_kinds(), aws, clock, options, bar, planned, cache)
        one.agreed, one.applying, one.deadline = agreed, hooks.begins, hooks.deadline
        try:
            report = one.run()
        except NamesNothing as error:
            refuse_idle(error.patterns, error.known)
            raise
        except Shutdown:
            if one.broken_off is None:
                raise
            report = one.broken_off
    (console.print_to_stderr if quietly else console.show)(closing_lines(report))
    return report
