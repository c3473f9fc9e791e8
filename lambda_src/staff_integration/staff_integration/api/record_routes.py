"""The routes of interviews, evaluations and notifications. Each caller sees those of the staff whom the caller may see."""

from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query
from sqlalchemy import ColumnElement, and_, func, or_, select, true
from sqlalchemy.orm import InstrumentedAttribute, Session

from staff_integration.access import Caller, visible
from staff_integration.api.problems import ProblemError, answers
from staff_integration.api.record_shapes import (
    EvaluationPage,
    EvaluationView,
    InterviewPage,
    InterviewView,
    NotificationPage,
    NotificationView,
)
from staff_integration.api.services import AnyCaller, Service, Used, permitted, scope_of, staff_seen
from staff_integration.api.shapes import StaffId
from staff_integration.database import in_transaction
from staff_integration.record_tables import Evaluation, Interview, Notification, NotificationRecipient
from staff_integration.sign_in_tables import Audit
from staff_integration.sync.messages import RecordId
from staff_integration.tables import Staff

router = APIRouter(prefix="/api/v1", tags=["records"])
Id = Annotated[RecordId, Path()]
Limit = Annotated[int, Query(ge=1, le=200)]
After = Annotated[RecordId | None, Query()]
OfStaff = Annotated[StaffId | None, Query(alias="staffId")]
SEEN = answers(HTTPStatus.UNAUTHORIZED, HTTPStatus.NOT_FOUND)


async def approver(
    caller: Annotated[Caller | Service, Depends(permitted("can_approve_interviews"))],
) -> Caller:
    """A member of staff who may approve interviews.

    Raises:
        ProblemError: the role does not have the permission, or a system calls.
    """
    if isinstance(caller, Caller):
        return caller
    raise ProblemError(HTTPStatus.FORBIDDEN, "staff-only", "Only staff may do this.")


@router.get(
    "/interviews",
    summary="The interviews that I may see, by id",
    operation_id="listInterviews",
    responses=SEEN,
)
def list_interviews(
    used: Used, caller: AnyCaller, limit: Limit = 50, after: After = None, staff_id: OfStaff = None
) -> InterviewPage:
    """Answer a page of interviews, of one member of staff or of all."""
    with used.sessions() as session:
        _check_seen(session, caller, staff_id)
        rows, following = _page(
            session, Interview.interview_id, _of(Interview.staff_id, caller, staff_id), Part(limit, after)
        )
    return InterviewPage(interviews=[_interview(each) for each in rows], next=following)


@router.get("/interviews/{interview_id}", summary="An interview", operation_id="getInterview", responses=SEEN)
def get_interview(interview_id: Id, used: Used, caller: AnyCaller) -> InterviewView:
    """Answer an interview."""
    with used.sessions() as session:
        return _interview(_interview_seen(session, caller, interview_id))


@router.post(
    "/interviews/{interview_id}/approval",
    summary="Approve an interview; a repeat changes nothing",
    operation_id="approveInterview",
    responses=answers(
        HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT
    ),
)
def approve_interview(
    interview_id: Id, used: Used, caller: Annotated[Caller, Depends(approver)]
) -> InterviewView:
    """Write who has approved an interview, the first time."""

    def write(session: Session) -> InterviewView:
        interview = _interview_seen(session, caller, interview_id, lock=True)
        if interview.state == "cancelled":
            raise ProblemError(HTTPStatus.CONFLICT, "cancelled", "The interview is cancelled.")
        if interview.state != "approved":
            now = used.clock.now()
            interview.state, interview.approved_by, interview.approved_at = "approved", caller.staff_id, now
            record = f"interview:{interview.interview_id}"
            session.add(Audit(at=now, event="interview_approved", staff_id=caller.staff_id, record=record))
        return _interview(interview)

    return in_transaction(used.sessions, write)


@router.get(
    "/evaluations",
    summary="The evaluations that I may see, by id",
    operation_id="listEvaluations",
    responses=SEEN,
)
def list_evaluations(
    used: Used, caller: AnyCaller, limit: Limit = 50, after: After = None, staff_id: OfStaff = None
) -> EvaluationPage:
    """Answer a page of evaluations, of one member of staff or of all."""
    with used.sessions() as session:
        _check_seen(session, caller, staff_id)
        rows, following = _page(
            session, Evaluation.evaluation_id, _of(Evaluation.staff_id, caller, staff_id), Part(limit, after)
        )
    return EvaluationPage(evaluations=[_evaluation(each) for each in rows], next=following)


@router.get(
    "/evaluations/{evaluation_id}", summary="An evaluation", operation_id="getEvaluation", responses=SEEN
)
def get_evaluation(evaluation_id: Id, used: Used, caller: AnyCaller) -> EvaluationView:
    """Answer an evaluation."""
    with used.sessions() as session:
        found = session.get(Evaluation, evaluation_id)
        if found is None or not _sees(session, caller, found.staff_id):
            raise _no_such("evaluation")
        return _evaluation(found)


