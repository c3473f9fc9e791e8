"""Users who come into a pool: what functions say before it, and users whom a function brings from another directory.

Sources: https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-lambda-pre-sign-up.html,
https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-lambda-migrate-user.html
"""

from collections.abc import Mapping, Sequence
from typing import Any

from moto.cognitoidp.models import CognitoIdpUser, UserStatus
from moto.cognitoidp.utils import validate_username_format

from reconciler.sandbox.moto_patches.cognito.clients import AppClient
from reconciler.sandbox.moto_patches.cognito.pool import Pool
from reconciler.sandbox.moto_patches.cognito.refusals import invalid, now
from reconciler.sandbox.moto_patches.cognito.triggers import Event, answer_of, of_client, unrecognizable
from reconciler.sandbox.sandbox_error import SandboxError

Rows = Sequence[Mapping[str, str]]
VERIFIES = {"autoVerifyEmail": "email", "autoVerifyPhone": "phone_number"}
MIGRATION = "UserMigration"


def new_user(
    pool: Pool, username: str, password: str | None, status: UserStatus, attributes: Mapping[str, str]
) -> CognitoIdpUser:
    """A user who is not in the pool yet; where attributes serve as names, its own name is its id."""
    by_attribute = bool(pool.extended_config.get("UsernameAttributes"))
    rows = [{"Name": name, "Value": value} for name, value in attributes.items()]
    user = CognitoIdpUser(pool.id, None if by_attribute else username, password, status, rows)
    user.create_date = user.last_modified_date = now()
    return user


def named_by(pool: Pool, username: str) -> dict[str, str]:
    """The attribute that serves as a name, if the pool has such attributes.

    Raises:
        SandboxError: the name is none of these.
    """
    ways: Sequence[str] = pool.extended_config.get("UsernameAttributes") or []
    if not ways:
        return {}
    found = next((each for each in ways if validate_username_format(username, _format=each)), None)
    if found is None:
        raise invalid(f"Username should be an {' or a '.join(ways).replace('_', ' ')}.")
    return {found: username}


def add(pool: Pool, username: str, user: CognitoIdpUser) -> None:
    """Put a user into a pool.

    Raises:
        SandboxError: there is one with this name.
    """
    check_new(pool, username)
    pool.users[user.username] = user


def check_new(pool: Pool, username: str) -> None:
    """Refuse a name that a user has."""
    if pool._get_user(username):  # noqa: SLF001
        raise SandboxError("UsernameExistsException", "User already exists")


def may_join(
    pool: Pool, client: AppClient | None, user: CognitoIdpUser, source: str, given: Mapping[str, Any]
) -> bool:
    """Let the function before a sign-up decide; returns whether it confirms the user.

    Raises:
        SandboxError: it refuses, or verifies an attribute that the user does not have.
    """
    attributes = {name: value for name, value in user.attribute_lookup.items() if name != "sub"}
    data = {each["Name"]: each.get("Value") for each in given.get("ValidationData") or ()}
    request = {
        "userAttributes": attributes,
        "validationData": data or None,
        **of_client(given.get("ClientMetadata")),
    }
    may_set = dict.fromkeys(("autoConfirmUser", *VERIFIES), False)
    answer = answer_of(pool, client, Event("PreSignUp", source, user.username, request, may_set)) or {}
    for member, name in VERIFIES.items():
        if answer.get(member):
            if name not in user.attribute_lookup:
                raise unrecognizable()
            user.update_attributes([{"Name": f"{name}_verified", "Value": "true"}])
    return bool(answer.get("autoConfirmUser"))


def migrated(
    pool: Pool, client: AppClient, username: str, source: str, request: Mapping[str, Any]
) -> CognitoIdpUser | None:
    """The user whom a function brings from another directory; None if the pool has no such function.

    Raises:
        SandboxError: the function does not know the user, or fails in any way
            (https://repost.aws/questions/QU3VgGes1IRne3OVkCDMjrBA).
    """
    request = {"userAttributes": None, **request}
    members = ("userAttributes", "finalUserStatus", "messageAction", "desiredDeliveryMediums")
    event = Event(MIGRATION, source, username, request, dict.fromkeys((*members, "forceAliasCreation")))
    absent = SandboxError("UserNotFoundException", f"Exception migrating user in app client {client.id}")
    try:
        answer = answer_of(pool, client, event)
    except SandboxError as error:
        raise error if error.http_status == 501 else absent from None
    if answer is None:
        return None
    attributes = answer.get("userAttributes")
    if not isinstance(attributes, dict):
        if hides_absence(client):
            return None
        raise absent
    status = (
        UserStatus.CONFIRMED if answer.get("finalUserStatus") == "CONFIRMED" else UserStatus.RESET_REQUIRED
    )
    kept = {name: str(value) for name, value in attributes.items() if name not in ("sub", "username")}
    user = new_user(pool, username, request.get("password"), status, {**named_by(pool, username), **kept})
    add(pool, username, user)
    return user


def hides_absence(client: AppClient | None) -> bool:
    """Whether a client is not told that a user does not exist."""
    return client is not None and client.extended_config.get("PreventUserExistenceErrors") == "ENABLED"
