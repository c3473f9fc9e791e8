"""The organisation of the stack, and staff in it."""

import io
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from sqlalchemy.orm import Session
from staff_integration import command_line
from staff_integration.organisation import plan
from staff_integration.organisation.files import organisation_in
from staff_integration.record_tables import Evaluation, Interview, Notification, NotificationRecipient
from staff_integration.tables import Staff

FOLDER = Path(__file__).parents[2] / "desired_state" / "staff_integration" / "organisation"

PEOPLE = {
    "EXECUTIVE": ("S10", "DIRECTOR", "ADMINISTRATION", "HQ"),
    "DEPARTMENT_HEAD": ("S20", "HEAD", "NURSING", "HOSPITAL"),
    "TEAM_LEADER": ("S30", "LEADER", "NURSING", "HOSPITAL"),
    "STAFF": ("S40", "MEMBER", "NURSING", "HOSPITAL"),
}
"""A member of staff of each role: id, position, department, facility."""
OTHERS = {
    "team": ("S51", "MEMBER", "NURSING", "HOSPITAL"),
    "department": ("S52", "MEMBER", "NURSING", "CLINIC_1"),
    "elsewhere": ("S53", "MEMBER", "MEDICAL", "HOSPITAL"),
}
"""Who is near the nursing staff of the hospital: in their team, in their department, in neither."""


def fill(session: Session) -> None:
    """Put the stack's organisation into the database."""
    plan.write(session, plan.changes(session, organisation_in(FOLDER)))


def person(staff_id: str, position: str | None, department: str | None, facility: str | None) -> Staff:
    """A member of staff; the digits of the id are the employee number."""
    return Staff(
        staff_id=staff_id,
        employee_number=staff_id.removeprefix("S"),
        full_name=f"職員 {staff_id}",
        email=f"{staff_id.lower()}@example.com",
        position_id=position,
        department_id=department,
        facility_id=facility,
    )


def add_records(session: Session, now: datetime) -> None:
    """An interview and an evaluation of each member of staff, a notification for each, and one for everybody."""
    for staff_id, *_ in (*PEOPLE.values(), *OTHERS.values()):
        session.add_all(
            (
                Interview(
                    interview_id=f"i-{staff_id}",
                    staff_id=staff_id,
                    scheduled_at=now,
                    title="面談",
                    notes="",
                    created_at=now,
                ),
                Evaluation(
                    evaluation_id=f"e-{staff_id}",
                    staff_id=staff_id,
                    completed_at=now,
                    score=80,
                    comment="",
                    source_system="medical",
                    created_at=now,
                ),
                _notification(f"n-{staff_id}", now),
            )
        )
        session.flush()
        session.add(NotificationRecipient(notification_id=f"n-{staff_id}", staff_id=staff_id))
    session.add(_notification("n-ALL", now))


def _notification(notification_id: str, now: datetime) -> Notification:
    return Notification(
        notification_id=notification_id,
        category="training",
        priority="high",
        title="研修",
        body="",
        sent_at=now,
        created_at=now,
    )


def run(*arguments: str, environment: Mapping[str, str]) -> tuple[int, str, str]:
    """Run a command; its exit code, output and mistakes."""
    out, errors = io.StringIO(), io.StringIO()
    code = command_line.run(arguments, environment, out, errors)
    return code, out.getvalue(), errors.getvalue()
