"""IAM's roles, managed policies and OIDC providers: keeps every setting, and refuses what AWS refuses.

AWS's managed policies are created on demand. moto creates all 1,500 of them on the first request of an account to any service,
because IAM records the used access key. This takes longer than a pass over a small stack.

Known-lossy: users have no permissions boundary; a trust policy does not change when a principal in it is deleted, while AWS
then shows the id of the principal.
"""

import json
from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Any

from moto.core.serialize import never_return, url_encode
from moto.iam.exceptions import DeleteConflictException, EntityAlreadyExists, NotFoundException
from moto.iam.models import (
    SERVICE_NAME_CONVERSION,
    AWSManagedPolicy,
    Group,
    ManagedPolicy,
    PolicyVersion,
    Role,
    User,
)
from moto.iam.responses import IamResponse

from reconciler.sandbox import extension
from reconciler.sandbox.moto_patches.iam import listings
from reconciler.sandbox.moto_patches.iam.documents import check_inline, check_managed, check_trust
from reconciler.sandbox.moto_patches.iam.managed import Policies
from reconciler.sandbox.moto_patches.iam.providers import refuse_many_tags, too_many
from reconciler.sandbox.moto_patches.iam.service_linked import ServiceLinked
from reconciler.sandbox.moto_patches.pages import cut_at
from reconciler.sandbox.sandbox_error import SandboxError

Tags = list[dict[str, str]]

# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
MOST_POLICIES = 10

# Members that AWS shows: https://docs.aws.amazon.com/IAM/latest/APIReference/API_PolicyVersion.html. Documents are
# URL-encoded in replies.
SHOWN = {
    "CreatePolicyVersionResponse.PolicyVersion.Document": never_return,
    "GetPolicyVersionResponse.PolicyVersion.Document": url_encode,
    "ListRolesResponse.Roles.Role.AssumeRolePolicyDocument": url_encode,
    "UpdateRoleDescriptionResponse.Role.AssumeRolePolicyDocument": url_encode,
    "CreateServiceLinkedRoleResponse.Role.AssumeRolePolicyDocument": url_encode,
}


def install() -> None:
    """Replace moto's operations on roles and policies; users, groups and the rest stay moto's."""
    IamResponse.RESPONSE_KEY_PATH_TO_TRANSFORMER.update(SHOWN)
    # https://docs.aws.amazon.com/connect/latest/adminguide/connect-slr.html
    SERVICE_NAME_CONVERSION["connect"] = "AmazonConnect"
    # mypy allows no assignment to members of a class
    setattr(ManagedPolicy, "permissions_boundary_usage_count", 0)  # noqa: B010
    setattr(Role, "permissions_boundary", property(_boundary))  # noqa: B010
    setattr(Role, "put_policy", _put_policy)  # noqa: B010
    extension.extend("iam", Roles, "moto.iam", IamResponse.dispatch)


def _boundary(role: Role) -> Mapping[str, str] | None:
    """Return a boundary as in replies: https://docs.aws.amazon.com/IAM/latest/APIReference/API_AttachedPermissionsBoundary.html."""
    arn = role.permissions_boundary_arn
    return {"PermissionsBoundaryType": "Policy", "PermissionsBoundaryArn": arn} if arn else None


def _put_policy(role: Role, policy_name: str, document: Any) -> None:
    """Store an inline policy as text; CloudFormation passes an object from a template."""
    role.policies[policy_name] = document if isinstance(document, str) else json.dumps(document)


