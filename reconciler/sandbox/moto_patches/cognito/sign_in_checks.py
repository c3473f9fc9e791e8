"""The checks of a sign-in to Amazon Cognito's user pools, and the challenges that clients have to answer."""

import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from moto.cognitoidp.models import CognitoIdpUser, UserStatus

from reconciler.sandbox.moto_patches.cognito import srp
from reconciler.sandbox.moto_patches.cognito.clients import AppClient
from reconciler.sandbox.moto_patches.cognito.joining import hides_absence, migrated
from reconciler.sandbox.moto_patches.cognito.one_time_codes import is_right
from reconciler.sandbox.moto_patches.cognito.passwords import check_attributes, check_password
from reconciler.sandbox.moto_patches.cognito.pool import Pool
from reconciler.sandbox.moto_patches.cognito.refusals import invalid, not_authorized
from reconciler.sandbox.moto_patches.cognito.tokens import SignIn, seconds
from reconciler.sandbox.moto_patches.cognito.triggers import Event, answer_of, attributes_of
from reconciler.sandbox.moto_patches.cognito.users import CODE, user_of
from reconciler.sandbox.sandbox_error import SandboxError

Given = Mapping[str, str]
History = tuple[Mapping[str, Any], ...]

REFRESH = ("REFRESH_TOKEN", "REFRESH_TOKEN_AUTH")
BY_CHALLENGES = "CUSTOM_AUTH"
OPEN_FLOWS = ("USER_PASSWORD_AUTH", "USER_SRP_AUTH", BY_CHALLENGES, *REFRESH)
ADMIN_FLOWS = ("ADMIN_USER_PASSWORD_AUTH", "ADMIN_NO_SRP_AUTH", "USER_SRP_AUTH", BY_CHALLENGES, *REFRESH)
UNWRITTEN = ("ALLOW_REFRESH_TOKEN_AUTH", "ALLOW_USER_SRP_AUTH", "ALLOW_CUSTOM_AUTH")
"""The flows of a client without ExplicitAuthFlows."""
FORMER = {
    "ADMIN_NO_SRP_AUTH": "ALLOW_ADMIN_USER_PASSWORD_AUTH",
    "USER_PASSWORD_AUTH": "ALLOW_USER_PASSWORD_AUTH",
    "CUSTOM_AUTH_FLOW_ONLY": "ALLOW_CUSTOM_AUTH",
}
NEW_PASSWORD, VERIFIER, SETUP = "NEW_PASSWORD_REQUIRED", "PASSWORD_VERIFIER", "MFA_SETUP"
TOKEN_MFA, SMS_MFA, CUSTOM = "SOFTWARE_TOKEN_MFA", "SMS_MFA", "CUSTOM_CHALLENGE"
WRONG = "Incorrect username or password."
MINUTE = 60


@dataclass
class Challenge:
    """A question that a client has to answer before it gets tokens."""

    name: str
    client_id: str
    username: str
    asked: int
    exchange: srp.Exchange | None = None
    block: str = ""
    history: History | None = None
    """The challenges before it, in a sign-in whose challenges functions define; None in any other."""
    private: Mapping[str, Any] | None = None
    """What the function that has made it tells the one that verifies its answer."""
    note: str | None = None


def ask(pool: Pool, challenge: Challenge) -> str:
    """Keep a challenge; returns its session."""
    session = secrets.token_urlsafe(64)
    pool.challenges[session] = challenge
    return session


def taken(pool: Pool, session: str | None, given: Given, client: AppClient, name: str) -> Challenge:
    """Take a challenge from the open ones.

    Raises:
        SandboxError: the session is unknown, used, too old, or of another client.
    """
    block = given.get("PASSWORD_CLAIM_SECRET_BLOCK")
    if session is None and block:  # clients may leave the session out
        session = next((key for key, each in pool.challenges.items() if each.block == block), None)
    found: Challenge | None = pool.challenges.get(session or "")
    if found is None or found.client_id != client.id or found.name != name:
        raise not_authorized("Invalid session for the user.")
    del pool.challenges[session or ""]
    if seconds() >= found.asked + MINUTE * int(client.extended_config["AuthSessionValidity"]):
        raise not_authorized("Invalid session for the user, session is expired.")
    return found


def end_sign_ins(pool: Pool, user: CognitoIdpUser) -> None:
    """End all sign-ins of a user."""
    for token in [token for token, each in pool.sign_ins.items() if each.username == user.username]:
        pool.revoked.add(pool.sign_ins.pop(token).origin_jti)
    pool.access_tokens = {
        token: owner for token, owner in pool.access_tokens.items() if owner[1] != user.username
    }


def of_refresh_token(pool: Pool, client: AppClient, token: str) -> tuple[CognitoIdpUser, SignIn]:
    """The user and the sign-in of a valid refresh token; refuse others."""
    found = pool.sign_ins.get(token)
    if found is None or found.client_id != client.id:
        raise not_authorized("Invalid Refresh Token")
    if seconds() >= found.expires:
        raise not_authorized("Refresh Token has expired")
    user = user_of(pool, None, found.username)
    check_enabled(user)
    return user, found


