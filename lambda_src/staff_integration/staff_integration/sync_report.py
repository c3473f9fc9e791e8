"""What the log of synchronisations tells: how many records were carried, how many could not be, and how late."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from staff_integration.kpis import p95, percentile
from staff_integration.tables import Event, SyncLog, SyncType


@dataclass(frozen=True)
class SyncReport:
    """Figures of one kind of records. Lags are in seconds, from the entry of a record until the other system has it."""

    sync_type: SyncType
    carried: int
    failed: int
    repeated_attempts: int
    success_rate: float | None
    lag_median: float | None
    lag_p95: float | None
    lag_longest: float | None
    waiting: int
    dead: int

    def as_dict(self) -> dict[str, Any]:
        """As JSON has it."""
        return asdict(self)


TYPES: Sequence[tuple[SyncType, str]] = (("staff", "staff.%"), ("notification", "account.%"))
"""The kinds of records, with the types of their entries in the outbox."""


def reports(session: Session, since: datetime) -> Sequence[SyncReport]:
    """The figures of what has ended since a moment, and what waits now."""
    return [_report(session, since, sync_type, pattern) for sync_type, pattern in TYPES]


def _report(session: Session, since: datetime, sync_type: SyncType, pattern: str) -> SyncReport:
    log = select(SyncLog.status, SyncLog.record_count, SyncLog.started_at, SyncLog.completed_at).where(
        SyncLog.sync_type == sync_type, SyncLog.completed_at >= since
    )
    lags: list[float] = []
    count = {"success": 0, "failed": 0, "partial": 0}
    for status, records, started, completed in session.execute(log):
        if status != "success":
            count[status] += 1
            continue
        count[status] += records or 0
        if started and completed:
            lags.append(max(0.0, (completed - started).total_seconds()))
    ended = count["success"] + count["failed"]
    states = dict(
        session.execute(
            select(Event.state, func.count()).where(Event.event_type.like(pattern)).group_by(Event.state)
        ).all()
    )
    return SyncReport(
        sync_type=sync_type,
        carried=count["success"],
        failed=count["failed"],
        repeated_attempts=count["partial"],
        success_rate=count["success"] / ended if ended else None,
        lag_median=percentile(lags, 50),
        lag_p95=p95(lags),
        lag_longest=max(lags, default=None),
        waiting=states.get("pending", 0),
        dead=states.get("dead", 0),
    )
