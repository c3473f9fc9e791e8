"""The tables of the hub: events in their order, how far each system has got, and which version of a record counts."""

from datetime import datetime
from typing import Literal

from sqlalchemy import BigInteger, Index, String, Text, UniqueConstraint
from sqlalchemy.dialects import mysql
from sqlalchemy.orm import Mapped, mapped_column

from staff_integration.columns import Moment
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
PAYLOAD = Text().with_variant(mysql.MEDIUMTEXT(), "mysql", "mariadb")


class SyncCounter(Base):
    """The number of the last event. Whoever publishes locks it until the commit, so that events become visible in order."""

    __tablename__ = "sync_counter"

    name: Mapped[str] = mapped_column(SYSTEM, primary_key=True)
    value: Mapped[int] = mapped_column(BigInteger)


class SyncEvent(Base):
    """An event for one of the systems. `message_id` is the sender's, by which a repeat is known."""

    __tablename__ = "sync_event"
    __table_args__ = (
        UniqueConstraint("source_system", "message_id", name="uq_sync_event_message"),
        Index("idx_sync_event_target", "target_system", "event_id"),
    )

    event_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    event_type: Mapped[SyncEventType] = mapped_column(String(30))
    record: Mapped[str] = mapped_column(RECORD)
    source_system: Mapped[System] = mapped_column(SYSTEM)
    target_system: Mapped[System] = mapped_column(SYSTEM)
    message_id: Mapped[str] = mapped_column(String(64))
    payload: Mapped[str] = mapped_column(PAYLOAD)
    created_at: Mapped[datetime] = mapped_column(Moment())


class SyncCursor(Base):
    """The last event that a system has acknowledged."""

    __tablename__ = "sync_cursor"

    system_id: Mapped[System] = mapped_column(SYSTEM, primary_key=True)
    acknowledged: Mapped[int] = mapped_column(BigInteger)


class SyncRecord(Base):
    """The version of a record that counts, where both systems may write it."""

    __tablename__ = "sync_record"

    record: Mapped[str] = mapped_column(RECORD, primary_key=True)
    source_system: Mapped[System] = mapped_column(SYSTEM)
    changed_at: Mapped[datetime] = mapped_column(Moment())
