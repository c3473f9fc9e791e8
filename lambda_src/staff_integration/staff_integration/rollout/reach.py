"""Whom the rollout has reached: the one place that decides who may use the functions.

Each question reads the database, so a change of the rollout counts from the next request on. Without any cohort, everybody is reached.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Exists, and_, case, exists, func, or_, select
from sqlalchemy.orm import Session

from staff_integration.rollout_tables import Cohort, CohortRule
from staff_integration.tables import Event, Staff

NOT_YET = "the rollout has not reached this member of staff"


def fits() -> ColumnElement[bool]:
    """Whether a rule is one for a row of staff, as a condition of a statement."""
    return or_(
        CohortRule.kind == "everybody",
        and_(CohortRule.kind == "facility", CohortRule.value == Staff.facility_id),
        and_(CohortRule.kind == "department", CohortRule.value == Staff.department_id),
        and_(CohortRule.kind == "staff", CohortRule.value == Staff.staff_id),
    )


def reached() -> ColumnElement[bool]:
    """The rows of staff that the rollout has reached, as a condition of a statement."""
    opened = (
        select(CohortRule.cohort_id)
        .join(Cohort, Cohort.cohort_id == CohortRule.cohort_id)
        .where(Cohort.opened_at.is_not(None), fits())
        .correlate(Staff)
    )
    return or_(~exists(select(Cohort.cohort_id)), opened.exists())


def is_reached(session: Session, staff_id: str) -> bool:
    """Whether the rollout has reached a member of staff; False if there is none."""
    return bool(session.scalar(select(Staff.staff_id).where(Staff.staff_id == staff_id, reached())))


def only_reached(session: Session) -> list[str] | None:
    """The present staff whom the rollout has reached, where that is not everybody; None where it is."""
    present = Staff.left_at.is_(None)
    if session.scalars(select(Staff.staff_id).where(present, ~reached()).limit(1)).first() is None:
        return None
    return list(session.scalars(select(Staff.staff_id).where(present, reached()).order_by(Staff.staff_id)))


def held() -> Exists:
    """The entries of the outbox that wait for their cohort, as a condition of a statement on `Event`.

    Whoever has an account and has left is not held: an account that has to be closed does not wait.
    """
    closes = and_(Staff.left_at.is_not(None), Staff.voicedrive_id.is_not(None))
    return (
        select(Staff.staff_id)
        .where(Staff.staff_id == Event.staff_id, ~reached(), ~closes)
        .correlate(Event)
        .exists()
    )


def carried_from() -> ColumnElement[datetime]:
    """From when an entry of the outbox could be carried: since it was entered, or since its cohort was opened."""
    opened = (
        select(func.min(Cohort.opened_at))
        .select_from(Staff)
        .join(CohortRule, fits())
        .join(Cohort, Cohort.cohort_id == CohortRule.cohort_id)
        .where(Staff.staff_id == Event.staff_id, Cohort.opened_at.is_not(None))
        .correlate(Event)
        .scalar_subquery()
    )
    return case((opened > Event.created_at, opened), else_=Event.created_at)


def released(session: Session, event_ids: Sequence[int]) -> dict[int, datetime]:
    """When the cohorts of entries of the outbox were opened, of those that have waited for that."""
    moment = carried_from()
    rows = session.execute(
        select(Event.event_id, moment).where(Event.event_id.in_(event_ids), moment > Event.created_at)
    )
    return dict(rows.all())
