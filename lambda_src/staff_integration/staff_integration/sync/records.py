"""Keeps the records that events carry: the last version of each."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from staff_integration.record_tables import Evaluation, Interview, Notification, NotificationRecipient
from staff_integration.sync import messages
from staff_integration.tables import System


class OutdatedError(Exception):
    """Raised where a record is known in a later version; the message says whose."""


def keep_interview(session: Session, sent: messages.InterviewScheduled, staff_id: str, now: datetime) -> None:
    """Keep an interview. An approved one stays approved, unless it is cancelled."""
    kept = session.get(Interview, sent.interview_id, with_for_update=True)
    if kept is None:
        kept = Interview(interview_id=sent.interview_id, state=sent.state, created_at=now)
        session.add(kept)
    elif kept.state != "approved" or sent.state == "cancelled":
        kept.state = sent.state
    kept.staff_id, kept.scheduled_at = staff_id, sent.scheduled_at
    kept.title, kept.notes, kept.batch_id = sent.title, sent.notes, None
    session.flush()


def keep_notification(
    session: Session, sent: messages.NotificationSent, staff_ids: Sequence[str], now: datetime
) -> None:
    """Keep a notification and whom it is for."""
    kept = session.get(Notification, sent.notification_id, with_for_update=True)
    if kept is None:
        kept = Notification(notification_id=sent.notification_id, created_at=now)
        session.add(kept)
    kept.category, kept.priority, kept.title, kept.body = sent.category, sent.priority, sent.title, sent.body
    kept.sent_at, kept.batch_id = now, None
    session.flush()
    session.execute(
        delete(NotificationRecipient).where(NotificationRecipient.notification_id == kept.notification_id)
    )
    session.add_all(
        NotificationRecipient(notification_id=kept.notification_id, staff_id=each) for each in staff_ids
    )
    session.flush()


def keep_evaluation(
    session: Session, sent: messages.EvaluationCompleted, staff_id: str, source: System, now: datetime
) -> None:
    """Keep an evaluation.

    Raises:
        OutdatedError: there is a version that was completed later, or at once in the medical system.
    """
    kept = session.scalar(
        select(Evaluation).where(Evaluation.evaluation_id == sent.evaluation_id).with_for_update()
    )
    if kept is None:
        kept = Evaluation(evaluation_id=sent.evaluation_id, created_at=now)
        session.add(kept)
    elif (sent.completed_at, source == "medical") < (kept.completed_at, kept.source_system == "medical"):
        raise OutdatedError(f"{kept.source_system} has a later version of evaluation:{sent.evaluation_id}")
    kept.staff_id, kept.completed_at, kept.source_system = staff_id, sent.completed_at, source
    kept.score, kept.comment, kept.batch_id = sent.score, sent.comment, None
    session.flush()
