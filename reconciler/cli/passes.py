"""One pass from the command line: against AWS, or against AWS on your desk."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from reconciler.cli.common import (
    ACCOUNT,
    FAILED,
    INVALID,
    PENDING,
    REFUSED,
    SETTLED,
    AccountId,
    Env,
    StackDir,
    Verbose,
    cache_folder,
    load_stack,
    need_sandbox,
    stop,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from reconciler.cache import Cache
    from reconciler.clock import Clock
    from reconciler.one_pass import Aws, Options, PassReport
    from reconciler.planning.plan import Plan
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

EXITS = {"settled": SETTLED, "failed": FAILED, "pending": PENDING, "refused": REFUSED}


def once(  # noqa: PLR0913 -- one parameter for each option
    stack_dir: StackDir = Path(),
    env: Env = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would change.")] = False,
    only: Annotated[list[str] | None, typer.Option(help="Change only KIND/NAME; * and ? match.")] = None,
    sandbox: Sandboxed = False,
    account: AccountId = ACCOUNT,
    endpoint_url: Endpoint = None,
    allow_deletes: Annotated[
        int | None, typer.Option(help="Approve exactly this many deletes and replaces.", min=0)
    ] = None,
    report: Annotated[
        list[Path] | None,
        typer.Option(help="Write the whole pass to this .json, .md, .html, .xml or .txt file; repeatable."),
    ] = None,
    no_cache: Uncached = False,
    share: Share = 80,
    verbose: Verbose = 0,
) -> None:
    """Compare desired state with AWS, and make AWS match."""
    from reconciler.one_pass import Options

    _check_formats(report or ())
    stack = load_stack(stack_dir, env, verbose, None if no_cache else cache_folder() / "stacks")
    options = Options(dry_run, tuple(only or ()), allow_deletes)
    if not stack.prune:
        check_only(stack, options)
    where = Where(account if sandbox else None, endpoint_url, share, cached=not no_cache)
    _finish(go_round(stack, options, where), report or ())


@dataclass(frozen=True)
class Where:
    """Against what a pass goes, as the options say it: a sandbox that answers as an account, or AWS."""

    sandbox: str | None
    endpoint_url: str | None
    share: int
    cached: bool


def check_only(stack: "Stack", options: "Options") -> None:
    """End the program where a pattern of --only names nothing."""
    idle = [
        pattern
        for pattern in options.only
        if not any(options.matches(key, pattern) for key in stack.resources)
    ]
    if idle:
        stop(
            [f"--only {pattern}: no resource of the stack is called so; write KIND/NAME" for pattern in idle],
            INVALID,
        )


def go_round(stack: "Stack", options: "Options", where: Where, *, quietly: bool = False) -> "PassReport":
    """One pass; told on stdout, or `quietly`: on stderr, and only what became of it."""
    if where.sandbox is not None:
        return _in_sandbox(stack, options, where.sandbox, quietly=quietly)
    return _in_aws(stack, options, where, quietly=quietly)


def _in_aws(stack: "Stack", options: "Options", where: Where, *, quietly: bool) -> "PassReport":
    """One pass against AWS, or against what answers at an endpoint."""
    from reconciler import console
    from reconciler.aws.account import BadEndpoint, Connection, open_account
    from reconciler.cache import FileCache, NoCache
    from reconciler.clock import SystemClock

    clock = SystemClock()
    try:
        aws = open_account(
            stack.account, stack.region, clock, Connection(where.endpoint_url, where.share / 100)
        )
    except BadEndpoint as error:
        stop([str(error)], INVALID)
    if where.endpoint_url:
        console.announce(f"every call goes to {where.endpoint_url}")
    file = cache_folder() / f"{stack.account}-{stack.region}.sqlite"
    cache = FileCache(file) if where.cached else NoCache()
    return _pass(stack, options, aws, (clock, cache), quietly=quietly)


def _in_sandbox(stack: "Stack", options: "Options", account: str, *, quietly: bool) -> "PassReport":
    """One pass against a sandbox that starts empty and is gone afterwards; its time is virtual."""
    need_sandbox()
    from reconciler import console
    from reconciler.cache import NoCache
    from reconciler.sandbox.account import account_in, sandboxed

    console.announce(
        f"every call goes to a sandbox that starts empty, account {account}; seconds are virtual"
    )
    with sandboxed(account) as (box, clock):
        aws = account_in(box, stack.region, clock)
        return _pass(stack, options, aws, (clock, NoCache()), quietly=quietly)


def _pass(
    stack: "Stack", options: "Options", aws: "Aws", by: "tuple[Clock, Cache]", *, quietly: bool
) -> "PassReport":
    from reconciler import console
    from reconciler.garbage import collect_seldom
    from reconciler.kinds import known_kinds
    from reconciler.one_pass import Pass
    from reconciler.reports.text import closing_lines, heading, plan_lines

    collect_seldom()
    clock, cache = by
    if not quietly:
        console.show([heading(stack, dry_run=options.dry_run)])
    with console.Bar() as bar:

        def planned(plan: "Plan", seconds_left: "Callable[[], float]") -> None:
            if not quietly:
                console.show(plan_lines(plan, 0.0 if options.dry_run else seconds_left()))
            bar.planned(plan, seconds_left)

        report = Pass(stack, known_kinds(), aws, clock, options, bar, planned, cache).run()
    (console.mention if quietly else console.show)(closing_lines(report))
    return report


def _check_formats(files: "Sequence[Path]") -> None:
    """End the program, before anything is called, where a report could not be made."""
    if not files:
        return
    from reconciler.reports.formats import UnknownFormat, renderer_of

    try:
        for file in files:
            renderer_of(file)
    except UnknownFormat as error:
        stop([f"--report {error}"], INVALID)


def _finish(passed: "PassReport", files: "Sequence[Path]") -> NoReturn:
    """Write the reports, and end with the exit code that says what became of the pass."""
    mistakes = []
    for file in files:
        from reconciler.reports.formats import write

        try:
            write(passed, file)
        except OSError as error:
            mistakes.append(f"the report could not be written: {file}: {error.strerror}")
    if mistakes:
        stop(mistakes, FAILED)
    raise typer.Exit(EXITS[passed.outcome])
