"""Reads policies of resources and roles: statements and principals."""

import re
from collections.abc import Mapping
from typing import Any

from moto.iam.models import iam_backends


def listed(value: Any) -> list[Any]:
    """Return a single value or a list of a policy as a list; empty if there is none."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def principals_of(statement: Mapping[str, Any], sort: str = "AWS") -> list[Any]:
    """Return the principals of one type in a statement; a plain `*` means everybody, for every type."""
    principal = statement.get("Principal")
    if isinstance(principal, Mapping):
        return listed(principal.get(sort))
    return ["*"] if principal == "*" else []


def is_there(arn: str, account: str) -> bool:
    """Return whether a principal is valid: a role or a user of this account must exist; others are not checked."""
    found = re.fullmatch(rf"arn:(aws[\w-]*):iam::{account}:(role|user)/.+", arn)
    if not found:
        return True
    partitions = iam_backends[account]
    if found[1] not in partitions:
        return False
    backend = partitions[found[1]]
    holders = backend.roles if found[2] == "role" else backend.users
    return any(each.arn == arn for each in holders.values())
