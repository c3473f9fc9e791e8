"""Whether the database could be rebuilt now: how old the last backup is, and what the last drill has measured."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from staff_integration.backup.calendar import KINDS
from staff_integration.backup.drill import RPO
from staff_integration.backup.runs import last
from staff_integration.operation_tables import BackupRun

DRILLED = timedelta(hours=50)
"""A drill is made every day; one may be missed."""


@dataclass(frozen=True)
class Recovery:
    """How it stands; ages and times in seconds. `status` names what is wrong: the backups, or the drill."""

    status: Literal["ok", "backup", "drill"]
    backup_age: float | None
    drill_age: float | None
    rpo: float | None
    rto: float | None


def recovery_of(session: Session, now: datetime) -> Recovery:
    """Look at the runs that the database has kept."""
    newest = session.scalar(
        select(BackupRun.started_at)
        .where(BackupRun.kind.in_(KINDS), BackupRun.outcome == "good")
        .order_by(BackupRun.started_at.desc())
        .limit(1)
    )
    drill = last(session, "drill")
    backed_up = newest is not None and now - newest <= RPO
    drilled = drill is not None and drill.outcome == "good" and now - drill.started_at <= DRILLED
    return Recovery(
        "backup" if not backed_up else "ok" if drilled else "drill",
        (now - newest).total_seconds() if newest else None,
        (now - drill.started_at).total_seconds() if drill else None,
        drill.rpo_seconds if drill else None,
        drill.rto_seconds if drill else None,
    )
