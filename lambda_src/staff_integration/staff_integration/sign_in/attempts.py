"""Slows attempts down, for an account and for an address. The counts are in the database, for all processes."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from staff_integration.database import add_unless_there
from staff_integration.sign_in_tables import Attempts

LONGEST = 900
"""Seconds."""
FORGOTTEN = timedelta(hours=1)
"""How long after the last failure the count begins anew."""


@dataclass(frozen=True)
class Subject:
    """Whose attempts are counted; the first `free` failures in a row cost nothing."""

    word: str
    value: str
    free: int

    @property
    def digest(self) -> str:
        """The key in the database: what people type by mistake is not kept in clear."""
        return hashlib.sha256(f"{self.word}:{self.value.casefold()}".encode()).hexdigest()


def account(username: str) -> Subject:
    """An account, whether it exists or not."""
    return Subject("account", username, 3)


def address(value: str) -> Subject:
    """An address, behind which there may be many people."""
    return Subject("address", value, 30)


def reserve(session: Session, subjects: tuple[Subject, ...], now: datetime) -> float:
    """Count an attempt as a failure, before it is made, so that those made at the same time count too.

    Returns:
        Seconds until the next attempt is allowed; 0 if this one is, and then it is counted.
    """
    rows = [_locked(session, each.digest, now) for each in subjects]
    wait = max(
        ((row.blocked_until - now).total_seconds() for row in rows if row.blocked_until is not None),
        default=0.0,
    )
    if wait > 0:
        return wait
    for row, subject in zip(rows, subjects, strict=True):
        row.failures = 1 if now - row.last_at > FORGOTTEN else row.failures + 1
        row.last_at = now
        over = row.failures - subject.free
        seconds = min(LONGEST, 2.0 ** min(over - 1, 20)) if over > 0 else 0.0
        row.blocked_until = now + timedelta(seconds=seconds) if seconds else None
    return 0.0


def succeeded(session: Session, subject: Subject) -> None:
    """Forget the failures of an account, because the right password was given."""
    row = session.get(Attempts, subject.digest)
    if row is not None:
        session.delete(row)


def _locked(session: Session, digest: str, now: datetime) -> Attempts:
    statement = select(Attempts).where(Attempts.subject == digest).with_for_update()
    row = session.scalar(statement)
    if row is None:
        old = now - FORGOTTEN - timedelta(seconds=LONGEST)
        session.execute(delete(Attempts).where(Attempts.last_at < old))
        add_unless_there(session, Attempts(subject=digest, failures=0, last_at=now))
        row = session.scalars(statement).one()
    return row
