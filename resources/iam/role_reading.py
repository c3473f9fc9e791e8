"""Reads the policies of a role: from GetAccountAuthorizationDetails for all roles, or with operations for one role."""

from collections.abc import Mapping
from operator import itemgetter

from reconciler.contract import Api, BulkRead, FieldRead, Sighting, Wired, from_rows


def policies_in(row: Wired) -> Wired:
    """The inline and attached policies of a role, from a row of GetAccountAuthorizationDetails."""
    return {
        "Policies": {each["PolicyName"]: each["PolicyDocument"] for each in row["RolePolicyList"]},
        "ManagedPolicyArns": [each["PolicyArn"] for each in row["AttachedManagedPolicies"]],
    }


def _inline(api: Api, sighting: Sighting) -> Wired:
    role = dict(sighting.address)
    return {
        "Policies": {
            name: api.call("get_role_policy", **role, PolicyName=name)["PolicyDocument"]
            for name in api.pages("list_role_policies", **role)
        }
    }


ALONE: Mapping[str, FieldRead] = {
    "policies": FieldRead(_inline, ("list_role_policies", "get_role_policy")),
    "managed_policy_arns": from_rows(
        "list_attached_role_policies", "ManagedPolicyArns", itemgetter("PolicyArn")
    ),
}
"""By field: how it is read for one role."""

LIST_ROLES = BulkRead(operation="list_roles", of="RoleName", page=1000, parameters={"MaxItems": 1000})
TOGETHER: Mapping[str, BulkRead] = {"description": LIST_ROLES, "max_session_duration": LIST_ROLES}
"""By field: what GetAccountAuthorizationDetails leaves out, and ListRoles shows of all roles."""
