"""Issues tokens, whose claims, groups and scopes the trigger PreTokenGeneration may change.

Source: https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-lambda-pre-token-generation.html
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from moto.cognitoidp.models import CognitoIdpUser

from reconciler.sandbox.moto_patches.cognito.clients import AppClient
from reconciler.sandbox.moto_patches.cognito.pool import Pool
from reconciler.sandbox.moto_patches.cognito.tokens import Claims, SignIn, claims_of, result
from reconciler.sandbox.moto_patches.cognito.triggers import (
    Actor,
    Event,
    answer_of,
    attributes_of,
    of_client,
    unrecognizable,
)

TRIGGER = "PreTokenGeneration"
SCOPE = "scope"
FIXED = frozenset(
    {
        *("acr", "amr", "at_hash", "auth_time", "azp", "cognito:username", "exp", "iat", "iss", "jti", "nbf"),
        *("nonce", "origin_jti", "sub", "token_use"),
    }
)
"""The claims that no trigger changes."""
FIXED_IN_ID = FIXED | {"aud", "event_id"}
FIXED_IN_ACCESS = FIXED | {"aud", "client_id", "device_key", "event_id", SCOPE, "username", "version"}
GROUPS, ROLES, PREFERRED = "cognito:groups", "cognito:roles", "cognito:preferred_role"
IN_ACCESS = {"groupsToOverride": GROUPS}
IN_ID = {**IN_ACCESS, "iamRolesToOverride": ROLES, "preferredRole": PREFERRED}


@dataclass(frozen=True)
class Asked:
    """Why tokens are issued, and the metadata that the client has sent with an answer to a challenge."""

    source: str = "Authentication"
    metadata: Mapping[str, str] = field(default_factory=dict)


def issue(
    pool: Pool, client: AppClient, user: CognitoIdpUser, sign_in: SignIn, asked: Asked
) -> dict[str, Any]:
    """New access and ID tokens, as members of AuthenticationResult.

    Raises:
        SandboxError: the trigger refuses, cannot be invoked, or answers something that is no change of claims.
    """
    claims = claims_of(pool, client, user, sign_in)
    config = pool.extended_config["LambdaConfig"].get(f"{TRIGGER}Config")
    if config:
        version = config["LambdaVersion"]
        _change(claims, _response(Actor(pool, client, user), claims, version, asked), version)
    return result(pool, client, user, claims)


def _response(actor: Actor, claims: Claims, version: str, asked: Asked) -> Mapping[str, Any]:
    groups = {
        "groupsToOverride": claims.identity.get(GROUPS, []),
        "iamRolesToOverride": claims.identity.get(ROLES, []),
        "preferredRole": claims.identity.get(PREFERRED),
    }
    request = {
        "userAttributes": attributes_of(actor.user),
        "groupConfiguration": groups,
        **({} if version == "V1_0" else {"scopes": claims.access[SCOPE].split(" ")}),
        **of_client(asked.metadata),
    }
    member = _member(version)
    number, name = version[1:2], actor.user.username
    event = Event(TRIGGER, asked.source, name, request, {member: None}, number, "TokenGeneration")
    found = (answer_of(actor.pool, actor.client, event) or {}).get(member) or {}
    if not isinstance(found, Mapping):
        raise unrecognizable()
    return found


def _member(version: str) -> str:
    """The member of the response: functions of the first version change ID tokens alone."""
    return "claimsOverrideDetails" if version == "V1_0" else "claimsAndScopeOverrideDetails"


def _change(claims: Claims, answer: Mapping[str, Any], version: str) -> None:
    if version == "V1_0":
        _change_token(claims.identity, answer, FIXED_IN_ID)
    else:
        _change_token(claims.identity, answer.get("idTokenGeneration") or {}, FIXED_IN_ID)
        of_access = answer.get("accessTokenGeneration") or {}
        _change_token(claims.access, of_access, FIXED_IN_ACCESS)
        claims.access[SCOPE] = " ".join(_scopes(claims.access[SCOPE].split(" "), of_access))
    if "groupOverrideDetails" in answer:
        details = answer["groupOverrideDetails"] or {}
        for token, members in ((claims.identity, IN_ID), (claims.access, IN_ACCESS)):
            for member, claim in members.items():
                token.pop(claim, None)
                if details.get(member):
                    token[claim] = details[member]


def _change_token(token: dict[str, Any], change: Mapping[str, Any], fixed: frozenset[str]) -> None:
    added, left_out = change.get("claimsToAddOrOverride") or {}, change.get("claimsToSuppress") or []
    if not isinstance(added, Mapping) or not isinstance(left_out, list):
        raise unrecognizable()
    token |= {name: value for name, value in added.items() if name not in fixed}
    for name in left_out:
        if name not in fixed:
            token.pop(name, None)


def _scopes(present: list[str], change: Mapping[str, Any]) -> Iterator[str]:
    left_out = change.get("scopesToSuppress") or []
    for name in dict.fromkeys([*present, *(change.get("scopesToAdd") or [])]):
        if name not in left_out:
            yield name
