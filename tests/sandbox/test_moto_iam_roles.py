"""Roles: names, trust policies, inline and attached policies, boundaries, tags, and lists in pages."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError
from moto.iam.models import iam_backends

from reconciler.sandbox import Sandbox

ACCOUNT = "123456789012"
READS = "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"
ANY_OBJECT = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::mine/100%25/*"}


def trust(*principals: Any, **more: Any) -> str:
    statement = {"Effect": "Allow", "Action": "sts:AssumeRole", **more}
    named = {"AWS": list(principals)} if principals else {"Service": "lambda.amazonaws.com"}
    return json.dumps({"Version": "2012-10-17", "Statement": [{"Principal": named, **statement}]})


def document(*statements: Any) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": statements or [ANY_OBJECT]})


@pytest.fixture(scope="module")
def client() -> Iterator[Any]:
    with Sandbox() as box:
        yield box.session("eu-west-2").client("iam")


@pytest.fixture
def iam(client: Any) -> Any:
    """IAM with one role."""
    iam_backends[ACCOUNT]["aws"].reset()
    client.create_role(RoleName="ours", AssumeRolePolicyDocument=trust())
    return client


def policy(iam: Any, name: str, **more: Any) -> str:
    arn: str = iam.create_policy(PolicyName=name, PolicyDocument=document(), **more)["Policy"]["Arn"]
    return arn


def refusal(operation: Any, **params: Any) -> tuple[int, str, str]:
    with pytest.raises(ClientError) as refused:
        operation(**params)
    error, told = refused.value.response["Error"], refused.value.response["ResponseMetadata"]
    return told["HTTPStatusCode"], error["Code"], error["Message"]


def test_every_setting_of_a_role_comes_back(iam: Any) -> None:
    bound = policy(iam, "bound")
    settings = {
        "Path": "/team/",
        "Description": "reads",
        "MaxSessionDuration": 7200,
        "Tags": [{"Key": "Team", "Value": "a"}],
    }
    iam.create_role(RoleName="whole", AssumeRolePolicyDocument=trust(), PermissionsBoundary=bound, **settings)
    role = iam.get_role(RoleName="whole")["Role"]
    assert {name: role[name] for name in settings} == settings
    assert role["PermissionsBoundary"] == {
        "PermissionsBoundaryType": "Policy",
        "PermissionsBoundaryArn": bound,
    }
    assert role["AssumeRolePolicyDocument"] == json.loads(trust())


def test_names_of_roles_differ_by_more_than_case(iam: Any) -> None:
    told = refusal(iam.create_role, RoleName="Ours", AssumeRolePolicyDocument=trust())
    assert told == (409, "EntityAlreadyExists", "Role with name Ours already exists.")


@pytest.mark.parametrize(
    ("wrong", "text"),
    [
        ("nothing", "Syntax errors in policy."),
        (document({"Effect": "Allow", "Action": "sts:AssumeRole"}), "Missing required field Principal"),
        (trust(Resource="*"), "Has prohibited field Resource."),
        (
            trust(f"arn:aws:iam::{ACCOUNT}:role/none"),
            f'Invalid principal in policy: "AWS":"arn:aws:iam::{ACCOUNT}:role/none"',
        ),
    ],
)
def test_a_trust_policy_that_cannot_be_is_refused_at_create_and_update(
    iam: Any, wrong: str, text: str
) -> None:
    made = refusal(iam.create_role, RoleName="other", AssumeRolePolicyDocument=wrong)
    changed = refusal(iam.update_assume_role_policy, RoleName="ours", PolicyDocument=wrong)
    assert made == changed == (400, "MalformedPolicyDocument", text)
    assert [role["RoleName"] for role in iam.list_roles()["Roles"]] == ["ours"]


def test_a_trust_policy_names_roles_that_there_are_and_anybody_elsewhere(iam: Any) -> None:
    principals = (f"arn:aws:iam::{ACCOUNT}:role/ours", f"arn:aws:iam::{ACCOUNT}:root", "999999999999")
    trusted = trust(*principals, "arn:aws:iam::999999999999:role/theirs", Action=["sts:SetContext"])
    iam.update_assume_role_policy(RoleName="ours", PolicyDocument=trusted)
    assert iam.get_role(RoleName="ours")["Role"]["AssumeRolePolicyDocument"] == json.loads(trusted)


def test_a_condition_takes_a_number(iam: Any) -> None:
    recent = {"NumericLessThan": {"aws:MultiFactorAuthAge": 300}}
    iam.update_assume_role_policy(RoleName="ours", PolicyDocument=trust(Condition=recent))
    shown = iam.get_role(RoleName="ours")["Role"]["AssumeRolePolicyDocument"]
    assert shown["Statement"][0]["Condition"] == recent


def test_documents_come_back_as_they_were_sent_wherever_they_are_shown(iam: Any) -> None:
    text = trust(Condition={"StringLike": {"aws:userid": "a%20b"}})
    iam.update_assume_role_policy(RoleName="ours", PolicyDocument=text)
    iam.put_role_policy(RoleName="ours", PolicyName="reads", PolicyDocument=document())
    (listed,) = iam.list_roles()["Roles"]
    (row,) = iam.get_account_authorization_details(Filter=["Role"])["RoleDetailList"]
    assert listed["AssumeRolePolicyDocument"] == row["AssumeRolePolicyDocument"] == json.loads(text)
    assert row["RolePolicyList"] == [{"PolicyName": "reads", "PolicyDocument": json.loads(document())}]
    described = iam.update_role_description(RoleName="ours", Description="x")["Role"]
    assert described["AssumeRolePolicyDocument"] == json.loads(text)


def test_a_boundary_is_a_policy_that_there_is(iam: Any) -> None:
    missing = f"arn:aws:iam::{ACCOUNT}:policy/none"
    text = f"Scope ARN: {missing} does not exist or is not attachable."
    told = refusal(iam.put_role_permissions_boundary, RoleName="ours", PermissionsBoundary=missing)
    assert told == (404, "NoSuchEntity", text)
    trusted = trust()
    told = refusal(
        iam.create_role, RoleName="other", AssumeRolePolicyDocument=trusted, PermissionsBoundary=missing
    )
    assert told == (404, "NoSuchEntity", text)


def test_a_boundary_is_counted_and_holds_its_policy(iam: Any) -> None:
    arn = policy(iam, "bound")
    for _ in range(2):
        iam.put_role_permissions_boundary(RoleName="ours", PermissionsBoundary=arn)
    assert iam.get_policy(PolicyArn=arn)["Policy"]["PermissionsBoundaryUsageCount"] == 1
    told = refusal(iam.delete_policy, PolicyArn=arn)
    assert told == (409, "DeleteConflict", "Cannot delete a policy attached to entities.")
    iam.delete_role_permissions_boundary(RoleName="ours")
    assert "PermissionsBoundary" not in iam.get_role(RoleName="ours")["Role"]
    iam.delete_policy(PolicyArn=arn)


def test_a_deleted_role_uses_its_boundary_no_more(iam: Any) -> None:
    arn = policy(iam, "bound")
    iam.put_role_permissions_boundary(RoleName="ours", PermissionsBoundary=arn)
    iam.delete_role(RoleName="ours")
    assert iam.get_policy(PolicyArn=arn)["Policy"]["PermissionsBoundaryUsageCount"] == 0


def test_an_update_without_description_leaves_it(iam: Any) -> None:
    iam.update_role(RoleName="ours", Description="reads", MaxSessionDuration=7200)
    iam.update_role(RoleName="ours", MaxSessionDuration=3600)
    role = iam.get_role(RoleName="ours")["Role"]
    assert (role["Description"], role["MaxSessionDuration"]) == ("reads", 3600)


def test_attaching_twice_counts_once_and_eleven_are_too_many(iam: Any) -> None:
    arns = [policy(iam, f"p{number}") for number in range(11)]
    for arn in (arns[0], *arns[:10]):
        iam.attach_role_policy(RoleName="ours", PolicyArn=arn)
    assert iam.get_policy(PolicyArn=arns[0])["Policy"]["AttachmentCount"] == 1
    told = refusal(iam.attach_role_policy, RoleName="ours", PolicyArn=arns[10])
    assert told == (409, "LimitExceeded", "Cannot exceed quota for PoliciesPerRole: 10")


def test_inline_policies_have_ten_thousand_characters_together_but_for_white_space(iam: Any) -> None:
    long = document({**ANY_OBJECT, "Resource": [f"arn:aws:s3:::{'b' * 5000}/*"]})
    iam.put_role_policy(RoleName="ours", PolicyName="a", PolicyDocument=long.replace(" ", " " * 999))
    told = refusal(
        iam.put_role_policy,
        RoleName="ours",
        PolicyName="b",
        PolicyDocument=document({**ANY_OBJECT, "Resource": [f"arn:aws:s3:::{'b' * 5100}/*"]}),
    )
    assert told == (409, "LimitExceeded", "Maximum policy size of 10240 bytes exceeded for role ours")
    iam.put_role_policy(RoleName="ours", PolicyName="a", PolicyDocument=long)
    assert iam.list_role_policies(RoleName="ours")["PolicyNames"] == ["a"]


def test_a_trust_policy_has_two_thousand_characters(iam: Any) -> None:
    long = trust(Condition={"StringLike": {"aws:userid": "a" * 2000}})
    told = refusal(iam.update_assume_role_policy, RoleName="ours", PolicyDocument=long)
    assert told == (409, "LimitExceeded", "Cannot exceed quota for ACLSizePerRole: 2048")


def test_an_inline_policy_names_no_principal(iam: Any) -> None:
    wrong = document({**ANY_OBJECT, "Principal": "*"})
    told = refusal(iam.put_role_policy, RoleName="ours", PolicyName="a", PolicyDocument=wrong)
    assert told == (400, "MalformedPolicyDocument", "Policy document should not specify a principal.")


def test_what_is_not_there_is_named(iam: Any) -> None:
    told = refusal(iam.get_role, RoleName="none")
    assert told == (404, "NoSuchEntity", "The role with name none cannot be found.")
    told = refusal(iam.get_role_policy, RoleName="ours", PolicyName="none")
    assert told == (404, "NoSuchEntity", "The role policy with name none cannot be found.")
    assert refusal(iam.delete_role_policy, RoleName="ours", PolicyName="none") == told


def test_a_key_of_a_tag_in_other_case_is_the_same_key(iam: Any) -> None:
    iam.tag_role(RoleName="ours", Tags=[{"Key": "Team", "Value": "a"}, {"Key": "Cost", "Value": "1"}])
    iam.tag_role(RoleName="ours", Tags=[{"Key": "team", "Value": "b"}])
    assert iam.list_role_tags(RoleName="ours")["Tags"] == [
        {"Key": "Cost", "Value": "1"},
        {"Key": "team", "Value": "b"},
    ]
    iam.untag_role(RoleName="ours", TagKeys=["TEAM"])
    assert iam.list_role_tags(RoleName="ours")["Tags"] == [{"Key": "Cost", "Value": "1"}]


def test_a_role_has_fifty_tags(iam: Any) -> None:
    iam.tag_role(RoleName="ours", Tags=[{"Key": f"k{number}", "Value": ""} for number in range(50)])
    told = refusal(iam.tag_role, RoleName="ours", Tags=[{"Key": "one more", "Value": ""}])
    assert told == (409, "LimitExceeded", "The number of tags has reached the maximum limit.")


def test_names_out_of_range_are_refused(iam: Any) -> None:
    for name in ("r" * 65, "a b"):
        status, code, text = refusal(iam.create_role, RoleName=name, AssumeRolePolicyDocument=trust())
        assert (status, code) == (400, "ValidationError")
        assert name[:60] in text


def test_roles_and_their_policies_are_listed_in_pages(iam: Any) -> None:
    for number in range(3):
        iam.create_role(RoleName=f"r{number}", AssumeRolePolicyDocument=trust())
        iam.put_role_policy(RoleName="ours", PolicyName=f"p{number}", PolicyDocument=document())

    def sizes(operation: str, key: str, **params: Any) -> list[int]:
        asked = iam.get_paginator(operation).paginate(PaginationConfig={"PageSize": 2}, **params)
        return [len(page[key]) for page in asked]

    assert sizes("list_roles", "Roles") == [2, 2]
    assert sizes("list_role_policies", "PolicyNames", RoleName="ours") == [2, 1]
    assert sizes("get_account_authorization_details", "RoleDetailList", Filter=["Role"]) == [2, 2]


def test_all_details_of_a_role_are_read_at_once(iam: Any) -> None:
    arn = policy(iam, "mine")
    iam.attach_role_policy(RoleName="ours", PolicyArn=READS)
    iam.put_role_permissions_boundary(RoleName="ours", PermissionsBoundary=arn)
    iam.tag_role(RoleName="ours", Tags=[{"Key": "Team", "Value": "a"}])
    iam.create_instance_profile(InstanceProfileName="profile")
    iam.add_role_to_instance_profile(InstanceProfileName="profile", RoleName="ours")
    iam.create_user(UserName="ann")
    iam.create_group(GroupName="all")
    all_of_them = iam.get_account_authorization_details(
        Filter=["Role", "LocalManagedPolicy", "User", "Group"]
    )
    (row,) = all_of_them["RoleDetailList"]
    assert row["AttachedManagedPolicies"] == [{"PolicyName": "AmazonS3ReadOnlyAccess", "PolicyArn": READS}]
    assert row["PermissionsBoundary"]["PermissionsBoundaryArn"] == arn
    assert row["Tags"] == [{"Key": "Team", "Value": "a"}]
    assert [each["InstanceProfileName"] for each in row["InstanceProfileList"]] == ["profile"]
    assert [each["PolicyName"] for each in all_of_them["Policies"]] == ["mine"]
    assert [each["UserName"] for each in all_of_them["UserDetailList"]] == ["ann"]
    assert [each["GroupName"] for each in all_of_them["GroupDetailList"]] == ["all"]
    profiles = iam.list_instance_profiles_for_role(RoleName="ours")["InstanceProfiles"]
    assert [each["InstanceProfileName"] for each in profiles] == ["profile"]


def test_the_role_of_amazon_connect_has_its_name(iam: Any) -> None:
    made = iam.create_service_linked_role(AWSServiceName="connect.amazonaws.com", CustomSuffix="y")
    assert made["Role"]["RoleName"] == "AWSServiceRoleForAmazonConnect_y"


def test_the_role_of_a_service_is_not_changed(iam: Any) -> None:
    name = iam.create_service_linked_role(AWSServiceName="connect.amazonaws.com")["Role"]["RoleName"]
    text = (
        f"Cannot perform the operation on the protected role '{name}' - this role is only modifiable by AWS"
    )
    for operation, params in (
        (iam.delete_role, {}),
        (iam.put_role_policy, {"PolicyName": "p", "PolicyDocument": document()}),
        (iam.delete_role_policy, {"PolicyName": "p"}),
        (iam.attach_role_policy, {"PolicyArn": READS}),
        (iam.detach_role_policy, {"PolicyArn": READS}),
        (iam.update_assume_role_policy, {"PolicyDocument": trust()}),
        (iam.put_role_permissions_boundary, {"PermissionsBoundary": READS}),
        (iam.delete_role_permissions_boundary, {}),
    ):
        assert refusal(operation, RoleName=name, **params) == (400, "UnmodifiableEntity", text)
    iam.update_role(RoleName=name, Description="of Connect")


def test_attached_policies_are_listed_in_pages_without_an_empty_one(iam: Any) -> None:
    for name in ("c", "a", "b", "d"):
        iam.attach_role_policy(RoleName="ours", PolicyArn=policy(iam, name, Path=f"/{name}/"))
    first = iam.list_attached_role_policies(RoleName="ours", MaxItems=2)
    rest = iam.list_attached_role_policies(RoleName="ours", MaxItems=2, Marker=first["Marker"])
    rows = [each["PolicyName"] for page in (first, rest) for each in page["AttachedPolicies"]]
    assert (rows, rest["IsTruncated"]) == (["a", "b", "c", "d"], False)
    (one,) = iam.list_attached_role_policies(RoleName="ours", PathPrefix="/c/")["AttachedPolicies"]
    assert one["PolicyName"] == "c"
