"""The organisation of the stack, and staff in it."""

import io
from collections.abc import Mapping
from pathlib import Path

from sqlalchemy.orm import Session
from staff_integration import __main__ as command_line
from staff_integration.organisation import plan
from staff_integration.organisation.files import organisation_in
from staff_integration.tables import Staff

FOLDER = Path(__file__).parents[2] / "desired_state" / "staff_integration" / "organisation"


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


def run(*arguments: str, environment: Mapping[str, str]) -> tuple[int, str, str]:
    """Run a command; its exit code, output and mistakes."""
    out, errors = io.StringIO(), io.StringIO()
    code = command_line.run(arguments, environment, out, errors)
    return code, out.getvalue(), errors.getvalue()
