"""Deletes old rows that nothing needs any more, in chunks that each are a short transaction.

What is kept, however old: entries of the outbox that wait, and the newest one of each member of staff, whose number is the revision; events
that their system has not acknowledged.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, delete, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from staff_integration import outbox
from staff_integration.database import Sessions, in_transaction
from staff_integration.operation_tables import RequestMinute
from staff_integration.sign_in_tables import Attempts, Audit
from staff_integration.sync import store
from staff_integration.sync_tables import SyncEvent
from staff_integration.tables import OTHER, Event, System

CHUNK = 1000
"""Rows that one transaction deletes."""


@dataclass(frozen=True)
class Age:
    """How many days rows of a table are kept: if nothing is said, and at least."""

    table: str
    days: int
    least: int
    reason: str


AGES = (
    Age("audit_log", 730, 30, "sign-ins have to be traceable"),
    Age("sync_event", 90, 7, "a system may repeat its messages, which are known by these rows"),
    Age("outbox", 90, 7, "the entry tells why an account is as it is"),
    Age("request_minute", 400, 31, "the KPIs are made of them"),
    Age("sign_in_attempts", 30, 1, "failed attempts slow the next ones down"),
)


@dataclass(frozen=True)
class _Old:
    """Rows that are old enough: of a table, for one system if its events are meant."""

    table: str
    key: InstrumentedAttribute[Any]
    condition: ColumnElement[bool]
    system: System | None = None

    def keys(self) -> Select[Any]:
        return select(self.key).where(self.condition)


def purge(sessions: Sessions, now: datetime, days: dict[str, int], *, dry_run: bool) -> dict[str, int]:
    """Delete old rows, or only count them.

    Args:
        sessions: the database.
        now: the moment.
        days: by table, how old the rows have to be.
        dry_run: whether nothing is deleted.

    Returns:
        By table, how many rows.
    """
    counts = dict.fromkeys(days, 0)
    with sessions() as session:
        old = [each for name, age in days.items() for each in _old(session, name, now - timedelta(days=age))]
    for each in old:
        counts[each.table] += _count(sessions, each) if dry_run else _delete(sessions, each)
    return counts


def _old(session: Session, name: str, before: datetime) -> Iterator[_Old]:
    if name == "audit_log":
        yield _Old(name, Audit.audit_id, Audit.at < before)
    elif name == "sign_in_attempts":
        yield _Old(name, Attempts.subject, Attempts.last_at < before)
    elif name == "request_minute":
        yield _Old(name, RequestMinute.minute, RequestMinute.minute < before)
    elif name == "outbox":
        yield _Old(name, Event.event_id, and_(Event.state == "done", Event.finished_at < before, _followed()))
    else:
        for system in OTHER:
            condition = and_(
                SyncEvent.target_system == system,
                SyncEvent.created_at < before,
                SyncEvent.event_id <= store.acknowledged(session, system),
            )
            yield _Old(name, SyncEvent.event_id, condition, system)


def _followed() -> ColumnElement[bool]:
    """Entries after which the same member of staff has another one."""
    later = aliased(Event)
    return (
        select(later.event_id)
        .where(
            later.staff_id == Event.staff_id,
            later.event_type.in_(outbox.ABOUT_STAFF),
            later.event_id > Event.event_id,
        )
        .exists()
    )


def _count(sessions: Sessions, old: _Old) -> int:
    with sessions() as session:
        return session.scalar(select(func.count()).select_from(old.keys().subquery())) or 0


def _delete(sessions: Sessions, old: _Old) -> int:
    deleted = 0
    while True:
        count = in_transaction(sessions, lambda session: _delete_some(session, old))
        deleted += count
        if count < CHUNK:
            return deleted


def _delete_some(session: Session, old: _Old) -> int:
    """Delete some rows; return how many. Several rows may have a key; all of them go at once."""
    keys = session.scalars(old.keys().order_by(old.key).limit(CHUNK).with_for_update()).all()
    if keys and old.system is not None:
        store.write_purged(session, old.system, keys[-1])
    return session.connection().execute(delete(old.key.class_).where(old.key.in_(keys))).rowcount
