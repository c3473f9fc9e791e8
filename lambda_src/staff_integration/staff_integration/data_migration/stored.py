"""What the database has of the rows of a migration."""

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import Engine, func, select, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from staff_integration.backup.rows import line_of
from staff_integration.data_migration.steps import STAFF_IDS, Row, Step, comparable
from staff_integration.migration_tables import Batch, BatchRow
from staff_integration.record_tables import Notification, NotificationRecipient
from staff_integration.tables import Event

PATIENCE = 10
"""Seconds that the outbox is waited for, where somebody else changes it."""


def stored(session: Session, step: Step, keys: Iterable[str]) -> dict[str, Row]:
    """The rows of these keys, by their keys. MySQL also finds keys that differ in capital letters."""
    columns = step.table.__table__.columns
    found = session.execute(
        select(*(columns[name] for name in step.stored)).where(columns[step.key].in_(list(keys)))
    ).mappings()
    rows = {str(each[step.key]): dict(each) for each in found}
    if step.table is Notification:
        _add_recipients(session, rows)
    return dict(rows)


def _add_recipients(session: Session, rows: Mapping[str, dict[str, object]]) -> None:
    told: dict[str, list[str]] = {key: [] for key in rows}
    for each in session.scalars(
        select(NotificationRecipient).where(NotificationRecipient.notification_id.in_(list(rows)))
    ):
        told[each.notification_id].append(each.staff_id)
    for key, staff_ids in told.items():
        rows[key][STAFF_IDS] = tuple(sorted(staff_ids))


def written_by(session: Session, batch_id: str, step: Step, keys: Iterable[str]) -> set[str]:
    """Which of these rows a batch has written."""
    return set(
        session.scalars(
            select(BatchRow.row_key).where(
                BatchRow.batch_id == batch_id,
                BatchRow.table_name == step.table.__tablename__,
                BatchRow.row_key.in_(list(keys)),
            )
        )
    )


def digest(step: Step, row: Row) -> str:
    """The SHA-256 of a row."""
    return hashlib.sha256(line_of(comparable(step, row))).hexdigest()


def differing(step: Step, one: Row, other: Row) -> Sequence[str]:
    """The columns in which two rows differ."""
    names = [*step.stored, STAFF_IDS] if step.table is Notification else step.stored
    return [
        name
        for name, first, second in zip(names, comparable(step, one), comparable(step, other), strict=True)
        if first != second
    ]


def unfinished(session: Session) -> Batch | None:
    """The batch that has not ended; None if there is none."""
    return session.scalar(select(Batch).where(Batch.state != "done").with_for_update())


def outbox_next(session: Session) -> int:
    """The number that the next entry of the outbox will have."""
    if session.get_bind().dialect.name == "sqlite":
        return (session.scalar(select(func.max(Event.event_id))) or 0) + 1
    made = session.execute(text("SHOW CREATE TABLE outbox")).one()[1]
    found = re.search(r"AUTO_INCREMENT=(\d+)", made)
    return int(found[1]) if found else 1


def count_on_from(engine: Engine, number: int) -> bool:
    """Let the outbox count on from a number, or from its last entry, if that is later; False if it is in use.

    A transaction that was broken off, or taken back, leaves a gap otherwise. No entry of the gap was ever seen by anybody.
    """
    if engine.dialect.name == "sqlite":
        return True  # SQLite counts on from the last entry by itself
    try:
        with engine.connect() as connection:
            connection.execute(text(f"SET SESSION lock_wait_timeout = {PATIENCE}"))
            connection.execute(text(f"ALTER TABLE outbox AUTO_INCREMENT = {int(number)}"))
            connection.invalidate()
    except OperationalError:
        return False
    return True
