"""Users of Amazon Cognito's user pools: sign-up, confirmation, forgotten and changed passwords.

No message is sent: the code of every message is `CODE`.
"""

from typing import Any

from moto.cognitoidp.models import CognitoIdpUser, UserStatus, cognitoidp_backends
from moto.cognitoidp.utils import flatten_attrs

from reconciler.sandbox.moto_patches.cognito.clients import AppClient
from reconciler.sandbox.moto_patches.cognito.deliveries import MEDIA, delivery_to, details_of
from reconciler.sandbox.moto_patches.cognito.joining import (
    Rows,
    add,
    check_new,
    hides_absence,
    may_join,
    migrated,
    named_by,
    new_user,
)
from reconciler.sandbox.moto_patches.cognito.parts import Parts
from reconciler.sandbox.moto_patches.cognito.passwords import (
    check_attributes,
    check_password,
    check_secret_hash,
)
from reconciler.sandbox.moto_patches.cognito.pool import Pool
from reconciler.sandbox.moto_patches.cognito.pools import Reply
from reconciler.sandbox.moto_patches.cognito.refusals import absent, invalid, not_authorized
from reconciler.sandbox.moto_patches.cognito.tokens import claims_in, seconds
from reconciler.sandbox.moto_patches.cognito.triggers import Actor, about, message
from reconciler.sandbox.moto_patches.cognito.verification import pool_with_id, unverified
from reconciler.sandbox.sandbox_error import SandboxError

