"""Keeps, minute by minute, how long requests took and whether the process was healthy, so that a restart does not lose it.

Requests are counted by the histogram of the metrics alone; every ten seconds what it has counted since is added to the row of the minute.
"""

import threading
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from staff_integration import health, metrics, reporting
from staff_integration.clock import Clock
from staff_integration.database import Sessions, in_transaction
from staff_integration.operation_tables import BOUNDS, BUCKETS, RequestMinute

PAUSE = 10
"""Seconds between two looks."""
CHECKS = 60 // PAUSE
"""Health checks of a minute."""
MOST = 24 * 60
"""Minutes that are kept in memory while the database does not answer."""
NOT_COUNTED = "/health"
INTERNAL = 500
Counts = dict[str, int]


class Keeper:
    """Writes the rows of this process.

    Args:
        sessions: the database.
        process: a name of this process that no other one has had.
    """

    def __init__(self, sessions: Sessions, process: str) -> None:
        self._sessions, self._process = sessions, process
        self._before = _counted()
        self._minutes: dict[datetime, Counts] = {}

    def look(self, now: datetime) -> None:
        """Check the health, add what was counted since the last look to the minute that ends or is under way, and write it."""
        minute = (now - timedelta(microseconds=1)).replace(second=0, microsecond=0)
        row = self._minutes.setdefault(minute, dict.fromkeys(("healthy", "failed", *BUCKETS), 0))
        row["healthy"] = min(CHECKS, row["healthy"] + (not health.problem_of(self._sessions)))
        counted = _counted()
        for name, count in counted.items():
            row[name] += count - self._before[name]
        self._before = counted
        try:
            in_transaction(self._sessions, self._write)
        except DBAPIError:
            reporting.failed("figures_not_kept")
            for old in sorted(self._minutes)[:-MOST]:
                del self._minutes[old]
        else:
            self._minutes = {minute: row}

    def _write(self, session: Session) -> None:
        for minute, row in self._minutes.items():
            session.merge(RequestMinute(minute=minute, process=self._process, **row))


@contextmanager
def kept(sessions: Sessions, clock: Clock) -> Iterator[None]:
    """Keep the figures of this process meanwhile, in a thread of its own."""
    keeper, ended = Keeper(sessions, str(uuid.uuid4())), threading.Event()

    def look() -> None:
        while not ended.wait(PAUSE - clock.now().timestamp() % PAUSE):
            keeper.look(clock.now())

    thread = threading.Thread(target=look, daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join(PAUSE)
        keeper.look(clock.now())


def api_p95(session: Session, since: datetime, until: datetime) -> float | None:
    """Seconds that 95 % of the requests did not exceed, taken as even within a bucket; None if there were none."""
    sums = session.execute(
        select(*(func.sum(getattr(RequestMinute, name)) for name in BUCKETS)).where(
            RequestMinute.minute >= since, RequestMinute.minute < until
        )
    ).one()
    counts = [int(each or 0) for each in sums]
    wanted, seen, lower = 0.95 * sum(counts), 0, 0.0
    if not wanted:
        return None
    for count, upper in zip(counts, BOUNDS, strict=False):
        if seen + count >= wanted:
            return lower + (upper - lower) * (wanted - seen) / count
        seen, lower = seen + count, upper
    return lower


def availability(session: Session, now: datetime, window: timedelta) -> float | None:
    """Of the health checks that a process could have passed since the first row, the share that one did, in percent.

    A minute without any row had no process that could serve. The minute under way does not count yet.
    """
    first = session.scalar(select(func.min(RequestMinute.minute)))
    if first is None:
        return None
    begin = max(_minute(now - window), first + timedelta(minutes=1))
    end = _minute(now - timedelta(seconds=2 * PAUSE))
    if begin >= end:
        return None
    passed = (
        select(func.sum(RequestMinute.healthy).label("passed"))
        .where(RequestMinute.minute >= begin, RequestMinute.minute < end)
        .group_by(RequestMinute.minute)
        .subquery()
    )
    total: int = sum(min(CHECKS, int(each)) for each in session.scalars(select(passed.c.passed)))
    minutes: float = (end - begin) / timedelta(minutes=1)
    return 100 * total / (CHECKS * minutes)


def _minute(moment: datetime) -> datetime:
    return moment.replace(second=0, microsecond=0)


def _counted() -> Mapping[str, int]:
    """What this process has counted since it began."""
    upto = dict.fromkeys((*BOUNDS, float("inf")), 0.0)
    failed = 0.0
    for sample in (each for metric in metrics.REQUESTS.collect() for each in metric.samples):
        if sample.labels["route"].startswith(NOT_COUNTED):
            continue
        if sample.name.endswith("_bucket"):
            upto[float(sample.labels["le"])] += sample.value
        elif sample.name.endswith("_count") and int(sample.labels["status"]) >= INTERNAL:
            failed += sample.value
    found: Counts = {"failed": int(failed)}
    before = 0
    for name, count in zip(BUCKETS, upto.values(), strict=True):
        found[name], before = int(count) - before, int(count)
    return found
