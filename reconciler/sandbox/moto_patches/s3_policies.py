"""Conditions of bucket policies; moto refuses every request to which a statement with a condition may apply.

Requests to the sandbox count as encrypted. A statement with a condition on anything else than encryption is left out.
Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
"""

import json
from collections.abc import Callable, Mapping
from typing import Any

from moto.iam.access_control import IAMPolicy, PermissionResult
from moto.s3.models import FakeBucket

from reconciler.sandbox.moto_patches.policies import listed

TLS = 1.3
"""The version that requests to the sandbox count as having."""
KNOWN: Mapping[tuple[str, str], Callable[[str], bool]] = {
    ("bool", "aws:securetransport"): lambda wanted: wanted.lower() == "true",
    ("numericlessthan", "s3:tlsversion"): lambda wanted: float(wanted) > TLS,
    ("numericlessthanequals", "s3:tlsversion"): lambda wanted: float(wanted) >= TLS,
    ("numericgreaterthan", "s3:tlsversion"): lambda wanted: float(wanted) < TLS,
    ("numericgreaterthanequals", "s3:tlsversion"): lambda wanted: float(wanted) <= TLS,
}
"""By operator and key: whether a condition with this value is true."""


def install() -> None:
    """Replace moto's reading of bucket policies."""
    bucket: Any = FakeBucket
    bucket.get_permission = permission_of


def permission_of(bucket: FakeBucket, action: str, resource: str) -> PermissionResult:
    """What the policy of a bucket says of an action."""
    if not bucket.policy:
        return PermissionResult.NEUTRAL
    policy = json.loads(bucket.policy)
    statements = [_unconditional(each) for each in listed(policy.get("Statement")) if _applies(each)]
    if not statements:
        return PermissionResult.NEUTRAL
    return IAMPolicy(json.dumps({**policy, "Statement": statements})).is_action_permitted(action, resource)


def _applies(statement: Mapping[str, Any]) -> bool:
    conditions = statement.get("Condition") or {}
    return all(
        _holds(operator, key, listed(values))
        for operator, keys in conditions.items()
        for key, values in keys.items()
    )


def _holds(operator: str, key: str, values: list[Any]) -> bool:
    known = KNOWN.get((operator.lower(), key.lower()))
    return known is not None and any(known(str(each)) for each in values)


def _unconditional(statement: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in statement.items() if name != "Condition"}
