"""Sign-in to Amazon Cognito's user pools: with a password, by SRP, with a refresh token, and the challenges in between.

Source: https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-authentication-flow-methods.html
"""

import base64
import secrets
import uuid
from typing import Any, TypeAlias

from moto.cognitoidp.models import CognitoIdpUser, UserStatus

from reconciler.sandbox.moto_patches.cognito import custom_challenges, srp
from reconciler.sandbox.moto_patches.cognito.clients import AppClient
from reconciler.sandbox.moto_patches.cognito.passwords import check_secret_hash
from reconciler.sandbox.moto_patches.cognito.pool import Pool
from reconciler.sandbox.moto_patches.cognito.pools import Reply
from reconciler.sandbox.moto_patches.cognito.refusals import invalid, not_authorized
from reconciler.sandbox.moto_patches.cognito.sign_in_checks import (
    ADMIN_FLOWS,
    BY_CHALLENGES,
    CUSTOM,
    NEW_PASSWORD,
    OPEN_FLOWS,
    REFRESH,
    SETUP,
    SMS_MFA,
    TOKEN_MFA,
    VERIFIER,
    Challenge,
    Given,
    History,
    ask,
    check_confirmed,
    check_enabled,
    check_factor,
    check_flow,
    check_own_password,
    check_proof,
    end_sign_ins,
    may_sign_in,
    new_password_parameters,
    of_refresh_token,
    second_factor,
    set_new_password,
    short_id,
    taken,
)
from reconciler.sandbox.moto_patches.cognito.token_trigger import Asked, issue
from reconciler.sandbox.moto_patches.cognito.tokens import SignIn, seconds
from reconciler.sandbox.moto_patches.cognito.triggers import Actor, about, message
from reconciler.sandbox.moto_patches.cognito.users import Users, by_token, client_anywhere, user_of
from reconciler.sandbox.sandbox_error import SandboxError, not_in_sandbox

REFRESHED = "RefreshTokens"
Sent: TypeAlias = tuple[Given, Given]
"""What a client sends: the parameters, and metadata for functions."""