def short_id(pool: Pool) -> str:
    """The id of a pool without its Region."""
    return str(pool.id).rpartition("_")[2]


def check_flow(client: AppClient, flow: str) -> None:
    """Refuse a way to sign in that the client does not allow."""
    written = client.extended_config.get("ExplicitAuthFlows") or UNWRITTEN
    allowed = {FORMER.get(each, each) for each in written}
    name = "REFRESH_TOKEN_AUTH" if flow in REFRESH else flow
    name = "ADMIN_USER_PASSWORD_AUTH" if flow == "ADMIN_NO_SRP_AUTH" else name
    if f"ALLOW_{name}" not in allowed:
        raise invalid(f"{name} flow not enabled for this client")


def may_sign_in(
    pool: Pool, client: AppClient, username: str, password: str | None, data: Given
) -> CognitoIdpUser:
    """The user who signs in, whom the functions for it have brought into the pool and let sign in.

    Raises:
        SandboxError: there is no such user, or a function refuses.
    """
    found = pool._get_user(username)  # noqa: SLF001
    if found is None and password is not None:
        asked = {"password": password, "validationData": dict(data) or None}
        found = migrated(pool, client, username, "Authentication", asked)
    hidden = hides_absence(client)
    if found is not None or hidden:
        request = {
            "userAttributes": attributes_of(found) if found else {},
            "validationData": dict(data) or None,
            **({"userNotFound": found is None} if hidden else {}),
        }
        name = found.username if found else username
        answer_of(pool, client, Event("PreAuthentication", "Authentication", name, request))
    return found or user_of(pool, client, username)


def check_confirmed(user: CognitoIdpUser) -> None:
    """Refuse a user who has not confirmed the sign-up."""
    if user.status == UserStatus.UNCONFIRMED:
        raise SandboxError("UserNotConfirmedException", "User is not confirmed.")


def check_enabled(user: CognitoIdpUser) -> None:
    """Refuse a disabled user."""
    if not user.enabled:
        raise not_authorized("User is disabled.")


def check_own_password(user: CognitoIdpUser, password: str) -> None:
    """Refuse a wrong password."""
    if user.password is None or not hmac.compare_digest(user.password.encode(), password.encode()):
        raise not_authorized(WRONG)


def check_proof(pool: Pool, user: CognitoIdpUser, challenge: Challenge, given: Given) -> None:
    """Refuse a wrong proof of the password."""
    if challenge.exchange is None or user.password is None:
        raise not_authorized(WRONG)
    timestamp = given.get("TIMESTAMP", "")
    right = srp.signature(challenge.exchange, short_id(pool), user.username, challenge.block, timestamp)
    if not hmac.compare_digest(right, given.get("PASSWORD_CLAIM_SIGNATURE", "")):
        raise not_authorized(WRONG)


def new_password_parameters(pool: Pool, user: CognitoIdpUser) -> dict[str, str]:
    """The parameters of the challenge for a new password."""
    needed = [
        f'"userAttributes.{name}"'
        for name, each in pool.schema_attributes.items()
        if each.required and name not in user.attribute_lookup
    ]
    return {"USER_ID_FOR_SRP": user.username, "requiredAttributes": f"[{','.join(needed)}]"}


def set_new_password(pool: Pool, user: CognitoIdpUser, given: Given) -> None:
    """Set the password and the attributes of an answer to the challenge for a new password."""
    check_password(pool, given.get("NEW_PASSWORD", ""))
    start = "userAttributes."
    new = {name.removeprefix(start): value for name, value in given.items() if name.startswith(start)}
    check_attributes(pool, {**user.attribute_lookup, **new})
    user.update_attributes([{"Name": name, "Value": value} for name, value in new.items()])
    user.password, user.status = given["NEW_PASSWORD"], UserStatus.CONFIRMED


def second_factor(pool: Pool, user: CognitoIdpUser) -> str:
    """The second factor that a user has to show; empty if none."""
    if pool.mfa_config == "OFF":
        return ""
    if user.software_token_mfa_enabled:
        return TOKEN_MFA
    if user.sms_mfa_enabled:
        return SMS_MFA
    if pool.mfa_config != "ON":
        return ""
    sms = bool(pool.sms_mfa_config) and "phone_number" in user.attribute_lookup
    return SMS_MFA if sms else SETUP


def check_factor(pool: Pool, user: CognitoIdpUser, name: str, given: Given) -> None:
    """Refuse a wrong code."""
    code = given.get(f"{name}_CODE", "")
    right = code == CODE if name == SMS_MFA else is_right(pool.apps.get(user.id), code)
    if not right:
        raise SandboxError("CodeMismatchException", "Invalid code received for user")
