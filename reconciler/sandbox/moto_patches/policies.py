"""Policies of resources and roles: their statements, the principals that these name, and whether a principal is there."""

import re
from collections.abc import Mapping
from typing import Any

from moto.iam.models import iam_backends


def listed(value: Any) -> list[Any]:
    """Return what a policy gives alone or in a list, as a list; an empty one where it gives nothing."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def principals_of(statement: Mapping[str, Any], sort: str = "AWS") -> list[Any]:
    """Return the principals of one sort that a statement names; `*` alone is everybody, of every sort."""
    principal = statement.get("Principal")
    if isinstance(principal, Mapping):
        return listed(principal.get(sort))
    return ["*"] if principal == "*" else []


def is_there(arn: str, account: str) -> bool:
    """Whether a principal can be named: a role or a user of this account has to exist, others are not looked for."""
    found = re.fullmatch(rf"arn:(aws[\w-]*):iam::{account}:(role|user)/.+", arn)
    if not found:
        return True
    partitions = iam_backends[account]
    if found[1] not in partitions:
        return False
    backend = partitions[found[1]]
    holders = backend.roles if found[2] == "role" else backend.users
    return any(each.arn == arn for each in holders.values())
