"""The tables of staff, accounts and synchronisation. The migrations make them; a test compares the two.

The first three are shared with the medical system, which writes `unified_staff_master` by itself.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal, get_args

from sqlalchemy import Boolean, Enum, ForeignKey, Index, Integer, LargeBinary, String, Text, text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from staff_integration.columns import BIG_ID, TEXT_ID, Moment

SyncStatus = Literal["synced", "pending", "error"]
"""Whether VoiceDrive has what the row says: yes; not yet; no, and somebody has to look."""
SyncType = Literal["staff", "interview", "notification", "report"]
System = Literal["medical", "voicedrive"]
OTHER: Mapping[System, System] = {"medical": "voicedrive", "voicedrive": "medical"}
"""The other one of the two systems."""
LogStatus = Literal["success", "partial", "failed"]
EventType = Literal["staff.created", "staff.updated", "staff.left", "account.created"]
EventState = Literal["pending", "done", "dead"]
NOW = text("CURRENT_TIMESTAMP")


def one_of(name: str, words: Any) -> Enum:
    """A column that has one of the words of a `Literal`."""
    return Enum(*get_args(words), name=name, create_constraint=True)


class Base(DeclarativeBase):
    """All tables of the application."""


class Staff(Base):
    """A member of staff, the master record. `left_at` is when the person has left."""

    __tablename__ = "unified_staff_master"
    __table_args__ = (
        Index("idx_facility", "facility_id"),
        Index("idx_department", "department_id"),
        Index("idx_sync_status", "sync_status"),
    )

    staff_id: Mapped[str] = mapped_column(TEXT_ID, primary_key=True)
    employee_number: Mapped[str] = mapped_column(String(10), unique=True)
    full_name: Mapped[str] = mapped_column(String(100))
    facility_id: Mapped[str | None] = mapped_column(TEXT_ID)
    department_id: Mapped[str | None] = mapped_column(TEXT_ID)
    position_id: Mapped[str | None] = mapped_column(TEXT_ID)
    email: Mapped[str | None] = mapped_column(String(100), unique=True)
    medical_system_id: Mapped[str | None] = mapped_column(String(50))
    voicedrive_id: Mapped[str | None] = mapped_column(String(50))
    created_at: Mapped[datetime | None] = mapped_column(Moment(timestamp=True), server_default=NOW)
    updated_at: Mapped[datetime | None] = mapped_column(Moment(timestamp=True), server_default=NOW)
    sync_status: Mapped[SyncStatus | None] = mapped_column(
        one_of("sync_status", SyncStatus),
        server_default="pending",
    )
    left_at: Mapped[datetime | None] = mapped_column(Moment(timestamp=True))


class Account(Base):
    """The account of a member of staff in VoiceDrive, made or being made.

    `sso_token` is the SHA-256 of the refresh token; `initial_password` is encrypted, and erased once it is delivered.
    """

    __tablename__ = "account_integration"
    __table_args__ = (
        Index("idx_staff", "staff_id", unique=True),
        Index("idx_token_expiry", "token_expires_at"),
    )

    integration_id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    staff_id: Mapped[str] = mapped_column(TEXT_ID, ForeignKey("unified_staff_master.staff_id"))
    medical_username: Mapped[str | None] = mapped_column(String(50))
    voicedrive_username: Mapped[str | None] = mapped_column(String(50), unique=True)
    sso_token: Mapped[str | None] = mapped_column(String(500))
    token_expires_at: Mapped[datetime | None] = mapped_column(Moment(timestamp=True))
    auto_created: Mapped[bool | None] = mapped_column(Boolean, server_default=text("0"))
    created_at: Mapped[datetime | None] = mapped_column(Moment(timestamp=True), server_default=NOW)
    request_id: Mapped[str] = mapped_column(String(36))
    initial_password: Mapped[bytes | None] = mapped_column(LargeBinary(500))
    delivered_at: Mapped[datetime | None] = mapped_column(Moment())
    login_url: Mapped[str | None] = mapped_column(String(200))


class SyncLog(Base):
    """What was carried from one system to the other, or could not be."""

    __tablename__ = "sync_log"
    __table_args__ = (
        Index("idx_sync_type", "sync_type"),
        Index("idx_status", "status"),
        Index("idx_started", "started_at"),
        Index("idx_completed", "sync_type", "completed_at"),
    )

    log_id: Mapped[int] = mapped_column(BIG_ID, primary_key=True, autoincrement=True)
    sync_type: Mapped[SyncType] = mapped_column(one_of("sync_type", SyncType))
    source_system: Mapped[System] = mapped_column(one_of("source_system", System))
    target_system: Mapped[System] = mapped_column(one_of("target_system", System))
    record_count: Mapped[int | None] = mapped_column(Integer, server_default=text("0"))
    status: Mapped[LogStatus] = mapped_column(one_of("status", LogStatus))
    error_message: Mapped[str | None] = mapped_column(Text)
    started_at: Mapped[datetime | None] = mapped_column(Moment(timestamp=True), server_default=NOW)
    completed_at: Mapped[datetime | None] = mapped_column(Moment(timestamp=True))


class Event(Base):
    """An entry of the outbox: something that another system has to learn. Triggers write those of staff.

    A worker takes an entry by `claimed_by` until `claimed_until`; `due_at` is when it may be taken (empty: at once). `released_at` is when
    its cohort was opened, if it has waited for that.
    """

    __tablename__ = "outbox"
    __table_args__ = (
        Index("idx_outbox_due", "state", "due_at"),
        Index("idx_outbox_staff", "staff_id", "state"),
        Index("idx_outbox_finished", "state", "finished_at"),
    )

    event_id: Mapped[int] = mapped_column(BIG_ID, primary_key=True, autoincrement=True)
    event_type: Mapped[EventType] = mapped_column(String(30))
    staff_id: Mapped[str] = mapped_column(TEXT_ID)
    created_at: Mapped[datetime] = mapped_column(Moment())
    state: Mapped[EventState] = mapped_column(String(10), server_default="pending")
    attempts: Mapped[int] = mapped_column(Integer, server_default=text("0"))
    due_at: Mapped[datetime | None] = mapped_column(Moment())
    claimed_by: Mapped[str | None] = mapped_column(String(36))
    claimed_until: Mapped[datetime | None] = mapped_column(Moment())
    last_error: Mapped[str | None] = mapped_column(String(500))
    finished_at: Mapped[datetime | None] = mapped_column(Moment())
    released_at: Mapped[datetime | None] = mapped_column(Moment())
