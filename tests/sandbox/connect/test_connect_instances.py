"""Instances: aliases, life cycle, default content, attributes."""

from collections.abc import Callable

import pytest

from reconciler.sandbox.connect import ConnectPlane
from tests.sandbox.connect.contact_centre import Centre, Clock, Refused

DEFAULT_FLOWS = {
    "Default agent hold",
    "Default agent transfer",
    "Default agent whisper",
    "Default customer hold",
    "Default customer queue",
    "Default customer whisper",
    "Default outbound",
    "Default queue transfer",
}


def test_an_instance_is_described_with_its_tags(plane: ConnectPlane, make_centre: type[Centre]) -> None:
    centre = make_centre(plane, Tags={"team": "voice"})
    instance = centre("DescribeInstance")["Instance"]
    assert instance["InstanceAlias"] == "acme"
    assert instance["InstanceStatus"] == "ACTIVE"
    assert instance["Tags"] == {"team": "voice"}
    assert instance["Arn"] == f"arn:aws:connect:eu-west-2:111111111111:instance/{centre.id}"
    assert instance["InstanceAccessUrl"] == "https://acme.my.connect.aws"


def test_an_instance_is_found_by_its_arn(centre: Centre) -> None:
    assert centre.plain("DescribeInstance", InstanceId=centre.arn)["Instance"]["Id"] == centre.id


def test_an_alias_is_unique_in_the_world(
    make_plane: Callable[..., ConnectPlane], make_centre: type[Centre], refused: Refused
) -> None:
    make_centre(make_plane("eu-west-2", "111111111111"))
    elsewhere = make_plane("us-east-1", "222222222222")
    with refused("InvalidRequestException"):
        make_centre(elsewhere)
    make_centre(elsewhere, InstanceAlias="other")


def test_a_deleted_alias_is_free_again(
    plane: ConnectPlane, centre: Centre, make_centre: type[Centre], refused: Refused
) -> None:
    centre("DeleteInstance")
    with refused("ResourceNotFoundException"):
        centre("DescribeInstance")
    make_centre(plane)


def test_creation_takes_its_time(
    plane: ConnectPlane, clock: Clock, make_centre: type[Centre], refused: Refused
) -> None:
    plane.instance_creation_seconds = 60
    centre = make_centre(plane)
    assert centre("DescribeInstance")["Instance"]["InstanceStatus"] == "CREATION_IN_PROGRESS"
    with refused("InvalidRequestException"):
        centre("ListQueues")
    clock.advance(60)
    assert centre("DescribeInstance")["Instance"]["InstanceStatus"] == "ACTIVE"
    centre("ListQueues")


def test_the_same_client_token_is_the_same_request(plane: ConnectPlane, refused: Refused) -> None:
    request = {
        "IdentityManagementType": "SAML",
        "InstanceAlias": "acme",
        "InboundCallsEnabled": True,
        "OutboundCallsEnabled": True,
    }
    create = plane.operations["CreateInstance"]
    first = create(**request, ClientToken="t")
    assert create(**request, ClientToken="t") == first
    with refused("IdempotencyException"):
        create(**{**request, "InstanceAlias": "other"}, ClientToken="t")
    with refused("InvalidRequestException"):
        create(**request, ClientToken="u")


def test_an_alias_is_needed_unless_a_directory_gives_it(
    plane: ConnectPlane, make_centre: type[Centre], refused: Refused
) -> None:
    with refused("InvalidRequestException"):
        make_centre(plane, InstanceAlias=None)
    directory = {"IdentityManagementType": "EXISTING_DIRECTORY", "InstanceAlias": None}
    with refused("InvalidRequestException"):
        make_centre(plane, **directory)
    make_centre(plane, **directory, DirectoryId="d-0123456789")


def test_instances_come_ten_a_page(plane: ConnectPlane, make_centre: type[Centre]) -> None:
    for number in range(12):
        centre = make_centre(plane, InstanceAlias=f"acme-{number}")
    first = centre.plain("ListInstances")
    second = centre.plain("ListInstances", NextToken=first["NextToken"])
    assert [len(page["InstanceSummaryList"]) for page in (first, second)] == [10, 2]
    assert "Tags" not in first["InstanceSummaryList"][0]


