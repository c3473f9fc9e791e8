"""The staff as rows of a CSV file, from which another system makes its users."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Executable, select
from sqlalchemy.orm import Session

from staff_integration.access import LEAST
from staff_integration.clock import JAPAN
from staff_integration.organisation_tables import Department, Facility, Position, Role
from staff_integration.tables import Account, Staff

COLUMNS = (
    "staff_id",
    "employee_number",
    "account",
    "full_name",
    "last_name",
    "first_name",
    "email",
    "facility_id",
    "facility",
    "department_id",
    "department",
    "position_id",
    "position",
    "role",
    "state",
    "last_day",
)
"""The first row of the file."""
ACTIVE, LEFT = "active", "left"
AT_ONCE = 500
"""Rows that are read at once."""


def everybody() -> Executable:
    """All staff, leavers among them, in the order of their ids."""
    return (
        select(
            Staff.staff_id,
            Staff.employee_number,
            Account.voicedrive_username,
            Staff.full_name,
            Staff.email,
            Staff.facility_id,
            Facility.name,
            Staff.department_id,
            Department.name,
            Staff.position_id,
            Position.name,
            Role.role_id,
            Staff.left_at,
        )
        .outerjoin(Account, Account.staff_id == Staff.staff_id)
        .outerjoin(Facility, Facility.facility_id == Staff.facility_id)
        .outerjoin(Department, Department.department_id == Staff.department_id)
        .outerjoin(Position, Position.position_id == Staff.position_id)
        .outerjoin(Role, Role.level == Position.level)
        .order_by(Staff.staff_id)
    )


def exported(session: Session, now: datetime) -> Iterator[tuple[str, ...]]:
    """A row for each member of staff, read by one statement and never all at once."""
    with session.execute(everybody(), execution_options={"yield_per": AT_ONCE}) as found:
        for each in found:
            yield as_row(tuple(each), now)


def as_row(found: tuple[Any, ...], now: datetime) -> tuple[str, ...]:
    """The cells of one member of staff, in the order of `COLUMNS`; what is not known is empty."""
    staff_id, number, account, full_name, email, *places, role, left_at = found
    last_name, first_name = names_in(full_name)
    state = LEFT if left_at is not None and left_at <= now else ACTIVE
    cells = (
        *(staff_id, number, account, full_name, last_name, first_name, email),
        *places,
        *(role or LEAST, state, last_day(left_at)),
    )
    return tuple("" if each is None else str(each) for each in cells)


def names_in(full_name: str) -> tuple[str, str]:
    """Last name and first name of a full name in Japanese order; without a space all of it is the last name."""
    last, *first = full_name.split(maxsplit=1) or [""]  # the medical system may write a name of spaces
    return last, first[0].strip() if first else ""


def last_day(left_at: datetime | None) -> str:
    """The last day of employment in Japan, as YYYY-MM-DD; who leaves at midnight has worked the day before."""
    if left_at is None:
        return ""
    return f"{(left_at - timedelta(microseconds=1)).astimezone(JAPAN):%Y-%m-%d}"
