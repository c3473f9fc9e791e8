"""iam.policy: a customer managed policy, which roles, users and groups can share."""

from typing import Any, ClassVar

from reconciler.appearance import Appearance
from reconciler.contract import (
    FREE,
    Adapter,
    Address,
    Api,
    Assigned,
    Calls,
    Create,
    Delete,
    Reads,
    Sighting,
    Wired,
)
from reconciler.forms import Form
from reconciler.model import Settings
from reconciler.resources.iam import unused
from reconciler.resources.iam.common import NAME_LETTERS, known_by
from reconciler.resources.iam.policy_changes import delete_versions, set_document
from reconciler.resources.iam.policy_cloudformation import CLOUDFORMATION
from reconciler.resources.iam.policy_model import Policy
from reconciler.resources.iam.policy_reading import default_document, plain, shown, version
from reconciler.resources.iam.service import IAM


class PolicyAdapter(Adapter[Policy]):
    """CreatePolicy, and a new version for each change."""

    kind = "iam.policy"
    cloudformation = CLOUDFORMATION
    service = IAM
    model = Policy
    costs = FREE
    appearance = Appearance(sort="access", column=2)
    summary = "a customer managed policy, with its versions"
    console = "https://console.aws.amazon.com/iam/home#/policies/details/{arn}"
    defaults: ClassVar[Settings] = {"path": "/"}
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
        list="get_account_authorization_details",
        list_with={"Filter": ["LocalManagedPolicy"], "MaxItems": 1000},
        types_in="Filter",
        rows_in="Policies",
        called=("list_policies", "get_policy", "get_policy_version", "list_policy_versions"),
        listed=frozenset({"path", "policy_document"}),
        page=1000,
    )
    tagging = known_by("policy")
    unused = unused.POLICY

    def shown(self, row: Any) -> Wired:
        return shown(row, [version(each) for each in row["PolicyVersionList"]])

    def find_by_name(self, api: Api, scope: Address, name: str) -> Sighting | None:
        rows = (row for row in api.pages("list_policies", Scope="Local") if row["PolicyName"] == name)
        found = (self.identity.seen(api, scope, row, settings={"Path": row.get("Path")}) for row in rows)
        return next(found, None)

    def get_fields(self, api: Api, sighting: Sighting, fields: frozenset[str]) -> Wired:
        policy = api.call("get_policy", **sighting.address)["Policy"]
        return (
            default_document(api, policy, sighting.address) if "policy_document" in fields else plain(policy)
        )
