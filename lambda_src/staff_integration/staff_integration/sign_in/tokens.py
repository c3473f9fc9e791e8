"""Access tokens: JSON Web Tokens signed by RS256. Whoever has the published keys verifies them offline."""

import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from staff_integration.access import Caller
from staff_integration.sign_in.keys import LIFE, TOLERANCE
from staff_integration.tables import Staff, System

ISSUER = "staff-integration"
"""Of tokens; and the audience of those for this application's own API."""
ALGORITHM = "RS256"


class InvalidTokenError(Exception):
    """Raised where a token is not one, is not signed by us, is for somebody else, or is not valid any more."""


@dataclass(frozen=True)
class Signer:
    """Signs tokens with a key, at a moment."""

    key_id: str
    key: RSAPrivateKey
    now: datetime

    def __repr__(self) -> str:
        return f"Signer({self.key_id!r})"

    def for_staff(self, staff: Staff, caller: Caller, system: System) -> str:
        """A token for one of the systems, and for this application's API."""
        return self._signed(
            {
                "staffId": staff.staff_id,
                "employeeNumber": staff.employee_number,
                "systemAccess": {"medical": True, "voicedrive": staff.voicedrive_id is not None},
                "permissions": sorted(caller.permissions),
                "facilityId": staff.facility_id or "",
                "departmentId": staff.department_id or "",
                "role": caller.role,
                "aud": [system, ISSUER],
            }
        )

    def for_system(self, system: System) -> str:
        """A token with which one of the systems calls this application's API."""
        return self._signed({"system": system, "aud": [ISSUER]})

    def _signed(self, claims: Mapping[str, Any]) -> str:
        issued = int(self.now.timestamp())
        whole = {
            **claims,
            "iss": ISSUER,
            "jti": str(uuid.uuid4()),
            "iat": issued,
            "exp": issued + int(LIFE.total_seconds()),
        }
        return jwt.encode(whole, self.key, algorithm=ALGORITHM, headers={"kid": self.key_id})


@dataclass(frozen=True)
class Verifier:
    """Verifies tokens, without any call.

    Args:
        keys: the published keys.
        audience: who verifies: `medical`, `voicedrive` or `staff-integration`.
    """

    keys: Mapping[str, Any]
    audience: str

    def claims(self, token: str, now: datetime) -> dict[str, Any]:
        """The claims of a token.

        Raises:
            InvalidTokenError: the token is of no use here and now.
        """
        try:
            key_id = jwt.get_unverified_header(token).get("kid")
            found = next((each for each in self.keys["keys"] if each["kid"] == key_id), None)
            if found is None:
                raise InvalidTokenError("the token is not signed by a published key")
            claims: dict[str, Any] = jwt.decode(
                token,
                _public(json.dumps(found)),
                algorithms=[ALGORITHM],
                audience=self.audience,
                issuer=ISSUER,
                # The times are checked below, against the clock that is handed in.
                options={
                    "require": ["exp", "iat", "aud", "iss", "jti"],
                    "verify_exp": False,
                    "verify_iat": False,
                },
            )
        except jwt.PyJWTError as error:
            raise InvalidTokenError(f"the token is not valid: {type(error).__name__}") from None
        expires, issued = (_moment(claims[name]) for name in ("exp", "iat"))
        if not issued - TOLERANCE <= now < expires:
            raise InvalidTokenError("the token has expired, or is not valid yet")
        return claims


@lru_cache(maxsize=8)  # to load a key takes longer than to verify by it
def _public(jwk: str) -> jwt.PyJWK:
    return jwt.PyJWK.from_json(jwk)


def _moment(value: object) -> datetime:
    if isinstance(value, bool) or not isinstance(value, int):
        raise InvalidTokenError("the token has no times")
    return datetime.fromtimestamp(value, UTC)
