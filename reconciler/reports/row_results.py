"""What became of each row of a feed, as a CSV file."""

import csv
import io
import os
import stat
from bisect import bisect_right
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple, TypeAlias

from reconciler.aws.redaction import SECRETS
from reconciler.pass_report import PassReport
from reconciler.planning.feeds import FeedCount
from reconciler.reports.value_format import shown
from reconciler.runtime.atomic_write import write_whole
from reconciler.runtime.printable import one_line
from reconciler.stack import Feed, FeedRow, Key, Stack

BEGINNING = "feed,file,row,name,action,outcome,detail"
"""The first line of such a file."""
START = 100
"""Bytes at the beginning of a file, within which that line begins, also without the byte order mark."""
BOM = "\ufeff"
"""Spreadsheets take a file without it for one in the encoding of their country."""
LONGEST = 2_000
LEFT = "has left"
LEFT_OUT = "the files of the environment leave it out"
FORMULAS = ("=", "+", "-", "@")
"""How a cell begins that spreadsheets calculate."""
BEGUN = "the pass has begun to change AWS; if this stays, it was killed, and the next pass continues"


class RowResult(NamedTuple):
    """One line of the file."""

    feed: str
    file: str
    row: int | None
    """The line of the file where the row begins; None for a resource that has no row any more."""
    name: str
    action: str
    """What the plan does: a verb of the plan; empty if nothing."""
    outcome: str
    detail: str


Results: TypeAlias = Mapping[str, Sequence[RowResult]]
"""By path, relative to the stack's directory: the lines of a file."""


def results_of(report: PassReport, *, begun: bool = False) -> Iterator[RowResult]:
    """A line for each row of each feed, and for each resource of a feed that has no row any more.

    `begun`: the pass is about to change AWS.
    """
    counts = {(each.feed.kind, each.feed.name): each for each in report.plan.feeds}
    for feed in report.stack.feeds:
        count = counts.get((feed.kind, feed.name)) or FeedCount(feed, 0, 0, changes=False)
        for row in feed.rows:
            yield _line(feed, row.line, row.name, _outcome(report, count, row, begun=begun))
        for key in sorted(count.rowless - {Key(feed.kind, row.name) for row in feed.rows}):
            yield _line(feed, None, key.name, _of_gone(report, key, "has no row", begun=begun))


def results_of_mistakes(stack: Stack, mistakes: Iterable[tuple[str, int, str]]) -> Iterator[RowResult]:
    """The lines of a stack with mistakes, each by file, line and message: no row was tried."""
    found = sorted(mistakes)
    for feed in stack.feeds:
        rows = {row.line: row for row in feed.rows}
        starts, unread = sorted(rows), set[int]()
        said: dict[int, list[str]] = {}
        for line, message in ((line, message) for file, line, message in found if file == feed.file):
            row = rows.get(starts[bisect_right(starts, line) - 1]) if starts and line >= starts[0] else None
            inside = row is not None and (message.startswith(f"{feed.kind}/{row.name}") or row.line == line)
            start = row.line if row is not None and inside else line
            said.setdefault(start, []).append(message)
            unread |= {start} - rows.keys()
        for line in sorted({*rows, *unread}):
            name = rows[line].name if line in rows else ""
            why = "; ".join(said.get(line, ())) or "there are mistakes elsewhere"
            yield _line(feed, line, name, ("", "refused" if line in said else "not tried", why))


def as_rows(results: Iterable[RowResult]) -> str:
    """The text of the file."""
    out = io.StringIO()
    out.write(f"{BOM}{BEGINNING}\n")
    csv.writer(out, lineterminator="\n").writerows(results)
    return out.getvalue()


def write_results(directory: Path, stack: Stack, results: Iterable[RowResult]) -> None:
    """Write the files that the feeds of a stack name; each is replaced completely or not at all.

    Raises:
        OSError: a file cannot be written, or is there and was not written by this function.
    """
    where = {each.name: each.results for each in stack.feeds if each.results}
    files: dict[str, list[RowResult]] = {path: [] for path in where.values()}
    for each in results if files else ():
        if each.feed in where:
            files[where[each.feed]].append(each)
    for path, lines in files.items():
        file = results_file(directory, path)
        why = _why_not(file, {os.path.realpath(directory / each.file) for each in stack.feeds})
        if why:
            raise OSError(0, why, str(file))
        file.parent.mkdir(parents=True, exist_ok=True)
        write_whole(file, as_rows(lines))


