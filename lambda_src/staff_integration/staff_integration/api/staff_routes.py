"""The routes of staff, and what hangs on them. Each caller sees the own data, the team, the department, or all."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query
from pydantic.alias_generators import to_camel
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from staff_integration.access import LEAST, Caller, rights_of, staff_with_roles
from staff_integration.api.problems import Mistake, ProblemError, answers
from staff_integration.api.services import AnyCaller, Service, Used, permitted, scope_of, staff_seen
from staff_integration.api.shapes import (
    AccountView,
    AuditEntry,
    AuditLog,
    StaffChange,
    StaffId,
    StaffPage,
    StaffView,
)
from staff_integration.database import in_transaction
from staff_integration.organisation_tables import Department, Facility, Position, RoleId, exactly
from staff_integration.sign_in.sessions import end_sessions
from staff_integration.sign_in_tables import Audit
from staff_integration.tables import Account, Base, Staff

router = APIRouter(prefix="/api/v1", tags=["staff"])
Editor = Annotated[Caller | Service, Depends(permitted("can_edit_all_staff"))]
Id = Annotated[StaffId, Path()]
SEEN = answers(HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND)
PERMITTED = answers(HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN)
EDITED = answers(HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT)
NEWEST = 100
"""Entries of the audit log in an answer."""


@router.get(
    "/staff",
    summary="The staff whom I may see, by staff id",
    operation_id="listStaff",
    responses=PERMITTED,
)
def list_staff(
    used: Used,
    caller: AnyCaller,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    after: Annotated[StaffId | None, Query()] = None,
) -> StaffPage:
    """Answer a page of staff."""
    wanted = staff_with_roles().where(scope_of(caller)).order_by(Staff.staff_id).limit(limit + 1)
    if after is not None:
        wanted = wanted.where(Staff.staff_id > after)
    with used.sessions() as session:
        found = session.execute(wanted).all()
    page = [_view(staff, role or LEAST) for staff, role in found[:limit]]
    return StaffPage(staff=page, next=page[-1].staff_id if len(found) > limit else None)


@router.get("/staff/{staff_id}", summary="A member of staff", operation_id="getStaff", responses=SEEN)
def get_staff(staff_id: Id, used: Used, caller: AnyCaller) -> StaffView:
    """Answer a member of staff."""
    with used.sessions() as session:
        staff = staff_seen(session, caller, staff_id)
        return _view(staff, rights_of(session, staff).role)


@router.patch(
    "/staff/{staff_id}", summary="Change a member of staff", operation_id="changeStaff", responses=EDITED
)
def change_staff(staff_id: Id, change: StaffChange, used: Used, caller: Editor) -> StaffView:
    """Change what the request has; VoiceDrive learns of it by the outbox."""
    values = change.model_dump(exclude_unset=True)

    def write(session: Session) -> StaffView:
        staff = staff_seen(session, caller, staff_id)
        mistakes = list(_wrong(session, values))
        if mistakes:
            raise ProblemError(
                HTTPStatus.UNPROCESSABLE_ENTITY,
                "invalid-request",
                "The request is not as documented.",
                mistakes,
            )
        for name, value in values.items():
            setattr(staff, name, value)
        session.flush()
        session.refresh(staff)
        return _view(staff, rights_of(session, staff).role)

    try:
        return in_transaction(used.sessions, write)
    except IntegrityError:
        raise ProblemError(
            HTTPStatus.CONFLICT, "contradiction", "Another member of staff has this address."
        ) from None


@router.post(
    "/staff/{staff_id}/departure",
    summary="A member of staff leaves: sessions end, the account is deactivated; a repeat changes nothing",
    operation_id="leaveStaff",
    responses=EDITED,
)
def leave_staff(staff_id: Id, used: Used, caller: Editor) -> StaffView:
    """Write that a member of staff has left."""

    def write(session: Session) -> StaffView:
        staff = staff_seen(session, caller, staff_id)
        if staff.left_at is None:
            staff.left_at = used.clock.now()
        end_sessions(session, staff_id)
        session.flush()
        session.refresh(staff)
        return _view(staff, rights_of(session, staff).role)

    return in_transaction(used.sessions, write)


@router.get(
    "/staff/{staff_id}/account",
    summary="The account of a member of staff",
    operation_id="getAccount",
    responses=SEEN,
)
def get_account(staff_id: Id, used: Used, caller: AnyCaller) -> AccountView:
    """Answer the account, without any secret."""
    with used.sessions() as session:
        staff = staff_seen(session, caller, staff_id)
        account = session.scalar(select(Account).where(Account.staff_id == staff_id))
        if account is None:
            raise ProblemError(HTTPStatus.NOT_FOUND, "no-account", "There is no account yet.")
        return AccountView(
            staff_id=staff_id,
            integration_id=str(account.integration_id),
            username=account.voicedrive_username or "",
            user_id=staff.voicedrive_id,
            login_url=account.login_url,
            delivered_at=account.delivered_at,
            signed_in_until=account.token_expires_at if account.sso_token else None,
        )


@router.get(
    "/staff/{staff_id}/audit-log",
    summary="What has happened at sign-in and what was approved, the newest first",
    operation_id="getAuditLog",
    responses=SEEN,
)
def get_audit_log(staff_id: Id, used: Used, caller: AnyCaller) -> AuditLog:
    """Answer the newest entries."""
    with used.sessions() as session:
        staff_seen(session, caller, staff_id)
        rows = session.scalars(
            select(Audit).where(Audit.staff_id == staff_id).order_by(Audit.audit_id.desc()).limit(NEWEST)
        )
        return AuditLog(
            entries=[
                AuditEntry(
                    at=each.at,
                    event=each.event,
                    system=each.system_id,
                    address=each.address,
                    record=each.record,
                )
                for each in rows
            ]
        )


def _view(staff: Staff, role: RoleId) -> StaffView:
    return StaffView(
        staff_id=staff.staff_id,
        employee_number=staff.employee_number,
        full_name=staff.full_name,
        email=staff.email,
        facility_id=staff.facility_id,
        department_id=staff.department_id,
        position_id=staff.position_id,
        role=role,
        sync_status=staff.sync_status or "pending",
        left_at=staff.left_at,
    )


def _wrong(session: Session, values: dict[str, str | None]) -> list[Mistake]:
    tables: dict[str, type[Base]] = {
        "facility_id": Facility,
        "department_id": Department,
        "position_id": Position,
    }
    mistakes = [
        Mistake(where=f"body.{to_camel(name)}", reason=f"the organisation has no {value}")
        for name, value in values.items()
        if value is not None and name in tables and exactly(session, tables[name], value) is None
    ]
    if "full_name" in values and values["full_name"] is None:
        mistakes.append(Mistake(where="body.fullName", reason="everybody has a name"))
    return mistakes
