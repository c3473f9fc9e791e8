"""The routes of accounts, for the medical system."""

from http import HTTPStatus
from typing import Annotated

from anyio import CapacityLimiter, to_thread
from fastapi import APIRouter, Path, Response
from sqlalchemy.orm import Session

from staff_integration.accounts import acknowledge
from staff_integration.api.entering import ContradictionError, enter
from staff_integration.api.problems import ProblemError, answers
from staff_integration.api.services import MedicalSystem, Used, not_reached
from staff_integration.api.shapes import AutoCreateRequest, AutoCreateResponse, InitialPassword
from staff_integration.database import in_transaction
from staff_integration.rollout import reach
from staff_integration.tables import Account, Staff
from staff_integration.vault import VaultError

router = APIRouter(prefix="/api/v1", tags=["accounts"])
IntegrationId = Annotated[int, Path(ge=1, le=2**31 - 1)]
CALLING = CapacityLimiter(20)
"""Requests that call VoiceDrive at once; others do not wait for them, even if VoiceDrive is late."""
STATUSES = {"made": HTTPStatus.CREATED, "there": HTTPStatus.OK, "later": HTTPStatus.ACCEPTED}


@router.post(
    "/auto-create-account",
    summary="Enter a member of staff and make the account; a repeat changes nothing",
    operation_id="autoCreateAccount",
    responses={
        200: {"description": "There is an account already"},
        201: {"description": "The account was made", "model": AutoCreateResponse},
        202: {"description": "The account will be made later", "model": AutoCreateResponse},
        **answers(HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.CONFLICT),
    },
)
async def auto_create_account(
    body: AutoCreateRequest, used: Used, _: MedicalSystem, response: Response
) -> AutoCreateResponse:
    """Answer the account; its initial password until the delivery is acknowledged."""
    try:
        entered = await to_thread.run_sync(enter, used.tools, body, limiter=CALLING)
    except ContradictionError as error:
        if error.known:
            raise ProblemError(
                HTTPStatus.CONFLICT,
                "contradiction",
                "This contradicts what is known of staff.",
                error.mistakes,
            ) from None
        raise ProblemError(
            HTTPStatus.UNPROCESSABLE_ENTITY,
            "invalid-request",
            "The organisation does not have what the request says.",
            error.mistakes,
        ) from None
    except VaultError:
        raise ProblemError(
            HTTPStatus.SERVICE_UNAVAILABLE, "unavailable", "The initial password cannot be read."
        ) from None
    response.status_code = STATUSES[entered.outcome].value
    return entered.answer


@router.post(
    "/accounts/{integration_id}/acknowledgement",
    summary="Acknowledge that the initial password has been delivered: it is erased",
    operation_id="acknowledgeAccount",
    status_code=HTTPStatus.NO_CONTENT.value,
    response_class=Response,
    responses=answers(HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND),
)
def acknowledge_account(integration_id: IntegrationId, used: Used, _: MedicalSystem) -> None:
    """Erase the initial password."""

    def erase(session: Session) -> bool:
        account = session.get(Account, integration_id)
        return account is not None and acknowledge(session, account.staff_id, used.clock.now())

    if not in_transaction(used.sessions, erase):
        raise _no_such_account()


@router.post(
    "/accounts/{integration_id}/password-reset",
    summary="A new password for sign-in, which has to be changed; the session ends",
    operation_id="resetPassword",
    responses=answers(HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND),
)
def reset_password(integration_id: IntegrationId, used: Used, _: MedicalSystem) -> InitialPassword:
    """Answer a new password. A repeat answers another one."""
    with used.sessions() as session:
        account = session.get(Account, integration_id)
        staff = session.get(Staff, account.staff_id) if account else None
    if staff is None or staff.left_at is not None or staff.voicedrive_id is None:
        raise _no_such_account()
    with used.sessions() as session:
        if not reach.is_reached(session, staff.staff_id):
            raise not_reached()
    password = used.tools.new_password()
    used.sign_in.reset_password(staff.staff_id, password)
    return InitialPassword(initial_password=password)


def _no_such_account() -> ProblemError:
    return ProblemError(HTTPStatus.NOT_FOUND, "no-such-account", "There is no such account.")
