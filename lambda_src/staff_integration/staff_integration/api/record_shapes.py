"""What answers about interviews, notifications and evaluations look like."""

from datetime import datetime

from staff_integration.api.shapes import Shape
from staff_integration.record_tables import InterviewState
from staff_integration.tables import System


class InterviewView(Shape):
    """An interview; `approvedBy` is the staff id of whoever has approved it."""

    interview_id: str
    staff_id: str
    scheduled_at: datetime
    title: str
    notes: str
    state: InterviewState
    approved_by: str | None
    approved_at: datetime | None


class InterviewPage(Shape):
    """A page of interviews, by id; `next` is the `after` of the next page."""

    interviews: list[InterviewView]
    next: str | None


class EvaluationView(Shape):
    """An evaluation: the version that counts, and the system that sent it."""

    evaluation_id: str
    staff_id: str
    completed_at: datetime
    score: float
    comment: str
    source_system: System


class EvaluationPage(Shape):
    """A page of evaluations, by id; `next` is the `after` of the next page."""

    evaluations: list[EvaluationView]
    next: str | None


class NotificationView(Shape):
    """A notification for everybody, or for some; `staffIds` has those of them whom the caller may see."""

    notification_id: str
    category: str
    priority: str
    title: str
    body: str
    sent_at: datetime
    for_everybody: bool
    staff_ids: list[str]


class NotificationPage(Shape):
    """A page of notifications, by id; `next` is the `after` of the next page."""

    notifications: list[NotificationView]
    next: str | None