class SigningIn(Users):
    """The operations that lead to tokens."""

    # -- the flows ---------------------------------------------------------------------------------------------------------

    def sign_in(
        self, AuthFlow: str, ClientId: str, AuthParameters: Given | None = None, **given: Any
    ) -> Reply:
        """InitiateAuth."""
        pool, client = client_anywhere(ClientId)
        if AuthFlow.startswith("ADMIN_"):
            raise invalid("Initiate Auth method not supported")
        if AuthFlow not in OPEN_FLOWS:
            raise not_in_sandbox("cognito-idp", AuthFlow)
        return self._begin(pool, client, AuthFlow, AuthParameters or {}, given.get("ClientMetadata") or {})

    def sign_in_as_admin(
        self, UserPoolId: str, ClientId: str, AuthFlow: str, AuthParameters: Given | None = None, **given: Any
    ) -> Reply:
        """AdminInitiateAuth."""
        pool = self.pool(UserPoolId)
        client = self.client(pool, ClientId)
        if AuthFlow == "USER_PASSWORD_AUTH":
            raise invalid("Initiate Auth method not supported")
        if AuthFlow not in ADMIN_FLOWS:
            raise not_in_sandbox("cognito-idp", AuthFlow)
        return self._begin(pool, client, AuthFlow, AuthParameters or {}, given.get("ClientMetadata") or {})

    def _begin(self, pool: Pool, client: AppClient, flow: str, given: Given, data: Given) -> Reply:
        """Begin a sign-in; `data` is what the client sends to functions before it."""
        check_flow(client, flow)
        if flow in REFRESH:
            return {"AuthenticationResult": self._refreshed(pool, client, given)}
        username = given.get("USERNAME")
        if not username:
            raise invalid("Missing required parameter USERNAME")
        check_secret_hash(client, username, given.get("SECRET_HASH"))
        user = may_sign_in(pool, client, username, given.get("PASSWORD"), data)
        check_enabled(user)
        if flow == BY_CHALLENGES:
            return self._go_on(pool, client, user, custom_challenges.begun(given), (given, {}))
        if flow == "USER_SRP_AUTH":
            return self._ask_for_proof(pool, client, user, given, None)
        if "PASSWORD" not in given:
            raise invalid("Missing required parameter PASSWORD")
        check_own_password(user, given["PASSWORD"])
        return self._after_password(pool, client, user, Asked())

    def _ask_for_proof(
        self, pool: Pool, client: AppClient, user: CognitoIdpUser, given: Given, history: History | None
    ) -> Reply:
        """The challenge of SRP."""
        try:
            value = int(given.get("SRP_A", ""), 16)
        except ValueError:
            raise invalid("Missing required parameter SRP_A") from None
        exchange = srp.begin(short_id(pool), user.username, user.password or "", value)
        if exchange is None:
            raise invalid("Invalid SRP_A")
        block = base64.b64encode(secrets.token_bytes(64)).decode()
        kept = Challenge(VERIFIER, client.id, user.username, seconds(), exchange, block, history)
        session = ask(pool, kept)
        parameters = {
            "SALT": f"{exchange.salt:x}",
            "SRP_B": f"{exchange.public:x}",
            "SECRET_BLOCK": block,
            "USERNAME": user.username,
            "USER_ID_FOR_SRP": user.username,
        }
        return {"ChallengeName": VERIFIER, "ChallengeParameters": parameters, "Session": session}

    def _go_on(
        self, pool: Pool, client: AppClient, user: CognitoIdpUser, history: History, sent: Sent
    ) -> Reply:
        """What follows in a sign-in whose challenges functions define."""
        actor, (given, metadata) = Actor(pool, client, user), sent
        following = custom_challenges.decided(actor, history, metadata)
        if following == VERIFIER:
            return self._ask_for_proof(pool, client, user, given, history)
        if following != custom_challenges.TOKENS:
            return custom_challenges.asked(actor, history, metadata)
        check_confirmed(user)
        return self._tokens(pool, client, user, Asked(metadata=metadata))

    def _after_password(self, pool: Pool, client: AppClient, user: CognitoIdpUser, asked: Asked) -> Reply:
        """What follows a right password: a challenge, or tokens."""
        check_confirmed(user)
        if user.status == UserStatus.RESET_REQUIRED:
            raise SandboxError("PasswordResetRequiredException", "Password reset required for the user")
        if user.status == UserStatus.FORCE_CHANGE_PASSWORD:
            return self._challenge(pool, client, user, NEW_PASSWORD, new_password_parameters(pool, user))
        factor = second_factor(pool, user)
        if factor == SETUP:
            return self._challenge(pool, client, user, SETUP, {"MFAS_CAN_SETUP": '["SOFTWARE_TOKEN_MFA"]'})
        if factor:
            if factor == SMS_MFA:
                message(Actor(pool, client, user), "Authentication", asked.metadata)
            return self._challenge(pool, client, user, factor, {"USER_ID_FOR_SRP": user.username})
        return self._tokens(pool, client, user, asked)

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
        **more: Any,
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
        metadata = more.get("ClientMetadata") or {}
        asked = Asked(metadata=metadata)
        history = challenge.history
        if challenge.name == CUSTOM:
            history = custom_challenges.answered(Actor(pool, client, user), challenge, given, metadata)
        if challenge.name == VERIFIER:
            check_proof(pool, user, challenge, given)
            if history is None:
                return self._after_password(pool, client, user, asked)
            history = (*history, custom_challenges.passed(VERIFIER))
        if history is not None:
            return self._go_on(pool, client, user, history, (given, metadata))
        if challenge.name == NEW_PASSWORD:
            set_new_password(pool, user, given)
            asked = Asked("NewPasswordChallenge", metadata)
        if challenge.name in (TOKEN_MFA, SMS_MFA):
            check_factor(pool, user, challenge.name, given)
        return self._tokens(pool, client, user, asked)

    def respond_as_admin(self, UserPoolId: str, **given: Any) -> Reply:
        """AdminRespondToAuthChallenge."""
        self.client(self.pool(UserPoolId), given["ClientId"])
        return self.respond(**given)

    # -- tokens ------------------------------------------------------------------------------------------------------------

    def _tokens(self, pool: Pool, client: AppClient, user: CognitoIdpUser, asked: Asked) -> Reply:
        actor = Actor(pool, client, user)
        about(actor, "PostAuthentication", "Authentication", asked.metadata, newDeviceUsed=False)
        at = seconds()
        sign_in = SignIn(
            client.id, user.username, str(uuid.uuid4()), at, at + client.lifetime("RefreshToken")
        )
        token = secrets.token_urlsafe(96)
        result = {**issue(pool, client, user, sign_in, asked), "RefreshToken": token}
        pool.sign_ins[token] = sign_in
        return {"ChallengeParameters": {}, "AuthenticationResult": result}

    def _refreshed(self, pool: Pool, client: AppClient, given: Given) -> dict[str, Any]:
        token = given.get("REFRESH_TOKEN")
        if not token:
            raise invalid("Missing required parameter REFRESH_TOKEN")
        user, sign_in = of_refresh_token(pool, client, token)
        check_secret_hash(client, user.username, given.get("SECRET_HASH"))
        return issue(pool, client, user, sign_in, Asked(REFRESHED))

    def refresh(
        self, RefreshToken: str, ClientId: str, ClientSecret: str | None = None, **given: Any
    ) -> Reply:
        """GetTokensFromRefreshToken: with rotation, the client gets another refresh token."""
        pool, client = client_anywhere(ClientId)
        if client.generate_secret and ClientSecret != client.secret:
            raise not_authorized("Client secret is missing or wrong")
        user, sign_in = of_refresh_token(pool, client, RefreshToken)
        result = issue(pool, client, user, sign_in, Asked(REFRESHED, given.get("ClientMetadata") or {}))
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
