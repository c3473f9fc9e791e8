"""The tables of the operation: backups and drills, how long requests took, and figures that people enter."""

from datetime import datetime
from typing import Literal

from sqlalchemy import BigInteger, Double, Index, Integer, String, text
from sqlalchemy.orm import Mapped, mapped_column

from staff_integration.columns import BIG_ID, Moment
from staff_integration.tables import Base

Outcome = Literal["running", "good", "failed"]
BOUNDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.5, 1, 2.5, 10)
"""Seconds of a request, for the metrics and for the columns of `RequestMinute`. The master plan wants 95 % below 0.2."""
ZERO = text("0")


class BackupRun(Base):
    """A backup or a drill that has begun. One that is running for hours was killed."""

    __tablename__ = "backup_run"
    __table_args__ = (Index("idx_backup_run", "kind", "started_at"),)

    run_id: Mapped[int] = mapped_column(BIG_ID, primary_key=True, autoincrement=True)
    kind: Mapped[str] = mapped_column(String(10))
    started_at: Mapped[datetime] = mapped_column(Moment())
    finished_at: Mapped[datetime | None] = mapped_column(Moment())
    outcome: Mapped[Outcome] = mapped_column(String(10), server_default="running")
    backup: Mapped[str | None] = mapped_column(String(40))
    row_count: Mapped[int | None] = mapped_column(BigInteger)
    reason: Mapped[str | None] = mapped_column(String(500))
    rpo_seconds: Mapped[float | None] = mapped_column(Double)
    rto_seconds: Mapped[float | None] = mapped_column(Double)


class RequestMinute(Base):
    """What a process has answered in a minute, and how many of its six health checks passed.

    `within_5ms` and so on count requests that took so long, but longer than the column before.
    """

    __tablename__ = "request_minute"

    minute: Mapped[datetime] = mapped_column(Moment(), primary_key=True)
    process: Mapped[str] = mapped_column(String(36), primary_key=True)
    healthy: Mapped[int] = mapped_column(Integer, server_default=ZERO)
    failed: Mapped[int] = mapped_column(Integer, server_default=ZERO)
    within_5ms: Mapped[int] = mapped_column(Integer, server_default=ZERO)
    within_10ms: Mapped[int] = mapped_column(Integer, server_default=ZERO)
    within_25ms: Mapped[int] = mapped_column(Integer, server_default=ZERO)
    within_50ms: Mapped[int] = mapped_column(Integer, server_default=ZERO)
    within_100ms: Mapped[int] = mapped_column(Integer, server_default=ZERO)
    within_200ms: Mapped[int] = mapped_column(Integer, server_default=ZERO)
    within_500ms: Mapped[int] = mapped_column(Integer, server_default=ZERO)
    within_1s: Mapped[int] = mapped_column(Integer, server_default=ZERO)
    within_2500ms: Mapped[int] = mapped_column(Integer, server_default=ZERO)
    within_10s: Mapped[int] = mapped_column(Integer, server_default=ZERO)
    longer: Mapped[int] = mapped_column(Integer, server_default=ZERO)


BUCKETS = (
    *(each.name for each in RequestMinute.__table__.columns if each.name.startswith("within_")),
    "longer",
)
"""The columns of `BOUNDS`, and what took longer than all of them."""


class KpiEntry(Base):
    """A figure that somebody has entered; the last one of a name counts."""

    __tablename__ = "kpi_entry"
    __table_args__ = (Index("idx_kpi_entry", "name", "entered_at"),)

    entry_id: Mapped[int] = mapped_column(BIG_ID, primary_key=True, autoincrement=True)
    name: Mapped[str] = mapped_column(String(50))
    value: Mapped[float] = mapped_column(Double)
    entered_by: Mapped[str] = mapped_column(String(100))
    entered_at: Mapped[datetime] = mapped_column(Moment())
