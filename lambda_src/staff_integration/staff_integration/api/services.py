"""What the routes work with, and who calls them.

Dependencies that wait for nothing are coroutines: FastAPI would hand others to a thread, each time.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from sqlalchemy import ColumnElement, true
from sqlalchemy.orm import Session

from staff_integration.access import Caller, caller_with, rights_with, sees, staff_with_rights, visible
from staff_integration.api.problems import ProblemError
from staff_integration.clock import Clock
from staff_integration.database import Sessions
from staff_integration.rollout import reach
from staff_integration.sign_in import keys
from staff_integration.sign_in.sessions import SignIn
from staff_integration.sign_in.tokens import ISSUER, InvalidTokenError, Verifier
from staff_integration.tables import Staff, System
from staff_integration.worker import Tools

bearer = HTTPBearer(
    auto_error=False,
    scheme_name="token",
    bearerFormat="JWT",
    description="A token of `/api/v1/sso/service-token` (systems) or `/api/v1/sso/sign-in` (staff)",
)


@dataclass
class Hub:
    """How many conversations this process has, and whether it is ending them to make room for another process."""

    conversations: int = 0
    draining: bool = False


@dataclass(frozen=True)
class Services:
    """What the routes work with."""

    tools: Tools
    sign_in: SignIn
    hub: Hub = field(default_factory=Hub)

    @property
    def sessions(self) -> Sessions:
        """The database."""
        return self.tools.sessions

    @property
    def clock(self) -> Clock:
        """The time."""
        return self.tools.clock


@dataclass(frozen=True)
class Service:
    """One of the two systems, calling for itself, and until when its token is valid."""

    system: System
    until: datetime


async def services_of(request: Request) -> Services:
    """What the application was made with."""
    found: Services = request.app.state.services
    return found


Used = Annotated[Services, Depends(services_of)]


def whoever(
    used: Used, credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(bearer)]
) -> Caller | Service:
    """Who calls: a member of staff as the database has this person now, or one of the systems.

    Raises:
        ProblemError: there is no valid token, its owner has left, or the rollout has not reached the owner.
    """
    if credentials is None:
        raise ProblemError(HTTPStatus.UNAUTHORIZED, "no-token", "A bearer token is needed.")
    return owner_of(used, credentials.credentials)


def owner_of(used: Services, token: str) -> Caller | Service:
    """The owner of a token.

    Raises:
        ProblemError: it is not valid, its owner has left, or the rollout has not reached the owner.
    """
    with used.sessions() as session:
        now = used.clock.now()
        try:
            claims = Verifier(keys.published(session, now), ISSUER).claims(token, now)
        except InvalidTokenError:
            raise _unknown() from None
        return _named(session, claims)


def _named(session: Session, claims: dict[str, Any]) -> Caller | Service:
    system: System | None = claims.get("system")
    if system is not None:
        return Service(system, datetime.fromtimestamp(claims["exp"], UTC))
    named = staff_with_rights().add_columns(reach.reached()).where(Staff.staff_id == claims.get("staffId"))
    found = session.execute(named).first()
    if found is None or found[0].left_at is not None:
        raise _unknown()
    staff, role, matrix, is_reached = found
    if not is_reached:
        raise not_reached()
    return caller_with(staff, rights_with(role, matrix))


def _unknown() -> ProblemError:
    return ProblemError(HTTPStatus.UNAUTHORIZED, "invalid-token", "The token is not valid here and now.")


def not_reached() -> ProblemError:
    """Why somebody whom the rollout has not reached may not do something."""
    return ProblemError(HTTPStatus.FORBIDDEN, "not-reached", f"{reach.NOT_YET}.".capitalize())


async def service(caller: Annotated[Caller | Service, Depends(whoever)]) -> Service:
    """One of the systems.

    Raises:
        ProblemError: a member of staff calls.
    """
    if isinstance(caller, Service):
        return caller
    raise ProblemError(HTTPStatus.FORBIDDEN, "systems-only", "Only the two systems may do this.")


async def medical(caller: Annotated[Service, Depends(service)]) -> Service:
    """The medical system.

    Raises:
        ProblemError: somebody else calls.
    """
    if caller.system == "medical":
        return caller
    raise ProblemError(HTTPStatus.FORBIDDEN, "medical-only", "Only the medical system may do this.")


def permitted(permission: str) -> Callable[[Caller | Service], Awaitable[Caller | Service]]:
    """A dependency: whoever has a permission; the medical system, whose data it is, has all of them."""

    async def check(caller: Annotated[Caller | Service, Depends(whoever)]) -> Caller | Service:
        allowed = caller.system == "medical" if isinstance(caller, Service) else caller.may(permission)
        if not allowed:
            raise ProblemError(
                HTTPStatus.FORBIDDEN, "not-permitted", f"Your role does not have {permission}."
            )
        return caller

    return check


def scope_of(caller: Caller | Service) -> ColumnElement[bool]:
    """The rows of staff that whoever calls may see, as a condition of a statement: a system sees all."""
    return visible(caller) if isinstance(caller, Caller) else true()


def staff_seen(session: Session, caller: Caller | Service, staff_id: str) -> Staff:
    """A member of staff whom the caller may see.

    Raises:
        ProblemError: there is none; whoever exists beyond the caller's scope is not told from whoever does not.
    """
    staff = session.get(Staff, staff_id)
    if staff is None or not (isinstance(caller, Service) or sees(caller, staff)):
        raise ProblemError(HTTPStatus.NOT_FOUND, "no-such-staff", "You see no such member of staff.")
    return staff


AnyCaller = Annotated[Caller | Service, Depends(whoever)]
AnyService = Annotated[Service, Depends(service)]
MedicalSystem = Annotated[Service, Depends(medical)]
