"""Who may see and do what.

A team is the staff of one department at one facility. Whoever has no position, or one of an unknown level, has the least role.
"""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, and_, false, or_, select, true
from sqlalchemy.orm import Session

from staff_integration.organisation_tables import FLAGS, Permissions, Position, Role, RoleId, Scope
from staff_integration.tables import Staff

LEAST: RoleId = "STAFF"


@dataclass(frozen=True)
class Caller:
    """A member of staff who calls, as the database has this person now."""

    staff_id: str
    facility_id: str | None
    department_id: str | None
    role: RoleId
    scope: Scope
    permissions: frozenset[str]

    def may(self, permission: str) -> bool:
        """Whether the role has a permission such as `can_access_reports`."""
        return permission in self.permissions


@dataclass(frozen=True)
class Rights:
    """What a role gives."""

    role: RoleId
    scope: Scope
    permissions: frozenset[str]


def rights_of(session: Session, staff: Staff) -> Rights:
    """The rights of a member of staff, from the position's level; the least ones where nothing is known."""
    found = session.execute(
        select(Role, Permissions)
        .join(Position, Position.level == Role.level)
        .outerjoin(Permissions, Permissions.role_id == Role.role_id)
        .where(Position.position_id == staff.position_id)
    ).first()
    return rights_with(*found) if found else rights_with(None, None)


def rights_with(role: Role | None, matrix: Permissions | None) -> Rights:
    """The rights that a role gives; the least ones without one."""
    if role is None:
        return Rights(LEAST, "own", frozenset())
    return Rights(
        role.role_id, role.data_scope, frozenset(each for each in FLAGS if getattr(matrix, each, False))
    )


def staff_with_roles() -> Select[Staff, RoleId]:
    """All staff, each with the role; None stands for the least one."""
    return (
        select(Staff, Role.role_id)
        .outerjoin(Position, Position.position_id == Staff.position_id)
        .outerjoin(Role, Role.level == Position.level)
    )


def staff_with_rights() -> Select[Staff, Role, Permissions]:
    """All staff, each with what `rights_with` needs."""
    return (
        select(Staff, Role, Permissions)
        .outerjoin(Position, Position.position_id == Staff.position_id)
        .outerjoin(Role, Role.level == Position.level)
        .outerjoin(Permissions, Permissions.role_id == Role.role_id)
    )


def caller_of(session: Session, staff: Staff) -> Caller:
    """A member of staff as a caller."""
    return caller_with(staff, rights_of(session, staff))


def caller_with(staff: Staff, rights: Rights) -> Caller:
    """A member of staff as a caller, by rights that are known."""
    return Caller(
        staff.staff_id, staff.facility_id, staff.department_id, rights.role, rights.scope, rights.permissions
    )


def visible(caller: Caller) -> ColumnElement[bool]:
    """The rows of staff that a caller may see, as a condition of a statement."""
    if caller.scope == "all":
        return true()
    return or_(Staff.staff_id == caller.staff_id, _around(caller))


def sees(caller: Caller, staff: Staff) -> bool:
    """Whether a caller may see a member of staff; the same as `visible`."""
    if caller.scope == "all" or staff.staff_id == caller.staff_id:
        return True
    same_department = caller.department_id is not None and staff.department_id == caller.department_id
    same_facility = caller.facility_id is not None and staff.facility_id == caller.facility_id
    return same_department and (caller.scope == "department" or (caller.scope == "team" and same_facility))


def _around(caller: Caller) -> ColumnElement[bool]:
    if caller.scope == "own" or caller.department_id is None:
        return false()
    same_department = Staff.department_id == caller.department_id
    if caller.scope == "department":
        return same_department
    if caller.facility_id is None:
        return false()
    return and_(same_department, Staff.facility_id == caller.facility_id)
