"""AWS STS: requests with the credentials of an assumed role belong to the role's account.

Any role may be assumed, because an account of which no request has been made yet is empty. If the role exists, the
condition of its trust policy on `sts:ExternalId` is checked.

Known-lossy: the other conditions and the principals of trust policies are not checked.
"""

import json
from typing import Any

from moto.core.errors import COMMON_ERROR_CODES
from moto.iam.models import iam_backends
from moto.sts.models import AssumedRole, STSBackend
from moto.utilities.utils import get_partition

from reconciler.sandbox import process_state
from reconciler.sandbox.moto_patches.policies import listed
from reconciler.sandbox.sandbox_error import SandboxError

DENIED = "AccessDenied"
_ASSUME = STSBackend.assume_role


def install() -> None:
    """Replace AssumeRole."""
    if DENIED not in COMMON_ERROR_CODES:  # moto warns of codes that no operation declares
        COMMON_ERROR_CODES.append(DENIED)
    setattr(STSBackend, "assume_role", _assume)  # noqa: B010  mypy allows no assignment to members of a class


def _assume(backend: STSBackend, **parameters: Any) -> AssumedRole:
    """Assume a role, and note the account of its access key."""
    arn = parameters["role_arn"]
    if not _may(arn, parameters["region_name"], parameters["external_id"]):
        caller = f"arn:aws:iam::{backend.account_id}:user/sandbox"
        text = f"User: {caller} is not authorized to perform: sts:AssumeRole on resource: {arn}"
        raise SandboxError(DENIED, text)
    found = _ASSUME(backend, **parameters)
    process_state.current().roles[found.access_key_id] = found.account_id
    return found


def _may(arn: str, region: str, external_id: str | None) -> bool:
    """Whether the trust policy of a role allows this external id; also if the role does not exist."""
    account = arn.split(":")[4]
    if account not in iam_backends:
        return True
    roles = iam_backends[account][get_partition(region)].roles.values()
    policies = [role.assume_role_policy_document for role in roles if role.arn == arn]
    return not policies or any(
        external_id in listed(ids) if ids else True
        for statement in listed(json.loads(policies[0])["Statement"])
        for ids in [statement.get("Condition", {}).get("StringEquals", {}).get("sts:ExternalId")]
    )
