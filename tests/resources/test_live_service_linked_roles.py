"""Passes over service-linked roles, whose names and deletions are AWS's."""

import pytest

from reconciler.desired import InvalidStack
from tests.resources.live_harness import LiveHarness, messages

pytestmark = pytest.mark.whole

KIND = "iam.service_linked_role"
OF_CONNECT = "connect.amazonaws.com/shop"


def names(harness: LiveHarness) -> list[str]:
    roles = harness.client("iam").list_roles(PathPrefix="/aws-service-role/")["Roles"]
    return [role["RoleName"] for role in roles]


def test_a_role_with_a_suffix_is_created_tagged_and_deleted(harness: LiveHarness) -> None:
    harness.settle({KIND: {OF_CONNECT: {"description": "For the shop"}}}, prune=True)
    assert [name for name, _ in harness.calls] == []
    assert names(harness) == ["AWSServiceRoleForAmazonConnect_shop"]
    report = harness.run({}, prune=True, guard={"max_percent": 100, "max_deletes": 5})
    assert report.outcome == "settled", messages(report)
    assert names(harness) == []


def test_a_role_of_a_service_with_several_labels_has_no_suffix(harness: LiveHarness) -> None:
    harness.settle({KIND: {"dynamodb.application-autoscaling.amazonaws.com": {"description": "x"}}})


def test_the_role_that_a_service_created_is_adopted_by_its_principal(harness: LiveHarness) -> None:
    harness.client("iam").create_service_linked_role(AWSServiceName="connect.amazonaws.com")
    harness.settle({KIND: {"connect.amazonaws.com": {"tags": {"Team": "shop"}}}})
    assert names(harness) == ["AWSServiceRoleForAmazonConnect"]


def test_a_role_in_use_is_not_deleted_and_the_message_names_its_users(harness: LiveHarness) -> None:
    connect = harness.client("connect")
    kind = {"IdentityManagementType": "CONNECT_MANAGED", "InstanceAlias": "shop"}
    made = connect.create_instance(**kind, InboundCallsEnabled=True, OutboundCallsEnabled=True)
    harness.settle({KIND: {f"connect.amazonaws.com/{made['Id'][:8]}": {}}}, prune=True)
    report = harness.run({}, prune=True, guard={"max_percent": 100, "max_deletes": 5})
    assert report.outcome == "failed"
    assert f"its service still uses it: {made['Arn']}" in str(messages(report))
    assert len(names(harness)) == 1


@pytest.mark.parametrize("name", ["connect", "AWSServiceRoleForAmazonConnect", "connect.amazonaws.com/a b"])
def test_a_name_that_is_no_principal_is_a_mistake(harness: LiveHarness, name: str) -> None:
    with pytest.raises(InvalidStack, match="expected the principal of a service, as connect"):
        harness.run({KIND: {name: {}}})
