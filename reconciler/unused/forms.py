"""Writes candidates for removal as lines and as JSON."""

from collections.abc import Iterator
from typing import Any

from rich.text import Text

from reconciler.contract.unused import day
from reconciler.planning.ownership import Owner
from reconciler.reports.number_format import counted
from reconciler.runtime.printable import json_text
from reconciler.unused.results import CandidateForRemoval, UnusedReport

COLOURS = {Owner.OURS: "yellow", Owner.FOREIGN: "red", Owner.FREE: "cyan"}
OWNERS = {Owner.OURS: "this", Owner.FOREIGN: "another", Owner.FREE: None}
"""The owner in JSON."""


def candidate_line(found: CandidateForRemoval) -> Text:
    """One candidate in one line: kind and name, part, owner, evidence."""
    line = Text(f"{found.kind}/{found.name}", "bold")
    line.append(f" {found.part}" if found.part else "")
    line.append(f" ({found.owned_by})", COLOURS[found.owner])
    line.append(f": {found.evidence}", "")
    return line


def lines(report: UnusedReport) -> Iterator[Text]:
    """All candidates, a line each, and a summary."""
    yield from map(candidate_line, report.candidates)
    yield summary_line(report)


def summary_line(report: UnusedReport) -> Text:
    """What was looked at, and how many candidates there are."""
    looked = counted(sum(report.looked_at.values()), "resource")
    found = counted(len(report.candidates), "candidate")
    stack = report.stack
    return Text(
        f"{stack.account} {stack.region}, {day(report.since)} to {day(report.until)}: {looked} of "
        f"{counted(len(report.looked_at), 'kind')}, {found} for removal; nothing was changed"
    )


def as_json(report: UnusedReport) -> str:
    """All candidates as JSON."""
    stack = report.stack
    data = {
        "unused": 1,
        "stack": stack.name,
        "environment": stack.environment,
        "account": stack.account,
        "region": stack.region,
        "since": day(report.since),
        "until": day(report.until),
        "looked_at": dict(sorted(report.looked_at.items())),
        "candidates": [_data(each) for each in report.candidates],
        "unread": list(report.unread),
    }
    return json_text(data) + "\n"


def _data(found: CandidateForRemoval) -> dict[str, Any]:
    return {
        "kind": found.kind,
        "name": found.name,
        "part": found.part or None,
        "arn": found.arn,
        "owner": OWNERS[found.owner],
        "stack": found.stack or None,
        "key": found.key or None,
        "evidence": found.evidence,
    }
