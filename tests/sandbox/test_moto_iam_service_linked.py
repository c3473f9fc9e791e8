"""Service-linked roles: one for each suffix, and deletions that end later, or fail while the role is in use."""

from collections.abc import Iterator
from typing import Any

import pytest

from reconciler.sandbox.account import sandboxed
from tests.sandbox.test_moto_iam_roles import ACCOUNT, refusal, trust

CONNECT = {"AWSServiceName": "connect.amazonaws.com"}


@pytest.fixture
def place() -> Iterator[tuple[Any, Any]]:
    """A session, and the virtual clock of its sandbox."""
    with sandboxed(ACCOUNT) as (box, clock):
        yield box.session("eu-west-2"), clock


def status(iam: Any, task: str) -> Any:
    return iam.get_service_linked_role_deletion_status(DeletionTaskId=task)


def test_a_service_has_one_role_for_each_suffix(place: tuple[Any, Any]) -> None:
    """https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateServiceLinkedRole.html"""
    create = place[0].client("iam").create_service_linked_role
    names = [
        create(**CONNECT, **more)["Role"]["RoleName"]
        for more in ({}, {"CustomSuffix": "a"}, {"CustomSuffix": "b"})
    ]
    assert names == [f"AWSServiceRoleForAmazonConnect{suffix}" for suffix in ("", "_a", "_b")]
    text = "Service role name AWSServiceRoleForAmazonConnect_a has been taken in this account, please try a different suffix."
    assert refusal(create, **CONNECT, CustomSuffix="a") == (400, "InvalidInput", text)
    principal = "dynamodb.application-autoscaling.amazonaws.com"
    assert refusal(create, AWSServiceName=principal, CustomSuffix="a")[1] == "InvalidInput"
    assert refusal(create, AWSServiceName="connect")[1] == "InvalidInput"


def test_a_deletion_ends_later(place: tuple[Any, Any]) -> None:
    """https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteServiceLinkedRole.html"""
    iam, clock = place[0].client("iam"), place[1]
    name = iam.create_service_linked_role(**CONNECT)["Role"]["RoleName"]
    task = iam.delete_service_linked_role(RoleName=name)["DeletionTaskId"]
    assert task.startswith(f"task/aws-service-role/connect.amazonaws.com/{name}/")
    assert iam.delete_service_linked_role(RoleName=name)["DeletionTaskId"] == task
    assert status(iam, task)["Status"] == "IN_PROGRESS"
    assert iam.get_role(RoleName=name)["Role"]["RoleName"] == name
    clock.sleep(2)
    assert status(iam, task)["Status"] == "SUCCEEDED"
    assert status(iam, task)["Status"] == "SUCCEEDED"
    assert refusal(iam.get_role, RoleName=name)[1] == "NoSuchEntity"
    assert refusal(iam.delete_service_linked_role, RoleName=name)[1] == "NoSuchEntity"


def test_another_role_has_no_such_deletion(place: tuple[Any, Any]) -> None:
    iam = place[0].client("iam")
    iam.create_role(RoleName="ours", AssumeRolePolicyDocument=trust())
    assert refusal(iam.delete_service_linked_role, RoleName="ours")[1] == "NoSuchEntity"
    told = refusal(
        iam.get_service_linked_role_deletion_status, DeletionTaskId="task/aws-service-role/x/ours/1"
    )
    assert told[1] == "NoSuchEntity"


def test_the_deletion_of_a_role_in_use_fails(place: tuple[Any, Any]) -> None:
    """https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetServiceLinkedRoleDeletionStatus.html"""
    iam, connect, clock = place[0].client("iam"), place[0].client("connect"), place[1]
    kind = {"IdentityManagementType": "CONNECT_MANAGED", "InstanceAlias": "shop"}
    made = connect.create_instance(**kind, InboundCallsEnabled=True, OutboundCallsEnabled=True)
    role = iam.create_service_linked_role(**CONNECT, CustomSuffix=made["Id"][:8])["Role"]["RoleName"]
    task = iam.delete_service_linked_role(RoleName=role)["DeletionTaskId"]
    clock.sleep(2)
    told = status(iam, task)
    assert told["Status"] == "FAILED"
    assert told["Reason"]["RoleUsageList"] == [{"Region": "eu-west-2", "Resources": [made["Arn"]]}]
    assert iam.get_role(RoleName=role)["Role"]["RoleName"] == role
