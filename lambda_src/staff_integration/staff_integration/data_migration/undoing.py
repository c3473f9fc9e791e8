"""Takes a batch back, in one transaction: all of its rows, unless something depends on them that came later."""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, delete, func, or_, select
from sqlalchemy.orm import Session

from staff_integration.data_migration.reading import ROWS
from staff_integration.data_migration.steps import STEPS, Step
from staff_integration.data_migration.stored import digest, stored
from staff_integration.migration_tables import Batch, BatchRow
from staff_integration.organisation_tables import Department, Facility
from staff_integration.record_tables import Evaluation, Interview, NotificationRecipient
from staff_integration.rollout_tables import CohortRule
from staff_integration.sign_in_tables import Audit, Credential
from staff_integration.tables import Account, Event, Staff

SHOWN = 3
"""Ids that a message names."""


class DependedError(Exception):
    """Raised where something depends on a batch; the message has a line for each kind."""


def undo(session: Session, batch: Batch) -> int:
    """Take a batch back, in the transaction of the session; how many rows there were.

    Raises:
        DependedError: something depends on it.
    """
    keys = {step.name: _keys(session, batch.batch_id, step) for step in STEPS}
    for ids in _chunks(keys["staff"]):  # nobody adds accounts or records of them meanwhile
        session.execute(
            select(Staff.staff_id).where(Staff.staff_id.in_(ids)).order_by(Staff.staff_id).with_for_update()
        ).all()
    reasons = [*_changed(session, batch, keys), *_dependents(session, batch.batch_id)]
    if reasons:
        raise DependedError("\n".join(f"batch {batch.batch_id} stays: {each}" for each in reasons))
    count = 0
    for step in reversed(STEPS):
        for ids in _chunks(keys[step.name]):
            if step.name == "notifications":
                session.execute(
                    delete(NotificationRecipient).where(NotificationRecipient.notification_id.in_(ids))
                )
            if step.name == "staff":
                session.execute(delete(Event).where(Event.staff_id.in_(ids)))
            session.execute(delete(step.table).where(step.table.__table__.columns[step.key].in_(ids)))
            count += len(ids)
    session.execute(delete(BatchRow).where(BatchRow.batch_id == batch.batch_id))
    batch.state = "undone"
    session.flush()
    return count


def _keys(session: Session, batch_id: str, step: Step) -> Sequence[str]:
    wanted = select(BatchRow.row_key).where(
        BatchRow.batch_id == batch_id, BatchRow.table_name == step.table.__tablename__
    )
    return session.scalars(wanted.order_by(BatchRow.row_key)).all()


def _chunks(keys: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(keys), ROWS):
        yield keys[start : start + ROWS]


def _changed(session: Session, batch: Batch, keys: dict[str, Sequence[str]]) -> Iterator[str]:
    """Rows that are not as the batch has written them."""
    for step in STEPS:
        changed: list[str] = []
        for ids in _chunks(keys[step.name]):
            kept = dict(
                session.execute(
                    select(BatchRow.row_key, BatchRow.digest).where(
                        BatchRow.batch_id == batch.batch_id,
                        BatchRow.table_name == step.table.__tablename__,
                        BatchRow.row_key.in_(ids),
                    )
                ).all()
            )
            rows = stored(session, step, ids)
            changed += [each for each in ids if each not in rows or digest(step, rows[each]) != kept[each]]
            changed += _written_by_events(session, batch.batch_id, step, ids, changed)
        if changed:
            yield f"{len(changed)} of its {step.name} changed after it: {_named(sorted(changed))}"


def _written_by_events(
    session: Session, batch_id: str, step: Step, ids: Sequence[str], known: Sequence[str]
) -> list[str]:
    """Records that an event has written again, with the same values."""
    if not step.in_batch:
        return []
    columns = step.table.__table__.columns
    other = select(columns[step.key]).where(
        columns[step.key].in_(ids), func.coalesce(columns["batch_id"], "") != batch_id
    )
    return [each for each in session.scalars(other) if each not in known]


def _dependents(session: Session, batch_id: str) -> Iterator[str]:
    """What came after the batch and needs its rows."""

    def brought(table: str) -> Select[str]:
        return select(BatchRow.row_key).where(BatchRow.batch_id == batch_id, BatchRow.table_name == table)

    staff = brought("unified_staff_master")
    touched = or_(Event.event_type != "staff.created", Event.state != "pending", Event.attempts > 0)
    looks: Sequence[tuple[str, Any, ColumnElement[bool]]] = (
        ("accounts of its staff were made, or are being made", Account.staff_id, Account.staff_id.in_(staff)),
        ("passwords of its staff are kept", Credential.staff_id, Credential.staff_id.in_(staff)),
        ("sign-ins of its staff are logged", Audit.staff_id, Audit.staff_id.in_(staff)),
        (
            "entries of the outbox about its staff are later ones, or were tried",
            Event.staff_id,
            Event.staff_id.in_(staff) & touched,
        ),
        (
            "interviews of others are about its staff, or approved by them",
            Interview.interview_id,
            or_(Interview.staff_id.in_(staff), Interview.approved_by.in_(staff))
            & Interview.interview_id.not_in(brought("interview")),
        ),
        (
            "notifications of others are for its staff",
            NotificationRecipient.notification_id,
            NotificationRecipient.staff_id.in_(staff)
            & NotificationRecipient.notification_id.not_in(brought("notification")),
        ),
        (
            "evaluations of others are about its staff",
            Evaluation.evaluation_id,
            Evaluation.staff_id.in_(staff) & Evaluation.evaluation_id.not_in(brought("evaluation")),
        ),
        (
            "members of staff who came otherwise work at its facilities or departments",
            Staff.staff_id,
            or_(
                Staff.facility_id.in_(brought(Facility.__tablename__)),
                Staff.department_id.in_(brought(Department.__tablename__)),
            )
            & Staff.staff_id.not_in(staff),
        ),
        (
            "cohorts of the rollout name what it has brought",
            CohortRule.cohort_id,
            or_(
                (CohortRule.kind == "facility") & CohortRule.value.in_(brought(Facility.__tablename__)),
                (CohortRule.kind == "department") & CohortRule.value.in_(brought(Department.__tablename__)),
                (CohortRule.kind == "staff") & CohortRule.value.in_(staff),
            ),
        ),
    )
    for words, column, condition in looks:
        found = session.scalars(select(column).where(condition).distinct().order_by(column)).all()
        if found:
            yield f"{len(found)} {words}: {_named(found)}"


def _named(ids: Sequence[str]) -> str:
    return ", ".join(ids[:SHOWN]) + (", ..." if len(ids) > SHOWN else "")
