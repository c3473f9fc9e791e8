"""Sign-in to Amazon Cognito's user pools: with a password, by SRP, with a refresh token, and the challenges in between.

Source: https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-authentication-flow-methods.html
"""

import base64
import secrets
import uuid
from typing import Any

from moto.cognitoidp.models import CognitoIdpUser, UserStatus

from reconciler.sandbox.moto_patches.cognito import srp
from reconciler.sandbox.moto_patches.cognito.clients import AppClient
from reconciler.sandbox.moto_patches.cognito.passwords import (
    check_secret_hash,
)
from reconciler.sandbox.moto_patches.cognito.pool import Pool
from reconciler.sandbox.moto_patches.cognito.pools import Reply
from reconciler.sandbox.moto_patches.cognito.refusals import invalid, not_authorized
from reconciler.sandbox.moto_patches.cognito.sign_in_checks import (
    ADMIN_FLOWS,
    NEW_PASSWORD,
    OPEN_FLOWS,
    REFRESH,
    SETUP,
    SMS_MFA,
    TOKEN_MFA,
    VERIFIER,
    Challenge,
    Given,
    ask,
    check_enabled,
    check_factor,
    check_flow,
    check_own_password,
    check_proof,
    end_sign_ins,
    new_password_parameters,
    of_refresh_token,
    second_factor,
    set_new_password,
    short_id,
    taken,
)
from reconciler.sandbox.moto_patches.cognito.tokens import SignIn, issue, seconds
from reconciler.sandbox.moto_patches.cognito.users import Users, by_token, client_anywhere, user_of
from reconciler.sandbox.sandbox_error import SandboxError, not_in_sandbox


