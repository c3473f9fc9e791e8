"""Writes the rows that are missing, a few in each transaction; and compares the files with the database afterwards."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from sqlalchemy import func, insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from staff_integration.backup.rows import TableSum, line_of
from staff_integration.data_migration.reading import Found, Mistake, Source
from staff_integration.data_migration.steps import STAFF_IDS, STEPS, Step, comparable
from staff_integration.data_migration.stored import differing, digest, outbox_next, stored, written_by
from staff_integration.database import Sessions, in_transaction
from staff_integration.migration_tables import Batch, BatchRow
from staff_integration.record_tables import Notification, NotificationRecipient


class WriteError(Exception):
    """Raised where the database has become another one since the check; the message says where."""


@dataclass(frozen=True)
class Compared:
    """A step, compared: rows and checksum of the file, and of the same rows in the database."""

    step: Step
    source: TableSum
    database: TableSum
    written: int
    mistakes: Sequence[Mistake]

    @property
    def equal(self) -> bool:
        """Whether both are the same."""
        return self.source == self.database


def new_batch(session: Session, source: str, now: datetime) -> Batch:
    """Begin a batch."""
    name = f"M{now:%Y%m%d-%H%M%S}"
    same = session.scalars(select(Batch.batch_id).where(Batch.batch_id.like(f"{name}%"))).all()
    batch = Batch(
        batch_id=f"{name}-{len(same) + 1}" if same else name,
        state="running",
        source=source,
        started_at=now.replace(microsecond=0),
        outbox_next=outbox_next(session),
    )
    session.add(batch)
    session.flush()
    return batch


def write(sessions: Sessions, source: Source, batch: Batch, told: Callable[[Step, int], None]) -> None:
    """Write all rows that are missing, in the order of the steps.

    Raises:
        WriteError: a row contradicts what somebody has entered since the check, or a file has changed.
    """
    for step in STEPS:
        count = 0
        for chunk in source.chunks(step):
            try:
                count += in_transaction(sessions, partial(_write, step, chunk, batch))
            except IntegrityError:
                rows = f"rows {chunk[0].number} to {chunk[-1].number}"
                raise WriteError(
                    f"{step.file} {rows}: the database has become another one since the check"
                ) from None
        told(step, count)


def _write(step: Step, chunk: Sequence[Found], batch: Batch, session: Session) -> int:
    rows = {each.row.get(step.key): each for each in chunk}
    there = stored(session, step, (key for key in rows if key is not None))
    mine = written_by(session, batch.batch_id, step, there)
    missing = []
    for key, found in rows.items():
        if found.mistakes:
            raise WriteError(f"{found.mistakes[0]}; the file has changed since the check")
        if key not in there:
            missing.append(found.row)
        elif key not in mine and differing(step, found.row, there[key]):
            raise WriteError(
                f"{step.file} row {found.number}: the database has become another one since the check"
            )
    if not missing:
        return 0
    made = [step.inserted(row, batch.batch_id, batch.started_at) for row in missing]
    session.execute(insert(step.table), made)
    if step.table is Notification:
        told = [
            {"notification_id": row[step.key], "staff_id": each}
            for row in missing
            for each in row[STAFF_IDS] or ()
        ]
        if told:
            session.execute(insert(NotificationRecipient), told)
    session.execute(
        insert(BatchRow),
        [
            {
                "batch_id": batch.batch_id,
                "table_name": step.table.__tablename__,
                "row_key": row[step.key],
                "digest": digest(step, row),
            }
            for row in missing
        ],
    )
    return len(missing)


def compare(sessions: Sessions, source: Source, step: Step, batch_id: str | None) -> Compared:
    """Read the file of a step and its rows in the database once more, and sum both."""
    sums, mistakes = (TableSum(), TableSum()), []
    for chunk in source.chunks(step):
        with sessions() as session:
            there = stored(session, step, (each.row[step.key] for each in chunk))
        for found in chunk:
            sums[0].add(line_of(comparable(step, found.row)))
            row = there.get(found.row[step.key])
            if row is not None:
                sums[1].add(line_of(comparable(step, row)))
            if row is None or differing(step, found.row, row):
                reason = "missing in the database" if row is None else "changed in the database"
                mistakes.append(Mistake(step.file, found.number, "", f"is {reason}"))
    with sessions() as session:
        written = session.scalar(
            select(func.count()).where(
                BatchRow.batch_id == batch_id, BatchRow.table_name == step.table.__tablename__
            )
        )
    return Compared(step, *sums, written or 0, mistakes)
