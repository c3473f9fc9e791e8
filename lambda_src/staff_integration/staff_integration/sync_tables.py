"""The tables of the hub: events in their order, and how far each system has got."""

from datetime import datetime
from typing import Literal

from sqlalchemy import BigInteger, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from staff_integration.columns import LONG_TEXT, Moment
from staff_integration.tables import Base, System

SyncEventType = Literal[
    "staff.created",
    "staff.updated",
    "interview.scheduled",
    "notification.sent",
    "evaluation.completed",
]
SYSTEM = String(20)
RECORD = String(100)


class SyncCounter(Base):
    """The number of the last event. Whoever publishes locks it until the commit, so that events become visible in order.

    Other rows have the number of the last event for a system that `purge` has deleted.
    """

    __tablename__ = "sync_counter"

    name: Mapped[str] = mapped_column(SYSTEM, primary_key=True)
    value: Mapped[int] = mapped_column(BigInteger)


class SyncEvent(Base):
    """An event for one of the systems. `message_id` is the sender's, by which a repeat is known."""

    __tablename__ = "sync_event"
    __table_args__ = (
        UniqueConstraint("source_system", "message_id", name="uq_sync_event_message"),
        Index("idx_sync_event_target", "target_system", "event_id"),
        Index("idx_sync_event_created", "target_system", "created_at"),
    )

    event_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    event_type: Mapped[SyncEventType] = mapped_column(String(30))
    record: Mapped[str] = mapped_column(RECORD)
    source_system: Mapped[System] = mapped_column(SYSTEM)
    target_system: Mapped[System] = mapped_column(SYSTEM)
    message_id: Mapped[str] = mapped_column(String(64))
    payload: Mapped[str] = mapped_column(LONG_TEXT)
    created_at: Mapped[datetime] = mapped_column(Moment())


class SyncCursor(Base):
    """The last event that a system has acknowledged."""

    __tablename__ = "sync_cursor"

    system_id: Mapped[System] = mapped_column(SYSTEM, primary_key=True)
    acknowledged: Mapped[int] = mapped_column(BigInteger)
