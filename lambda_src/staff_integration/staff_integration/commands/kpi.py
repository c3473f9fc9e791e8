"""`kpi`: shows the nine figures of the master plan, and takes those that people enter."""

import json
import math
from argparse import ArgumentParser, Namespace
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import Any

from staff_integration.clock import JAPAN
from staff_integration.commands import SETTLED, CommandError, Place, window_of
from staff_integration.database import in_transaction
from staff_integration.kpis import ENTERED, Kpi, plan_kpis, with_unit
from staff_integration.operation_tables import KpiEntry

WORDS = {True: "green", False: "red", None: "-"}


def add(parser: ArgumentParser) -> None:
    """Describe the arguments."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    show = actions.add_parser("show", help="show all nine")
    show.add_argument("--days", type=float, default=30, help="of how many days (default: 30)")
    show.add_argument("--json", action="store_true", help="print JSON")
    enter = actions.add_parser("set", help="enter one that the system cannot measure")
    enter.add_argument("kpi", metavar="NAME", help=", ".join(ENTERED))
    enter.add_argument("value", metavar="VALUE")
    enter.add_argument("--by", required=True, metavar="WHO", help="who enters it")


def run(place: Place, given: Namespace) -> int:
    """Carry the command out; return the exit code.

    Raises:
        CommandError: the name, the value or the days are wrong.
    """
    if given.action == "set":
        return _set(place, given)
    window = window_of("--days", given.days, timedelta(days=1))
    with place.sessions()() as session:
        found = plan_kpis(session, datetime.now(UTC), window)
    if given.json:
        place.say(json.dumps([as_dict(each) for each in found], indent=1, ensure_ascii=False))
    else:
        for each in found:
            place.say(f"{WORDS[each.green]:5}  {each}{_source(each)}")
    return SETTLED


def as_dict(kpi: Kpi) -> dict[str, Any]:
    """A figure as JSON has it."""
    at = kpi.entered_at.isoformat() if kpi.entered_at else None
    return asdict(kpi) | {"entered_at": at}


def _source(kpi: Kpi) -> str:
    if kpi.measured:
        return ""
    if kpi.entered_at is None:
        return " (not entered yet)"
    return f" (entered on {kpi.entered_at.astimezone(JAPAN):%Y-%m-%d} by {kpi.entered_by})"


def _set(place: Place, given: Namespace) -> int:
    form = ENTERED.get(given.kpi)
    if form is None:
        raise CommandError(f"nobody enters {given.kpi}; there are {', '.join(ENTERED)}")
    try:
        value = float(given.value)
    except ValueError:
        value = math.nan
    if not form.least <= value <= form.most:
        raise CommandError(f"{given.kpi} {given.value}: a number from {form.least:g} to {form.most:g}")
    who = given.by.strip()
    if not who or len(who) > 100 or not who.isprintable():
        raise CommandError("--by: a name of 1 to 100 characters")
    in_transaction(
        place.sessions(),
        lambda session: session.add(
            KpiEntry(name=given.kpi, value=value, entered_by=who, entered_at=datetime.now(UTC))
        ),
    )
    place.say(f"{given.kpi} is {with_unit(value, form.unit)}, entered by {who}")
    return SETTLED
