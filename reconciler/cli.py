"""A command line in, an exit code out; wires everything together."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer
from typer.exceptions import TyperException

if TYPE_CHECKING:
    from collections.abc import Callable

    from reconciler.cache import Cache
    from reconciler.clock import Clock
    from reconciler.one_pass import Aws, Options, PassReport
    from reconciler.planning.plan import Plan
    from reconciler.stack import Stack

# Heavy imports stand in the functions that need them: `--help` answers at once.

SETTLED, FAILED, PENDING, INVALID, REFUSED = range(5)
INTERRUPTED = 130
EXITS = {"settled": SETTLED, "failed": FAILED, "pending": PENDING, "refused": REFUSED}
ACCOUNT = "123456789012"

app = typer.Typer(
    name="reconciler",
    help="Keeps Amazon Connect contact centres, and the AWS resources around them, as YAML says.",
    epilog="Exit codes: 0 settled, 1 something failed, 2 changes pending, 3 desired state invalid, 4 refused.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)

StackDir = Annotated[Path, typer.Argument(help="The directory of desired state.", show_default=True)]
Env = Annotated[str | None, typer.Option("--env", help="The environment; may be left out when there is one.")]
Verbose = Annotated[
    int, typer.Option("--verbose", "-v", count=True, help="Log to stderr; twice for every call.")
]
AccountId = Annotated[str, typer.Option("--account", help="The account id that the sandbox answers as.")]


@app.command()
def once(  # noqa: PLR0913 -- one parameter for each option
    stack_dir: StackDir = Path(),
    env: Env = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would change.")] = False,
    only: Annotated[list[str] | None, typer.Option(help="Change only KIND/NAME; * and ? match.")] = None,
    sandbox: Annotated[bool, typer.Option("--sandbox", help="Use AWS on your desk instead of AWS.")] = False,
    account: AccountId = ACCOUNT,
    endpoint_url: Annotated[
        str | None, typer.Option(envvar="AWS_ENDPOINT_URL", help="Send every call here instead of to AWS.")
    ] = None,
    allow_deletes: Annotated[
        int | None, typer.Option(help="Approve exactly this many deletes and replaces.", min=0)
    ] = None,
    report: Annotated[Path | None, typer.Option(help="Write the whole pass to this file, as JSON.")] = None,
    no_cache: Annotated[
        bool,
        typer.Option("--no-cache", help="Read everything anew; believe nothing that an earlier pass read."),
    ] = False,
    share: Annotated[
        int, typer.Option(help="How much of each AWS request quota to use, in percent.", min=1, max=100)
    ] = 80,
    verbose: Verbose = 0,
) -> None:
    """Compare desired state with AWS, and make AWS match."""
    from reconciler.one_pass import Options

    stack = _load(stack_dir, env, verbose, None if no_cache else _cache_folder() / "stacks")
    options = Options(dry_run, tuple(only or ()), allow_deletes)
    idle = [
        pattern
        for pattern in options.only
        if not any(options.matches(key, pattern) for key in stack.resources)
    ]
    if idle and not stack.prune:
        _stop(
            [f"--only {pattern}: no resource of the stack is called so; write KIND/NAME" for pattern in idle],
            INVALID,
        )
    passed = (
        _in_sandbox(stack, options, account)
        if sandbox
        else _in_aws(stack, options, endpoint_url, cached=not no_cache, share=share / 100)
    )
    _finish(passed, report)


@app.command()
def validate(stack_dir: StackDir = Path(), env: Env = None, verbose: Verbose = 0) -> None:
    """Check desired state without calling AWS."""
    from reconciler import console

    stack = _load(stack_dir, env, verbose)
    console.out.print(f"{stack.name}/{stack.environment}: {len(stack.resources)} resources, no mistakes")


@app.command("iam-policy")
def iam_policy(
    stack_dir: StackDir = Path(),
    env: Env = None,
    read_only: Annotated[bool, typer.Option("--read-only", help="Only what --dry-run needs.")] = False,
    verbose: Verbose = 0,
) -> None:
    """Print the IAM policy that the stack needs, and no more, as JSON."""
    import json

    from reconciler import console
    from reconciler.aws.account import BadEndpoint, check_region
    from reconciler.aws.names import partition_of
    from reconciler.iam import Account, excess, grants, policy_of
    from reconciler.kinds import known_kinds

    stack = _load(stack_dir, env, verbose)
    try:
        region = check_region(stack.region)
    except BadEndpoint as error:
        _stop([str(error)], INVALID)
    account = Account(partition_of(region), region, stack.account)
    policy = policy_of(grants(stack, known_kinds(), account, read_only=read_only))
    typer.echo(json.dumps(policy, indent=2))
    if excess(policy):
        console.announce(excess(policy))


@app.command()
def schema() -> None:
    """Print the JSON Schema of desired state, for editors."""
    import json

    from reconciler.desired import json_schema
    from reconciler.kinds import known_kinds

    typer.echo(json.dumps(json_schema(known_kinds()), indent=2))


@app.command()
def kinds(
    kind: Annotated[str | None, typer.Argument(help="Only this kind.")] = None,
) -> None:
    """List every kind of resource with its fields."""
    from reconciler import console
    from reconciler.kinds import known_kinds
    from reconciler.reports.catalogue import kind_lines

    found = known_kinds()
    if kind is not None and kind not in found:
        _stop([f"no kind {kind}; there are {', '.join(sorted(found))}"], INVALID)
    for adapter in found.values():
        if kind in (None, adapter.kind):
            console.show(kind_lines(adapter))


@app.command()
def sandbox(  # noqa: PLR0913 -- one parameter for each option
    port: Annotated[
        int, typer.Option(help="The port to listen on; 0 takes a free one.", min=0, max=65535)
    ] = 4566,
    account: AccountId = ACCOUNT,
    quotas: Annotated[str, typer.Option(help="Rates of requests: none, default, 2024 or shared.")] = "none",
    limits: Annotated[str, typer.Option(help="Numbers of resources: none or default.")] = "none",
    latency: Annotated[float, typer.Option(help="Seconds that every call takes longer.")] = 0.0,
    lag: Annotated[float, typer.Option(help="Seconds until Amazon Connect's reads know of a change.")] = 0.0,
    fault: Annotated[
        list[str] | None,
        typer.Option(help="SERVICE:OPERATION:WHEN:FAULT, say connect:CreateUser:3:throttle; repeatable."),
    ] = None,
    seed: Annotated[int, typer.Option(help="For faults whose WHEN is a share, say 10%.")] = 0,
    state: Annotated[
        Path | None, typer.Option(help="Start from this file if it is there, and save to it at the end.")
    ] = None,
    journal: Annotated[bool, typer.Option("--journal", help="Print a line for every call.")] = False,
    journal_file: Annotated[
        Path | None, typer.Argument(help="Append the lines of --journal to this file instead.")
    ] = None,
) -> None:
    """Serve AWS on your desk over HTTP, for any AWS client."""
    _needs_sandbox()
    from reconciler.sandbox.journal import lines_to
    from reconciler.sandbox.server import serve_until_stopped
    from reconciler.sandbox.trouble import by_words
    from reconciler.sandbox.world import World

    if journal_file and not journal:
        _stop([f"{journal_file}: a file belongs to --journal; write --journal {journal_file}"], INVALID)
    try:
        asked = by_words(
            quotas=quotas, limits=limits, latency=latency, lag=lag, faults=fault or (), seed=seed
        )
        world = World(account, trouble=asked)
        if journal:
            world.journal.watch(lines_to(journal_file))
        serve_until_stopped(port, world, state, typer.echo)
    except ValueError as error:
        _stop([str(error)], INVALID)
    except OSError as error:
        _stop([str(error)], FAILED)


@app.command()
def demo(
    examples: Annotated[Path, typer.Argument(help="The directory of the example stacks.")] = Path(
        "desired_state"
    ),
) -> None:
    """Create, vandalise and repair two whole stacks in the sandbox, and show each step."""
    _needs_sandbox()
    from reconciler import console
    from reconciler.demo import tell
    from reconciler.desired import InvalidStack
    from reconciler.logs import configure

    configure(0)
    try:
        well = tell(examples)
    except InvalidStack as error:
        _stop([str(mistake) for mistake in error.mistakes], INVALID)
    if not well:
        _stop(["the story did not go as it should"], FAILED)
    console.out.print("\nThat was the sandbox: no AWS account was touched.")


def main() -> None:
    """Run the command line: what a user can do wrong ends in one line, never in a traceback."""
    try:
        code = app(standalone_mode=False)
    except TyperException as error:
        # Typer would exit with 2, which here means that changes are pending.
        typer.echo(error.format_message(), err=True)
        code = INVALID
    except Exception as error:  # noqa: BLE001 -- nobody foresaw it: its text and its locals may hold secrets
        from reconciler.logs import crash_lines

        typer.echo("\n".join(crash_lines(error)), err=True)
        code = FAILED
    if code == INTERRUPTED:
        typer.echo("interrupted; the next pass goes on from here", err=True)
    sys.exit(code)


def _load(directory: Path, env: str | None, verbose: int, kept: Path | None = None) -> "Stack":
    """The stack of a directory, or of the folder of kept ones; every mistake in it ends the program."""
    from reconciler.desired import InvalidStack, load, load_parsed
    from reconciler.kinds import known_kinds
    from reconciler.logs import configure
    from reconciler.planning.plan import Ring, check_rings

    configure(verbose)
    if not directory.is_dir():
        _stop([f"{directory}: there is no such directory; a stack is a directory with a stack.yaml"], INVALID)
    try:
        if kept is None:
            stack = load(directory, env, known_kinds())
        else:
            stack = load_parsed(directory, env, known_kinds(), kept)
        check_rings(stack, known_kinds())
    except InvalidStack as error:
        lines = [str(mistake) for mistake in error.mistakes]
        count = len(lines) + error.more
        lines += [f"... and {error.more} more"] if error.more else []
        _stop([*lines, f"{count} mistake{'s' if count > 1 else ''}; nothing was called"], INVALID)
    except Ring as error:
        _stop([f"{directory}: {error}; at least one reference has to go"], INVALID)
    return stack


def _in_aws(
    stack: "Stack", options: "Options", endpoint_url: str | None, *, cached: bool, share: float
) -> "PassReport":
    """One pass against AWS, or against what answers at an endpoint."""
    from reconciler import console
    from reconciler.aws.account import BadEndpoint, open_account
    from reconciler.cache import FileCache, NoCache
    from reconciler.clock import SystemClock

    clock = SystemClock()
    try:
        aws = open_account(stack.account, stack.region, clock, endpoint_url, share)
    except BadEndpoint as error:
        _stop([str(error)], INVALID)
    if endpoint_url:
        console.announce(f"every call goes to {endpoint_url}")
    file = _cache_folder() / f"{stack.account}-{stack.region}.sqlite"
    return _pass(stack, options, aws, clock, FileCache(file) if cached else NoCache())


def _cache_folder() -> Path:
    """Where what passes read and load is kept: in the user's cache directory."""
    import os

    home = os.environ.get("XDG_CACHE_HOME") or "~/.cache"
    return Path(home).expanduser() / "reconciler"


