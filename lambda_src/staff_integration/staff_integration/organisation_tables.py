"""The tables of the organisation: who works where, and what each role may see and do."""

from typing import Literal, TypeVar

from sqlalchemy import Boolean, ForeignKey, Integer, String, inspect, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from staff_integration.columns import TEXT_ID
from staff_integration.tables import Base

Unit = TypeVar("Unit", bound=Base)
RoleId = Literal["EXECUTIVE", "DEPARTMENT_HEAD", "TEAM_LEADER", "STAFF"]
Scope = Literal["own", "team", "department", "all"]
"""Whose data: one's own; of one department at one facility; of one department everywhere; of everybody."""
NAME = String(100)


class Corporation(Base):
    """The corporation."""

    __tablename__ = "corporation"

    corporation_id: Mapped[str] = mapped_column(TEXT_ID, primary_key=True)
    name: Mapped[str] = mapped_column(NAME)


class Facility(Base):
    """The headquarters, a hospital, a clinic or another place of the corporation."""

    __tablename__ = "facility"

    facility_id: Mapped[str] = mapped_column(TEXT_ID, primary_key=True)
    name: Mapped[str] = mapped_column(NAME)
    kind: Mapped[str] = mapped_column(String(20))
    beds: Mapped[int | None] = mapped_column(Integer)


class Department(Base):
    """A department, which may be at several facilities."""

    __tablename__ = "department"

    department_id: Mapped[str] = mapped_column(TEXT_ID, primary_key=True)
    name: Mapped[str] = mapped_column(NAME)


class Role(Base):
    """A role in both systems; positions of its level have it."""

    __tablename__ = "system_role"

    role_id: Mapped[RoleId] = mapped_column(TEXT_ID, primary_key=True)
    level: Mapped[int] = mapped_column(Integer, unique=True)
    name: Mapped[str] = mapped_column(NAME)
    data_scope: Mapped[Scope] = mapped_column(String(10))


class Position(Base):
    """A position, with its level from 1 (executives) to 4."""

    __tablename__ = "staff_position"

    position_id: Mapped[str] = mapped_column(TEXT_ID, primary_key=True)
    name: Mapped[str] = mapped_column(NAME)
    level: Mapped[int] = mapped_column(Integer)


class Permissions(Base):
    """What a role may do."""

    __tablename__ = "permission_matrix"

    role_id: Mapped[RoleId] = mapped_column(TEXT_ID, ForeignKey("system_role.role_id"), primary_key=True)
    can_view_all_staff: Mapped[bool | None] = mapped_column(Boolean, server_default=text("0"))
    can_edit_all_staff: Mapped[bool | None] = mapped_column(Boolean, server_default=text("0"))
    can_view_department: Mapped[bool | None] = mapped_column(Boolean, server_default=text("0"))
    can_approve_interviews: Mapped[bool | None] = mapped_column(Boolean, server_default=text("0"))
    can_access_reports: Mapped[bool | None] = mapped_column(Boolean, server_default=text("0"))


FLAGS = tuple(each.key for each in Permissions.__table__.columns if each.key.startswith("can_"))
"""The permissions."""


def exactly(session: Session, table: type[Unit], key: str) -> Unit | None:
    """The row of a key. MySQL also finds one whose key differs in capital letters; that one does not count."""
    found = session.get(table, key)
    return found if found is not None and inspect(found).identity == (key,) else None
