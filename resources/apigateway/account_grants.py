"""IAM grants that the caller needs because of the role that writes logs.

Source: "Actions, resources, and condition keys for AWS Identity and Access Management" (Service Authorization Reference).
"""

from collections.abc import Iterator, Mapping

from reconciler.permissions import Condition, Grant, GrantedFor, Location
from reconciler.resources.grants import to_pass

OURS: Condition = (("ForAllValues:StringLike", "aws:TagKeys", ("reconciler:*",)),)
"""Only our own tags are set and removed."""


def _for_role(role: str, location: Location) -> Iterator[Grant]:
    yield to_pass(role, "apigateway")
    # The files do not contain the role that the account has before.
    any_role = f"arn:{location.partition}:iam::{location.account}:role/*"
    yield from (Grant(action, any_role, OURS) for action in ("iam:TagRole", "iam:UntagRole"))


GRANTED_FOR: Mapping[str, GrantedFor] = {"cloudwatch_role_arn": _for_role}
"""By field: the grants that its value needs."""
