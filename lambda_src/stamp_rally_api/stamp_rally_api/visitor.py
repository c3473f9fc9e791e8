"""Who sends a request: the claims of the token, which Amazon API Gateway has verified.

Source: "Integrate a REST API with an Amazon Cognito user pool" (Amazon API Gateway Developer Guide).
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from stamp_rally_api.problems import ProblemError

LINE = "LINE"
"""The name of the identity provider in the user pool."""


@dataclass(frozen=True)
class Visitor:
    """Who sends a request."""

    user_id: str
    groups: frozenset[str]
    line_user_id: str | None
    """LINE's id of the visitor, if the visitor has signed in with LINE and sends an ID token."""

    @classmethod
    def of(cls, claims: Mapping[str, Any]) -> "Visitor":
        """Read the claims; API Gateway gives the groups as one text, separated by commas.

        Raises:
            ProblemError: there is no `sub`: the method has no authorizer.
        """
        user_id = claims.get("sub")
        if not user_id:
            raise ProblemError(HTTPStatus.UNAUTHORIZED, "no-token", "A token of the user pool is needed.")
        groups = claims.get("cognito:groups") or ""
        names = groups.split(",") if isinstance(groups, str) else groups
        found = frozenset(str(name).strip() for name in names)
        return cls(str(user_id), found, _line_user_id(claims.get("identities")))

    def must_be_in(self, group: str) -> None:
        """Check that the visitor belongs to a group.

        Raises:
            ProblemError: the visitor does not.
        """
        if group not in self.groups:
            raise ProblemError(HTTPStatus.FORBIDDEN, "forbidden", "Only administrators may do this.")


def _line_user_id(identities: object) -> str | None:
    """The id in the claim `identities`, a list as JSON; some gateways give one member alone."""
    if not isinstance(identities, str):
        return None
    try:
        read = json.loads(identities)
    except ValueError:
        return None
    rows = read if isinstance(read, list) else [read]
    found = (
        row.get("userId") for row in rows if isinstance(row, Mapping) and row.get("providerName") == LINE
    )
    return next((str(each) for each in found if each), None)
