"""Takes entries of the outbox, and writes what has become of them.

An entry is taken for the time of a lease. Entries of one member of staff are taken one after the other, in their order.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import and_, exists, func, or_, select, update
from sqlalchemy.orm import Session, aliased

from staff_integration.rollout import reach
from staff_integration.tables import Event, EventType, Staff, SyncStatus

LEASE = timedelta(seconds=120)
"""How long a worker has for the entries it has taken; a call takes about ten seconds at most."""
OTHERS = 20
"""How many workers may take entries in the same moment and all find some."""
KEY_ORDER = "FORCE INDEX (PRIMARY)"
ABOUT_STAFF: tuple[EventType, ...] = ("staff.created", "staff.updated", "staff.left")
DELIVERIES: tuple[EventType, ...] = ("account.created",)


@dataclass(frozen=True)
class Wanted:
    """Which entries a worker takes: of some types, so many at once, perhaps of one member of staff only."""

    types: tuple[EventType, ...]
    most: int
    staff_id: str | None = None


def take(session: Session, worker: str, now: datetime, wanted: Wanted) -> Sequence[Event]:
    """Take entries that are due; other workers pass over them. Those that wait for their cohort are not due.

    Args:
        session: a transaction that ends right afterwards.
        worker: who takes them.
        now: the moment.
        wanted: which ones.
    """
    earlier = aliased(Event)
    free = (
        Event.state == "pending",
        or_(Event.due_at.is_(None), Event.due_at <= now),
        or_(Event.claimed_until.is_(None), Event.claimed_until <= now),
    )
    candidates = (
        select(Event.event_id)
        .where(
            *free,
            Event.event_type.in_(wanted.types),
            ~reach.held(),
            ~exists().where(
                earlier.staff_id == Event.staff_id,
                earlier.state == "pending",
                earlier.event_type.in_(wanted.types),
                earlier.event_id < Event.event_id,
            ),
        )
        .order_by(Event.event_id)
        .limit(wanted.most * OTHERS)
    )
    if wanted.staff_id is not None:
        candidates = candidates.where(Event.staff_id == wanted.staff_id)
    # In the order of their keys, so that no other row is locked: MySQL locks all rows that it has to sort.
    found = session.scalars(
        select(Event)
        .with_hint(Event, KEY_ORDER, "mysql")
        .with_hint(Event, KEY_ORDER, "mariadb")
        .where(Event.event_id.in_(session.scalars(candidates).all()), *free)
        .order_by(Event.event_id)
        .limit(wanted.most)
        .with_for_update(skip_locked=True)
    ).all()
    released = reach.released(session, [each.event_id for each in found])
    for each in found:
        each.released_at = each.released_at or released.get(each.event_id)
        each.claimed_by, each.claimed_until, each.attempts = worker, now + LEASE, each.attempts + 1
    return found


def held(session: Session, event: Event, worker: str) -> Event | None:
    """The entry, locked, if this worker still has it."""
    found = session.scalar(select(Event).where(Event.event_id == event.event_id).with_for_update())
    return found if found and found.state == "pending" and found.claimed_by == worker else None


def finish(session: Session, event: Event, now: datetime) -> None:
    """Write that an entry is done, and with it what it has made obsolete: earlier ones of this person that failed for good."""
    same = ABOUT_STAFF if event.event_type in ABOUT_STAFF else (event.event_type,)
    session.execute(
        update(Event)
        .where(
            Event.staff_id == event.staff_id,
            Event.event_type.in_(same),
            or_(
                Event.event_id == event.event_id,
                and_(Event.event_id < event.event_id, Event.state == "dead"),
            ),
        )
        .values(state="done", finished_at=now, claimed_by=None, claimed_until=None)
    )


def put_off(event: Event, until: datetime, reason: str) -> None:
    """Write that an entry is to be tried again."""
    event.due_at, event.last_error = until, reason[:500]
    event.claimed_by = event.claimed_until = None


def give_up(event: Event, now: datetime, reason: str) -> None:
    """Write that somebody has to look at an entry."""
    event.state, event.finished_at, event.last_error = "dead", now, reason[:500]
    event.claimed_by = event.claimed_until = None


def send_again(event: Event) -> None:
    """Write that an entry is due at once, as if it were new."""
    event.state, event.attempts = "pending", 0
    event.due_at = event.finished_at = event.last_error = None


def settle(session: Session, staff: Staff) -> None:
    """Write the `sync_status` of a member of staff, whose row is locked, from the entries."""
    states = set(
        session.scalars(
            select(Event.state)
            .where(Event.staff_id == staff.staff_id, Event.event_type.in_(ABOUT_STAFF), Event.state != "done")
            .distinct()
        )
    )
    status: SyncStatus = "error" if "dead" in states else "pending" if states else "synced"
    staff.sync_status = status


def locked(session: Session, staff_id: str) -> Staff | None:
    """A member of staff, locked until the transaction ends."""
    return session.scalar(select(Staff).where(Staff.staff_id == staff_id).with_for_update())


def revision_of(session: Session, staff_id: str) -> int:
    """The revision of a member of staff: the number of the last change; 0 if there is none."""
    changes = select(func.max(Event.event_id)).where(
        Event.staff_id == staff_id, Event.event_type.in_(ABOUT_STAFF)
    )
    return session.scalar(changes) or 0
