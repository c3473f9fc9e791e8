"""Users of Amazon Cognito's user pools: sign-up, confirmation, forgotten and changed passwords.

No message is sent: the code of every message is `CODE`.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from moto.cognitoidp.models import CognitoIdpUser, UserStatus, cognitoidp_backends
from moto.cognitoidp.utils import flatten_attrs, validate_username_format

from reconciler.sandbox.moto_patches.cognito.clients import AppClient
from reconciler.sandbox.moto_patches.cognito.parts import Parts
from reconciler.sandbox.moto_patches.cognito.passwords import (
    check_attributes,
    check_password,
    check_secret_hash,
)
from reconciler.sandbox.moto_patches.cognito.pool import Pool
from reconciler.sandbox.moto_patches.cognito.pools import Reply
from reconciler.sandbox.moto_patches.cognito.refusals import absent, invalid, not_authorized, now
from reconciler.sandbox.moto_patches.cognito.tokens import claims_in, seconds
from reconciler.sandbox.moto_patches.cognito.verification import pool_with_id, unverified
from reconciler.sandbox.sandbox_error import SandboxError

CODE = "123456"
"""The code of every message that AWS would send."""
LASTS = 24 * 3600
"""How long a code of a sign-up is valid, in seconds.

Source: https://docs.aws.amazon.com/cognito/latest/developerguide/quotas.html"""
Rows = Sequence[Mapping[str, str]]
MEDIA = {"email": "EMAIL", "phone_number": "SMS"}


def client_anywhere(id_: str) -> tuple[Pool, AppClient]:
    """A client and its pool in any account and Region: requests of users are not signed, and name neither.

    Raises:
        SandboxError: there is none.
    """
    for regions in cognitoidp_backends.values():
        for backend in regions.values():
            for pool in backend.user_pools.values():
                found = pool.clients.get(id_)
                if isinstance(pool, Pool) and isinstance(found, AppClient):
                    return pool, found
    raise absent(f"User pool client {id_} does not exist.")


def user_of(pool: Pool, client: AppClient | None, username: str) -> CognitoIdpUser:
    """A user of a pool.

    Raises:
        SandboxError: there is none; a client may hide this.
    """
    found = pool._get_user(username)  # noqa: SLF001  moto's operations call it too
    if found is not None:
        return found
    if client and client.extended_config.get("PreventUserExistenceErrors") == "ENABLED":
        raise not_authorized("Incorrect username or password.")
    raise SandboxError("UserNotFoundException", "User does not exist.")


def by_token(token: str) -> tuple[Pool, CognitoIdpUser, dict[str, Any]]:
    """The pool, the user and the claims of a valid access token.

    Raises:
        SandboxError: it is invalid, expired or revoked.
    """
    seen = unverified(token) or {}
    pool = pool_with_id(str(seen.get("iss", "")).rpartition("/")[2])
    try:
        claims = claims_in(pool, token) if pool else {}
    except ValueError:
        claims = {}
    if pool is None or claims.get("token_use") != "access":
        raise not_authorized("Invalid Access Token")
    if seconds() >= claims["exp"]:
        raise not_authorized("Access Token has expired")
    if claims["origin_jti"] in pool.revoked:
        raise not_authorized("Access Token has been revoked")
    return pool, user_of(pool, None, claims["username"]), claims