class Roles(ServiceLinked):
    """moto's IAM with AWS's checks, lists in pages, and AWS's managed policies on demand."""

    NOT_STATE = ("policy_arn_regex",)

    def __init__(self, region_name: str, account_id: str) -> None:
        super().__init__(region_name, account_id)
        members: dict[str, Any] = vars(self)  # what moto has set hides the properties below
        del members["managed_policies"]
        self.operations: Mapping[str, extension.Operation] = {
            "GetAccountAuthorizationDetails": lambda **params: listings.details(self, params),
            "ListEntitiesForPolicy": lambda **params: listings.entities(self, params),
            "ListPolicies": self.show_policies,
            "ListPolicyVersions": self.show_versions,
            "ListRolePolicies": self.show_inline,
            "ListInstanceProfilesForRole": self.show_profiles,
            "DeleteServiceLinkedRole": self.start_deletion,
            "GetServiceLinkedRoleDeletionStatus": self.deletion_status,
            "AddClientIDToOpenIDConnectProvider": self.add_client,
            "RemoveClientIDFromOpenIDConnectProvider": self.remove_client,
        }

    def _init_aws_policies(self) -> list[ManagedPolicy]:
        """Create no policies yet."""
        return []

    def _init_managed_policies(self) -> dict[str, ManagedPolicy]:
        """Create no policies yet: moto would look for AWS's, and so create them."""
        return {}

    @property
    def aws_managed_policies(self) -> list[ManagedPolicy]:
        return [policy for policy in self.managed_policies.values() if isinstance(policy, AWSManagedPolicy)]

    @aws_managed_policies.setter
    def aws_managed_policies(self, _none: list[ManagedPolicy]) -> None:
        """Ignore the value that moto sets at the start."""

    @cached_property
    def managed_policies(self) -> dict[str, ManagedPolicy]:  # type: ignore[override]
        return Policies()

    def show_policies(self, **params: Any) -> listings.Reply:
        """ListPolicies, sorted by name."""
        scope, prefix = params.get("Scope", "All"), params.get("PathPrefix") or "/"
        found = [
            listings.Row("Policies", policy, listings.listed_policy)
            for policy in sorted(self.managed_policies.values(), key=lambda policy: policy.name)
            if (scope == "All" or isinstance(policy, AWSManagedPolicy) == (scope == "AWS"))
            and (policy.attachment_count or not params.get("OnlyAttached"))
            and policy.path.startswith(prefix)
            and listings.used_as(policy, params.get("PolicyUsageFilter"))
        ]
        return listings.pages(found, ["Policies"], params)

    def show_versions(self, **params: Any) -> listings.Reply:
        """ListPolicyVersions."""
        versions = self.get_policy(params["PolicyArn"]).versions
        return listings.page("Versions", [listings.listed_version(each) for each in versions], params)

    def show_inline(self, **params: Any) -> listings.Reply:
        """ListRolePolicies."""
        return listings.page("PolicyNames", list(self.get_role(params["RoleName"]).policies), params)

    def show_profiles(self, **params: Any) -> listings.Reply:
        """ListInstanceProfilesForRole."""
        self.get_role(params["RoleName"])
        profiles = self.get_instance_profiles_for_role(params["RoleName"])
        return listings.page("InstanceProfiles", list(map(listings.profile_as_shown, profiles)), params)

    def get_role(self, role_name: str) -> Role:
        """Return a role by name; moto's own operations call it too."""
        for role in self.roles.values():
            if role.name == role_name:
                return role
        raise NotFoundException(f"The role with name {role_name} cannot be found.")

    def create_role(
        self, role_name: str, assume_role_policy_document: str, *given: Any, **named: Any
    ) -> Role:
        """CreateRole; names are unique regardless of case.

        Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html
        """
        check_trust(assume_role_policy_document, self.account_id)
        if role_name.lower() in {role.name.lower() for role in self.roles.values()}:
            raise EntityAlreadyExists(f"Role with name {role_name} already exists.")
        boundary = named.get("permissions_boundary", given[1] if len(given) > 1 else None)
        if boundary and self.policy_arn_regex.match(boundary):
            self._boundary(boundary)
        role = super().create_role(role_name, assume_role_policy_document, *given, **named)
        self._count_boundary(role, +1)
        return role

    def delete_role(self, role_name: str) -> None:
        """DeleteRole."""
        role = self._ours(role_name)
        super().delete_role(role_name)
        self._count_boundary(role, -1)

    def update_role(self, role_name: str, role_description: str, max_session_duration: str) -> Role:
        """UpdateRole; without a description in the request, it does not change.

        Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateRole.html
        """
        kept = self.get_role(role_name).description if role_description is None else role_description
        return super().update_role(role_name, kept, max_session_duration)

    def update_assume_role_policy(self, role_name: str, policy_document: str) -> None:
        """UpdateAssumeRolePolicy."""
        role = self._ours(role_name)
        check_trust(policy_document, self.account_id)
        role.assume_role_policy_document = policy_document

    def put_role_permissions_boundary(self, role_name: str, permissions_boundary: str) -> None:
        """PutRolePermissionsBoundary; refused if the policy does not exist."""
        role = self._ours(role_name)
        if self.policy_arn_regex.match(permissions_boundary):
            self._boundary(permissions_boundary)
        self._count_boundary(role, -1)
        try:
            super().put_role_permissions_boundary(role_name, permissions_boundary)
        finally:
            self._count_boundary(role, +1)

    def delete_role_permissions_boundary(self, role_name: str) -> None:
        """DeleteRolePermissionsBoundary."""
        self._count_boundary(self._ours(role_name), -1)
        super().delete_role_permissions_boundary(role_name)

    def put_role_policy(self, role_name: str, policy_name: str, policy_json: str) -> None:
        """PutRolePolicy."""
        role = self._ours(role_name)
        others = [text for name, text in role.policies.items() if name != policy_name]
        check_inline(policy_json, others, role_name)
        role.put_policy(policy_name, policy_json)

    def delete_role_policy(self, role_name: str, policy_name: str) -> None:
        """DeleteRolePolicy."""
        self._ours(role_name).delete_policy(policy_name)

    def get_role_policy(self, role_name: str, policy_name: str) -> tuple[str, str]:
        """GetRolePolicy."""
        policies = self.get_role(role_name).policies
        if policy_name not in policies:
            raise NotFoundException(f"The role policy with name {policy_name} cannot be found.")
        return policy_name, policies[policy_name]

    def attach_role_policy(self, policy_arn: str, role_name: str) -> None:
        """AttachRolePolicy; nothing changes if it is attached already.

        Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_AttachRolePolicy.html
        """
        attached = self._ours(role_name).managed_policies
        if policy_arn in attached:
            return
        if len(attached) >= MOST_POLICIES and policy_arn in self.managed_policies:
            raise too_many("PoliciesPerRole", MOST_POLICIES)
        super().attach_role_policy(policy_arn, role_name)

    def detach_role_policy(self, policy_arn: str, role_name: str) -> None:
        """DetachRolePolicy."""
        self._ours(role_name)
        super().detach_role_policy(policy_arn, role_name)

    def _filter_attached_policies(
        self, policies: Iterable[Any], marker: str | None, max_items: int, path_prefix: str
    ) -> tuple[Iterable[Any], str | None]:
        """Return one page, and a marker only if more rows follow."""
        found = sorted(
            (p for p in policies if p.path.startswith(path_prefix)), key=lambda policy: policy.name
        )
        return cut_at(found, max_items, marker, listings.wrong_marker())

    def attach_user_policy(self, policy_arn: str, user_name: str) -> None:
        """AttachUserPolicy; nothing changes if it is attached already."""
        if policy_arn not in self.get_user(user_name).managed_policies:
            super().attach_user_policy(policy_arn, user_name)

    def tag_role(self, role_name: str, tags: Tags) -> None:
        """TagRole; keys are not case-sensitive.

        Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_tags.html
        """
        role = self.get_role(role_name)
        given = self._tag_verification(tags)
        kept = {tag["Key"].lower(): tag for tag in role.tags}
        refuse_many_tags(kept.keys() | given.keys())
        role.tags = list({**kept, **given}.values())

    def untag_role(self, role_name: str, tag_keys: list[str]) -> None:
        """UntagRole; keys are not case-sensitive."""
        role = self.get_role(role_name)
        gone = {key.lower() for key in tag_keys}
        role.tags = [tag for tag in role.tags if tag["Key"].lower() not in gone]

    def create_policy(
        self,
        description: str,
        path: str,
        policy_document: str,
        policy_name: str,
        tags: Tags,
    ) -> ManagedPolicy:
        """CreatePolicy; names are unique regardless of case and path.

        Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
        """
        check_managed(policy_document)
        ours = (p for p in self.managed_policies.values() if not isinstance(p, AWSManagedPolicy))
        if policy_name.lower() in {policy.name.lower() for policy in ours}:
            raise EntityAlreadyExists(
                f"A policy called {policy_name} already exists. Duplicate names are not allowed."
            )
        return super().create_policy(description, path, policy_document, policy_name, tags)

    def get_policy(self, policy_arn: str) -> ManagedPolicy:
        """Return a managed policy; moto's own operations call it too."""
        if policy_arn not in self.managed_policies:
            raise NotFoundException(f"Policy {policy_arn} was not found.")
        return self.managed_policies[policy_arn]

    def delete_policy(self, policy_arn: str) -> None:
        """DeletePolicy; refused if it is attached or has versions other than the default.

        Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeletePolicy.html
        """
        policy = self.get_policy(policy_arn)
        holders: Iterable[Role | User | Group] = (
            *self.roles.values(),
            *self.users.values(),
            *self.groups.values(),
        )
        attached = any(policy_arn in each.managed_policies for each in holders)
        if attached or listings.boundary_uses(policy):
            raise DeleteConflictException("Cannot delete a policy attached to entities.")
        if len(policy.versions) > 1:
            raise DeleteConflictException(
                "This policy has more than one version. Before you delete a policy, you must delete the policy's "
                "versions. The default version is deleted with the policy."
            )
        super().delete_policy(policy_arn)

    def create_policy_version(
        self, policy_arn: str, policy_document: str, set_as_default: bool
    ) -> PolicyVersion:
        """CreatePolicyVersion; the update date of a policy is the creation date of its newest version.

        Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_Policy.html
        """
        policy = self.get_policy(policy_arn)
        check_managed(policy_document)
        version = super().create_policy_version(policy_arn, policy_document, set_as_default)
        policy.update_date = version.create_date
        return version

    def set_default_policy_version(self, policy_arn: str, version_id: str) -> bool:
        """SetDefaultPolicyVersion; for the current default nothing changes (moto would leave the policy without one)."""
        if self.get_policy(policy_arn).default_version_id == version_id:
            return True
        return bool(super().set_default_policy_version(policy_arn, version_id))

    def get_policy_version(self, policy_arn: str, version_id: str) -> PolicyVersion:
        """GetPolicyVersion."""
        for version in self.get_policy(policy_arn).versions:
            if version.version_id == version_id:
                return version
        raise _no_version(policy_arn, version_id)

    def delete_policy_version(self, policy_arn: str, version_id: str) -> None:
        """DeletePolicyVersion."""
        self.get_policy_version(policy_arn, version_id)
        super().delete_policy_version(policy_arn, version_id)

    def tag_policy(self, policy_arn: str, tags: Tags) -> None:
        """TagPolicy."""
        policy = self.get_policy(policy_arn)
        refuse_many_tags(policy.tags.keys() | {tag["Key"].lower() for tag in tags})
        super().tag_policy(policy_arn, tags)

    def _ours(self, role_name: str) -> Role:
        """Return a role to be changed; refuse a service-linked role.

        Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_PutRolePolicy.html (UnmodifiableEntity)
        """
        role = self.get_role(role_name)
        if vars(role)["_linked_service"]:
            text = f"Cannot perform the operation on the protected role '{role_name}'"
            raise SandboxError("UnmodifiableEntity", f"{text} - this role is only modifiable by AWS")
        return role

    def _boundary(self, arn: str) -> ManagedPolicy:
        if arn not in self.managed_policies:
            raise NotFoundException(f"Scope ARN: {arn} does not exist or is not attachable.")
        return self.managed_policies[arn]

    def _count_boundary(self, role: Role, more: int) -> None:
        """Count the uses of a policy as a boundary."""
        arn = role.permissions_boundary_arn
        policy = self.managed_policies.get(arn) if arn else None
        if policy:
            vars(policy)["permissions_boundary_usage_count"] = listings.boundary_uses(policy) + more


def _no_version(policy_arn: str, version_id: str) -> NotFoundException:
    return NotFoundException(f"Policy {policy_arn} version {version_id} does not exist or is not attachable.")