def _in_sandbox(stack: "Stack", options: "Options", account: str) -> "PassReport":
    """One pass against a sandbox that starts empty and is gone afterwards; its time is virtual."""
    _needs_sandbox()
    from reconciler import console
    from reconciler.cache import NoCache
    from reconciler.sandbox.account import account_in, sandboxed

    console.announce(
        f"every call goes to a sandbox that starts empty, account {account}; seconds are virtual"
    )
    with sandboxed(account) as (box, clock):
        return _pass(stack, options, account_in(box, stack.region, clock), clock, NoCache())


def _pass(stack: "Stack", options: "Options", aws: "Aws", clock: "Clock", cache: "Cache") -> "PassReport":
    from reconciler import console
    from reconciler.garbage import collect_seldom
    from reconciler.kinds import known_kinds
    from reconciler.one_pass import Pass
    from reconciler.reports.text import closing_lines, heading, plan_lines

    collect_seldom()
    console.show([heading(stack, dry_run=options.dry_run)])
    with console.Bar() as bar:

        def planned(plan: "Plan", seconds_left: "Callable[[], float]") -> None:
            console.show(plan_lines(plan, 0.0 if options.dry_run else seconds_left()))
            bar.planned(plan, seconds_left)

        report = Pass(stack, known_kinds(), aws, clock, options, bar, planned, cache).run()
    console.show(closing_lines(report))
    return report


def _finish(passed: "PassReport", report: Path | None) -> NoReturn:
    """Write the report, and end with the exit code that says what became of the pass."""
    import json

    from reconciler.reports.data import as_data

    if report is not None:
        try:
            report.write_text(
                json.dumps(as_data(passed), indent=2, ensure_ascii=False) + "\n", encoding="utf-8"
            )
        except OSError as error:
            _stop([f"the report could not be written: {error}"], FAILED)
    raise typer.Exit(EXITS[passed.outcome])


def _needs_sandbox() -> None:
    from importlib.util import find_spec

    if find_spec("moto") is None:
        _stop(["the sandbox is not installed; pip install 'connect-reconciler[sandbox]'"], FAILED)


def _stop(lines: list[str], code: int) -> NoReturn:
    from reconciler import console

    console.fail(lines)
    raise typer.Exit(code)
