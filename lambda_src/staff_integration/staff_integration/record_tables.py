"""The tables of records: interviews, notifications and evaluations, as events and the migration of old data write them.

`batch_id` names the batch of a migration; it is empty once an event has written the record.
"""

from datetime import datetime
from typing import Literal

from sqlalchemy import Double, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from staff_integration.columns import LONG_TEXT, RECORD_ID, TEXT_ID, Moment
from staff_integration.tables import Base, System, one_of

InterviewState = Literal["scheduled", "held", "approved", "cancelled"]
TITLE = String(200)
WORD = String(50)


class Interview(Base):
    """An interview of a member of staff. `approved_by` is the member of staff who has approved it."""

    __tablename__ = "interview"
    __table_args__ = (
        Index("idx_interview_staff", "staff_id", "scheduled_at"),
        Index("idx_interview_scheduled", "scheduled_at"),
        Index("idx_interview_batch", "batch_id"),
    )

    interview_id: Mapped[str] = mapped_column(RECORD_ID, primary_key=True)
    staff_id: Mapped[str] = mapped_column(TEXT_ID, ForeignKey("unified_staff_master.staff_id"))
    scheduled_at: Mapped[datetime] = mapped_column(Moment())
    title: Mapped[str] = mapped_column(TITLE)
    notes: Mapped[str] = mapped_column(LONG_TEXT)
    state: Mapped[InterviewState] = mapped_column(
        one_of("interview_state", InterviewState), server_default="scheduled"
    )
    approved_by: Mapped[str | None] = mapped_column(TEXT_ID)
    approved_at: Mapped[datetime | None] = mapped_column(Moment())
    batch_id: Mapped[str | None] = mapped_column(RECORD_ID)
    created_at: Mapped[datetime] = mapped_column(Moment())


class Notification(Base):
    """A notification of the medical system, with its own words for category and priority."""

    __tablename__ = "notification"
    __table_args__ = (
        Index("idx_notification_sent", "sent_at"),
        Index("idx_notification_batch", "batch_id"),
    )

    notification_id: Mapped[str] = mapped_column(RECORD_ID, primary_key=True)
    category: Mapped[str] = mapped_column(WORD)
    priority: Mapped[str] = mapped_column(WORD)
    title: Mapped[str] = mapped_column(TITLE)
    body: Mapped[str] = mapped_column(LONG_TEXT)
    sent_at: Mapped[datetime] = mapped_column(Moment())
    batch_id: Mapped[str | None] = mapped_column(RECORD_ID)
    created_at: Mapped[datetime] = mapped_column(Moment())


class NotificationRecipient(Base):
    """Whom a notification is for; one without recipients is for everybody. Recipients go with the notification."""

    __tablename__ = "notification_recipient"
    __table_args__ = (Index("idx_recipient_staff", "staff_id"),)

    notification_id: Mapped[str] = mapped_column(
        RECORD_ID, ForeignKey("notification.notification_id", ondelete="CASCADE"), primary_key=True
    )
    staff_id: Mapped[str] = mapped_column(
        TEXT_ID, ForeignKey("unified_staff_master.staff_id"), primary_key=True
    )


class Evaluation(Base):
    """An evaluation of a member of staff: the version that counts, and which system sent it."""

    __tablename__ = "evaluation"
    __table_args__ = (
        Index("idx_evaluation_staff", "staff_id", "completed_at"),
        Index("idx_evaluation_completed", "completed_at"),
        Index("idx_evaluation_batch", "batch_id"),
    )

    evaluation_id: Mapped[str] = mapped_column(RECORD_ID, primary_key=True)
    staff_id: Mapped[str] = mapped_column(TEXT_ID, ForeignKey("unified_staff_master.staff_id"))
    completed_at: Mapped[datetime] = mapped_column(Moment())
    score: Mapped[float] = mapped_column(Double)
    comment: Mapped[str] = mapped_column(LONG_TEXT)
    source_system: Mapped[System] = mapped_column(one_of("evaluation_source", System))
    batch_id: Mapped[str | None] = mapped_column(RECORD_ID)
    created_at: Mapped[datetime] = mapped_column(Moment())
