"""iam.policy: a customer managed policy, which roles, users and groups have in common."""

from collections.abc import Iterable, Iterator

from reconciler.cloudformation import CloudFormation
from reconciler.contract import (
    Adapter,
    Address,
    Api,
    Assigned,
    Calls,
    Change,
    Create,
    Delete,
    Reads,
    Request,
    Sighting,
    Wired,
)
from reconciler.errors import InUse
from reconciler.forms import Form
from reconciler.resources.iam.common import NAME_LETTERS, details, known_by, same
from reconciler.resources.iam.policy_model import Policy
from reconciler.resources.iam.service import IAM

MOST_VERSIONS = 5
"""Versions of one policy (https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_managed-versioning.html)."""
ATTACHED = "the role says which policies are attached to it; users and groups are not built"


def set_document(change: Change) -> Iterator[Request]:
    """Make the version the default that says what is written, or make one, for which the oldest gives way."""
    wanted, versions = change.desired["PolicyDocument"], change.reported.get("Versions") or []
    alike = [each for each in versions if "Document" in each and same(each["Document"], wanted)]
    if any(each["IsDefaultVersion"] for each in alike):
        return
    if alike:
        yield Request("set_default_policy_version", {**change.address, "VersionId": alike[-1]["VersionId"]})
        return
    if len(versions) >= MOST_VERSIONS:
        others = (each["VersionId"] for each in versions if not each["IsDefaultVersion"])
        yield Request("delete_policy_version", {**change.address, "VersionId": min(others, key=_number)})
    document = {"PolicyDocument": wanted, "SetAsDefault": True}
    yield Request("create_policy_version", {**change.address, **document})


def delete_versions(api: Api, sighting: Sighting) -> Iterable[Request]:
    """Delete all versions but the default one, which goes with the policy.

    Raises:
        InUse: something has the policy; its versions stay.
    """
    policy = api.call("get_policy", **sighting.address)["Policy"]
    uses = policy.get("AttachmentCount", 0) + policy.get("PermissionsBoundaryUsageCount", 0)
    if uses:
        why = f"{uses} roles, users and groups have it attached, or as their boundary"
        raise InUse("delete_policy", "DeleteConflict", why)
    return [
        Request("delete_policy_version", {**sighting.address, "VersionId": each["VersionId"]})
        for each in api.pages("list_policy_versions", **sighting.address)
        if not each["IsDefaultVersion"]
    ]


class PolicyAdapter(Adapter[Policy]):
    """CreatePolicy, and a new version for each change."""

    kind = "iam.policy"
    cloudformation = CloudFormation(
        type="AWS::IAM::ManagedPolicy",
        called={"ManagedPolicyName": "name"},
        left_out={"Groups": ATTACHED, "Roles": ATTACHED, "Users": ATTACHED},
        not_granted={
            "iam:Attach*Policy": ATTACHED,
            "iam:Detach*Policy": ATTACHED,
            "iam:ListEntitiesForPolicy": ATTACHED,
        },
    )
    service = IAM
    model = Policy
    summary = "a customer managed policy, with its versions"
    identity = Assigned(
        address="PolicyArn",
        name="PolicyName",
        id_in="Policy.Arn",
        arn_in="Policy.Arn",
        arns=("arn:{partition}:iam::{account}:policy{path}{name}",),
        unwritten={"path": "/"},
        ignores_case=True,
        forms=(Form(r".{1,128}", "1 to 128 characters"), NAME_LETTERS),
    )
    create = Create(
        "create_policy",
        ("description", "path", "policy_document"),
        needed=frozenset({"policy_document"}),
        fixed=frozenset({"description", "path"}),
    )
    updates = (
        Calls(
            set_document,
            ("policy_document",),
            ("create_policy_version", "set_default_policy_version", "delete_policy_version"),
        ),
    )
    delete = Delete(
        "delete_policy",
        before=delete_versions,
        calls=("get_policy", "list_policy_versions", "delete_policy_version"),
    )
    reads = Reads(
        called=(
            "get_account_authorization_details",
            "list_policies",
            "get_policy",
            "get_policy_version",
            "list_policy_versions",
        ),
        listed=frozenset({"path", "policy_document"}),
        page=1000,
    )
    tagging = known_by("policy")

    def list(self, api: Api, scope: Address) -> Iterable[Sighting]:
        for row in details(api, "LocalManagedPolicy", "Policies"):
            versions = [_version(each) for each in row["PolicyVersionList"]]
            yield self._sighting(row, scope, _shown(row, versions))

    def find_by_name(self, api: Api, scope: Address, name: str) -> Sighting | None:
        rows = (row for row in api.pages("list_policies", Scope="Local") if row["PolicyName"] == name)
        return next((self._sighting(row, scope, {"Path": row.get("Path")}) for row in rows), None)

    def get_fields(self, api: Api, sighting: Sighting, fields: frozenset[str]) -> Wired:
        policy = api.call("get_policy", **sighting.address)["Policy"]
        if "policy_document" not in fields:
            return _shown(policy, [])
        which = {**sighting.address, "VersionId": policy["DefaultVersionId"]}
        default = _version(api.call("get_policy_version", **which)["PolicyVersion"])
        others = map(_version, api.pages("list_policy_versions", **sighting.address))
        return _shown(policy, [*(each for each in others if not each["IsDefaultVersion"]), default])

    def _sighting(self, row: Wired, scope: Address, shown: Wired) -> Sighting:
        return Sighting(row["PolicyName"], self.identity.at(scope, row["Arn"]), row["Arn"], settings=shown)


def _shown(row: Wired, versions: Iterable[Wired]) -> Wired:
    """What a reply shows of a policy, in the words of requests; `Versions` are all of them."""
    plain = {name: row[name] for name in ("Path", "Description") if name in row}
    documents = [each.get("Document") for each in versions if each["IsDefaultVersion"]]
    return {**plain, "PolicyDocument": next(iter(documents), None), "Versions": list(versions)}


def _version(row: Wired) -> Wired:
    document = {"Document": row["Document"]} if row.get("Document") is not None else {}
    return {"VersionId": row["VersionId"], "IsDefaultVersion": row["IsDefaultVersion"], **document}


def _number(version: str) -> int:
    """Which one it is: AWS counts them, and never gives a number twice."""
    return int(version.removeprefix("v"))