def results_file(directory: Path, path: str) -> Path:
    """The file of a path in the files, with links resolved.

    Raises:
        OSError: it would be outside the stack's directory.
    """
    root = Path(os.path.realpath(directory))
    real = Path(os.path.realpath(root / path))
    if not real.is_relative_to(root):
        raise OSError(0, "the file would be outside the stack's directory", str(real))
    return real


def _why_not(file: Path, sources: Collection[str]) -> str:
    """Why a file may not be replaced; empty if it may. `sources` are the files that have rows."""
    if str(file) in sources:
        return "this is the file with the rows itself"
    try:
        found = file.stat()
        if not stat.S_ISREG(found.st_mode):
            return "this is not a regular file"
        with file.open("rb") as stream:
            ours = not found.st_size or BEGINNING.encode() in stream.read(START)
    except FileNotFoundError:
        return ""
    return "" if ours else "this file already exists and reconciler did not write it"


def _line(feed: Feed, row: int | None, name: str, what: tuple[str, str, str]) -> RowResult:
    action, outcome, detail = what
    said = one_line(SECRETS.text(detail))[:LONGEST]
    return RowResult(feed.name, feed.file, row, _literal(one_line(name)), action, outcome, _literal(said))


def _literal(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula (https://owasp.org/www-community/attacks/CSV_Injection)."""
    return f"'{cell}" if cell.startswith(FORMULAS) else cell


def _outcome(report: PassReport, count: FeedCount, row: FeedRow, *, begun: bool) -> tuple[str, str, str]:
    key = Key(count.feed.kind, row.name)
    why = _not_tried(report, key)
    if why:
        return why
    if row.left and key in count.rowless:
        return _of_gone(report, key, LEFT, begun=begun)
    if row.left and key not in count.leavers:
        return "", "unchanged", f"{LEFT}, and is not in AWS"
    if key not in report.plan.actions:
        known = key in report.stack.resources
        return "", "unchanged", LEFT if row.left else "" if known else LEFT_OUT
    verb, outcome, detail = _of_action(report, key, begun=begun)
    return verb, outcome, f"{LEFT}; {detail}".removesuffix("; ") if row.left else detail


def _not_tried(report: PassReport, key: Key) -> tuple[str, str, str] | None:
    if report.refusals and not report.results and not report.plan.feeds:
        return "", "failed" if report.outcome == "failed" else "refused", report.refusals[0]
    if not report.options.selects(key):
        return "", "not tried", "the pass was limited to other resources"
    return None


def _of_gone(report: PassReport, key: Key, said: str, *, begun: bool) -> tuple[str, str, str]:
    """What becomes of a resource that has no row any more, or the row of a leaver who is not kept."""
    if key in report.plan.actions:
        verb, outcome, detail = _of_action(report, key, begun=begun)
        return verb, outcome, f"{said}; {detail}".removesuffix("; ")
    why = "it is protected, or this pass is limited" if report.stack.prune else "the stack does not prune"
    return "", "left alone", f"{said}, and stays in AWS as it is: {why}"


def _of_action(report: PassReport, key: Key, *, begun: bool) -> tuple[str, str, str]:
    action, result = report.plan.actions[key], report.results[key]
    changes = "; ".join(
        f"{each.field}: {shown(each.observed)} -> {shown(each.desired)}"
        for each in action.differences
        if action.verb not in ("create", "delete")
    )
    outcome, detail = result.outcome, "; ".join(filter(None, (changes, result.message)))
    if outcome == "waiting" and report.outcome == "stopped" and result.begun:
        return action.verb, "begun", detail
    if outcome == "waiting" and action.pending and not result.begun:
        if report.refusals:
            return action.verb, "refused", report.refusals[-1]
        if report.options.dry_run:
            return action.verb, "planned", changes
        if report.outcome == "stopped":
            return action.verb, "not tried", "the pass was stopped before this"
        if begun:
            return action.verb, "begun", BEGUN
    return action.verb, outcome, detail
