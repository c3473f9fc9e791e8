"""What requests and answers look like: camelCase in JSON, as the master plan has it."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints
from pydantic.alias_generators import to_camel

from staff_integration.organisation_tables import RoleId
from staff_integration.sign_in.passwords import LONGEST, SHORTEST
from staff_integration.sign_in_tables import AuditEvent
from staff_integration.tables import SyncStatus, System

ID = r"^[A-Za-z0-9][A-Za-z0-9._-]*$"
PLAIN = r"^[^\x00-\x1f\x7f]*[^\s\x00-\x20\x7f][^\x00-\x1f\x7f]*$"
"""Text without control characters, and not only spaces."""
StaffId = Annotated[str, StringConstraints(max_length=20, pattern=ID)]
UnitId = Annotated[str, StringConstraints(max_length=20, pattern=ID)]
EmployeeNumber = Annotated[str, StringConstraints(max_length=10, pattern=ID)]
PersonName = Annotated[str, StringConstraints(max_length=100, pattern=PLAIN)]
Email = Annotated[str, StringConstraints(max_length=100, pattern=r"^[^@\s\x00-\x1f]+@[^@\s\x00-\x1f]+$")]
Username = Annotated[str, StringConstraints(min_length=1, max_length=50, pattern=PLAIN)]
Password = Annotated[str, StringConstraints(min_length=1, max_length=LONGEST)]
NewPassword = Annotated[str, StringConstraints(min_length=SHORTEST, max_length=LONGEST)]
Secret = Annotated[str, StringConstraints(min_length=1, max_length=LONGEST)]
RefreshToken = Annotated[str, StringConstraints(min_length=1, max_length=100)]
Address = Annotated[str, StringConstraints(max_length=45, pattern=r"^[0-9A-Fa-f:.]+$")]


class Shape(BaseModel):
    """A shape; unknown members are mistakes."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, extra="forbid")


class UnitRef(Shape):
    """A facility or a department."""

    id: UnitId
    name: PersonName


class PositionRef(Shape):
    """A position with its level, from 1 to 4."""

    id: UnitId
    name: PersonName
    level: Annotated[int, Field(ge=1, le=4)]


class AutoCreateRequest(Shape):
    """A member of staff who gets an account."""

    staff_id: StaffId
    employee_number: EmployeeNumber
    full_name: PersonName
    email: Email
    facility: UnitRef
    department: UnitRef
    position: PositionRef


class VoicedriveAccount(Shape):
    """An account of VoiceDrive; the members are empty while there is none, `initialPassword` once it is delivered."""

    user_id: str = ""
    username: str = ""
    initial_password: str = ""
    login_url: str = ""


class AutoCreateResponse(Shape):
    """Whether there is an account, and which."""

    success: bool
    voicedrive_account: VoicedriveAccount
    integration_id: str
    message: str


class InitialPassword(Shape):
    """A password that has to be changed; it is nowhere else."""

    initial_password: str


class StaffView(Shape):
    """A member of staff."""

    staff_id: str
    employee_number: str
    full_name: str
    email: str | None
    facility_id: str | None
    department_id: str | None
    position_id: str | None
    role: RoleId
    sync_status: SyncStatus
    left_at: datetime | None


class StaffPage(Shape):
    """A page of staff, by staff id; `next` is the `after` of the next page."""

    staff: list[StaffView]
    next: str | None


class StaffChange(Shape):
    """What changes of a member of staff; a member that is left out stays as it is."""

    full_name: PersonName | None = None
    email: Email | None = None
    facility_id: UnitId | None = None
    department_id: UnitId | None = None
    position_id: UnitId | None = None


class AccountView(Shape):
    """The account of a member of staff."""

    staff_id: str
    integration_id: str
    username: str
    user_id: str | None
    login_url: str | None
    delivered_at: datetime | None
    signed_in_until: datetime | None


class AuditEntry(Shape):
    """What has happened at sign-in, or what was approved: `record`."""

    at: datetime
    event: AuditEvent
    system: System | None
    address: str | None
    record: str | None


class AuditLog(Shape):
    """The newest entries of a member of staff, the newest first."""

    entries: list[AuditEntry]


class ServiceTokenRequest(Shape):
    """One of the two systems, with its secret."""

    system: System
    secret: Secret


class ServiceToken(Shape):
    """A token for one of the systems itself."""

    access_token: str
    token_type: Literal["Bearer"] = "Bearer"  # noqa: S105  # no secret
    expires_in: int


class SignInRequest(Shape):
    """Who wants to sign in; `address` is where from, as the system sees it."""

    username: Username
    password: Password
    address: Address


class PasswordChange(Shape):
    """A new password for whoever gives the old one."""

    username: Username
    password: Password
    new_password: NewPassword
    address: Address


class SessionRequest(Shape):
    """A session, by its refresh token."""

    refresh_token: RefreshToken


class SignedIn(Shape):
    """A session of a member of staff in the system that asks."""

    access_token: str
    refresh_token: str
    token_type: Literal["Bearer"] = "Bearer"  # noqa: S105  # no secret
    expires_in: int
    session_ends_at: datetime
    must_change_password: bool


class HandOverCode(Shape):
    """A code for the other system."""

    code: str
    expires_in: int


class RedeemRequest(Shape):
    """A code from the other system."""

    code: RefreshToken


class Revocations(Shape):
    """Staff who have left within the life of an access token: their tokens are not valid any more."""

    staff_ids: list[str]


class Jwk(BaseModel):
    """A public key (RFC 7517)."""

    kid: str
    kty: str
    alg: str
    use: str
    n: str
    e: str
    model_config = ConfigDict(extra="ignore")


class Jwks(BaseModel):
    """The keys that sign tokens."""

    keys: list[Jwk]
