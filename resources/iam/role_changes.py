"""The requests that change the policies of a role, and those before its deletion."""

from collections.abc import Iterable, Iterator
from typing import Any

from reconciler.contract import Api, Calls, Change, Request, Sighting, row_changes
from reconciler.errors import InUse
from reconciler.resources.iam.common import same
from reconciler.resources.policy_document import INLINE

MOST_ATTACHED = 10
"""The most managed policies of a role, unless the quota of the account was raised
(https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html)."""


def set_trust(change: Change) -> Iterable[Request]:
    """Set the trust policy. Its parameter has another name than in CreateRole."""
    yield Request(
        "update_assume_role_policy",
        {**change.address, "PolicyDocument": change.desired["AssumeRolePolicyDocument"]},
    )


def set_inline(change: Change) -> Iterator[Request]:
    """Put the inline policies that differ, and delete those that are not in the files.

    Deletes come last, unless both together exceed AWS's limit.
    """
    wanted, found = change.desired.get("Policies") or {}, change.observed.get("Policies") or {}
    puts = [
        Request("put_role_policy", {**change.address, "PolicyName": name, "PolicyDocument": document})
        for name, document in wanted.items()
        if name not in found or not same(found[name], document)
    ]
    deletes = [
        Request("delete_role_policy", {**change.address, "PolicyName": name})
        for name in found
        if name not in wanted
    ]
    size = sum(map(_size, {**found, **wanted}.values()))
    yield from (*puts, *deletes) if size <= INLINE.largest else (*deletes, *puts)


def set_attached(change: Change) -> Iterator[Request]:
    """Attach and detach managed policies. Detaching comes last, unless both together exceed AWS's limit."""
    arns, found = row_changes(change, "ManagedPolicyArns"), change.observed.get("ManagedPolicyArns") or []
    attach, detach = (
        [Request(f"{verb}_role_policy", {**change.address, "PolicyArn": arn}) for arn in some]
        for verb, some in (("attach", arns.new), ("detach", arns.gone))
    )
    yield from (*attach, *detach) if len(found) + len(attach) <= MOST_ATTACHED else (*detach, *attach)


def take_away_all(api: Api, sighting: Sighting) -> Iterable[Request]:
    """Remove all policies from a role, because AWS does not delete a role with policies.

    Raises:
        InUse: the role is in an instance profile, so it may still be used.
    """
    role = dict(sighting.address)
    profiles = [each["InstanceProfileName"] for each in api.pages("list_instance_profiles_for_role", **role)]
    if profiles:
        why = f"it is in instance profile {', '.join(sorted(profiles))}; take it out there first"
        raise InUse("delete_role", "DeleteConflict", why)
    inline = list(api.pages("list_role_policies", **role))
    attached = [each["PolicyArn"] for each in api.pages("list_attached_role_policies", **role)]
    return [
        *(Request("delete_role_policy", {**role, "PolicyName": name}) for name in inline),
        *(Request("detach_role_policy", {**role, "PolicyArn": arn}) for arn in attached),
    ]


def _size(document: Any) -> int:
    return len(document) if isinstance(document, str) else INLINE.size(document)


TRUST = Calls(set_trust, ("assume_role_policy_document",), ("update_assume_role_policy",))
INLINE_POLICIES = Calls(set_inline, ("policies",), ("put_role_policy", "delete_role_policy"))
ATTACHED_POLICIES = Calls(
    set_attached, ("managed_policy_arns",), ("attach_role_policy", "detach_role_policy")
)
TAKES_AWAY = (
    "list_instance_profiles_for_role",
    "list_role_policies",
    "list_attached_role_policies",
    "delete_role_policy",
    "detach_role_policy",
)
"""The operations that `take_away_all` calls, reads included."""