class SigningIn(Users):
    """The operations that lead to tokens."""

    # -- the flows ---------------------------------------------------------------------------------------------------------

    def sign_in(self, AuthFlow: str, ClientId: str, AuthParameters: Given | None = None, **_: Any) -> Reply:
        """InitiateAuth."""
        pool, client = client_anywhere(ClientId)
        if AuthFlow.startswith("ADMIN_"):
            raise invalid("Initiate Auth method not supported")
        return self._begin(pool, client, AuthFlow, AuthParameters or {}, OPEN_FLOWS)

    def sign_in_as_admin(
        self, UserPoolId: str, ClientId: str, AuthFlow: str, AuthParameters: Given | None = None, **_: Any
    ) -> Reply:
        """AdminInitiateAuth."""
        pool = self.pool(UserPoolId)
        client = self.client(pool, ClientId)
        if AuthFlow == "USER_PASSWORD_AUTH":
            raise invalid("Initiate Auth method not supported")
        return self._begin(pool, client, AuthFlow, AuthParameters or {}, ADMIN_FLOWS)

    def _begin(self, pool: Pool, client: AppClient, flow: str, given: Given, known: tuple[str, ...]) -> Reply:
        if flow not in known:
            raise not_in_sandbox("cognito-idp", flow)
        check_flow(client, flow)
        if flow in REFRESH:
            return {"AuthenticationResult": self._refreshed(pool, client, given)}
        username = given.get("USERNAME")
        if not username:
            raise invalid("Missing required parameter USERNAME")
        check_secret_hash(client, username, given.get("SECRET_HASH"))
        user = user_of(pool, client, username)
        check_enabled(user)
        if flow == "USER_SRP_AUTH":
            return self._ask_for_proof(pool, client, user, given)
        if "PASSWORD" not in given:
            raise invalid("Missing required parameter PASSWORD")
        check_own_password(user, given["PASSWORD"])
        return self._after_password(pool, client, user)

    def _ask_for_proof(self, pool: Pool, client: AppClient, user: CognitoIdpUser, given: Given) -> Reply:
        """The challenge of SRP."""
        try:
            value = int(given.get("SRP_A", ""), 16)
        except ValueError:
            raise invalid("Missing required parameter SRP_A") from None
        exchange = srp.begin(short_id(pool), user.username, user.password or "", value)
        if exchange is None:
            raise invalid("Invalid SRP_A")
        block = base64.b64encode(secrets.token_bytes(64)).decode()
        session = ask(pool, Challenge(VERIFIER, client.id, user.username, seconds(), exchange, block))
        parameters = {
            "SALT": f"{exchange.salt:x}",
            "SRP_B": f"{exchange.public:x}",
            "SECRET_BLOCK": block,
            "USERNAME": user.username,
            "USER_ID_FOR_SRP": user.username,
        }
        return {"ChallengeName": VERIFIER, "ChallengeParameters": parameters, "Session": session}

    def _after_password(self, pool: Pool, client: AppClient, user: CognitoIdpUser) -> Reply:
        """What follows a right password: a challenge, or tokens."""
        if user.status == UserStatus.UNCONFIRMED:
            raise SandboxError("UserNotConfirmedException", "User is not confirmed.")
        if user.status == UserStatus.RESET_REQUIRED:
            raise SandboxError("PasswordResetRequiredException", "Password reset required for the user")
        if user.status == UserStatus.FORCE_CHANGE_PASSWORD:
            return self._challenge(pool, client, user, NEW_PASSWORD, new_password_parameters(pool, user))
        factor = second_factor(pool, user)
        if factor == SETUP:
            return self._challenge(pool, client, user, SETUP, {"MFAS_CAN_SETUP": '["SOFTWARE_TOKEN_MFA"]'})
        if factor:
            return self._challenge(pool, client, user, factor, {"USER_ID_FOR_SRP": user.username})
        return self._tokens(pool, client, user)

    def _challenge(
        self, pool: Pool, client: AppClient, user: CognitoIdpUser, name: str, parameters: Given
    ) -> Reply:
        session = ask(pool, Challenge(name, client.id, user.username, seconds()))
        return {"ChallengeName": name, "ChallengeParameters": dict(parameters), "Session": session}

    # -- the answers -------------------------------------------------------------------------------------------------------

    def respond(
        self,
        ClientId: str,
        ChallengeName: str,
        Session: str | None = None,
        ChallengeResponses: Given | None = None,
        **_: Any,
    ) -> Reply:
        """RespondToAuthChallenge."""
        pool, client = client_anywhere(ClientId)
        given = ChallengeResponses or {}
        username = given.get("USERNAME")
        if not username:
            raise invalid("Missing required parameter USERNAME")
        challenge = taken(pool, Session, given, client, ChallengeName)
        check_secret_hash(client, username, given.get("SECRET_HASH"))
        user = user_of(pool, client, challenge.username)
        check_enabled(user)
        if challenge.name == VERIFIER:
            check_proof(pool, user, challenge, given)
            return self._after_password(pool, client, user)
        if challenge.name == NEW_PASSWORD:
            set_new_password(pool, user, given)
        if challenge.name in (TOKEN_MFA, SMS_MFA):
            check_factor(pool, user, challenge.name, given)
        return self._tokens(pool, client, user)

    def respond_as_admin(self, UserPoolId: str, **given: Any) -> Reply:
        """AdminRespondToAuthChallenge."""
        self.client(self.pool(UserPoolId), given["ClientId"])
        return self.respond(**given)

    # -- tokens ------------------------------------------------------------------------------------------------------------

    def _tokens(self, pool: Pool, client: AppClient, user: CognitoIdpUser) -> Reply:
        at = seconds()
        sign_in = SignIn(
            client.id, user.username, str(uuid.uuid4()), at, at + client.lifetime("RefreshToken")
        )
        token = secrets.token_urlsafe(96)
        pool.sign_ins[token] = sign_in
        result = {**issue(pool, client, user, sign_in), "RefreshToken": token}
        return {"ChallengeParameters": {}, "AuthenticationResult": result}

    def _refreshed(self, pool: Pool, client: AppClient, given: Given) -> dict[str, Any]:
        token = given.get("REFRESH_TOKEN")
        if not token:
            raise invalid("Missing required parameter REFRESH_TOKEN")
        user, sign_in = of_refresh_token(pool, client, token)
        check_secret_hash(client, user.username, given.get("SECRET_HASH"))
        return issue(pool, client, user, sign_in)

    def refresh(self, RefreshToken: str, ClientId: str, ClientSecret: str | None = None, **_: Any) -> Reply:
        """GetTokensFromRefreshToken: with rotation, the client gets another refresh token."""
        pool, client = client_anywhere(ClientId)
        if client.generate_secret and ClientSecret != client.secret:
            raise not_authorized("Client secret is missing or wrong")
        user, sign_in = of_refresh_token(pool, client, RefreshToken)
        result = issue(pool, client, user, sign_in)
        if (client.extended_config.get("RefreshTokenRotation") or {}).get("Feature") == "ENABLED":
            del pool.sign_ins[RefreshToken]
            result["RefreshToken"] = secrets.token_urlsafe(96)
            pool.sign_ins[result["RefreshToken"]] = sign_in
        return {"AuthenticationResult": result}

    def revoke(self, Token: str, ClientId: str, ClientSecret: str | None = None) -> Reply:
        """RevokeToken; an unknown token is accepted."""
        pool, client = client_anywhere(ClientId)
        if not client.extended_config["EnableTokenRevocation"]:
            raise SandboxError(
                "UnsupportedOperationException", "Token revocation is not enabled for this client"
            )
        if client.generate_secret and ClientSecret != client.secret:
            raise SandboxError("UnauthorizedException", "Client secret is missing or wrong")
        if Token in pool.sign_ins and pool.sign_ins[Token].client_id == ClientId:
            pool.revoked.add(pool.sign_ins.pop(Token).origin_jti)
        return {}

    def sign_out(self, AccessToken: str) -> Reply:
        """GlobalSignOut."""
        pool, user, _ = by_token(AccessToken)
        end_sign_ins(pool, user)
        return {}

    def sign_out_as_admin(self, UserPoolId: str, Username: str) -> Reply:
        """AdminUserGlobalSignOut."""
        pool = self.pool(UserPoolId)
        end_sign_ins(pool, user_of(pool, None, Username))
        return {}
