"""App clients of Amazon Cognito's user pools.

Sources: https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_CreateUserPoolClient.html,
https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_UpdateUserPoolClient.html
"""

import secrets
import string
from collections.abc import Iterator, Mapping
from typing import Any

from moto.cognitoidp.models import CognitoIdpUserPoolClient

from reconciler.sandbox.moto_patches.cognito.pool import Pool
from reconciler.sandbox.moto_patches.cognito.pools import Pools, Reply
from reconciler.sandbox.moto_patches.cognito.refusals import WRONG_TOKEN, absent, invalid, now
from reconciler.sandbox.moto_patches.pages import cut
from reconciler.sandbox.sandbox_error import SandboxError

IDS, SECRETS = string.ascii_lowercase + string.digits, string.ascii_letters + string.digits
PAGE = 60
SECONDS = {"seconds": 1, "minutes": 60, "hours": 3600, "days": 86_400}
UNITS = {"AccessToken": "hours", "IdToken": "hours", "RefreshToken": "days"}
"""The unit of each validity whose unit is not written."""
SHORTEST, LONGEST = 300, 86_400
"""Of access and ID tokens, in seconds."""
SHORTEST_REFRESH, LONGEST_REFRESH = 3600, 315_360_000
"""Of refresh tokens, in seconds."""
VALID = {"AccessToken": 3600, "IdToken": 3600, "RefreshToken": 30 * 86_400}
"""In seconds, if the client has no validity."""
OLD_FLOWS = frozenset({"ADMIN_NO_SRP_AUTH", "CUSTOM_AUTH_FLOW_ONLY", "USER_PASSWORD_AUTH"})
STANDARD_SCOPES = frozenset({"phone", "email", "openid", "profile", "aws.cognito.signin.user.admin"})
DEFAULTS: Reply = {
    "RefreshTokenValidity": 30,
    "AllowedOAuthFlowsUserPoolClient": False,
    "EnableTokenRevocation": True,
    "EnablePropagateAdditionalUserContextData": False,
    "AuthSessionValidity": 3,
}
EMPTY = ("ReadAttributes", "WriteAttributes", "SupportedIdentityProviders", "CallbackURLs", "LogoutURLs")
"""Lists that a client shows only if they have entries."""
LISTS = (*EMPTY, "ExplicitAuthFlows", "AllowedOAuthFlows", "AllowedOAuthScopes")


class AppClient(CognitoIdpUserPoolClient):
    """A client. moto's operations on users read `extended_config`, `generate_secret` and `secret`."""

    def __init__(self, pool: Pool, settings: Mapping[str, Any]) -> None:
        # Without moto's own __init__, whose update keeps what a request leaves out.
        taken = dict(settings)
        given, secret = taken.pop("ClientSecret", None), taken.pop("GenerateSecret", False)
        self.user_pool_id = pool.id
        self.id = "".join(secrets.choice(IDS) for _ in range(26))
        self.generate_secret = bool(secret or given)
        self.secret = given or "".join(secrets.choice(SECRETS) for _ in range(51))
        self.created = now()
        self.set(taken)

    def set(self, settings: Mapping[str, Any]) -> None:
        """Replace all settings; what is left out gets AWS's default."""
        shown = {name: value for name, value in settings.items() if not (name in LISTS and value == [])}
        name = shown.pop("ClientName", None) or self.extended_config["ClientName"]
        self.extended_config = {**DEFAULTS, **shown, "ClientName": name}
        units = settings.get("TokenValidityUnits")
        if units is not None:
            self.extended_config["TokenValidityUnits"] = dict(units)
        self.changed = now()

    def shown(self) -> dict[str, Any]:
        """DescribeUserPoolClient's reply."""
        dates = {"CreationDate": self.created, "LastModifiedDate": self.changed}
        return {**self.to_json(extended=True), **dates}

    def lifetime(self, token: str) -> int:
        """How long tokens of a type (`AccessToken`) last, in seconds."""
        return lifetime(self.extended_config, token)


def lifetime(settings: Mapping[str, Any], token: str) -> int:
    """The validity of a type of tokens in seconds."""
    validity = settings.get(f"{token}Validity")
    if not validity:
        return VALID[token]
    unit = (settings.get("TokenValidityUnits") or {}).get(token) or UNITS[token]
    return int(validity) * SECONDS[unit]


