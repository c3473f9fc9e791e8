"""The tables of sign-in: keys, passwords, the two systems' secrets, slowed attempts, hand-overs, the audit log."""

from datetime import datetime
from typing import Literal

from sqlalchemy import Boolean, ForeignKey, Index, Integer, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from staff_integration.columns import BIG_ID, TEXT_ID, Moment
from staff_integration.tables import Base, System

AuditEvent = Literal[
    "signed_in",
    "refused",
    "slowed",
    "refreshed",
    "handed_over",
    "redeemed",
    "signed_out",
    "password_changed",
    "service_signed_in",
    "service_refused",
    "interview_approved",
]
SHA256 = String(64)


class SigningKey(Base):
    """A key of RS256; it signs from `active_at` until the next one does. The private one is encrypted."""

    __tablename__ = "signing_key"

    key_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    public_jwk: Mapped[str] = mapped_column(Text)
    private_key: Mapped[bytes] = mapped_column(LargeBinary(6000))
    active_at: Mapped[datetime] = mapped_column(Moment())


class Credential(Base):
    """The password of a member of staff, as a hash."""

    __tablename__ = "staff_credential"

    staff_id: Mapped[str] = mapped_column(
        TEXT_ID, ForeignKey("unified_staff_master.staff_id"), primary_key=True
    )
    password_hash: Mapped[str] = mapped_column(String(200))
    must_change: Mapped[bool] = mapped_column(Boolean)
    changed_at: Mapped[datetime] = mapped_column(Moment())


class SystemClient(Base):
    """The secret of one of the two systems, as a hash."""

    __tablename__ = "system_client"

    system_id: Mapped[System] = mapped_column(String(20), primary_key=True)
    secret_hash: Mapped[str] = mapped_column(String(200))


class Attempts(Base):
    """How many attempts in a row have failed for an account or from an address; `subject` is its SHA-256."""

    __tablename__ = "sign_in_attempts"
    __table_args__ = (Index("idx_attempts_last", "last_at"),)

    subject: Mapped[str] = mapped_column(SHA256, primary_key=True)
    failures: Mapped[int] = mapped_column(Integer)
    last_at: Mapped[datetime] = mapped_column(Moment())
    blocked_until: Mapped[datetime | None] = mapped_column(Moment())


class HandOver(Base):
    """A code with which the other system takes over a session, once; the refresh token is encrypted."""

    __tablename__ = "sso_hand_over"

    code: Mapped[str] = mapped_column(SHA256, primary_key=True)
    target_system: Mapped[System] = mapped_column(String(20))
    refresh_token: Mapped[bytes] = mapped_column(LargeBinary(500))
    expires_at: Mapped[datetime] = mapped_column(Moment())


class Audit(Base):
    """What has happened at sign-in, and what staff have approved; `record` names it."""

    __tablename__ = "audit_log"
    __table_args__ = (Index("idx_audit_staff", "staff_id", "audit_id"), Index("idx_audit_at", "at"))

    audit_id: Mapped[int] = mapped_column(BIG_ID, primary_key=True, autoincrement=True)
    at: Mapped[datetime] = mapped_column(Moment())
    event: Mapped[AuditEvent] = mapped_column(String(30))
    staff_id: Mapped[str | None] = mapped_column(TEXT_ID)
    system_id: Mapped[System | None] = mapped_column(String(20))
    address: Mapped[str | None] = mapped_column(String(45))
    record: Mapped[str | None] = mapped_column(String(100))
