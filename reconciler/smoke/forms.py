"""Writes the results of checks as lines, JSON, Markdown and JUnit XML; the suffix of a file decides."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeAlias
from xml.etree import ElementTree as ET

from rich.text import Text

from reconciler.reports.junit_report import failed_case, passed_case, skipped_case, suites_text
from reconciler.reports.markdown_report import code
from reconciler.reports.number_format import counted
from reconciler.reports.value_format import shortened
from reconciler.runtime.atomic_write import write_whole
from reconciler.runtime.printable import json_text, one_line
from reconciler.smoke.results import OUTCOMES, CheckResult, Outcome, SmokeReport

COLOURS: Mapping[Outcome, str] = {"passed": "green", "failed": "red", "skipped": "yellow"}
LONGEST_TABLE = 40_000
"""Characters of the table in Markdown: GitHub takes 65,536 of a comment."""
LONGEST_CELL = 300

Form: TypeAlias = Callable[[SmokeReport], str]


def result_line(result: CheckResult) -> Text:
    """One check in one line."""
    line = Text(f"{result.outcome:<7}", COLOURS[result.outcome])
    line.append(f" {result.key} {result.name}: {result.said}", "")
    return line


def summary_line(report: SmokeReport) -> Text:
    """The counts of all checks."""
    counts = ", ".join(
        f"{report.counts[each]} {each}" for each in OUTCOMES if report.counts[each] or each != "skipped"
    )
    ended = "; ended before the others were made" if report.interrupted else ""
    text = f"{_place(report)}: {counted(len(report.results), 'check')}: {counts}, in {report.seconds:.1f} s{ended}"
    return Text(text, "green" if report.right else "red")


def smoke_data(report: SmokeReport) -> dict[str, Any]:
    """All results as plain data."""
    stack = report.stack
    return {
        "smoke": 1,
        "stack": stack.name,
        "environment": stack.environment,
        "account": stack.account,
        "region": stack.region,
        "started": _started(report),
        "seconds": round(report.seconds, 3),
        "interrupted": report.interrupted,
        **{each: report.counts[each] for each in OUTCOMES},
        "checks": [_result_data(each) for each in report.results],
    }


def _result_data(result: CheckResult) -> dict[str, Any]:
    return {
        "kind": result.key.kind,
        "name": result.key.name,
        "check": result.check,
        "label": result.label or None,
        "outcome": result.outcome,
        "expected": result.expected or None,
        "seen": result.seen or None,
        "reason": result.reason or None,
        "seconds": result.seconds,
    }


def as_json(report: SmokeReport) -> str:
    """All results as JSON."""
    return json_text(smoke_data(report)) + "\n"


def as_text(report: SmokeReport) -> str:
    """All results as lines without colours."""
    lines = [*map(result_line, report.results), summary_line(report)]
    return "".join(f"{one_line(line.plain)}\n" for line in lines)


def as_junit(report: SmokeReport) -> str:
    """A test case for each check."""
    cases = [_case(each) for each in report.results]
    return suites_text(f"smoke {_place(report)}", cases, report.seconds, _started(report))


def _case(result: CheckResult) -> ET.Element:
    kind, name = result.key.kind, f"{result.key.name}: {result.name}"
    if result.outcome == "failed":
        case = failed_case(kind, name, result.check, result.said)
    elif result.outcome == "skipped":
        case = skipped_case(kind, name, result.said)
    else:
        case = passed_case(kind, name)
    case.set("time", f"{result.seconds:.3f}")
    return case


def as_markdown(report: SmokeReport) -> str:
    """The counts, and a table of what failed or was skipped; for the summary of a workflow."""
    rows, left = list[str](), 0
    for each in sorted(report.results, key=lambda each: each.outcome != "failed"):
        row = _row(each)
        if each.outcome == "passed":
            continue
        if sum(map(len, rows)) + len(row) > LONGEST_TABLE:
            left += 1
        else:
            rows.append(row)
    head = f"<!-- reconciler smoke -->\n## Smoke test: {'passed' if report.right else 'failed'}\n\n"
    table = f"\n| | resource | check | |\n|---|---|---|---|\n{''.join(rows)}" if rows else ""
    more = f"\n{left} more are not shown.\n" if left else ""
    return f"{head}{code(summary_line(report).plain, LONGEST_CELL)}\n{table}{more}"


def _row(result: CheckResult) -> str:
    cells = (str(result.key), result.name, shortened(result.said, LONGEST_CELL))
    return f"| {result.outcome} | {' | '.join(code(each, LONGEST_CELL) for each in cells)} |\n"


def _place(report: SmokeReport) -> str:
    return f"{report.stack.name}/{report.stack.environment}"


def _started(report: SmokeReport) -> str:
    return datetime.fromtimestamp(int(report.started), UTC).isoformat().replace("+00:00", "Z")


FORMS: Mapping[str, Form] = {".json": as_json, ".md": as_markdown, ".xml": as_junit, ".txt": as_text}
BEGINNINGS: Mapping[str, str] = {
    ".json": '{\n  "smoke": ',
    ".md": "<!-- reconciler smoke -->",
    ".xml": '<testsuites name="reconciler">',
    ".txt": " exists: ",
}
"""A text near the beginning of each file, by its suffix."""


def write(report: SmokeReport, file: Path, form: str) -> None:
    """Write the results in the form of a suffix; the file is replaced completely or not at all.

    Raises:
        OSError: the file cannot be written.
    """
    write_whole(file, FORMS[form](report))
