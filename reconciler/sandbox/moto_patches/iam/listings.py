"""IAM's lists: their pages and their rows."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple
from urllib.parse import quote

from moto.iam.models import (
    AWSManagedPolicy,
    Group,
    IAMBackend,
    InstanceProfile,
    ManagedPolicy,
    PolicyVersion,
    Role,
    User,
)

from reconciler.sandbox.moto_patches.pages import cut_at
from reconciler.sandbox.sandbox_error import SandboxError

Reply = Mapping[str, Any]

DEFAULT_PAGE = 100
LISTS = {
    "User": "UserDetailList",
    "Group": "GroupDetailList",
    "Role": "RoleDetailList",
    "LocalManagedPolicy": "Policies",
    "AWSManagedPolicy": "Policies",
}
ENTITIES = {"User": "PolicyUsers", "Group": "PolicyGroups", "Role": "PolicyRoles"}


def wrong_marker() -> SandboxError:
    """Return IAM's error for an invalid marker."""
    return SandboxError("ValidationError", "Invalid Marker.")


class Row(NamedTuple):
    """An item of a reply with several lists, and the name of its list."""

    into: str
    item: Any
    show: Callable[[Any], Any] = lambda item: item


def page(key: str, items: Sequence[Any], params: Mapping[str, Any]) -> Reply:
    """Return the page of one list for Marker and MaxItems."""
    return pages([Row(key, item) for item in items], [key], params)


def pages(rows: Sequence[Row], keys: Sequence[str], params: Mapping[str, Any]) -> Reply:
    """Return the page of all lists together for Marker and MaxItems."""
    size = params.get("MaxItems") or DEFAULT_PAGE
    shown, marker = cut_at(rows, size, params.get("Marker"), wrong_marker())
    found: dict[str, Any] = {key: [] for key in keys}
    for row in shown:
        found[row.into].append(row.show(row.item))
    return {**found, "IsTruncated": marker is not None, **({"Marker": marker} if marker else {})}


def details(iam: IAMBackend, params: Mapping[str, Any]) -> Reply:
    """GetAccountAuthorizationDetails, with AWS's policies by name: a restore of a snapshot changes their order in the account.

    Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccountAuthorizationDetails.html
    """
    policies = iam.managed_policies.values()
    of_aws = sorted((p for p in policies if isinstance(p, AWSManagedPolicy)), key=lambda policy: policy.name)
    ours = [policy for policy in policies if not isinstance(policy, AWSManagedPolicy)]
    holders: Mapping[str, tuple[Iterable[Any], Callable[[Any], Reply]]] = {
        "User": (iam.users.values(), partial(_user, iam)),
        "Group": (iam.groups.values(), _group),
        "Role": (iam.roles.values(), _role),
        "LocalManagedPolicy": (ours, _policy),
        "AWSManagedPolicy": (of_aws, _policy),
    }
    wanted = params.get("Filter") or list(LISTS)
    rows = [
        Row(LISTS[kind], item, show)
        for kind, (items, show) in holders.items()
        if kind in wanted
        for item in items
    ]
    return pages(rows, list(dict.fromkeys(LISTS.values())), params)


def _entity(kind: str, each: Role | User | Group | InstanceProfile) -> Reply:
    shown = {f"{kind}Name": each.name, f"{kind}Id": each.id}
    return {"Path": each.path, **shown, "Arn": each.arn, "CreateDate": each.create_date}


def _role(role: Role) -> Reply:
    return {
        **_plain_role(role),
        "InstanceProfileList": list(map(profile_as_shown, role.instance_profile_list)),
        "RolePolicyList": role.role_policy_list,
        "AttachedManagedPolicies": role.attached_managed_policies,
        "PermissionsBoundary": role.permissions_boundary,
        "Tags": role.tags,
        "RoleLastUsed": {},
    }


def _plain_role(role: Role) -> Reply:
    return {**_entity("Role", role), "AssumeRolePolicyDocument": quote(role.assume_role_policy_document)}


def _user(iam: IAMBackend, user: User) -> Reply:
    return {
        **_entity("User", user),
        "UserPolicyList": user.user_policy_list,
        "GroupList": [group.name for group in iam.get_groups_for_user(user.name)],
        "AttachedManagedPolicies": user.attached_managed_policies,
        "Tags": iam.list_user_tags(user.name),
    }


def _group(group: Group) -> Reply:
    return {
        **_entity("Group", group),
        "GroupPolicyList": group.group_policy_list,
        "AttachedManagedPolicies": group.attached_managed_policies,
    }


def profile_as_shown(profile: InstanceProfile) -> Reply:
    """Return an instance profile in the form of lists."""
    return {**_entity("InstanceProfile", profile), "Roles": list(map(_plain_role, profile.roles))}


def _policy(policy: ManagedPolicy) -> Reply:
    return {
        **listed_policy(policy),
        "Description": policy.description or None,
        "PolicyVersionList": policy.policy_version_list,
    }


def listed_policy(policy: ManagedPolicy) -> Reply:
    """Return a policy in the form of ListPolicies: without description and tags."""
    return {
        "PolicyName": policy.name,
        "PolicyId": policy.id,
        "Arn": policy.arn,
        "Path": policy.path,
        "DefaultVersionId": policy.default_version_id,
        "AttachmentCount": policy.attachment_count,
        "PermissionsBoundaryUsageCount": boundary_uses(policy),
        "IsAttachable": policy.is_attachable,
        "CreateDate": policy.create_date,
        "UpdateDate": policy.update_date,
    }


def boundary_uses(policy: ManagedPolicy) -> int:
    """Return the number of roles with this policy as permissions boundary."""
    return int(vars(policy).get("permissions_boundary_usage_count", 0))


def entities(iam: IAMBackend, params: Mapping[str, Any]) -> Reply:
    """ListEntitiesForPolicy.

    Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListEntitiesForPolicy.html
    """
    arn = iam.get_policy(params["PolicyArn"]).arn
    usage, prefix = params.get("PolicyUsageFilter"), params.get("PathPrefix") or "/"
    holders: Mapping[str, Mapping[str, Any]] = {"User": iam.users, "Group": iam.groups, "Role": iam.roles}
    rows = []
    for kind, key in ENTITIES.items():
        if params.get("EntityFilter", kind) != kind:
            continue
        for each in holders[kind].values():
            attached = usage != "PermissionsBoundary" and arn in each.managed_policies
            bound = usage != "PermissionsPolicy" and vars(each).get("permissions_boundary_arn") == arn
            if (attached or bound) and each.path.startswith(prefix):
                rows.append(Row(key, {f"{kind}Name": each.name, f"{kind}Id": each.id}))
    return pages(rows, list(ENTITIES.values()), params)


def used_as(policy: ManagedPolicy, usage: str | None) -> bool:
    """Return whether a policy has the usage in a ListPolicies request.

    Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListPolicies.html
    """
    if usage is None:
        return True
    return bool(policy.attachment_count if usage == "PermissionsPolicy" else boundary_uses(policy))


def listed_version(version: PolicyVersion) -> Reply:
    """Return a version in the form of ListPolicyVersions: without its document."""
    return {
        "VersionId": version.version_id,
        "IsDefaultVersion": version.is_default,
        "CreateDate": version.create_date,
    }
