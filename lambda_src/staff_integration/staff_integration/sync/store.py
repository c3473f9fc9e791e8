"""The events in the database, which all hub processes share."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, func, not_, select, update
from sqlalchemy.orm import Session

from staff_integration import metrics
from staff_integration.database import add_unless_there
from staff_integration.sync_tables import SyncCounter, SyncCursor, SyncEvent, SyncEventType
from staff_integration.tables import SyncLog, SyncType, System

COUNTER, PURGED = "events", "purged "
LOGGED: Mapping[str, SyncType] = {
    "staff": "staff",
    "interview": "interview",
    "notification": "notification",
    "evaluation": "report",
}
"""What `sync_log` calls the events, by the word before the dot."""


@dataclass(frozen=True)
class NewEvent:
    """An event to be published."""

    event_type: SyncEventType
    record: str
    source: System
    target: System
    message_id: str
    data: Mapping[str, Any]


def publish(session: Session, new: NewEvent, now: datetime) -> int:
    """Publish an event; return its number. To be the last that a transaction locks.

    The counter is locked until the commit, so whoever sees an event has seen all before it.
    """
    number = _next_number(session)
    session.add(
        SyncEvent(
            event_id=number,
            event_type=new.event_type,
            record=new.record,
            source_system=new.source,
            target_system=new.target,
            message_id=new.message_id,
            payload=json.dumps(new.data, ensure_ascii=False, separators=(",", ":")),
            created_at=now,
        )
    )
    session.flush()
    metrics.once_committed(session, metrics.PUBLISHED.labels(new.event_type, new.source).inc)
    return number


def is_known(session: Session, source: System, message_id: str) -> bool:
    """Whether a system has sent a message before."""
    found = select(SyncEvent.event_id).where(
        SyncEvent.source_system == source, SyncEvent.message_id == message_id
    )
    return session.scalar(found) is not None


def after(session: Session, target: System, event_id: int, most: int) -> Sequence[SyncEvent]:
    """The events for a system after one, in order."""
    return session.scalars(
        select(SyncEvent)
        .where(SyncEvent.target_system == target, SyncEvent.event_id > event_id)
        .order_by(SyncEvent.event_id)
        .limit(most)
    ).all()


def newest(session: Session) -> int:
    """The number of the last event; 0 if there is none."""
    return session.scalar(select(SyncCounter.value).where(SyncCounter.name == COUNTER)) or 0


def purged(session: Session, system: System) -> int:
    """The last event for a system that is not kept any more; 0 if all are."""
    counter = session.get(SyncCounter, f"{PURGED}{system}")
    return counter.value if counter else 0


def write_purged(session: Session, system: System, event_id: int) -> None:
    """Write that the events for a system up to one are not kept any more."""
    session.merge(SyncCounter(name=f"{PURGED}{system}", value=event_id))


def acknowledged(session: Session, system: System) -> int:
    """The last event that a system has acknowledged; 0 if none."""
    cursor = session.get(SyncCursor, system)
    return cursor.acknowledged if cursor else 0


def acknowledge(session: Session, system: System, event_id: int, now: datetime) -> None:
    """Write that a system has carried out all events up to one; an older one changes nothing."""
    cursor = session.scalar(select(SyncCursor).where(SyncCursor.system_id == system).with_for_update())
    before = cursor.acknowledged if cursor else 0
    if event_id <= before:
        return
    if cursor is None:
        session.add(SyncCursor(system_id=system, acknowledged=event_id))
    else:
        cursor.acknowledged = event_id
    carried = session.execute(
        select(SyncEvent.event_type, SyncEvent.source_system, func.count(), func.min(SyncEvent.created_at))
        .where(
            SyncEvent.target_system == system,
            SyncEvent.event_id > before,
            SyncEvent.event_id <= event_id,
            # The worker has written these when it told VoiceDrive.
            not_(and_(SyncEvent.source_system == "medical", SyncEvent.event_type.startswith("staff."))),
        )
        .group_by(SyncEvent.event_type, SyncEvent.source_system)
    )
    for event_type, source, count, began in carried.all():
        sync_type = LOGGED[event_type.partition(".")[0]]
        metrics.observe_lag(session, sync_type, now - began)
        session.add(
            SyncLog(
                sync_type=sync_type,
                source_system=source,
                target_system=system,
                record_count=count,
                status="success",
                started_at=began,
                completed_at=now,
            )
        )


def _next_number(session: Session) -> int:
    step = update(SyncCounter).where(SyncCounter.name == COUNTER).values(value=SyncCounter.value + 1)
    if not session.connection().execute(step).rowcount:
        add_unless_there(session, SyncCounter(name=COUNTER, value=0))
        session.connection().execute(step)
    return session.scalars(select(SyncCounter.value).where(SyncCounter.name == COUNTER)).one()