@router.get(
    "/notifications",
    summary="The notifications for everybody, and for staff whom I may see, by id",
    operation_id="listNotifications",
    responses=SEEN,
)
def list_notifications(
    used: Used, caller: AnyCaller, limit: Limit = 50, after: After = None, staff_id: OfStaff = None
) -> NotificationPage:
    """Answer a page of notifications, for one member of staff or for all."""
    with used.sessions() as session:
        _check_seen(session, caller, staff_id)
        rows, following = _page(
            session, Notification.notification_id, _for(caller, staff_id), Part(limit, after)
        )
        page = _notifications(session, caller, rows)
    return NotificationPage(notifications=page, next=following)


@router.get(
    "/notifications/{notification_id}",
    summary="A notification",
    operation_id="getNotification",
    responses=SEEN,
)
def get_notification(notification_id: Id, used: Used, caller: AnyCaller) -> NotificationView:
    """Answer a notification."""
    wanted = select(Notification).where(Notification.notification_id == notification_id, _for(caller, None))
    with used.sessions() as session:
        found = session.scalar(wanted)
        if found is None:
            raise _no_such("notification")
        return _notifications(session, caller, [found])[0]


@dataclass(frozen=True)
class Part:
    """A part of a list: at most `limit` rows, after an id."""

    limit: int
    after: str | None


def _check_seen(session: Session, caller: Caller | Service, staff_id: str | None) -> None:
    if staff_id is not None:
        staff_seen(session, caller, staff_id)


def _sees(session: Session, caller: Caller | Service, staff_id: str) -> bool:
    return (
        session.scalar(select(Staff.staff_id).where(Staff.staff_id == staff_id, scope_of(caller))) is not None
    )


def _of(owner: Any, caller: Caller | Service, staff_id: str | None) -> ColumnElement[bool]:
    """Records of one member of staff, or of all whom the caller may see. `owner` is their column."""
    if staff_id is not None:
        return and_(owner == staff_id)
    if isinstance(caller, Service) or caller.scope == "all":
        return true()
    if caller.scope == "own":
        return and_(owner == caller.staff_id)
    return and_(owner.in_(select(Staff.staff_id).where(visible(caller))))


def _for(caller: Caller | Service, staff_id: str | None) -> ColumnElement[bool]:
    """Notifications for everybody, and for somebody whom the caller may see.

    They are counted for each notification: MySQL would collect those of all notifications for an `EXISTS`.
    """
    if staff_id is None and (isinstance(caller, Service) or caller.scope == "all"):
        return true()
    recipients = select(func.count()).where(
        NotificationRecipient.notification_id == Notification.notification_id
    )
    seen = recipients.where(_of(NotificationRecipient.staff_id, caller, staff_id))
    return or_(recipients.scalar_subquery() == 0, seen.scalar_subquery() > 0)


def _page(
    session: Session, key: InstrumentedAttribute[str], wanted: ColumnElement[bool], part: Part
) -> tuple[Sequence[Any], str | None]:
    """The rows of a page, and the `after` of the next one. Keys come first, so that no long texts are sorted."""
    keys = select(key).where(wanted).order_by(key).limit(part.limit + 1)
    if part.after is not None:
        keys = keys.where(key > part.after)
    found = session.scalars(keys).all()
    table = key.class_
    rows = session.scalars(select(table).where(key.in_(found[: part.limit])).order_by(key)).all()
    return rows, found[part.limit - 1] if len(found) > part.limit else None


def _interview_seen(
    session: Session, caller: Caller | Service, interview_id: str, *, lock: bool = False
) -> Interview:
    found = session.get(Interview, interview_id, with_for_update=lock or None)
    if found is None or not _sees(session, caller, found.staff_id):
        raise _no_such("interview")
    return found


def _no_such(word: str) -> ProblemError:
    return ProblemError(HTTPStatus.NOT_FOUND, f"no-such-{word}", f"You see no such {word}.")


def _interview(row: Interview) -> InterviewView:
    return InterviewView(
        interview_id=row.interview_id,
        staff_id=row.staff_id,
        scheduled_at=row.scheduled_at,
        title=row.title,
        notes=row.notes,
        state=row.state,
        approved_by=row.approved_by,
        approved_at=row.approved_at,
    )


def _evaluation(row: Evaluation) -> EvaluationView:
    return EvaluationView(
        evaluation_id=row.evaluation_id,
        staff_id=row.staff_id,
        completed_at=row.completed_at,
        score=row.score,
        comment=row.comment,
        source_system=row.source_system,
    )


def _notifications(
    session: Session, caller: Caller | Service, rows: Sequence[Notification]
) -> list[NotificationView]:
    recipients = session.execute(
        select(NotificationRecipient.notification_id, NotificationRecipient.staff_id, scope_of(caller))
        .join(Staff, Staff.staff_id == NotificationRecipient.staff_id)
        .where(NotificationRecipient.notification_id.in_([each.notification_id for each in rows]))
        .order_by(NotificationRecipient.staff_id)
    )
    seen: dict[str, list[str]] = {}
    for notification_id, staff_id, is_seen in recipients:
        seen.setdefault(notification_id, []).extend([staff_id] if is_seen else [])
    return [
        NotificationView(
            notification_id=each.notification_id,
            category=each.category,
            priority=each.priority,
            title=each.title,
            body=each.body,
            sent_at=each.sent_at,
            for_everybody=each.notification_id not in seen,
            staff_ids=seen.get(each.notification_id, []),
        )
        for each in rows
    ]
