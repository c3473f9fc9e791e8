"""Managed policies: names, versions, deletes of policies in use, and lists in pages."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from moto.iam.models import iam_backends

from reconciler.sandbox import Sandbox
from tests.sandbox.test_moto_iam_roles import ACCOUNT, document, policy, refusal, trust


@pytest.fixture(scope="module")
def client() -> Iterator[Any]:
    with Sandbox() as box:
        yield box.session("eu-west-2").client("iam")


@pytest.fixture
def iam(client: Any) -> Any:
    """An empty IAM."""
    iam_backends[ACCOUNT]["aws"].reset()
    return client


def test_every_setting_of_a_policy_comes_back(iam: Any) -> None:
    arn = policy(iam, "ours", Path="/team/", Description="reads", Tags=[{"Key": "Team", "Value": "a"}])
    shown = iam.get_policy(PolicyArn=arn)["Policy"]
    assert (shown["Path"], shown["Description"], shown["DefaultVersionId"]) == ("/team/", "reads", "v1")
    assert shown["Tags"] == [{"Key": "Team", "Value": "a"}]
    assert (shown["AttachmentCount"], shown["PermissionsBoundaryUsageCount"]) == (0, 0)
    (listed,) = iam.list_policies(Scope="Local")["Policies"]
    assert listed == {name: shown[name] for name in shown.keys() - {"Description", "Tags"}}


@pytest.mark.parametrize(("name", "path"), [("ours", "/"), ("ours", "/other/"), ("Ours", "/")])
def test_names_of_policies_differ_by_more_than_case_and_path(iam: Any, name: str, path: str) -> None:
    policy(iam, "ours")
    told = refusal(iam.create_policy, PolicyName=name, Path=path, PolicyDocument=document())
    text = f"A policy called {name} already exists. Duplicate names are not allowed."
    assert told == (409, "EntityAlreadyExists", text)


@pytest.mark.parametrize(
    ("wrong", "code", "text"),
    [
        (
            document({"Effect": "Allow", "Action": "s3:*", "Resource": "*", "Principal": "*"}),
            "MalformedPolicyDocument",
            "Policy document should not specify a principal.",
        ),
        (
            document({"Effect": "Allow", "Action": [f"s3:{'a' * 6100}"], "Resource": "*"}),
            "LimitExceeded",
            "Cannot exceed quota for PolicySize: 6144",
        ),
    ],
)
def test_documents_that_cannot_be_are_refused(iam: Any, wrong: str, code: str, text: str) -> None:
    arn = policy(iam, "ours")
    assert refusal(iam.create_policy, PolicyName="other", PolicyDocument=wrong)[1:] == (code, text)
    assert refusal(iam.create_policy_version, PolicyArn=arn, PolicyDocument=wrong)[1:] == (code, text)


def test_versions_show_their_documents_only_where_aws_does(iam: Any) -> None:
    arn = policy(iam, "ours")
    second = document({"Effect": "Deny", "Action": "s3:*", "Resource": "arn:aws:s3:::100%25/*"})
    made = iam.create_policy_version(PolicyArn=arn, PolicyDocument=second, SetAsDefault=True)["PolicyVersion"]
    assert made.keys() == {"VersionId", "IsDefaultVersion", "CreateDate"}
    versions = iam.list_policy_versions(PolicyArn=arn)["Versions"]
    assert [(each["VersionId"], each["IsDefaultVersion"]) for each in versions] == [
        ("v1", False),
        ("v2", True),
    ]
    assert not any("Document" in each for each in versions)
    shown = iam.get_policy_version(PolicyArn=arn, VersionId="v2")["PolicyVersion"]
    assert shown["Document"] == json.loads(second)
    assert iam.get_policy(PolicyArn=arn)["Policy"]["UpdateDate"] == made["CreateDate"]


def test_a_policy_with_versions_is_deleted_after_them(iam: Any) -> None:
    arn = policy(iam, "ours")
    iam.create_policy_version(PolicyArn=arn, PolicyDocument=document())
    status, code, text = refusal(iam.delete_policy, PolicyArn=arn)
    assert (status, code) == (409, "DeleteConflict")
    assert text.startswith("This policy has more than one version.")
    iam.delete_policy_version(PolicyArn=arn, VersionId="v2")
    iam.delete_policy(PolicyArn=arn)
    assert refusal(iam.get_policy, PolicyArn=arn) == (404, "NoSuchEntity", f"Policy {arn} was not found.")


def test_an_attached_policy_is_deleted_once_it_is_detached(iam: Any) -> None:
    arn = policy(iam, "ours")
    iam.create_user(UserName="ann")
    for _ in range(2):
        iam.attach_user_policy(UserName="ann", PolicyArn=arn)
    assert iam.get_policy(PolicyArn=arn)["Policy"]["AttachmentCount"] == 1
    told = refusal(iam.delete_policy, PolicyArn=arn)
    assert told == (409, "DeleteConflict", "Cannot delete a policy attached to entities.")
    iam.detach_user_policy(UserName="ann", PolicyArn=arn)
    iam.delete_policy(PolicyArn=arn)


def test_a_version_that_is_not_there_is_named(iam: Any) -> None:
    arn = policy(iam, "ours")
    text = f"Policy {arn} version v9 does not exist or is not attachable."
    for operation in (iam.get_policy_version, iam.delete_policy_version, iam.set_default_policy_version):
        assert refusal(operation, PolicyArn=arn, VersionId="v9") == (404, "NoSuchEntity", text)


def test_policies_are_found_by_their_use(iam: Any) -> None:
    attached, bound, _ = (policy(iam, name) for name in ("attached", "bound", "unused"))
    iam.create_role(RoleName="ours", AssumeRolePolicyDocument=trust(), PermissionsBoundary=bound)
    iam.attach_role_policy(RoleName="ours", PolicyArn=attached)

    def found(**params: Any) -> list[str]:
        listed = iam.list_policies(Scope="Local", **params)["Policies"]
        return [each["PolicyName"] for each in listed]

    def holders(arn: str, **params: Any) -> list[str]:
        listed = iam.list_entities_for_policy(PolicyArn=arn, **params)["PolicyRoles"]
        return [each["RoleName"] for each in listed]

    assert found() == ["attached", "bound", "unused"]
    assert found(OnlyAttached=True) == found(PolicyUsageFilter="PermissionsPolicy") == ["attached"]
    assert found(PolicyUsageFilter="PermissionsBoundary") == ["bound"]
    assert holders(attached) == holders(bound) == ["ours"]
    assert holders(attached, PolicyUsageFilter="PermissionsPolicy") == ["ours"]
    assert holders(attached, PolicyUsageFilter="PermissionsBoundary") == []
    assert holders(attached, EntityFilter="User") == []


def test_policies_and_their_versions_are_listed_in_pages(iam: Any) -> None:
    for name in ("a", "b", "c"):
        arn = policy(iam, name, Path="/mine/")
    iam.create_policy_version(PolicyArn=arn, PolicyDocument=document())

    def sizes(operation: str, key: str, size: int, **params: Any) -> list[int]:
        asked = iam.get_paginator(operation).paginate(PaginationConfig={"PageSize": size}, **params)
        return [len(page[key]) for page in asked]

    assert sizes("list_policies", "Policies", 2, Scope="Local") == [2, 1]
    assert sizes("list_policies", "Policies", 3, PathPrefix="/mine/") == [3]
    assert sizes("list_policy_versions", "Versions", 1, PolicyArn=arn) == [1, 1]
    local = {"Filter": ["LocalManagedPolicy"]}
    assert sizes("get_account_authorization_details", "Policies", 2, **local) == [2, 1]


def test_the_details_of_a_policy_have_its_versions(iam: Any) -> None:
    arn = policy(iam, "ours", Description="reads")
    (row,) = iam.get_account_authorization_details(Filter=["LocalManagedPolicy"])["Policies"]
    assert (row["PolicyName"], row["Arn"], row["Description"]) == ("ours", arn, "reads")
    assert row["PolicyId"] == iam.get_policy(PolicyArn=arn)["Policy"]["PolicyId"]
    (version,) = row["PolicyVersionList"]
    assert (version["VersionId"], version["Document"]) == ("v1", json.loads(document()))


def test_the_default_version_made_the_default_again_stays_so(iam: Any) -> None:
    arn = policy(iam, "ours")
    iam.set_default_policy_version(PolicyArn=arn, VersionId="v1")
    (version,) = iam.list_policy_versions(PolicyArn=arn)["Versions"]
    assert version["IsDefaultVersion"]


def test_a_policy_has_fifty_tags(iam: Any) -> None:
    arn = policy(iam, "ours", Tags=[{"Key": f"k{number}", "Value": ""} for number in range(50)])
    iam.tag_policy(PolicyArn=arn, Tags=[{"Key": "K0", "Value": "new"}])
    told = refusal(iam.tag_policy, PolicyArn=arn, Tags=[{"Key": "one more", "Value": ""}])
    assert told == (409, "LimitExceeded", "The number of tags has reached the maximum limit.")
