"""iam.role: a role with its trust policy and permissions."""

import re
from collections.abc import Iterable
from dataclasses import replace
from typing import Any, ClassVar

from reconciler.appearance import Appearance
from reconciler.cloudformation import CloudFormation
from reconciler.contract import (
    FREE,
    Adapter,
    Address,
    Api,
    Create,
    Delete,
    Named,
    Reads,
    Sends,
    Sighting,
    Wired,
    own_fields,
    tags_in,
)
from reconciler.forms import Form
from reconciler.model import Settings
from reconciler.resources.iam import unused
from reconciler.resources.iam.common import LINKED, NAME_LETTERS, known_by
from reconciler.resources.iam.role_changes import (
    ATTACHED_POLICIES,
    INLINE_POLICIES,
    TAKES_AWAY,
    TRUST,
    take_away_all,
)
from reconciler.resources.iam.role_model import Role
from reconciler.resources.iam.role_problems import problems
from reconciler.resources.iam.role_reading import ALONE, TOGETHER, policies_in
from reconciler.resources.iam.service import IAM

OF_AWS = re.compile(r".*:role/aws-reserved/.*")
"""ARNs of roles that AWS services create for themselves; only the services can delete them."""


class RoleAdapter(Adapter[Role]):
    """CreateRole, UpdateRole, and other operations for the trust policy, the boundary and the policies."""

    kind = "iam.role"
    cloudformation = CloudFormation(
        type="AWS::IAM::Role",
        called={"ManagedPolicyArns": "managed_policy_arns"},
        not_granted={
            "iam:UpdateRoleDescription": "UpdateRole does the same",
        },
    )
    service = IAM
    model = Role
    costs = FREE
    appearance = Appearance(sort="access", column=2)
    summary = "a role with its trust policy, boundary, inline and attached policies"
    console = "https://console.aws.amazon.com/iam/home#/roles/details/{name}"
    defaults: ClassVar[Settings] = {"path": "/", "max_session_duration": 3600}
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
        own_fields(Role, "policies", "managed_policy_arns"),
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
        *(TRUST, INLINE_POLICIES, ATTACHED_POLICIES),
    )
    # A policy that names the role by its ARN refers to this role only, not to a new role with the same name.
    delete = Delete("delete_role", protected=True, before=take_away_all, calls=TAKES_AWAY)
    reads = Reads(
        list="get_account_authorization_details",
        list_with={"Filter": ["Role"], "MaxItems": 1000},
        types_in="Filter",
        rows_in="RoleDetailList",
        get="get_role",
        shown_in="Role",
        alone=ALONE,
        together=TOGETHER,
        listed=frozenset(own_fields(Role, "description", "max_session_duration")),
        page=1000,
    )
    tagging = known_by("role")
    unused = unused.ROLE
    problems = staticmethod(problems)

    def list(self, api: Api, scope: Address) -> Iterable[Sighting]:
        for row in api.pages(self.reads.list, rows_in=self.reads.rows_in, **self.reads.list_with):
            if row["Path"].startswith(LINKED):
                continue  # iam.service_linked_role
            seen = self.seen(api, scope, row)
            yield replace(seen, settings={**seen.settings, **policies_in(row)})

    def seen(self, api: Api, scope: Address, row: Any) -> Sighting:
        return replace(super().seen(api, scope, row), tags=tags_in(row.get("Tags")))

    def shown(self, row: Any) -> Wired:
        boundary = (row.get("PermissionsBoundary") or {}).get("PermissionsBoundaryArn")
        plain = ("Path", "AssumeRolePolicyDocument", "Description", "MaxSessionDuration")
        return {"PermissionsBoundary": boundary, **{name: row[name] for name in plain if name in row}}

    def made_by_aws(self, sighting: Sighting) -> bool:
        return bool(OF_AWS.fullmatch(sighting.arn))
