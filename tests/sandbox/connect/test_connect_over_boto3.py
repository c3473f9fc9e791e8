"""The control plane as a plain boto3 client sees it."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from reconciler.sandbox import Sandbox


@pytest.fixture
def client() -> Iterator[Any]:
    with Sandbox() as sandbox:
        yield sandbox.session("eu-west-2").client("connect")


@pytest.fixture
def instance(client: Any) -> str:
    made = client.create_instance(
        IdentityManagementType="SAML",
        InstanceAlias="acme",
        InboundCallsEnabled=True,
        OutboundCallsEnabled=True,
    )
    found: str = made["Id"]
    return found


def test_a_queue_with_the_slashes_of_its_arn(client: Any, instance: str) -> None:
    hours = client.list_hours_of_operations(InstanceId=instance)["HoursOfOperationSummaryList"][0]
    made = client.create_queue(InstanceId=instance, Name="Sales", HoursOfOperationId=hours["Arn"])
    queue = client.describe_queue(InstanceId=instance, QueueId=made["QueueId"])["Queue"]
    assert (queue["QueueArn"], queue["HoursOfOperationId"]) == (made["QueueArn"], hours["Id"])
    later = client.update_queue_name(InstanceId=instance, QueueId=made["QueueId"], Description="Sells")
    assert later["ResponseMetadata"]["HTTPStatusCode"] == 200
    changed = client.describe_queue(InstanceId=instance, QueueId=made["QueueId"])["Queue"]
    assert changed["LastModifiedTime"] > queue["LastModifiedTime"]
    with pytest.raises(client.exceptions.DuplicateResourceException):
        client.create_queue(InstanceId=instance, Name="Sales", HoursOfOperationId=hours["Id"])


def test_drafts_by_arn(client: Any, instance: str) -> None:
    made = client.create_contact_flow(
        InstanceId=instance, Name="Draft", Type="CONTACT_FLOW", Content="{}", Status="SAVED"
    )
    with pytest.raises(client.exceptions.ContactFlowNotPublishedException):
        client.describe_contact_flow(InstanceId=instance, ContactFlowId=made["ContactFlowId"])
    draft = f"{made['ContactFlowArn']}:$SAVED"
    flow = client.describe_contact_flow(InstanceId=instance, ContactFlowId=draft)["ContactFlow"]
    assert flow["Content"] == "{}"


def test_problems_of_a_flow(client: Any, instance: str) -> None:
    content = json.dumps({"Version": "2019-10-30", "StartAction": "a", "Actions": []})
    with pytest.raises(client.exceptions.InvalidContactFlowException) as error:
        client.create_contact_flow(InstanceId=instance, Name="Bad", Type="CONTACT_FLOW", Content=content)
    assert error.value.response["problems"] == [{"message": "Invalid Action property value. Path: Actions"}]


def test_errors_carry_their_members(client: Any, instance: str) -> None:
    structure = {"LevelOne": {"Name": "Site"}}
    client.update_user_hierarchy_structure(InstanceId=instance, HierarchyStructure=structure)
    client.create_user_hierarchy_group(InstanceId=instance, Name="London")
    with pytest.raises(client.exceptions.ResourceInUseException) as error:
        client.update_user_hierarchy_structure(InstanceId=instance, HierarchyStructure={})
    assert error.value.response["ResourceType"] == "HIERARCHY_LEVEL"
    assert error.value.response["ResponseMetadata"]["HTTPStatusCode"] == 409


def test_paginators_and_tags(client: Any, instance: str) -> None:
    hours = client.list_hours_of_operations(InstanceId=instance)["HoursOfOperationSummaryList"][0]["Id"]
    for number in range(3):
        client.create_queue(
            InstanceId=instance, Name=f"Q{number}", HoursOfOperationId=hours, Tags={"n": str(number)}
        )
    pages = list(
        client.get_paginator("search_queues").paginate(InstanceId=instance, PaginationConfig={"PageSize": 2})
    )
    assert [len(page["Queues"]) for page in pages] == [2, 2]
    arn = pages[1]["Queues"][1]["QueueArn"]
    assert client.list_tags_for_resource(resourceArn=arn)["tags"] == {"n": "2"}


def test_an_alias_is_unique_between_regions() -> None:
    with Sandbox() as sandbox:
        request = {
            "IdentityManagementType": "SAML",
            "InstanceAlias": "acme",
            "InboundCallsEnabled": True,
            "OutboundCallsEnabled": True,
        }
        sandbox.session("eu-west-2").client("connect").create_instance(**request)
        elsewhere = sandbox.session("us-east-1").client("connect")
        with pytest.raises(elsewhere.exceptions.InvalidRequestException):
            elsewhere.create_instance(**request)