class Clients(Pools):
    """The operations on app clients."""

    def make_client(self, UserPoolId: str, **settings: Any) -> Reply:
        """CreateUserPoolClient; names need not be unique."""
        pool = self.pool(UserPoolId)
        if settings.get("GenerateSecret") and settings.get("ClientSecret"):
            raise invalid("GenerateSecret and ClientSecret cannot both be set.")
        check_client(settings, pool)
        made = AppClient(pool, settings)
        pool.clients[made.id] = made
        return {"UserPoolClient": made.shown()}

    def change_client(self, UserPoolId: str, ClientId: str, **settings: Any) -> Reply:
        """UpdateUserPoolClient: settings that the request leaves out get their default."""
        pool = self.pool(UserPoolId)
        found = self.client(pool, ClientId)
        check_client(settings, pool)
        found.set(settings)
        return {"UserPoolClient": found.shown()}

    def show_client(self, UserPoolId: str, ClientId: str) -> Reply:
        """DescribeUserPoolClient."""
        return {"UserPoolClient": self.client(self.pool(UserPoolId), ClientId).shown()}

    def show_clients(self, UserPoolId: str, MaxResults: int = PAGE, NextToken: str | None = None) -> Reply:
        """ListUserPoolClients."""
        clients = list(self.pool(UserPoolId).clients.values())
        page, token = cut(clients, lambda each: str(each.id), MaxResults, NextToken, WRONG_TOKEN)
        rows = [
            {"ClientId": each.id, "UserPoolId": UserPoolId, "ClientName": each.extended_config["ClientName"]}
            for each in page
        ]
        return {"UserPoolClients": rows, "NextToken": token}

    def drop_client(self, UserPoolId: str, ClientId: str) -> Reply:
        """DeleteUserPoolClient."""
        pool = self.pool(UserPoolId)
        del pool.clients[self.client(pool, ClientId).id]
        return {}

    @staticmethod
    def client(pool: Pool, id_: str) -> AppClient:
        """Return a client of a pool; refuse one that does not exist."""
        found = pool.clients.get(id_)
        if not isinstance(found, AppClient):
            raise absent(f"User pool client {id_} does not exist.")
        return found


def check_client(settings: Mapping[str, Any], pool: Pool) -> None:
    """Refuse settings that exclude each other, or that name what the pool does not have."""
    for error in _errors(settings, pool):
        raise error


def _errors(settings: Mapping[str, Any], pool: Pool) -> Iterator[SandboxError]:
    yield from _of_validity(settings)
    yield from _of_sign_in(settings, pool)
    known = {*pool.schema_attributes, "email_verified", "phone_number_verified"}
    for member in ("ReadAttributes", "WriteAttributes"):
        unknown = set(settings.get(member) or ()) - known
        if unknown:
            yield invalid(f"Invalid {member.lower()} specified while creating a client: {min(unknown)}")
    if {"email_verified", "phone_number_verified", "sub"} & set(settings.get("WriteAttributes") or ()):
        yield invalid("Invalid write attributes specified while creating a client")
    flows = set(settings.get("ExplicitAuthFlows") or ())
    if flows & OLD_FLOWS and flows - OLD_FLOWS:
        yield invalid("ExplicitAuthFlows cannot mix values with and without the prefix ALLOW_.")
    rotation = (settings.get("RefreshTokenRotation") or {}).get("Feature") == "ENABLED"
    if rotation and "ALLOW_REFRESH_TOKEN_AUTH" in flows:
        yield invalid("ALLOW_REFRESH_TOKEN_AUTH is not allowed while refresh token rotation is enabled.")


def _of_validity(settings: Mapping[str, Any]) -> Iterator[SandboxError]:
    for token in ("AccessToken", "IdToken"):
        if not SHORTEST <= lifetime(settings, token) <= LONGEST:
            yield invalid(f"Invalid range for token validity: {token} lasts from 5 minutes to 1 day.")
    refresh = lifetime(settings, "RefreshToken")
    if not SHORTEST_REFRESH <= refresh <= LONGEST_REFRESH:
        yield invalid("Invalid range for token validity: RefreshToken lasts from 1 hour to 10 years.")
    if refresh < max(lifetime(settings, "AccessToken"), lifetime(settings, "IdToken")):
        yield invalid("Refresh token validity must be longer than that of access and ID tokens.")


def _of_sign_in(settings: Mapping[str, Any], pool: Pool) -> Iterator[SandboxError]:
    """Source: https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-define-resource-servers.html."""
    flows = settings.get("AllowedOAuthFlows") or []
    scopes = settings.get("AllowedOAuthScopes") or []
    callbacks = settings.get("CallbackURLs") or []
    if (flows or scopes) and not settings.get("AllowedOAuthFlowsUserPoolClient"):
        yield invalid(
            "AllowedOAuthFlowsUserPoolClient must be set to true to use AllowedOAuthFlows and AllowedOAuthScopes."
        )
    if settings.get("AllowedOAuthFlowsUserPoolClient") and not (flows and scopes):
        yield invalid("AllowedOAuthFlows and AllowedOAuthScopes are required if user pool client is allowed.")
    if "client_credentials" in flows and len(flows) > 1:
        yield invalid("client_credentials flow can not be selected along with code flow or implicit flow.")
    if "client_credentials" in flows and STANDARD_SCOPES & set(scopes):
        yield invalid("client_credentials flow allows only scopes of resource servers.")
    if {"code", "implicit"} & set(flows) and not callbacks:
        yield invalid("CallbackURLs are required for the flows code and implicit.")
    custom = {
        f"{each.identifier}/{one['ScopeName']}"
        for each in pool.resource_servers.values()
        for one in each.scopes
    }
    for scope in scopes:
        if scope not in STANDARD_SCOPES | custom:
            yield SandboxError("ScopeDoesNotExistException", f"Invalid scope requested: {scope}")
    if settings.get("DefaultRedirectURI") and settings["DefaultRedirectURI"] not in callbacks:
        yield invalid("DefaultRedirectURI must be in the CallbackURLs list.")
    for provider in settings.get("SupportedIdentityProviders") or ():
        if provider != "COGNITO" and provider not in pool.identity_providers:
            yield invalid(f"The provider {provider} does not exist for User Pool {pool.id}.")
