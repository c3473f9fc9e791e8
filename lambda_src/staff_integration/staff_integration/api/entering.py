"""Enters a member of staff whom the medical system sends, and makes the account at once if that is possible."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Literal

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from staff_integration import outbox
from staff_integration.api.problems import Mistake
from staff_integration.api.shapes import (
    AutoCreateRequest,
    AutoCreateResponse,
    VoicedriveAccount,
)
from staff_integration.database import in_transaction
from staff_integration.organisation_tables import Department, Facility, Position, exactly
from staff_integration.rollout import reach
from staff_integration.tables import Account, Event, Staff
from staff_integration.vault import Vault
from staff_integration.worker import Tools, Worker

ANSWERED = timedelta(seconds=60)
"""How long the answer may be on its way; after that, the account is delivered by a call."""
MEMBERS = {
    "staff_id": "staffId",
    "employee_number": "employeeNumber",
    "full_name": "fullName",
    "email": "email",
    "facility_id": "facility.id",
    "department_id": "department.id",
    "position_id": "position.id",
}
"""The members of a request, by the columns that they become."""
Outcome = Literal["made", "there", "later"]


class ContradictionError(Exception):
    """Raised where the request contradicts the organisation, or what is known of the member of staff.

    Args:
        mistakes: each contradiction.
        known: whether it contradicts what is known of staff.
    """

    def __init__(self, mistakes: Sequence[Mistake], *, known: bool) -> None:
        super().__init__("the request contradicts what is known")
        self.mistakes = mistakes
        self.known = known


@dataclass(frozen=True)
class Entered:
    """The answer, and whether the account was made now, was there, or will be made later."""

    outcome: Outcome
    answer: AutoCreateResponse


def enter(tools: Tools, request: AutoCreateRequest) -> Entered:
    """Enter a member of staff; a repeat changes nothing.

    Raises:
        ContradictionError: the request contradicts what is known.
        DBAPIError: the database does not answer.
    """
    worker = Worker(tools, ANSWERED)

    def write(session: Session) -> Sequence[Event]:
        staff = outbox.locked(session, request.staff_id)
        if staff is None:
            _check_organisation(session, request)
            session.add(Staff(**_columns(request)))
            session.flush()
        else:
            _check_known(staff, request)
        return worker.take_for(session, request.staff_id)

    try:
        taken = in_transaction(tools.sessions, write)
    except IntegrityError:  # the same person at the same time, or somebody else has the number or the address
        taken = in_transaction(tools.sessions, lambda session: _again(session, request, write))
    worker.carry_out(taken)
    made = any(event.event_type == "staff.created" for event in taken)
    with tools.sessions() as session:
        return _answer(session, request.staff_id, tools.vault, made=made)


def _again(
    session: Session, request: AutoCreateRequest, write: Callable[[Session], Sequence[Event]]
) -> Sequence[Event]:
    same = {
        "employeeNumber": Staff.employee_number == request.employee_number,
        "email": Staff.email == request.email,
    }
    others = [
        Mistake(where=f"body.{name}", reason="another member of staff has it")
        for name, condition in same.items()
        if session.scalar(select(Staff.staff_id).where(condition, Staff.staff_id != request.staff_id))
    ]
    if others:
        raise ContradictionError(others, known=True)
    return write(session)


def _columns(request: AutoCreateRequest) -> dict[str, str]:
    return {
        "staff_id": request.staff_id,
        "employee_number": request.employee_number,
        "full_name": request.full_name,
        "email": request.email,
        "facility_id": request.facility.id,
        "department_id": request.department.id,
        "position_id": request.position.id,
    }


def _check_organisation(session: Session, request: AutoCreateRequest) -> None:
    mistakes = []
    for word, table, given in (
        ("facility", Facility, request.facility),
        ("department", Department, request.department),
        ("position", Position, request.position),
    ):
        found: Any = exactly(session, table, given.id)
        if found is None:
            mistakes.append(
                Mistake(where=f"body.{word}.id", reason=f"the organisation has no {word} {given.id}")
            )
        elif found.name != given.name:
            mistakes.append(
                Mistake(where=f"body.{word}.name", reason=f"the {word} {given.id} is called {found.name}")
            )
        elif isinstance(found, Position) and found.level != request.position.level:
            mistakes.append(Mistake(where="body.position.level", reason=f"its level is {found.level}"))
    if mistakes:
        raise ContradictionError(mistakes, known=False)


def _check_known(staff: Staff, request: AutoCreateRequest) -> None:
    mistakes = [
        Mistake(where=f"body.{MEMBERS[name]}", reason="this member of staff has another one")
        for name, value in _columns(request).items()
        if getattr(staff, name) != value
    ]
    if staff.left_at is not None:
        mistakes.append(Mistake(where="body.staffId", reason="this member of staff has left"))
    if mistakes:
        raise ContradictionError(mistakes, known=True)


def _answer(session: Session, staff_id: str, vault: Vault, *, made: bool) -> Entered:
    staff = session.get_one(Staff, staff_id)
    account = session.scalar(select(Account).where(Account.staff_id == staff_id))
    number = str(account.integration_id) if account else ""
    if account is None or staff.voicedrive_id is None:
        reason = session.scalar(
            select(Event.last_error)
            .where(Event.staff_id == staff_id, Event.state == "dead")
            .order_by(Event.event_id.desc())
        )
        if not reach.is_reached(session, staff_id):
            message = "The account will be made when the rollout has reached this member of staff."
        else:
            message = f"The account cannot be made: {reason}" if reason else "The account will be made later."
        empty = AutoCreateResponse(
            success=False, voicedrive_account=VoicedriveAccount(), integration_id=number, message=message
        )
        return Entered("later", empty)
    password = vault.decrypt(account.initial_password) if account.initial_password else ""
    shown = VoicedriveAccount(
        user_id=staff.voicedrive_id,
        username=account.voicedrive_username or "",
        initial_password=password,
        login_url=account.login_url or "",
    )
    answer = AutoCreateResponse(
        success=True,
        voicedrive_account=shown,
        integration_id=number,
        message="The account was made." if made else "The account is there.",
    )
    return Entered("made" if made else "there", answer)
