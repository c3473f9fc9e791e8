"""Checks tokens of user pools, as Amazon API Gateway's Cognito authorisers do, and serves the keys of pools.

`verify` is a plain function for other parts of the sandbox.

Sources: https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-tokens-verifying-a-jwt.html,
https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-enable-cognito-user-pool.html
"""

import base64
import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from moto.cognitoidp.models import cognitoidp_backends

from reconciler.sandbox.moto_patches.cognito.pool import Pool
from reconciler.sandbox.moto_patches.cognito.tokens import claims_in, issuer, public_key, seconds


@dataclass(frozen=True)
class Verified:
    """What a check found: the claims of a valid token, or why it is refused.

    `reason` is empty for a valid token. Otherwise it is one of the texts of `verify`, and `claims` is empty.
    """

    claims: Mapping[str, Any] = field(default_factory=dict)
    reason: str = ""

    @property
    def valid(self) -> bool:
        """Whether the token was accepted."""
        return not self.reason


def verify(
    token: str, pools: Iterable[str], scopes: Collection[str] = (), audience: Collection[str] = ()
) -> Verified:
    """Check a token against user pools, given by their ARNs.

    Without `scopes`, the token must be an ID token; with scopes, an access token that has one of them. `audience` are the
    ids of the clients that are allowed; empty allows every client of the pool.

    The reasons: `malformed` (no JWT of three parts), `unknown issuer` (none of these pools), `invalid signature`, `expired`,
    `wrong token use` (an access token without scopes, or the reverse), `missing scope`, `wrong audience`.
    """
    claims = unverified(token)
    if claims is None:
        return Verified(reason="malformed")
    found = next((each for each in map(pool_of, pools) if each and issuer(each) == claims.get("iss")), None)
    if found is None:
        return Verified(reason="unknown issuer")
    try:
        claims = claims_in(found, token)
    except ValueError:
        return Verified(reason="invalid signature")
    return Verified(reason=why) if (why := _refused(claims, scopes, audience)) else Verified(claims)


def _refused(claims: Mapping[str, Any], scopes: Collection[str], audience: Collection[str]) -> str:
    """Why a token with these claims is refused; empty if it is not."""
    if seconds() >= claims["exp"]:
        return "expired"
    if claims.get("token_use") != ("access" if scopes else "id"):
        return "wrong token use"
    if scopes and set(scopes).isdisjoint(str(claims.get("scope", "")).split()):
        return "missing scope"
    if audience and claims.get("aud", claims.get("client_id")) not in audience:
        return "wrong audience"
    return ""


def unverified(token: str) -> dict[str, Any] | None:
    """The claims of a token without any check; None if it is no JWT."""
    parts = token.split(".")
    if len(parts) != 3:
        return None
    try:
        found = json.loads(base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4)))
    except ValueError:
        return None
    return found if isinstance(found, dict) else None


def pool_of(arn: str) -> Pool | None:
    """The pool with this ARN; None if there is none."""
    parts = arn.split(":")
    region, account, id_ = parts[3], parts[4], arn.rpartition("/")[2]
    found = cognitoidp_backends[account][region].user_pools.get(id_)
    return found if isinstance(found, Pool) else None


def pool_with_id(id_: str) -> Pool | None:
    """The pool with this id, in any account and Region; None if there is none."""
    for regions in cognitoidp_backends.values():
        for backend in regions.values():
            if isinstance(found := backend.user_pools.get(id_), Pool):
                return found
    return None


def published(id_: str, document: str) -> dict[str, Any] | None:
    """What a pool serves under `/POOL_ID/.well-known/`: `jwks.json`, or `openid-configuration`; None if it is not there."""
    pool = pool_with_id(id_)
    if pool is None:
        return None
    if document == "jwks.json":
        return {"keys": [public_key(pool)]}
    base = issuer(pool)
    return {
        "id_token_signing_alg_values_supported": ["RS256"],
        "issuer": base,
        "jwks_uri": f"{base}/.well-known/jwks.json",
        "response_types_supported": ["code", "token"],
        "scopes_supported": ["openid", "email", "phone", "profile"],
        "subject_types_supported": ["public"],
    }
