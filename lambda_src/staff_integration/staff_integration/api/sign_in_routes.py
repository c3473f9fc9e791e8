"""The routes of sign-in. The two systems call them, each with a token of its own."""

from datetime import timedelta
from http import HTTPStatus

from fastapi import APIRouter, Request, Response
from sqlalchemy import and_, or_, select

from staff_integration.api.problems import answers
from staff_integration.api.services import AnyService, Used
from staff_integration.api.shapes import (
    HandOverCode,
    Jwks,
    PasswordChange,
    RedeemRequest,
    Revocations,
    ServiceToken,
    ServiceTokenRequest,
    SessionRequest,
    SignedIn,
    SignInRequest,
)
from staff_integration.rollout import reach
from staff_integration.sign_in import keys
from staff_integration.sign_in.sessions import CODE
from staff_integration.sign_in.shapes import Attempt, Tokens
from staff_integration.tables import Event, Staff

router = APIRouter(prefix="/api/v1/sso", tags=["sign-in"])
LIFE = int(keys.LIFE.total_seconds())
CALLED = answers(HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN)
SLOWED = answers(HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.TOO_MANY_REQUESTS)


@router.post(
    "/service-token",
    summary="A token for one of the two systems",
    operation_id="getServiceToken",
    responses=answers(HTTPStatus.UNAUTHORIZED, HTTPStatus.TOO_MANY_REQUESTS),
)
def get_service_token(body: ServiceTokenRequest, request: Request, used: Used) -> ServiceToken:
    """Answer a token."""
    address = request.client.host if request.client else ""
    token = used.sign_in.service_token(body.system, body.secret, address[:45])
    return ServiceToken(access_token=token, expires_in=LIFE)


@router.post(
    "/sign-in",
    summary="Begin a session in this system; an earlier one ends",
    operation_id="signIn",
    responses=SLOWED,
)
def sign_in(body: SignInRequest, used: Used, caller: AnyService) -> SignedIn:
    """Answer tokens for whoever gives the right password."""
    return _signed_in(
        used.sign_in.sign_in(caller.system, Attempt(body.username, body.password, body.address))
    )


@router.post(
    "/password",
    summary="Change a password; the session ends",
    operation_id="changePassword",
    status_code=HTTPStatus.NO_CONTENT.value,
    response_class=Response,
    responses=SLOWED,
)
def change_password(body: PasswordChange, used: Used, caller: AnyService) -> None:
    """Change the password of whoever gives the right one."""
    used.sign_in.change_password(
        caller.system, Attempt(body.username, body.password, body.address), body.new_password
    )


@router.post(
    "/refresh", summary="A new access token for a session", operation_id="refreshSession", responses=CALLED
)
def refresh_session(body: SessionRequest, used: Used, caller: AnyService) -> SignedIn:
    """Answer tokens for a session that goes on."""
    return _signed_in(used.sign_in.refresh(caller.system, body.refresh_token))


@router.post(
    "/hand-over",
    summary="A code with which the other system takes the session over, once, within a minute",
    operation_id="handOverSession",
    responses=CALLED,
)
def hand_over_session(body: SessionRequest, used: Used, caller: AnyService) -> HandOverCode:
    """Answer a code."""
    code = used.sign_in.hand_over(caller.system, body.refresh_token)
    return HandOverCode(code=code, expires_in=int(CODE.total_seconds()))


@router.post(
    "/redeem",
    summary="Take a session over from the other system",
    operation_id="redeemCode",
    responses=CALLED,
)
def redeem_code(body: RedeemRequest, used: Used, caller: AnyService) -> SignedIn:
    """Answer tokens for a session that the other system has handed over."""
    return _signed_in(used.sign_in.redeem(caller.system, body.code))


@router.post(
    "/sign-out",
    summary="End a session in both systems; a repeat changes nothing",
    operation_id="signOut",
    status_code=HTTPStatus.NO_CONTENT.value,
    response_class=Response,
    responses=CALLED,
)
def sign_out(body: SessionRequest, used: Used, caller: AnyService) -> None:
    """End a session."""
    used.sign_in.sign_out(caller.system, body.refresh_token)


@router.get(
    "/jwks",
    summary="The keys that sign tokens; they may be kept for an hour",
    operation_id="getKeys",
    responses=answers(),
)
def get_keys(used: Used, response: Response) -> Jwks:
    """Answer the public keys."""
    response.headers["Cache-Control"] = "public, max-age=3000"
    with used.sessions() as session:
        return Jwks.model_validate(keys.published(session, used.clock.now()))


@router.get(
    "/revocations",
    summary="Staff whose access tokens are not valid any more",
    operation_id="getRevocations",
    responses=CALLED,
)
def get_revocations(used: Used, _: AnyService) -> Revocations:
    """Answer who has left within the life of an access token, and whom the rollout does not reach any more."""
    since = used.clock.now() - keys.LIFE - timedelta(minutes=1)
    # `left_at` may be a day that is long over; the entry of the outbox tells when it was written.
    written = (
        select(Event.event_id)
        .where(Event.staff_id == Staff.staff_id, Event.event_type == "staff.left", Event.created_at >= since)
        .exists()
    )
    left = and_(Staff.left_at.is_not(None), or_(Staff.left_at >= since, written))
    locked_out = and_(Staff.voicedrive_id.is_not(None), Staff.left_at.is_(None), ~reach.reached())
    with used.sessions() as session:
        found = session.scalars(select(Staff.staff_id).where(or_(left, locked_out)).order_by(Staff.staff_id))
        return Revocations(staff_ids=list(found))


def _signed_in(tokens: Tokens) -> SignedIn:
    return SignedIn(
        access_token=tokens.access_token,
        refresh_token=tokens.refresh_token,
        expires_in=LIFE,
        session_ends_at=tokens.expires_at,
        must_change_password=tokens.must_change_password,
    )
