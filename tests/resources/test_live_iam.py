"""Passes over roles and policies that others change as well."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from reconciler.desired import InvalidStack
from reconciler.planning.plan import TAGS
from reconciler.resources.iam.role import RoleAdapter
from tests.resources.live_harness import LiveHarness, fields, messages

pytestmark = pytest.mark.whole

ANYBODY = {"Effect": "Allow", "Principal": "*", "Action": "sts:AssumeRole"}
LAMBDA = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
EVERYTHING = {"Effect": "Allow", "Action": "*", "Resource": "*"}
ADMIN = "arn:aws:iam::aws:policy/AdministratorAccess"
READ = "arn:aws:iam::aws:policy/ReadOnlyAccess"
CAN_GO = {"policy": {"protect": False}}


def document(*statements: Any) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": list(statements)}


def allowing(*actions: str) -> dict[str, Any]:
    return document({"Effect": "Allow", "Action": list(actions), "Resource": "arn:aws:s3:::orders/*"})


def orders(**settings: Any) -> dict[str, Any]:
    """A role, its inline policies, and a managed policy."""
    plain = {
        "assume_role_policy_document": document(LAMBDA),
        "policies": {"read": allowing("s3:GetObject")},
        "managed_policy_arns": [READ, "${iam.policy:writing}"],
    }
    return {
        "iam.role": {"orders": {**plain, **settings}},
        "iam.policy": {"writing": {"path": "/shop/", "policy_document": allowing("s3:PutObject")}},
    }


def versions(of: str) -> dict[str, Any]:
    return {"iam.policy": {"writing": {"policy_document": allowing("s3:PutObject", of)}}}


@pytest.fixture
def iam(harness: LiveHarness) -> Any:
    return harness.client("iam")


def arn_of(iam: Any) -> str:
    found: str = next(iter(iam.list_policies(Scope="Local")["Policies"]))["Arn"]
    return found


DEEDS: dict[str, tuple[Callable[[Any], Any], str, list[str]]] = {
    "an inline policy is edited": (
        lambda iam: iam.put_role_policy(
            RoleName="orders", PolicyName="read", PolicyDocument=json.dumps(document(EVERYTHING))
        ),
        "policies[read].Statement.#1.Action",
        ["PutRolePolicy"],
    ),
    "an inline policy is added": (
        lambda iam: iam.put_role_policy(
            RoleName="orders", PolicyName="backdoor", PolicyDocument=json.dumps(document(EVERYTHING))
        ),
        "policies[backdoor]",
        ["DeleteRolePolicy"],
    ),
    "an inline policy is deleted": (
        lambda iam: iam.delete_role_policy(RoleName="orders", PolicyName="read"),
        "policies",
        ["PutRolePolicy"],
    ),
    "anybody may assume it": (
        lambda iam: iam.update_assume_role_policy(
            RoleName="orders", PolicyDocument=json.dumps(document(ANYBODY))
        ),
        "assume_role_policy_document.Statement.#1.Principal.AWS",
        ["UpdateAssumeRolePolicy"],
    ),
    "a policy is attached": (
        lambda iam: iam.attach_role_policy(RoleName="orders", PolicyArn=ADMIN),
        "managed_policy_arns",
        ["DetachRolePolicy"],
    ),
    "another version is the default": (
        lambda iam: iam.create_policy_version(
            PolicyArn=arn_of(iam), PolicyDocument=json.dumps(document(EVERYTHING)), SetAsDefault=True
        ),
        "policy_document.Statement.#1.Action",
        ["SetDefaultPolicyVersion"],
    ),
}


@pytest.mark.parametrize(("deed", "field", "calls"), DEEDS.values(), ids=DEEDS.keys())
def test_a_bad_deed_is_named_and_put_right(
    harness: LiveHarness, iam: Any, deed: Callable[[Any], Any], field: str, calls: list[str]
) -> None:
    harness.settle(orders())
    deed(iam)
    report = harness.run(orders())
    assert report.outcome == "settled", messages(report)
    assert field in fields(report)
    assert [name for name, _ in harness.calls] == calls
    harness.require_quiet(orders())


def test_a_quiet_pass_over_roles_and_policies_lists_both_with_one_call(harness: LiveHarness) -> None:
    harness.settle(orders())
    before = len(harness.box.journal)
    harness.require_quiet(orders())
    called = [each.operation for each in harness.box.journal[before:]]
    # Without a cache, the tags of a policy are read each time.
    assert sorted(called) == ["GetAccountAuthorizationDetails", "GetCallerIdentity", "ListPolicyTags"]


def test_documents_in_another_spelling_are_the_same(harness: LiveHarness) -> None:
    harness.settle(orders())
    other = {"Effect": "Allow", "Action": "S3:getobject", "Resource": ["arn:aws:s3:::orders/*"]}
    harness.require_quiet(orders(policies={"read": {"Version": "2012-10-17", "Statement": other}}))


def test_what_nobody_wrote_is_left_alone(harness: LiveHarness, iam: Any) -> None:
    plain = {"iam.role": {"orders": {"assume_role_policy_document": document(LAMBDA)}}}
    harness.settle(plain)
    iam.attach_role_policy(RoleName="orders", PolicyArn=READ)
    iam.put_role_policy(RoleName="orders", PolicyName="theirs", PolicyDocument=json.dumps(allowing("s3:*")))
    iam.update_role(RoleName="orders", Description="theirs", MaxSessionDuration=7200)
    harness.require_quiet(plain)
    harness.settle({"iam.role": {"orders": {**plain["iam.role"]["orders"], "description": "ours"}}})
    role = iam.get_role(RoleName="orders")["Role"]
    assert (role["Description"], role["MaxSessionDuration"]) == ("ours", 7200)
    assert iam.list_role_policies(RoleName="orders")["PolicyNames"] == ["theirs"]


def test_what_a_map_loses_is_told_as_a_delete(harness: LiveHarness) -> None:
    both = {"read": allowing("s3:GetObject"), "list": allowing("s3:ListBucket")}
    harness.settle(orders(policies=both))
    report = harness.run(orders(policies={"read": both["read"]}), dry_run=True)
    (action,) = report.plan.actions.values()
    assert [each.deletes for each in action.differences] == ["policies[list]"]
    assert (report.plan.deletes_within, report.plan.rows) == (1, {("iam.role", "policies"): 2})
    report = harness.run(orders(policies=None), dry_run=True)
    assert report.plan.deletes_within == 2


def test_the_sixth_version_takes_the_place_of_the_oldest(harness: LiveHarness, iam: Any) -> None:
    for of in ("s3:Get1", "s3:Get2", "s3:Get3", "s3:Get4", "s3:Get5"):
        harness.settle(versions(of))
    arn = arn_of(iam)
    iam.set_default_policy_version(PolicyArn=arn, VersionId="v1")
    harness.settle(versions("s3:Get6"))
    found = [each["VersionId"] for each in iam.list_policy_versions(PolicyArn=arn)["Versions"]]
    assert sorted(found) == ["v1", "v3", "v4", "v5", "v6"]


def test_a_version_that_says_it_already_becomes_the_default(harness: LiveHarness, iam: Any) -> None:
    harness.settle(versions("s3:Get1"))
    harness.settle(versions("s3:Get2"))
    harness.run(versions("s3:Get1"))
    assert harness.calls == [("SetDefaultPolicyVersion", {"PolicyArn": arn_of(iam), "VersionId": "v1"})]


def test_an_attached_policy_gives_way_where_there_is_no_room_for_both(harness: LiveHarness, iam: Any) -> None:
    ten = {f"p{number}": {"policy_document": allowing("s3:Get*")} for number in range(11)}
    attached = [f"${{iam.policy:{name}}}" for name in ten]

    def stack(arns: list[str]) -> dict[str, Any]:
        return {**orders(managed_policy_arns=arns), "iam.policy": ten}

    harness.settle(stack(attached[:10]))
    harness.settle(stack(attached[1:]))
    assert len(iam.list_attached_role_policies(RoleName="orders")["AttachedPolicies"]) == 10


def test_an_inline_policy_gives_way_where_there_is_no_room_for_both(harness: LiveHarness) -> None:
    def large(name: str) -> dict[str, Any]:
        return {name: allowing(*(f"s3:Get{number:04}" for number in range(600)))}

    harness.settle(orders(policies=large("one")))
    harness.settle(orders(policies=large("other")))


def test_the_policies_of_a_role_are_deleted_with_it_and_its_own_policies_after_it(
    harness: LiveHarness,
) -> None:
    harness.settle(orders(**CAN_GO, permissions_boundary="${iam.policy:writing}"))
    report = harness.run({}, prune=True, guard={"max_percent": 100})
    assert report.outcome == "settled", messages(report)
    names = [name for name, _ in harness.calls]
    assert names == [
        "DeleteRolePolicy", "DetachRolePolicy", "DetachRolePolicy", "DeleteRole", "DeletePolicy",
    ]  # fmt: skip


def test_a_role_in_an_instance_profile_keeps_its_policies(harness: LiveHarness, iam: Any) -> None:
    harness.settle(orders(**CAN_GO))
    iam.create_instance_profile(InstanceProfileName="machines")
    iam.add_role_to_instance_profile(InstanceProfileName="machines", RoleName="orders")
    report = harness.run({"iam.policy": orders()["iam.policy"]}, prune=True)
    assert "it is in instance profile machines" in str(messages(report))
    assert harness.calls == []
    assert iam.list_role_policies(RoleName="orders")["PolicyNames"] == ["read"]


def test_a_policy_that_others_have_keeps_its_versions(harness: LiveHarness, iam: Any) -> None:
    harness.settle(versions("s3:Get1"))
    harness.settle(versions("s3:Get2"))
    iam.create_role(RoleName="theirs", AssumeRolePolicyDocument=json.dumps(document(LAMBDA)))
    iam.attach_role_policy(RoleName="theirs", PolicyArn=arn_of(iam))
    report = harness.run({}, prune=True, guard={"max_percent": 100})
    assert "1 roles, users and groups have it attached" in str(messages(report))
    assert len(iam.list_policy_versions(PolicyArn=arn_of(iam))["Versions"]) == 2


def test_a_role_stays_unless_its_policy_says_that_it_may_go(harness: LiveHarness, iam: Any) -> None:
    harness.settle(orders())
    harness.run({"iam.policy": orders()["iam.policy"]}, prune=True)
    assert iam.get_role(RoleName="orders")["Role"]["RoleName"] == "orders"


def test_the_role_of_a_service_is_never_deleted(harness: LiveHarness, iam: Any) -> None:
    path = "/aws-reserved/sso.amazonaws.com/"  # IAM Identity Center creates such roles
    made = iam.create_role(RoleName="x", Path=path, AssumeRolePolicyDocument=json.dumps(document(LAMBDA)))[
        "Role"
    ]
    tags = {"reconciler:stack": "desk/test", "reconciler:key": "x", "reconciler:protect": "false"}
    iam.tag_role(
        RoleName=made["RoleName"], Tags=[{"Key": key, "Value": value} for key, value in tags.items()]
    )
    harness.run({}, prune=True, guard={"max_percent": 100})
    assert iam.get_role(RoleName=made["RoleName"])["Role"].get("Tags", []) == []


def test_a_name_of_somebody_else_in_another_case_is_told(harness: LiveHarness, iam: Any) -> None:
    iam.create_role(RoleName="Orders", AssumeRolePolicyDocument=json.dumps(document(LAMBDA)))
    report = harness.run({"iam.role": {"orders": {"assume_role_policy_document": document(LAMBDA)}}})
    assert "role/Orders has the same name in other upper and lower case" in str(messages(report))
    assert harness.calls == []


def test_a_role_that_the_list_does_not_show_yet_is_not_made_twice(
    harness: LiveHarness, iam: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    harness.settle(orders())
    with monkeypatch.context() as blind:
        blind.setattr(RoleAdapter, "list", lambda *_: [])
        report = harness.run(orders())
    assert report.outcome == "pending", messages(report)
    assert [each["RoleName"] for each in iam.list_roles()["Roles"]] == ["orders"]
    harness.require_quiet(orders())


def test_an_inline_policy_may_stand_in_a_file(harness: LiveHarness) -> None:
    (harness.directory / "read.json").write_text(json.dumps(allowing("s3:GetObject")))
    harness.settle(orders())
    harness.require_quiet(orders(policies={"read": {"file": "read.json"}}))


def test_two_names_that_differ_by_case_alone_are_a_mistake(harness: LiveHarness) -> None:
    role = {"assume_role_policy_document": document(LAMBDA)}
    with pytest.raises(InvalidStack, match='"orders" differs from it only in upper and lower case'):
        harness.run({"iam.role": {"orders": role, "Orders": role}})


def test_inline_policies_have_one_size_together(harness: LiveHarness) -> None:
    many = {f"p{number}": allowing(*(f"s3:Get{each:04}" for each in range(400))) for number in range(3)}
    with pytest.raises(InvalidStack, match="AWS accepts 10240 for a role"):
        harness.run(orders(policies=many))


def test_a_role_may_name_another_that_this_pass_makes(harness: LiveHarness) -> None:
    trusting = {"Effect": "Allow", "Principal": {"AWS": "${iam.role:a}"}, "Action": "sts:AssumeRole"}
    harness.settle(
        {
            "iam.role": {
                "a": {"assume_role_policy_document": document(LAMBDA), "path": "/team/"},
                "b": {"assume_role_policy_document": document(trusting)},
            }
        }
    )


def test_a_principal_that_is_not_there_is_told(harness: LiveHarness) -> None:
    arn = f"arn:aws:iam::{harness.box.account}:role/nobody"
    trusting = {"Effect": "Allow", "Principal": {"AWS": arn}, "Action": "sts:AssumeRole"}
    report = harness.run({"iam.role": {"b": {"assume_role_policy_document": document(trusting)}}})
    assert report.outcome == "failed"
    assert "Invalid principal in policy" in str(messages(report))


def test_tags_change_by_key(harness: LiveHarness, iam: Any) -> None:
    harness.settle(orders(tags={"Team": "shop"}))
    iam.tag_role(
        RoleName="orders", Tags=[{"Key": "Team", "Value": "till"}, {"Key": "Left", "Value": "alone"}]
    )
    report = harness.run(orders(tags={"Team": "shop"}))
    assert fields(report) == [f"{TAGS}.Team"]
    found = {each["Key"]: each["Value"] for each in iam.list_role_tags(RoleName="orders")["Tags"]}
    assert (found["Team"], found["Left"]) == ("shop", "alone")


def test_iam_itself_deletes_no_role_with_policies(harness: LiveHarness, iam: Any) -> None:
    """The requests before the delete are necessary."""
    harness.settle(orders())
    with pytest.raises(ClientError, match="DeleteConflict"):
        iam.delete_role(RoleName="orders")
