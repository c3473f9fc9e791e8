"""Tokens of Amazon Cognito: signed with the key of their pool, with AWS's claims, by the sandbox's clock.

Sources: https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-the-id-token.html,
https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-the-access-token.html
"""

import base64
import hashlib
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import RSAKey
from moto.cognitoidp.models import CognitoIdpGroup, CognitoIdpUser

from reconciler.sandbox.moto_patches.cognito.clients import AppClient
from reconciler.sandbox.moto_patches.cognito.pool import Pool
from reconciler.sandbox.process_state import current

OWN_SCOPE = "aws.cognito.signin.user.admin"
"""The scope of tokens of the API's sign-in."""
FLAGS = frozenset({"email_verified", "phone_number_verified"})
BITS, EXPONENT = 2048, 65_537


@dataclass
class SignIn:
    """One sign-in of a user: its refresh token, and what all its tokens share."""

    client_id: str
    username: str
    origin_jti: str
    auth_time: int
    expires: int
    """When its refresh token does, in seconds since 1970."""


@dataclass(frozen=True)
class Claims:
    """The claims of both tokens of a sign-in."""

    access: dict[str, Any]
    identity: dict[str, Any]


def seconds() -> int:
    """The present time of the sandbox in seconds since 1970."""
    return int(current().clock())


def issuer(pool: Pool) -> str:
    """The issuer of the tokens of a pool."""
    domain = "amazonaws.com.cn" if pool.region.startswith("cn-") else "amazonaws.com"
    return f"https://cognito-idp.{pool.region}.{domain}/{pool.id}"


def pem_of(pool: Pool) -> str:
    """The private key of a pool, which is made when it is first needed."""
    if pool.private_key is None:
        made = rsa.generate_private_key(EXPONENT, BITS)
        pool.private_key = made.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    return pool.private_key


@lru_cache(maxsize=64)
def _key(pem: str) -> RSAKey:
    return RSAKey.import_key(pem)


def public_key(pool: Pool) -> dict[str, str]:
    """The public key of a pool as a member of its key set."""
    found = _key(pem_of(pool)).as_dict(private=False)
    kid = base64.b64encode(hashlib.sha256(str(found["n"]).encode()).digest()).decode()
    members = {"alg": "RS256", "e": str(found["e"]), "kid": kid, "kty": "RSA", "n": str(found["n"])}
    return {**members, "use": "sig"}


def signed(pool: Pool, claims: Mapping[str, Any]) -> str:
    """A token with these claims."""
    header = {"kid": public_key(pool)["kid"], "alg": "RS256"}
    return jwt.encode(header, dict(claims), _key(pem_of(pool)))


def claims_in(pool: Pool, token: str) -> dict[str, Any]:
    """The claims of a token that this pool has signed; times are not checked.

    Raises:
        ValueError: it is no token, or another pool has signed it.
    """
    try:
        return dict(jwt.decode(token, _key(pem_of(pool)), algorithms=["RS256"]).claims)
    except JoseError as error:
        raise ValueError(str(error)) from None


def claims_of(pool: Pool, client: AppClient, user: CognitoIdpUser, sign_in: SignIn) -> Claims:
    """The claims of new access and ID tokens."""
    at, shared = seconds(), _shared(pool, user, sign_in)
    groups = sorted(
        user.groups, key=lambda each: (each.precedence is None, each.precedence or 0, each.group_name)
    )
    names = {"cognito:groups": [each.group_name for each in groups]} if groups else {}
    access = {
        **shared,
        **names,
        "client_id": client.id,
        "token_use": "access",
        "scope": OWN_SCOPE,
        "username": user.username,
        "iat": at,
        "exp": at + client.lifetime("AccessToken"),
        "jti": str(uuid.uuid4()),
    }
    identity = {
        **_attributes(user, client),
        **shared,
        **names,
        **_roles(groups),
        "aud": client.id,
        "token_use": "id",
        "cognito:username": user.username,
        "iat": at,
        "exp": at + client.lifetime("IdToken"),
        "jti": str(uuid.uuid4()),
    }
    return Claims(access, identity)


def result(pool: Pool, client: AppClient, user: CognitoIdpUser, claims: Claims) -> dict[str, Any]:
    """Tokens with these claims, as members of AuthenticationResult."""
    token = signed(pool, claims.access)
    pool.access_tokens[token] = (client.id, user.username)  # moto's operations look there
    return {
        "AccessToken": token,
        "IdToken": signed(pool, claims.identity),
        "ExpiresIn": client.lifetime("AccessToken"),
        "TokenType": "Bearer",
    }


def _shared(pool: Pool, user: CognitoIdpUser, sign_in: SignIn) -> dict[str, Any]:
    return {
        "sub": user.id,
        "iss": issuer(pool),
        "origin_jti": sign_in.origin_jti,
        "event_id": str(uuid.uuid4()),
        "auth_time": sign_in.auth_time,
    }


def _attributes(user: CognitoIdpUser, client: AppClient) -> dict[str, Any]:
    """The attributes that a client may read, as claims; without a list it may read all."""
    readable = client.get_readable_fields()
    found = {name: value for name, value in user.attribute_lookup.items() if name != "sub"}
    return {
        name: value == "true" if name in FLAGS else value
        for name, value in found.items()
        if not readable or name in readable
    }


def _roles(groups: list[CognitoIdpGroup]) -> dict[str, Any]:
    """The claims of the roles of groups.

    Source: https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-user-groups.html
    """
    roles = [each.role_arn for each in groups if each.role_arn]
    if not roles:
        return {}
    first = min((each.precedence for each in groups if each.precedence is not None), default=None)
    best = {each.role_arn for each in groups if each.precedence == first and each.role_arn}
    preferred = {"cognito:preferred_role": best.pop()} if first is not None and len(best) == 1 else {}
    return {"cognito:roles": roles, **preferred}
