"""`once --all`, `apply --all`: passes over all stacks and environments of a repository, with one report."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, NoReturn

import typer

from reconciler.cli.exits import FAILED, INVALID, PENDING, REFUSED, SETTLED, exit_with_errors
from reconciler.cli.pass_options import PassOptions
from reconciler.cli.pass_target import Asks, PassTarget, Shown
from reconciler.cli.report_files import EXITS
from reconciler.runtime.interrupts import INTERRUPTED, interrupts

if TYPE_CHECKING:
    from rich.text import Text

    from reconciler.pass_report import PassReport
    from reconciler.planning.approval import Approval
    from reconciler.planning.plan import Plan
    from reconciler.stack import Stack

WORST = (INTERRUPTED, FAILED, INVALID, REFUSED, PENDING, SETTLED)
"""The exit codes of all passes together: the first one that any of them has."""
NOT_STARTED = "stopped before it began"


@dataclass
class Entry:
    """One environment of one stack, and what became of it."""

    directory: str
    environment: str | None
    stack: "Stack | None" = None
    mistakes: tuple[str, ...] = ()
    report: "PassReport | None" = None
    failure: str = ""
    """Why there is no report: the pass did not begin, or ended with an unexpected error."""
    approval: "Approval | None" = None
    """The plan that the user has seen and agreed to; nothing else may be applied."""

    @property
    def outcome(self) -> str:
        """The outcome of the pass, or `invalid`."""
        if self.mistakes:
            return "invalid"
        if self.report is None:
            return "stopped" if self.failure in ("", NOT_STARTED) else "failed"
        return self.report.outcome

    @property
    def code(self) -> int:
        """The exit code that the pass alone has."""
        return INVALID if self.mistakes else EXITS[self.outcome]


def run_all(given: PassOptions, where: PassTarget, shown: Shown) -> NoReturn:
    """Make the passes, print one report, and exit with the worst of their codes."""
    from reconciler import console
    from reconciler.cli.side_by_side import make_passes
    from reconciler.logs import configure
    from reconciler.pass_options import Options

    configure(given.verbose)
    asks = where.asks is Asks.BEFORE_CHANGES
    _check(given, asks=asks)
    entries = _found(given)
    for entry in entries:
        _load(entry, given)
    _refuse_twins(entries)
    if where.endpoint_url:
        console.announce(f"every call goes to {where.endpoint_url}")
    for entry in entries:
        console.fail(_within(entry.directory, entry.mistakes))
        console.warn(_within(entry.directory, entry.stack.warnings if entry.stack else ()))
    if not asks:
        make_passes(entries, Options(given.dry_run), where)
    else:
        make_passes(entries, Options(dry_run=True), replace(where, kept=None))
        _apply_if_agreed(entries, where)
    if given.as_json:
        console.deliver(_as_json(entries))
    elif shown.plan:
        console.show(_lines(entries))
    raise typer.Exit(_worst(entries))


def _apply_if_agreed(entries: Sequence[Entry], where: PassTarget) -> None:
    """Ask once about all plans that were shown, and apply these; what differs from its plan by then is refused."""
    from reconciler import console
    from reconciler.cli.side_by_side import make_passes
    from reconciler.pass_options import Options
    from reconciler.planning.approval import actions_data, approval_of
    from reconciler.reconcile import DECLINED

    if any(each.outcome == "stopped" for each in entries):
        return
    planned = [(each, each.report) for each in entries if each.report]
    pending = [(entry, report) for entry, report in planned if report.plan.pending]
    if pending:
        console.show(_lines(entries))
        try:
            agreed = console.ask(_question([report.plan for _, report in pending]))
        except KeyboardInterrupt:
            interrupts.after = "nothing was changed"
            raise
        if not agreed:
            for entry, report in pending:
                entry.report = replace(report, outcome="refused", refusals=(DECLINED,))
            return
    for entry, report in planned:
        entry.approval = approval_of(actions_data(report.plan, report.stack), report.stack.files_hash)
    make_passes([entry for entry, _ in planned], Options(), where)


def _question(plans: "Sequence[Plan]") -> str:
    """The question before several plans are applied: how many changes they have, and what they delete."""
    from reconciler.reports.number_format import counted

    changes = counted(sum(len(each.pending) for each in plans), "change")
    counts = [f"{changes} in {counted(len(plans), 'environment')}"]
    gone, within = sum(each.disappearing for each in plans), sum(each.deletes_within for each in plans)
    if gone:
        counts.append(f"{counted(gone, 'resource')} deleted or replaced")
    if within:
        counts.append(f"{within} deleted within resources that stay")
    return f"{' and '.join(counts)}: apply these plans?"


def _worst(entries: Sequence[Entry]) -> int:
    """The exit code of all passes together."""
    codes = {each.code for each in entries}
    return next(code for code in WORST if code in codes)


def _check(given: PassOptions, *, asks: bool) -> None:
    """Exit with an error if an option is about one stack, or if a question would be needed."""
    from reconciler import console
    from reconciler.aws.account import BadEndpoint, check_endpoint

    about_one = {
        "--only": given.only,
        "--except": given.but,
        "--allow-deletes": given.allow_deletes,
        "--allow-leavers": given.allow_leavers,
        "--out": given.out,
        "--plan": given.plan,
        "--report": given.report,
        "--sandbox": given.sandbox or None,
        "--extra": given.extra or None,
    }
    one = next((name for name, value in about_one.items() if value is not None), None)
    if one:
        exit_with_errors([f"--all: {one} is about one stack; leave one of the two out"], INVALID)
    if not (asks or given.yes or given.dry_run) and console.can_ask():
        said = "once --all asks no questions: add --yes, or --dry-run to see what would change; `apply --all` asks"
        exit_with_errors([said], INVALID)
    try:
        check_endpoint(given.endpoint_url or "https://localhost")
    except BadEndpoint as error:
        exit_with_errors([str(error)], INVALID)


def _found(given: PassOptions) -> list[Entry]:
    """Every environment of every stack in the folder; exits with an error if there is none."""
    from reconciler.desired import InvalidStack
    from reconciler.desired.phrases import listed
    from reconciler.desired.repository import environments_of, stacks_below

    folder = given.stack_dir
    if not folder.is_dir():
        exit_with_errors([f"{folder}: there is no such folder"], INVALID)
    try:
        directories = stacks_below(folder)
    except InvalidStack as error:
        exit_with_errors([str(each) for each in error.mistakes], INVALID)
    if not directories:
        said = "there is no stack in this folder; a stack is a directory with a stack.yaml"
        exit_with_errors([f"{folder}: {said}"], INVALID)
    names = {each: environments_of(folder / each) for each in directories}
    known = sorted({name for found in names.values() for name in found})
    unknown = next((each for each in given.env or () if each not in known), None)
    if unknown is not None:
        there = f"there are {listed(known)}" if known else "there are none"
        exit_with_errors([f"--env {unknown}: no stack in {folder} has this environment; {there}"], INVALID)
    return [
        Entry(directory, name)
        for directory, found in names.items()
        for name in found or (None,)
        if name is None or not given.env or name in given.env
    ]


def _load(entry: Entry, given: PassOptions) -> None:
    """Load the stack of an entry, or note its mistakes."""
    from reconciler.cli.row_files import write_rows_of_mistakes
    from reconciler.cli.stack_loading import mistakes_of
    from reconciler.cli.user_folders import cache_folder
    from reconciler.desired import InvalidStack, load, load_parsed
    from reconciler.kinds import known_kinds

    directory, kept = given.stack_dir / entry.directory, cache_folder() / "stacks"
    try:
        if given.no_cache:
            entry.stack = load(directory, entry.environment, known_kinds())
        else:
            entry.stack = load_parsed(directory, entry.environment, known_kinds(), kept)
    except InvalidStack as error:
        why = write_rows_of_mistakes(directory, error)
        entry.mistakes = (*mistakes_of(error)[:-1], *filter(None, [why]))  # without their number


def _refuse_twins(entries: Sequence[Entry]) -> None:
    """Note a mistake if two directories have the same stack: each would change the other's resources."""
    first: dict[tuple[str, str, str], str] = {}
    for entry in entries:
        if entry.stack is None:
            continue
        stack = entry.stack
        other = first.setdefault((stack.account, stack.region, stack.mark), entry.directory)
        if other != entry.directory:
            said = f"stack.yaml:1:1: {other} already has {stack.mark} of account {stack.account} and {stack.region}"
            entry.mistakes = (f"{said}; give one of the two another name",)


