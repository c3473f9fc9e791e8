"""What the two systems send over the WebSocket."""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, AwareDatetime, Field, StringConstraints

from staff_integration.api.shapes import Email, PersonName, Shape, StaffId
from staff_integration.sync_tables import SyncEventType

RecordId = Annotated[str, StringConstraints(max_length=64, pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$")]
Title = Annotated[str, StringConstraints(min_length=1, max_length=200)]
LongText = Annotated[str, StringConstraints(max_length=20_000)]
YEARS = (1901, 2999)
"""Of moments: near the ends of the calendar some cannot be told in UTC."""


def _of_these_years(moment: datetime) -> datetime:
    if not YEARS[0] <= moment.year <= YEARS[1]:
        raise ValueError(f"the year must be from {YEARS[0]} to {YEARS[1]}")
    return moment


SentMoment = Annotated[AwareDatetime, AfterValidator(_of_these_years)]
EventId = Annotated[int, Field(ge=0, le=2**62)]


class Hello(Shape):
    """The first message: the last event that the system has carried out; without it, the last acknowledged one counts."""

    type: Literal["hello"]
    last_event: EventId | None = None


class Acknowledgement(Shape):
    """The system has carried out all events up to this one."""

    type: Literal["ack"]
    event: EventId


class Pong(Shape):
    """The system is there."""

    type: Literal["pong"]


class Sent(Shape):
    """An event of the system; the same `messageId` for each repeat."""

    type: Literal["event"]
    message_id: RecordId
    event: SyncEventType
    data: dict[str, Any]


Message = Annotated[Hello | Acknowledgement | Pong | Sent, Field(discriminator="type")]


class StaffUpdated(Shape):
    """VoiceDrive has changed a member of staff; `basedOn` is the `revision` that it had."""

    staff_id: StaffId
    based_on: EventId
    full_name: PersonName | None = None
    email: Email | None = None


class InterviewScheduled(Shape):
    """VoiceDrive has an interview: booked, held or cancelled."""

    interview_id: RecordId
    staff_id: StaffId
    scheduled_at: SentMoment
    title: Title
    notes: LongText = ""
    state: Literal["scheduled", "held", "cancelled"] = "scheduled"


class NotificationSent(Shape):
    """The medical system notifies staff; without `staffIds`, everybody."""

    notification_id: RecordId
    category: Annotated[str, StringConstraints(max_length=50)]
    priority: Annotated[str, StringConstraints(max_length=50)]
    title: Title
    body: LongText = ""
    staff_ids: Annotated[list[StaffId], Field(max_length=1000)] = []


class EvaluationCompleted(Shape):
    """One of the systems has an evaluation."""

    evaluation_id: RecordId
    staff_id: StaffId
    completed_at: SentMoment
    score: Annotated[float, Field(ge=0, le=100, allow_inf_nan=False)]
    comment: LongText = ""
