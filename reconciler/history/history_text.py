"""Shows earlier passes as text: with colours on a terminal, plain in a pipe."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, replace
from datetime import datetime
from itertools import chain
from typing import Any, cast

from rich.text import Text

from reconciler.applying import Result
from reconciler.aws.redaction import SECRETS
from reconciler.history.records import Record, stack_of
from reconciler.history.store import BODIES
from reconciler.pass_options import Options
from reconciler.pass_report import PassReport
from reconciler.planning.contents import Content
from reconciler.planning.diff import Difference
from reconciler.planning.held_edits import HELD_UNTIL
from reconciler.planning.ownership import Owner
from reconciler.planning.plan import Action, Plan
from reconciler.planning.world import UnmanagedContents
from reconciler.reports.number_format import time_ago
from reconciler.reports.text_report import closing_lines, heading, plan_lines
from reconciler.stack import Key, Stack

HEADINGS = ("pass", "when", "", "who", "trigger", "stack", "outcome", "changes", "drift")
RIGHT = frozenset({"pass", "changes", "drift"})
COLOURS = {"settled": "green", "pending": "yellow"}


def table_lines(records: Sequence[Record], now: float) -> Iterator[Text]:
    """One line a pass, newest first; `now` is in seconds since 1970."""
    rows = [HEADINGS, *(_row(each, now) for each in records)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row, record in zip(rows, chain([None], records), strict=True):
        line = Text(style="" if record else "bold")
        for name, width, cell in zip(HEADINGS, widths, row, strict=True):
            padded = cell.rjust(width) if name in RIGHT else cell.ljust(width)
            line.append(padded, COLOURS.get(cell, "red") if record and name == "outcome" else "")
            line.append("  ")
        line.rstrip()
        yield line


def record_lines(record: Record, now: float) -> Iterator[Text]:
    """Everything that is recorded of a pass, in the form of its report."""
    line = Text(f"Pass {record.number}", "bold")
    line.append(
        f"  {_local(record.started)} ({time_ago(now - record.started)})  by {record.who}  {record.trigger}",
        "",
    )
    yield line
    if record.only:
        yield Text(f"Limited by --only {' '.join(record.only)}")
    if record.note:
        yield Text(f"Note: {SECRETS.text(record.note)}", "dim")
    if not record.report:
        yield Text(f"{record.outcome.capitalize()}: no details were kept")
        return
    report = _retold(record)
    yield heading(report.stack, dry_run=record.dry_run)
    yield from plan_lines(report.plan)
    yield from closing_lines(report)


def brief_data(record: Record) -> dict[str, Any]:
    """A pass as JSON, without report, before and desired."""
    return {name: value for name, value in asdict(record).items() if name not in BODIES}


def _local(seconds: float) -> str:
    return datetime.fromtimestamp(seconds).astimezone().strftime("%Y-%m-%d %H:%M:%S")


def _row(record: Record, now: float) -> tuple[str, ...]:
    place = f"{record.stack}/{record.environment}" if record.stack else "-"
    trigger = f"{record.trigger} (dry run)" if record.dry_run else record.trigger
    return (
        str(record.number),
        _local(record.started),
        time_ago(now - record.started),
        record.who,
        trigger,
        place,
        record.outcome,
        str(record.changes),
        str(record.drifted),
    )


def _retold(record: Record) -> PassReport:
    """The report of a pass, as far as its data contain it."""
    said, ended = record.report, record.outcome
    stack = stack_of(record) or Stack(record.stack, record.environment, record.account, record.region, {})
    actions = [_action(each) for each in said["actions"]]
    outcomes = zip(actions, said["actions"], strict=True)
    return PassReport(
        stack=stack,
        options=Options(record.dry_run, record.only),
        outcome=cast("Any", ended),
        plan=Plan({each.key: each for each in actions}),
        results={action.key: _result(each) for action, each in outcomes},
        notes=tuple(said["notes"]),
        blind=tuple(said["blind"]),
        refusals=tuple(said["refusals"]),
        estimated_calls=said["estimated_calls"],
        estimated_seconds=said.get("estimated_seconds", 0.0),
        calls=said.get("calls", {}),
        mutating_calls=said["mutating_calls"],
        seconds=record.seconds,
    )


def _result(said: Mapping[str, Any]) -> Result:
    return Result(said["outcome"], said["message"], said.get("begun", False))


def _action(said: Mapping[str, Any]) -> Action:
    differences = tuple(
        Difference(
            each["field"],
            each["observed"],
            each["desired"],
            each.get("deletes", ""),
            each.get("note", ""),
        )
        for each in said["differences"]
    )
    held = tuple(each for each in differences if each.note.startswith(HELD_UNTIL))
    differences = tuple(each for each in differences if each not in held)
    postponed = said["message"] if held and not differences else None
    refusal = said["message"] if said["outcome"] == "refused" and not said.get("begun") else None
    key = Key(said["kind"], said["name"])
    contents = tuple(
        Content(Key(each["kind"], each["name"]), Owner(each["owner"])) for each in said.get("contents", ())
    )
    others = tuple(
        UnmanagedContents(each["noun"], tuple(each["names"]), each["with_defaults"], each["not_listed"])
        for each in said.get("others", ())
    )
    only_report = said["outcome"] == "unchanged"
    action = Action(key, said["action"], differences, refusal, only_report, contents, others)
    return replace(action, postponed=postponed, held=held)
