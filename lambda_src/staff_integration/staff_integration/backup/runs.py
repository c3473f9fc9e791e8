"""Keeps which backups and drills were made, and how they ended."""

import contextlib
import itertools
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import func, inspect, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from staff_integration.backup.calendar import KINDS, Kind, due
from staff_integration.clock import Clock
from staff_integration.database import Sessions, in_transaction
from staff_integration.operation_tables import BackupRun

GRACE = timedelta(minutes=30)
"""How long a backup may take, or wait, until it counts as missing."""
EARLY = timedelta(minutes=1)
"""How much earlier than the calendar says a backup may begin and still be the one that is due."""


@dataclass
class Run:
    """What is kept of a run in addition to its outcome, by column of `BackupRun`."""

    kept: dict[str, Any] = field(default_factory=dict)


@contextlib.contextmanager
def recorded(sessions: Sessions, clock: Clock, kind: Kind | Literal["drill"]) -> Iterator[Run]:
    """Keep that a run has begun, and how it has ended; not in a database of an older schema, which has no place for it.

    Raises:
        DBAPIError: the database does not answer.
    """

    def begin(session: Session) -> int:
        row = BackupRun(kind=kind, started_at=clock.now(), outcome="running")
        session.add(row)
        session.flush()
        return row.run_id

    def end(session: Session, **values: Any) -> None:
        row = session.get(BackupRun, run_id)
        for name, value in values.items() if row is not None else ():
            setattr(row, name, value)

    if not inspect(sessions.kw["bind"]).has_table(BackupRun.__tablename__):
        yield Run()
        return
    run, run_id = Run(), in_transaction(sessions, begin)
    try:
        yield run
    except BaseException as error:
        reason = (str(error) or type(error).__name__)[:500]
        with contextlib.suppress(DBAPIError):  # what has failed is what whoever waits has to know
            in_transaction(
                sessions,
                lambda session: end(
                    session, outcome="failed", finished_at=clock.now(), reason=reason, **run.kept
                ),
            )
        raise
    in_transaction(
        sessions, lambda session: end(session, outcome="good", finished_at=clock.now(), **run.kept)
    )


def success_rate(session: Session, now: datetime, window: timedelta) -> float | None:
    """Of the backups that the calendar wanted since the first one, the share that was made, in percent.

    A backup counts if it began before the next one of its kind was due. Those of the last half hour are not asked for yet.
    """
    first = session.scalar(select(func.min(BackupRun.started_at)).where(BackupRun.kind.in_(KINDS)))
    if first is None:
        return None
    since, until = max(now - window, first - EARLY), now - GRACE
    wanted = made = 0
    for kind in KINDS:
        good = session.scalars(
            select(BackupRun.started_at)
            .where(BackupRun.kind == kind, BackupRun.outcome == "good", BackupRun.started_at >= since - EARLY)
            .order_by(BackupRun.started_at)
        ).all()
        moments = list(due(kind, since, until))
        for at, following in itertools.pairwise([*moments, now]):
            found = bisect_left(good, at - EARLY)
            wanted += 1
            made += found < len(good) and good[found] < following
    return 100 * made / wanted if wanted else None


def last(session: Session, kind: Kind | Literal["drill"]) -> BackupRun | None:
    """The last run of a kind that has ended."""
    return session.scalar(
        select(BackupRun)
        .where(BackupRun.kind == kind, BackupRun.outcome != "running")
        .order_by(BackupRun.started_at.desc(), BackupRun.run_id.desc())
        .limit(1)
    )
