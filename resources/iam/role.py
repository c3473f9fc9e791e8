"""iam.role: who may assume it, and what whoever does may do."""

import re
from collections.abc import Iterable
from typing import Any

from reconciler.cloudformation import CloudFormation
from reconciler.contract import (
    Adapter,
    Address,
    Api,
    Calls,
    Create,
    Delete,
    InFiles,
    Named,
    Reads,
    Sends,
    Sighting,
    Wired,
    tags_in,
)
from reconciler.errors import Absent
from reconciler.forms import Form
from reconciler.model import Finding
from reconciler.resources.iam.common import (
    NAME_LETTERS,
    details,
    known_by,
)
from reconciler.resources.iam.role_changes import set_attached, set_inline, set_trust, take_away_all
from reconciler.resources.iam.role_model import Role
from reconciler.resources.iam.service import IAM
from reconciler.resources.policy_document import INLINE

OF_AWS = re.compile(r".*:role/aws-(service-role|reserved)/.*")
"""ARNs of roles that services make for themselves, which they alone delete."""


class RoleAdapter(Adapter[Role]):
    """CreateRole, UpdateRole, and operations of their own for trust, boundary and policies."""

    kind = "iam.role"
    cloudformation = CloudFormation(
        type="AWS::IAM::Role",
        called={"ManagedPolicyArns": "managed_policy_arns"},
        not_granted={
            "iam:ListRoles": "GetAccountAuthorizationDetails shows all that it does, but for what GetRole shows",
            "iam:UpdateRoleDescription": "UpdateRole does the same",
        },
    )
    service = IAM
    model = Role
    summary = "a role with its trust policy, boundary, inline and attached policies"
    identity = Named(
        name="RoleName",
        shown_in="Role.Arn",
        arns=("arn:{partition}:iam::{account}:role{path}{name}",),
        unwritten={"path": "/"},
        ignores_case=True,
        forms=(Form(r".{1,64}", "1 to 64 characters"), NAME_LETTERS),
    )
    create = Create(
        "create_role",
        (
            "description",
            "path",
            "assume_role_policy_document",
            "max_session_duration",
            "permissions_boundary",
        ),
        needed=frozenset({"assume_role_policy_document"}),
        fixed=frozenset({"path"}),
    )
    updates = (
        Sends("update_role", ("description", "max_session_duration")),
        Sends(
            "put_role_permissions_boundary",
            ("permissions_boundary",),
            cleared_by="delete_role_permissions_boundary",
        ),
        Calls(set_trust, ("assume_role_policy_document",), ("update_assume_role_policy",)),
        Calls(set_inline, ("policies",), ("put_role_policy", "delete_role_policy")),
        Calls(set_attached, ("managed_policy_arns",), ("attach_role_policy", "detach_role_policy")),
    )
    # What trusts or allows a role by its ARN means this one role, and none that is made anew under its name.
    delete = Delete(
        "delete_role",
        protected=True,
        before=take_away_all,
        calls=(
            "list_instance_profiles_for_role",
            "list_role_policies",
            "list_attached_role_policies",
            "delete_role_policy",
            "detach_role_policy",
        ),
    )
    reads = Reads(
        called=(
            "get_account_authorization_details",
            "get_role",
            "list_role_policies",
            "get_role_policy",
            "list_attached_role_policies",
        ),
        listed=frozenset(
            {"path", "assume_role_policy_document", "permissions_boundary", "policies", "managed_policy_arns"}
        ),
        page=1000,
    )
    tagging = known_by("role")

    def list(self, api: Api, scope: Address) -> Iterable[Sighting]:
        for row in details(api, "Role", "RoleDetailList"):
            inline = {each["PolicyName"]: each["PolicyDocument"] for each in row["RolePolicyList"]}
            shown = {
                **_shown(row),
                "Policies": inline,
                "ManagedPolicyArns": [each["PolicyArn"] for each in row["AttachedManagedPolicies"]],
            }
            yield _sighting(row, scope, shown)

    def find_by_name(self, api: Api, scope: Address, name: str) -> Sighting | None:
        try:
            row = api.call("get_role", RoleName=name)["Role"]
        except Absent:
            return None
        return _sighting(row, scope, _shown(row))

    def get_fields(self, api: Api, sighting: Sighting, fields: frozenset[str]) -> Wired:
        role, found = dict(sighting.address), dict[str, Any]()
        if fields - {"policies", "managed_policy_arns"}:
            found |= _shown(api.call("get_role", **role)["Role"])
        if "policies" in fields:
            found["Policies"] = {
                name: api.call("get_role_policy", **role, PolicyName=name)["PolicyDocument"]
                for name in api.pages("list_role_policies", **role)
            }
        if "managed_policy_arns" in fields:
            attached = api.pages("list_attached_role_policies", **role)
            found["ManagedPolicyArns"] = [each["PolicyArn"] for each in attached]
        return found

    def made_by_aws(self, sighting: Sighting) -> bool:
        return bool(OF_AWS.fullmatch(sighting.arn))

    def problems(self, files: InFiles) -> Iterable[Finding]:
        size = sum(map(INLINE.size, (files.settings.get("policies") or {}).values()))
        if size > INLINE.largest:
            said = f"together these have {size} {INLINE.unit}; AWS takes {INLINE.largest} of one role"
            yield Finding(said, ("policies",))


def _sighting(row: Wired, scope: Address, shown: Wired) -> Sighting:
    name = row["RoleName"]
    return Sighting(name, {**scope, "RoleName": name}, row["Arn"], None, shown, tags_in(row.get("Tags")))


def _shown(row: Wired) -> Wired:
    """What a reply shows of a role, in the words of requests."""
    boundary = (row.get("PermissionsBoundary") or {}).get("PermissionsBoundaryArn")
    plain = ("Path", "AssumeRolePolicyDocument", "Description", "MaxSessionDuration")
    return {"PermissionsBoundary": boundary, **{name: row[name] for name in plain if name in row}}
