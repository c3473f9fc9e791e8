"""Principals of resource policies: whether those of this account are there."""

import re

from moto.iam.models import iam_backends


def is_there(arn: str, account: str) -> bool:
    """Whether a principal can be named: a role or a user of this account has to exist, others are not looked for."""
    found = re.fullmatch(rf"arn:aws[\w-]*:iam::{account}:(role|user)/.+", arn)
    if not found:
        return True
    backend = iam_backends[account]["aws"]
    kind = backend.roles if found[1] == "role" else backend.users
    return any(each.arn == arn for each in kind.values())