CODE = "123456"
"""The code of every message that AWS would send."""
LASTS = 24 * 3600
"""How long a code of a sign-up is valid, in seconds.

Source: https://docs.aws.amazon.com/cognito/latest/developerguide/quotas.html"""
CONFIRMED = ("PostConfirmation", "ConfirmSignUp")
RENEWED = ("PostConfirmation", "ConfirmForgotPassword")
OF_USER = frozenset(
    {"Username", "Attributes", "UserCreateDate", "UserLastModifiedDate", "Enabled", "UserStatus"}
)


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
    if hides_absence(client):
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
        **given: Any,
    ) -> Reply:
        """SignUp.

        Source: https://docs.aws.amazon.com/cognito/latest/developerguide/signing-up-users-in-your-app.html
        """
        pool, client = client_anywhere(ClientId)
        check_secret_hash(client, Username, SecretHash)
        if pool.extended_config["AdminCreateUserConfig"].get("AllowAdminCreateUserOnly"):
            raise not_authorized("SignUp is not permitted for this user pool")
        attributes = {**named_by(pool, Username), **flatten_attrs([dict(each) for each in UserAttributes])}
        check_new(pool, Username)
        check_password(pool, Password or "")
        check_attributes(pool, attributes)
        user = new_user(pool, Username, Password, UserStatus.UNCONFIRMED, attributes)
        confirmed = may_join(pool, client, user, "SignUp", given)
        add(pool, Username, user)
        metadata = given.get("ClientMetadata")
        if confirmed:
            user.status = UserStatus.CONFIRMED
            about(Actor(pool, client, user), *CONFIRMED, metadata)
            return {"UserConfirmed": True, "UserSub": user.id}
        delivery = delivery_to(pool, user)
        pool.asked[user.id] = seconds()
        if delivery is None:
            return {"UserConfirmed": False, "UserSub": user.id}
        message(Actor(pool, client, user), "SignUp", metadata)
        return {"UserConfirmed": False, "UserSub": user.id, "CodeDeliveryDetails": delivery}

    def make_user(self, UserPoolId: str, Username: str, **given: Any) -> Reply:
        """AdminCreateUser."""
        pool = self.pool(UserPoolId)
        action = given.get("MessageAction")
        if action == "RESEND":
            user = user_of(pool, None, Username)
            if user.status != UserStatus.FORCE_CHANGE_PASSWORD:
                text = "Resend not possible. User status is not FORCE_CHANGE_PASSWORD"
                raise SandboxError("UnsupportedUserStateException", text)
        else:
            rows = [dict(each) for each in given.get("UserAttributes") or ()]
            attributes = {**flatten_attrs(rows), **named_by(pool, Username)}
            check_new(pool, Username)
            password = given.get("TemporaryPassword")
            user = new_user(pool, Username, password, UserStatus.FORCE_CHANGE_PASSWORD, attributes)
            may_join(pool, None, user, "AdminCreateUser", given)  # an administrator's users stay unconfirmed
            add(pool, Username, user)
        if action != "SUPPRESS":
            message(Actor(pool, None, user), "AdminCreateUser", given.get("ClientMetadata"))
        shown = user.to_json(extended=True)
        return {"User": {name: value for name, value in shown.items() if name in OF_USER}}

    def confirm(
        self, ClientId: str, Username: str, ConfirmationCode: str, SecretHash: str | None = None, **given: Any
    ) -> Reply:
        """ConfirmSignUp."""
        pool, client = client_anywhere(ClientId)
        check_secret_hash(client, Username, SecretHash)
        user = user_of(pool, client, Username)
        _check_unconfirmed(user)
        self._check_code(pool, user, ConfirmationCode)
        self.set_confirmed(pool, user)
        about(Actor(pool, client, user), *CONFIRMED, given.get("ClientMetadata"))
        return {}

    def confirm_as_admin(self, UserPoolId: str, Username: str, **given: Any) -> Reply:
        """AdminConfirmSignUp; it verifies no attribute."""
        pool = self.pool(UserPoolId)
        user = user_of(pool, None, Username)
        _check_unconfirmed(user)
        user.status = UserStatus.CONFIRMED
        about(Actor(pool, None, user), *CONFIRMED, given.get("ClientMetadata"))
        return {}

    @staticmethod
    def set_confirmed(pool: Pool, user: CognitoIdpUser) -> None:
        """Confirm a user, and mark the attribute that got the code as verified."""
        user.status = UserStatus.CONFIRMED
        delivery = delivery_to(pool, user)
        if delivery:
            user.update_attributes([{"Name": f"{delivery['AttributeName']}_verified", "Value": "true"}])

    def resend(self, ClientId: str, Username: str, SecretHash: str | None = None, **given: Any) -> Reply:
        """ResendConfirmationCode."""
        pool, client = client_anywhere(ClientId)
        check_secret_hash(client, Username, SecretHash)
        user = user_of(pool, client, Username)
        if user.status != UserStatus.UNCONFIRMED:
            raise invalid("User is already confirmed.")
        message(Actor(pool, client, user), "ResendCode", given.get("ClientMetadata"))
        pool.asked[user.id] = seconds()
        return {"CodeDeliveryDetails": delivery_to(pool, user) or {}}

    def forget(self, ClientId: str, Username: str, SecretHash: str | None = None, **given: Any) -> Reply:
        """ForgotPassword: only users with a verified address get a code."""
        pool, client = client_anywhere(ClientId)
        check_secret_hash(client, Username, SecretHash)
        metadata = given.get("ClientMetadata")
        user = pool._get_user(Username)  # noqa: SLF001
        if user is None:
            user = migrated(pool, client, Username, "ForgotPassword", {"clientMetadata": metadata or {}})
        user = user or user_of(pool, client, Username)
        recovery = (pool.extended_config.get("AccountRecoverySetting") or {}).get("RecoveryMechanisms") or []
        if any(each["Name"] == "admin_only" for each in recovery):
            raise not_authorized("Contact administrator to reset password.")
        verified = [each for each in MEDIA if user.attribute_lookup.get(f"{each}_verified") == "true"]
        if not verified:
            text = (
                "Cannot reset password for the user as there is no registered/verified email or phone_number"
            )
            raise invalid(text)
        message(Actor(pool, client, user), "ForgotPassword", metadata)
        pool.asked[user.id] = seconds()
        return {"CodeDeliveryDetails": details_of(user, verified[0])}

    def renew(
        self,
        ClientId: str,
        Username: str,
        ConfirmationCode: str,
        Password: str,
        SecretHash: str | None = None,
        **given: Any,
    ) -> Reply:
        """ConfirmForgotPassword."""
        pool, client = client_anywhere(ClientId)
        check_secret_hash(client, Username, SecretHash)
        user = user_of(pool, client, Username)
        self._check_code(pool, user, ConfirmationCode)
        check_password(pool, Password)
        user.password, user.status = Password, UserStatus.CONFIRMED
        about(Actor(pool, client, user), *RENEWED, given.get("ClientMetadata"))
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


def _check_unconfirmed(user: CognitoIdpUser) -> None:
    if user.status != UserStatus.UNCONFIRMED:
        status = UserStatus(user.status).value
        raise not_authorized(f"User cannot be confirmed. Current status is {status}")
