"""`figures`: reports of accounts, sign-ins, interviews and evaluations, as lines, CSV, JSON or a page of HTML."""

import json
from argparse import ArgumentParser, Namespace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import true

from staff_integration.activity import BYS, Activity, as_csv, report_of
from staff_integration.commands import FAILED, SETTLED, CommandError, Place, window_of
from staff_integration.kpis import plan_kpis
from staff_integration.report_page import page


def add(parser: ArgumentParser) -> None:
    """Describe the arguments."""
    parser.add_argument("--by", choices=BYS, default="facility", help="how staff are grouped")
    parser.add_argument("--days", type=float, default=30, help="of how many days (default: 30)")
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--csv", action="store_true", help="print CSV")
    form.add_argument("--json", action="store_true", help="print JSON")
    form.add_argument("--page", type=Path, metavar="FILE", help="write everything into a page of HTML")


def run(place: Place, given: Namespace) -> int:
    """Carry the command out; return the exit code.

    Raises:
        CommandError: the days are wrong, or the file cannot be written.
    """
    until, window = datetime.now(UTC), window_of("--days", given.days, timedelta(days=1))
    with place.sessions()() as session:
        report = report_of(session, until - window, until, true())
        kpis = plan_kpis(session, until, window) if given.page else []
    rows = report.groups[given.by]
    if given.page:
        try:
            given.page.write_text(page(report, kpis, until, "all staff"), encoding="utf-8")
        except OSError as error:
            raise CommandError(f"{given.page} cannot be written: {error.strerror}", FAILED) from None
        place.say(f"wrote {given.page}")
    elif given.csv:
        place.out.write(as_csv(rows))
    elif given.json:
        place.say(json.dumps([each.as_dict() for each in rows], indent=1, ensure_ascii=False))
    else:
        for each in (*rows, report.total):
            place.say(_line(each))
    return SETTLED


def _line(row: Activity) -> str:
    lag = "" if row.lag_p95 is None else f", 95 % of changes within {row.lag_p95:.1f} s"
    score = "" if row.mean_score is None else f" (mean score {row.mean_score:.1f})"
    return (
        f"{row.name}: {row.accounts} of {row.staff} staff have an account, {row.pending} pending, {row.errors} errors{lag}; "
        f"{row.sign_ins} sign-ins by {row.signed_in}; {row.approved} of {row.interviews} interviews approved; "
        f"{row.evaluations} evaluations{score}"
    )
