"""How late VoiceDrive learns of staff: `python -m benchmarks.staff_lag [--staff 500]`.

Staff are entered in one transaction, while VoiceDrive fails 30 % of its calls, answers late and dies twice, until half of the accounts
are made. Then nothing fails any more: what is left has to reach it, and after that single changes, each within 5 seconds (95 %).
"""

import argparse
import json
import os
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from datetime import datetime, timedelta

from sqlalchemy import func, select
from staff_integration.outbox import ABOUT_STAFF
from staff_integration.tables import Event, Staff

from benchmarks.staff_place import Site, quantile, site
from tests.staff_integration.organisation import person
from tests.staff_integration.simulators import Weather

BAR = 5.0
"""Seconds."""
CHANGES, PER_SECOND = 500, 20
PATIENCE = 600
"""Seconds."""


def main() -> int:
    """Measure, print, and return 1 if a figure is over the bar or an account is missing or there twice."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--staff", type=int, default=500)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--workers", type=int, default=4, help="in each process")
    given = parser.parse_args()
    weather = Weather(failing=0.3, deaths=(given.staff // 4, given.staff // 2), down=timedelta(seconds=5))
    with site(weather) as place, ExitStack() as stack:
        for _ in range(given.processes):
            stack.enter_context(place.running("work", "--workers", str(given.workers)))
        began = time.monotonic()
        with place.sessions.begin() as session:
            session.add_all(
                person(f"S{number}", "MEMBER", "NURSING", "HOSPITAL") for number in range(given.staff)
            )
        made = place.voicedrive.made
        wait_until(lambda: len(made) >= given.staff // 2)
        place.voicedrive.recover()
        wait_until(lambda: waiting(place) == 0)
        lasted = time.monotonic() - began
        entries = ended(place)
        last_fault = place.voicedrive.last_fault
        backlog = [(end - last_fault).total_seconds() for _, end in entries if end > last_fault]
        twice = len(made) - len(set(made))
        changed = change_one_by_one(place, given.staff)
    figures = {
        "staff": given.staff,
        "workers": given.processes * given.workers,
        "accounts": len(set(made)),
        "twice": twice,
        "calls": place.voicedrive.calls,
        "failed_calls": place.voicedrive.failed,
        "seconds_for_all": round(lasted, 1),
        "waiting_at_the_last_fault": len(backlog),
        **lags("after_the_last_fault", backlog),
        **lags("single_changes", changed),
        "cores": os.cpu_count(),
    }
    print(json.dumps(figures, indent=1))
    late = max(figures["after_the_last_fault_p95"], figures["single_changes_p95"])
    return int(late >= BAR or len(set(made)) != given.staff or bool(twice) or not backlog)


def change_one_by_one(place: Site, staff: int) -> Sequence[float]:
    """Change staff, so many a second; how late VoiceDrive has learnt of each, in seconds."""
    with place.sessions() as session:
        before = session.scalar(select(func.max(Event.event_id))) or 0
    began = time.monotonic()
    for number in range(CHANGES):
        with place.sessions.begin() as session:
            session.get_one(Staff, f"S{number % staff}").full_name = f"職員 {number} 新"
        time.sleep(max(0.0, began + (number + 1) / PER_SECOND - time.monotonic()))
    wait_until(lambda: waiting(place) == 0)
    return [(end - start).total_seconds() for start, end in ended(place, before)]


def waiting(place: Site) -> int:
    """How many entries wait."""
    with place.sessions() as session:
        return session.scalar(select(func.count()).where(Event.state == "pending")) or 0


def ended(place: Site, after: int = 0) -> Sequence[tuple[datetime, datetime]]:
    """When each entry about staff was entered, and when VoiceDrive had it."""
    wanted = select(Event.created_at, Event.finished_at).where(
        Event.event_type.in_(ABOUT_STAFF), Event.event_id > after, Event.state == "done"
    )
    with place.sessions() as session:
        return [(start, end) for start, end in session.execute(wanted) if end is not None]


def lags(name: str, seconds: Sequence[float]) -> dict[str, float]:
    """Median, 95th percentile and the longest."""
    return {
        f"{name}_{word}": round(quantile(seconds, share), 2)
        for word, share in (("median", 0.5), ("p95", 0.95), ("longest", 1.0))
    }


def wait_until(reached: Callable[[], bool]) -> None:
    """Wait; end the program if it takes too long."""
    end = time.monotonic() + PATIENCE
    while not reached():
        if time.monotonic() > end:
            sys.exit("it is not done after ten minutes")
        time.sleep(0.02)


if __name__ == "__main__":
    sys.exit(main())