def test_a_new_instance_has_the_default_content(centre: Centre) -> None:
    names = {
        "ListHoursOfOperations": ("HoursOfOperationSummaryList", {"Basic Hours"}),
        "ListQueues": ("QueueSummaryList", {"BasicQueue"}),
        "ListRoutingProfiles": ("RoutingProfileSummaryList", {"Basic Routing Profile"}),
        "ListSecurityProfiles": (
            "SecurityProfileSummaryList",
            {"Admin", "Agent", "CallCenterManager", "QualityAnalyst"},
        ),
        "ListAgentStatuses": ("AgentStatusSummaryList", {"Available", "Offline"}),
        "ListQuickConnects": ("QuickConnectSummaryList", set()),
        "ListUserHierarchyGroups": ("UserHierarchyGroupSummaryList", set()),
    }
    for operation, (key, expected) in names.items():
        assert {row["Name"] for row in centre.rows(operation, key)} == expected
    flows = {row["Name"] for row in centre.rows("ListContactFlows", "ContactFlowSummaryList")}
    assert flows >= DEFAULT_FLOWS
    assert sum(name.startswith("Sample ") for name in flows) == 13
    assert len(centre.rows("ListPrompts", "PromptSummaryList")) == 7
    assert centre.rows("ListUsers", "UserSummaryList") == []
    assert centre.plain("ListPhoneNumbersV2")["ListPhoneNumbersSummaryList"] == []


def test_what_aws_owns_cannot_be_deleted(centre: Centre, refused: Refused) -> None:
    prompt = centre.named("ListPrompts", "PromptSummaryList", "Beep.wav")
    for operation, member in {
        "DeleteHoursOfOperation": {"HoursOfOperationId": centre.hours},
        "DeleteQueue": {"QueueId": centre.queue},
        "DeleteRoutingProfile": {"RoutingProfileId": centre.routing_profile},
        "DeleteSecurityProfile": {"SecurityProfileId": centre.security_profile},
        "DeleteContactFlow": {"ContactFlowId": centre.flow()},
        "DeletePrompt": {"PromptId": prompt},
    }.items():
        with refused("InvalidParameterException"):
            centre(operation, **member)


def test_switches_are_words_and_come_seven_a_page(centre: Centre, refused: Refused) -> None:
    pages = centre.pages("ListInstanceAttributes", "Attributes")
    assert [len(page) for page in pages] == [7, 7]
    centre("UpdateInstanceAttribute", AttributeType="CONTACTFLOW_LOGS", Value="true")
    attribute = centre("DescribeInstanceAttribute", AttributeType="CONTACTFLOW_LOGS")["Attribute"]
    assert attribute == {"AttributeType": "CONTACTFLOW_LOGS", "Value": "true"}
    centre("UpdateInstanceAttribute", AttributeType="INBOUND_CALLS", Value="false")
    assert centre("DescribeInstance")["Instance"]["InboundCallsEnabled"] is False
    with refused("InvalidRequestException"):
        centre("UpdateInstanceAttribute", AttributeType="CONTACT_LENS", Value="yes")
    with refused("InvalidRequestException"):
        centre("UpdateInstanceAttribute", AttributeType="USE_CUSTOM_TTS_VOICES", Value="true")


def test_a_quota_refuses_more_instances(
    plane: ConnectPlane, centre: Centre, make_centre: type[Centre], refused: Refused
) -> None:
    plane.quotas["Instance"] = 1
    with refused("ServiceQuotaExceededException"):
        make_centre(plane, InstanceAlias="second")


@pytest.mark.parametrize("operation", ["ListQueues", "SearchUsers", "DescribeUserHierarchyStructure"])
def test_an_unknown_instance_is_not_found(centre: Centre, refused: Refused, operation: str) -> None:
    with refused("ResourceNotFoundException"):
        centre.plain(operation, InstanceId="00000000-0000-4000-8000-000000000000")
