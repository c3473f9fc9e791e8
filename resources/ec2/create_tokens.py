"""Create tokens of resources that AWS shows, or remembers, for a while after they are deleted.

AWS answers a token that it knows with the resource that it once made, although that is deleted by now. Then a new one is made
with a token that follows from the first one and from the deleted resource: each try at the same resource sends the same tokens in
the same order, so that AWS makes it once.

Source: "Ensuring idempotency in Amazon EC2 API requests" (https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-idempotency.html)
"""

import hashlib
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from reconciler.contract import Api, Wired, tags_in
from reconciler.errors import Refused

TOKEN = "ClientToken"  # noqa: S105 -- the name of a member
MARKS = ("reconciler:stack", "reconciler:key")
"""The tags that show which resource a create request makes."""
MOST = 20
"""The most deleted resources of one token; the description of a loop otherwise."""


def after(parameters: Wired, deleted: Collection[str]) -> dict[str, Any]:
    """The parameters of create with another token, if these resources were made with it and deleted."""
    if not deleted:
        return dict(parameters)
    text = "\0".join((parameters[TOKEN], *sorted(deleted)))
    return {**parameters, TOKEN: hashlib.sha256(text.encode()).hexdigest()[:36]}


def made_by_us(parameters: Wired, rows: Iterable[Wired]) -> list[Wired]:
    """The resources in a reply that have the marks of this create request."""
    (specification,) = parameters["TagSpecifications"]
    marks = {key: value for key, value in tags_in(specification["Tags"]).items() if key in MARKS}
    return [row for row in rows if marks.items() <= tags_in(row.get("Tags")).items()]


@dataclass(frozen=True)
class Remembered:
    """Resources that AWS remembers after they are deleted: the members of the reply to create which show them."""

    shown_in: str
    id_: str
    gone: Collection[str]
    """The states of deleted ones, in lower case."""

    def living(self, api: Api, operation: str, parameters: Wired, reply: Wired) -> Wired:
        """The reply to create for a resource that is not deleted: for the first one, or for one made anew.

        Raises:
            Refused: AWS knows the tokens of too many deleted resources.
        """
        for _ in range(MOST):
            made = reply[self.shown_in]
            if str(made.get("State", "")).lower() not in self.gone:
                return reply
            parameters = after(parameters, [made[self.id_]])
            reply = api.call(operation, **parameters)
        raise Refused(
            operation, "Deleted", f"AWS answers with {reply[self.shown_in][self.id_]}, which is deleted"
        )
