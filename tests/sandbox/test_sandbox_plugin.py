"""Operations of a custom control plane, in process and over HTTP: replies and errors according to botocore's model."""

from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from reconciler.sandbox import Journal, Sandbox

Both = tuple[Callable[[str], Any], Journal]
INSTANCE = {"InstanceId": "i"}


def make_queue(connect: Any, name: str, **more: Any) -> str:
    made = connect.create_queue(**INSTANCE, Name=name, HoursOfOperationId="h", **more)
    return str(made["QueueId"])


def test_operations_of_a_plane_answer_by_the_model(both_ways: Both) -> None:
    client, _ = both_ways
    connect = client("connect")
    outbound = {"OutboundCallerIdName": "Häuser & Söhne"}
    queue_id = make_queue(
        connect, "sales", MaxContacts=3, Tags={"team": "a/b"}, OutboundCallerConfig=outbound
    )
    queue = connect.describe_queue(**INSTANCE, QueueId=queue_id)["Queue"]
    assert queue["Name"] == "sales"
    assert queue["MaxContacts"] == 3
    assert queue["Tags"] == {"team": "a/b"}
    assert queue["OutboundCallerConfig"] == outbound


def test_an_operation_that_returns_nothing_answers_empty(both_ways: Both) -> None:
    client, _ = both_ways
    connect = client("connect")
    reply = connect.delete_queue(**INSTANCE, QueueId=make_queue(connect, "sales"))
    assert set(reply) == {"ResponseMetadata"}


def test_members_that_the_model_does_not_have_stay_behind(both_ways: Both) -> None:
    client, _ = both_ways
    connect = client("connect")
    make_queue(connect, "sales")
    assert set(connect.list_queues(**INSTANCE)["QueueSummaryList"][0]) == {"Id", "Name"}


def test_errors_are_typed_with_status_of_the_model(both_ways: Both) -> None:
    client, _ = both_ways
    connect = client("connect")
    make_queue(connect, "sales")
    with pytest.raises(connect.exceptions.DuplicateResourceException) as taken:
        make_queue(connect, "sales")
    assert taken.value.response["ResponseMetadata"]["HTTPStatusCode"] == 409
    with pytest.raises(connect.exceptions.ResourceNotFoundException, match="no such queue") as absent:
        connect.describe_queue(**INSTANCE, QueueId="nope")
    assert absent.value.response["ResponseMetadata"]["HTTPStatusCode"] == 404


def test_members_of_an_error_reach_the_client(both_ways: Both) -> None:
    client, _ = both_ways
    connect = client("connect")
    with pytest.raises(connect.exceptions.InvalidContactFlowException) as refused:
        connect.create_contact_flow(**INSTANCE, Name="main", Type="CONTACT_FLOW", Content="{}")
    assert refused.value.response["problems"] == [{"message": "Invalid Action type"}]
    busy = make_queue(connect, "busy")
    with pytest.raises(connect.exceptions.ResourceInUseException) as used:
        connect.delete_queue(**INSTANCE, QueueId=busy)
    assert used.value.response["ResourceType"] == "QUEUE"
    assert used.value.response["ResourceId"] == "arn:busy"


@pytest.mark.parametrize(
    ("service", "operation", "params"),
    [
        ("connect", "create_prompt", {"InstanceId": "i", "Name": "p", "S3Uri": "s3://b/k"}),
        (
            "iam",
            "put_user_permissions_boundary",
            {"UserName": "u", "PermissionsBoundary": "arn:aws:iam::aws:policy/x"},
        ),
        ("outposts", "list_outposts", {}),
        ("lightsail", "get_profile", {}),
        ("sqs", "list_message_move_tasks", {"SourceArn": "arn:aws:sqs:eu-west-2:123456789012:q"}),
        ("ec2", "associate_trunk_interface", {"BranchInterfaceId": "eni-1", "TrunkInterfaceId": "eni-2"}),
    ],
)
def test_what_the_sandbox_lacks_is_a_typed_501_and_is_not_tried_again(
    both_ways: Both, service: str, operation: str, params: dict[str, Any]
) -> None:
    client, journal = both_ways
    with pytest.raises(ClientError) as missing:
        getattr(client(service), operation)(**params)
    assert missing.value.response["Error"]["Code"] == "NotImplemented"
    assert missing.value.operation_name in missing.value.response["Error"]["Message"]
    assert missing.value.response["ResponseMetadata"]["HTTPStatusCode"] == 501
    assert [(call.operation, call.outcome) for call in journal] == [
        (missing.value.operation_name, "NotImplemented")
    ]


def test_constraints_are_checked_before_the_plane_is_asked(both_ways: Both) -> None:
    client, _ = both_ways
    connect = client("connect")
    with pytest.raises(connect.exceptions.InvalidParameterException, match=r"Name.*127.*Tags"):
        make_queue(connect, "x" * 300, Tags={"aws:x": "y"})
    assert connect.list_queues(**INSTANCE)["QueueSummaryList"] == []


def test_a_region_that_the_service_is_not_in_is_named(sandbox: Sandbox) -> None:
    connect = sandbox.session("eu-south-2").client("connect")
    with pytest.raises(ClientError, match="no connect in eu-south-2"):
        connect.list_queues(**INSTANCE)


def test_regions_are_apart(sandbox: Sandbox, tiny_plane: None) -> None:
    make_queue(sandbox.session("eu-west-2").client("connect"), "sales")
    assert sandbox.session("us-east-1").client("connect").list_queues(**INSTANCE)["QueueSummaryList"] == []