def _within(directory: str, lines: Sequence[str]) -> list[str]:
    """Lines about files, with the path of their stack."""
    return [f"{directory}: {each}" for each in lines]


def _as_json(entries: Sequence[Entry]) -> str:
    """All passes as one JSON document."""
    from reconciler.aws.redaction import SECRETS
    from reconciler.reports.data import as_data
    from reconciler.runtime.printable import json_text

    rows: list[dict[str, Any]] = [
        {
            "directory": each.directory,
            "environment": each.stack.environment if each.stack else each.environment,
            "outcome": each.outcome,
            "exit_code": each.code,
            "mistakes": list(each.mistakes),
            "failure": SECRETS.text(each.failure),
            "pass": as_data(each.report) if each.report else None,
        }
        for each in entries
    ]
    return json_text({"exit_code": _worst(entries), "passes": rows}) + "\n"


def _lines(entries: Sequence[Entry]) -> "Iterator[Text]":
    """A line for each pass, and their number."""
    from rich.text import Text

    from reconciler.aws.redaction import SECRETS
    from reconciler.reports.number_format import counted
    from reconciler.reports.text_report import OUTCOMES

    yield Text()
    for each in entries:
        place = each.directory if each.environment is None else f"{each.directory} {each.environment}"
        line = Text(f"{each.outcome:>8} ", OUTCOMES.get(each.outcome, "bold red"))
        line.append(place, "bold")
        line.append(f"  {SECRETS.text(_said(each))}", "dim")
        yield line
    numbers = Counter(each.outcome for each in entries)
    said = ", ".join(f"{number} {outcome}" for outcome, number in numbers.items())
    stacks = len({each.directory for each in entries})
    accounts = len({each.stack.account for each in entries if each.stack})
    total = f"{counted(len(entries), 'environment')} of {counted(stacks, 'stack')} in {counted(accounts, 'account')}"
    yield Text(f"{total}: {said}", "bold")


def _said(entry: Entry) -> str:
    """What became of one pass, in a line."""
    from reconciler.reports.number_format import counted

    if entry.mistakes:
        more = len(entry.mistakes) - 1
        return entry.mistakes[0] + (f" (and {more} more above)" if more else "")
    if entry.stack is None or entry.report is None:
        return entry.failure or NOT_STARTED
    report, place = entry.report, f"{entry.stack.account} {entry.stack.region}"
    if report.refusals:
        return f"{place}  {report.refusals[0]}"
    if report.options.dry_run:
        return f"{place}  {counted(len(report.plan.pending), 'change')} pending"
    return f"{place}  {counted(report.count('done'), 'change')}"
