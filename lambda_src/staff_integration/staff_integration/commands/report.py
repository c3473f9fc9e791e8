"""`report`: says how many records were carried, how many failed, and how late they were."""

import json
from argparse import ArgumentParser, Namespace
from datetime import UTC, datetime, timedelta

from staff_integration.commands import SETTLED, Place, window_of
from staff_integration.sync_report import SyncReport, reports


def add(parser: ArgumentParser) -> None:
    """Describe the arguments."""
    parser.add_argument("--hours", type=float, default=24, help="of how many hours (default: 24)")
    parser.add_argument("--json", action="store_true", help="print JSON")


def run(place: Place, given: Namespace) -> int:
    """Carry the command out; return the exit code.

    Raises:
        CommandError: the hours are wrong.
    """
    since = datetime.now(UTC) - window_of("--hours", given.hours, timedelta(hours=1))
    with place.sessions()() as session:
        found = reports(session, since)
    if given.json:
        place.say(json.dumps([each.as_dict() for each in found], indent=1))
        return SETTLED
    for each in found:
        place.say(_line(each))
    return SETTLED


def _line(report: SyncReport) -> str:
    rate = "none" if report.success_rate is None else f"{report.success_rate:.1%}"
    lag = "" if report.lag_p95 is None else f", 95 % within {report.lag_p95:.0f} s"
    return (
        f"{report.sync_type}: {report.carried} carried{lag}, {report.failed} failed (success {rate}), "
        f"{report.repeated_attempts} repeated attempts, {report.waiting} waiting, {report.dead} wait for somebody"
    )