class Users(Parts):
    """The operations with which users manage themselves."""

    def join(
        self,
        ClientId: str,
        Username: str,
        Password: str | None = None,
        SecretHash: str | None = None,
        UserAttributes: Rows = (),
        **_: Any,
    ) -> Reply:
        """SignUp.

        Source: https://docs.aws.amazon.com/cognito/latest/developerguide/signing-up-users-in-your-app.html
        """
        pool, client = client_anywhere(ClientId)
        check_secret_hash(client, Username, SecretHash)
        if pool.extended_config["AdminCreateUserConfig"].get("AllowAdminCreateUserOnly"):
            raise not_authorized("SignUp is not permitted for this user pool")
        attributes = {**_named_by(pool, Username), **flatten_attrs([dict(each) for each in UserAttributes])}
        if pool._get_user(Username):  # noqa: SLF001
            raise SandboxError("UsernameExistsException", "User already exists")
        check_password(pool, Password or "")
        check_attributes(pool, attributes)
        by_attribute = bool(pool.extended_config.get("UsernameAttributes"))
        rows = [{"Name": name, "Value": value} for name, value in attributes.items()]
        user = CognitoIdpUser(
            pool.id, None if by_attribute else Username, Password, UserStatus.UNCONFIRMED, rows
        )
        user.create_date = user.last_modified_date = now()
        pool.users[user.username] = user
        delivery = _delivery(pool, user)
        pool.asked[user.id] = seconds()
        sent = {"CodeDeliveryDetails": delivery} if delivery else {}
        return {"UserConfirmed": False, "UserSub": user.id, **sent}

    def confirm(
        self, ClientId: str, Username: str, ConfirmationCode: str, SecretHash: str | None = None, **_: Any
    ) -> Reply:
        """ConfirmSignUp."""
        pool, client = client_anywhere(ClientId)
        check_secret_hash(client, Username, SecretHash)
        user = user_of(pool, client, Username)
        if user.status != UserStatus.UNCONFIRMED:
            raise not_authorized(
                f"User cannot be confirmed. Current status is {UserStatus(user.status).value}"
            )
        self._check_code(pool, user, ConfirmationCode)
        self.set_confirmed(pool, user)
        return {}

    def confirm_as_admin(self, UserPoolId: str, Username: str, **_: Any) -> Reply:
        """AdminConfirmSignUp; it verifies no attribute."""
        user = user_of(self.pool(UserPoolId), None, Username)
        if user.status != UserStatus.UNCONFIRMED:
            raise not_authorized(
                f"User cannot be confirmed. Current status is {UserStatus(user.status).value}"
            )
        user.status = UserStatus.CONFIRMED
        return {}

    @staticmethod
    def set_confirmed(pool: Pool, user: CognitoIdpUser) -> None:
        """Confirm a user, and mark the attribute that got the code as verified."""
        user.status = UserStatus.CONFIRMED
        delivery = _delivery(pool, user)
        if delivery:
            user.update_attributes([{"Name": f"{delivery['AttributeName']}_verified", "Value": "true"}])

    def resend(self, ClientId: str, Username: str, SecretHash: str | None = None, **_: Any) -> Reply:
        """ResendConfirmationCode."""
        pool, client = client_anywhere(ClientId)
        check_secret_hash(client, Username, SecretHash)
        user = user_of(pool, client, Username)
        if user.status != UserStatus.UNCONFIRMED:
            raise invalid("User is already confirmed.")
        pool.asked[user.id] = seconds()
        return {"CodeDeliveryDetails": _delivery(pool, user) or {}}

    def forget(self, ClientId: str, Username: str, SecretHash: str | None = None, **_: Any) -> Reply:
        """ForgotPassword: only users with a verified address get a code."""
        pool, client = client_anywhere(ClientId)
        check_secret_hash(client, Username, SecretHash)
        user = user_of(pool, client, Username)
        recovery = (pool.extended_config.get("AccountRecoverySetting") or {}).get("RecoveryMechanisms") or []
        if any(each["Name"] == "admin_only" for each in recovery):
            raise not_authorized("Contact administrator to reset password.")
        verified = [each for each in MEDIA if user.attribute_lookup.get(f"{each}_verified") == "true"]
        if not verified:
            text = (
                "Cannot reset password for the user as there is no registered/verified email or phone_number"
            )
            raise invalid(text)
        pool.asked[user.id] = seconds()
        return {"CodeDeliveryDetails": _details(user, verified[0])}

    def renew(
        self,
        ClientId: str,
        Username: str,
        ConfirmationCode: str,
        Password: str,
        SecretHash: str | None = None,
        **_: Any,
    ) -> Reply:
        """ConfirmForgotPassword."""
        pool, client = client_anywhere(ClientId)
        check_secret_hash(client, Username, SecretHash)
        user = user_of(pool, client, Username)
        self._check_code(pool, user, ConfirmationCode)
        check_password(pool, Password)
        user.password, user.status = Password, UserStatus.CONFIRMED
        return {}

    def change_own_password(
        self, AccessToken: str, ProposedPassword: str, PreviousPassword: str = ""
    ) -> Reply:
        """ChangePassword."""
        pool, user, _ = by_token(AccessToken)
        if user.password != PreviousPassword:
            raise not_authorized("Incorrect username or password.")
        check_password(pool, ProposedPassword)
        user.password = ProposedPassword
        return {}

    def show_self(self, AccessToken: str) -> Reply:
        """GetUser."""
        _, user, _ = by_token(AccessToken)
        shown = user.to_json(extended=True, attributes_key="UserAttributes")
        members = ("Username", "UserAttributes", "MFAOptions", "PreferredMfaSetting", "UserMFASettingList")
        return {name: shown[name] for name in members if shown.get(name)}

    def leave(self, AccessToken: str) -> Reply:
        """DeleteUser."""
        pool, user, _ = by_token(AccessToken)
        for group in user.groups:
            group.users.discard(user)
        del pool.users[user.username]
        return {}

    @staticmethod
    def _check_code(pool: Pool, user: CognitoIdpUser, code: str) -> None:
        since = pool.asked.get(user.id)
        if since is None or seconds() >= since + LASTS:
            raise SandboxError("ExpiredCodeException", "Invalid code provided, please request a code again.")
        if code != CODE:
            raise SandboxError(
                "CodeMismatchException", "Invalid verification code provided, please try again."
            )
        del pool.asked[user.id]


def _named_by(pool: Pool, username: str) -> dict[str, str]:
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


def _verified_by_code(pool: Pool, user: CognitoIdpUser) -> Iterator[str]:
    for name in pool.extended_config.get("AutoVerifiedAttributes") or ():
        if name in user.attribute_lookup:
            yield name


def _delivery(pool: Pool, user: CognitoIdpUser) -> dict[str, str] | None:
    """Where AWS would send a code; None if the pool verifies none of the user's attributes."""
    name = next(_verified_by_code(pool, user), None)
    return _details(user, name) if name else None


def _details(user: CognitoIdpUser, name: str) -> dict[str, str]:
    value = str(user.attribute_lookup[name])
    first, _, domain = value.partition("@")
    shown = f"{first[:1]}***@{domain[:1]}***" if name == "email" else f"+*******{value[-4:]}"
    return {"Destination": shown, "DeliveryMedium": MEDIA[name], "AttributeName": name}
