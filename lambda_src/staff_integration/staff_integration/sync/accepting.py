"""Takes events from the two systems: checks them, settles conflicts, and publishes them for the other system.

Conflicts: of a member of staff, the master's version counts; VoiceDrive may change the name and the e-mail address, if it had the newest
revision. Of an evaluation, the version that was completed last counts, and that of the medical system if both were completed at once.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from pydantic import ValidationError
from sqlalchemy import select
from sqlalchemy.orm import Session

from staff_integration import outbox
from staff_integration.api.shapes import Shape
from staff_integration.rollout import reach
from staff_integration.sync import messages, records, store
from staff_integration.sync.mapping import UnknownValueError, mapped
from staff_integration.tables import OTHER, Staff, System

Taken = tuple[str, dict[str, Any]]
"""The name of the record, and what the other system is told."""
Taker = Callable[[Session, System, Mapping[str, Any], datetime], Taken]


class RefusedEventError(Exception):
    """Raised where an event is not taken; the message says why, and a repeat will not help."""


def accept(session: Session, source: System, sent: messages.Sent, now: datetime) -> None:
    """Take an event; one that was taken before changes nothing.

    Raises:
        RefusedEventError: it is not one of this system, is wrong, or has lost a conflict.
    """
    taker = TAKERS.get((source, sent.event))
    if taker is None:
        raise RefusedEventError(f"{source} does not send {sent.event}")
    if store.is_known(session, source, sent.message_id):
        return
    try:
        record, data = taker(session, source, sent.data, now)
    except ValidationError as error:
        found = error.errors(include_url=False, include_input=False, include_context=False)
        reasons = "; ".join(f"{'.'.join(map(str, ('data', *each['loc'])))}: {each['msg']}" for each in found)
        raise RefusedEventError(reasons[:1000]) from None
    except UnknownValueError as error:
        raise RefusedEventError(str(error)) from None
    except records.OutdatedError as error:
        raise RefusedEventError(f"conflict: {error}") from None
    new = store.NewEvent(sent.event, record, source, OTHER[source], sent.message_id, data)
    store.publish(session, new, now)


def _staff_updated(session: Session, _: System, data: Mapping[str, Any], __: datetime) -> Taken:
    sent = messages.StaffUpdated.model_validate(data)
    staff = outbox.locked(session, sent.staff_id)
    if staff is None or staff.left_at is not None:
        raise RefusedEventError(f"data.staffId: there is no member of staff {sent.staff_id}")
    _known_staff(session, [sent.staff_id])
    newest = outbox.revision_of(session, sent.staff_id)
    if sent.based_on < newest:
        raise RefusedEventError(f"conflict: the master has revision {newest} of {sent.staff_id}")
    if sent.full_name is not None:
        staff.full_name = sent.full_name
    if sent.email is not None:
        taken = select(Staff.staff_id).where(Staff.email == sent.email, Staff.staff_id != sent.staff_id)
        if session.scalar(taken):
            raise RefusedEventError("data.email: another member of staff has it")
        staff.email = sent.email
    session.flush()
    shown = {
        "staffId": staff.staff_id,
        "fullName": staff.full_name,
        "email": staff.email,
        "revision": outbox.revision_of(session, sent.staff_id),
    }
    return f"staff:{staff.staff_id}", shown


def _interview(session: Session, _: System, data: Mapping[str, Any], now: datetime) -> Taken:
    sent = messages.InterviewScheduled.model_validate(data)
    [staff_id] = _known_staff(session, [sent.staff_id])
    records.keep_interview(session, sent, staff_id, now)
    return f"interview:{sent.interview_id}", _shown(sent) | {"staffId": staff_id}


def _notification(session: Session, _: System, data: Mapping[str, Any], now: datetime) -> Taken:
    sent = messages.NotificationSent.model_validate(data)
    staff_ids = _known_staff(session, sent.staff_ids)
    shown = _shown(sent) | {"staffIds": staff_ids}
    shown |= {name: mapped(name, shown[name]) for name in ("category", "priority")}
    reached = None if staff_ids else reach.only_reached(session)
    if reached is not None:
        shown["staffIds"] = reached
        if not reached:
            raise RefusedEventError("the rollout has reached nobody")
    records.keep_notification(session, sent, staff_ids, now)
    return f"notification:{sent.notification_id}", shown


def _evaluation(session: Session, source: System, data: Mapping[str, Any], now: datetime) -> Taken:
    sent = messages.EvaluationCompleted.model_validate(data)
    [staff_id] = _known_staff(session, [sent.staff_id])
    records.keep_evaluation(session, sent, staff_id, source, now)
    return f"evaluation:{sent.evaluation_id}", _shown(sent) | {"staffId": staff_id}


def _shown(sent: Shape) -> dict[str, Any]:
    return sent.model_dump(by_alias=True, mode="json")


def _known_staff(session: Session, staff_ids: Sequence[str]) -> list[str]:
    """The ids as the master has them, each once."""
    known = set(session.scalars(select(Staff.staff_id).where(Staff.staff_id.in_(staff_ids))))
    found: dict[str, None] = {}
    for staff_id in staff_ids:  # MySQL also finds an id that differs in capital letters
        staff = None if staff_id in known else session.get(Staff, staff_id)
        if staff_id not in known and staff is None:
            raise RefusedEventError(f"there is no member of staff {staff_id}")
        found[staff.staff_id if staff else staff_id] = None
    beyond = session.scalars(
        select(Staff.staff_id).where(Staff.staff_id.in_(found), ~reach.reached()).order_by(Staff.staff_id)
    ).first()
    if beyond is not None:
        raise RefusedEventError(f"{reach.NOT_YET}: {beyond}")
    return list(found)


TAKERS: Mapping[tuple[str, str], Taker] = {
    ("voicedrive", "staff.updated"): _staff_updated,
    ("voicedrive", "interview.scheduled"): _interview,
    ("medical", "notification.sent"): _notification,
    ("medical", "evaluation.completed"): _evaluation,
    ("voicedrive", "evaluation.completed"): _evaluation,
}
"""Which events each system sends. Staff of the medical system come from the outbox, not over the WebSocket."""
