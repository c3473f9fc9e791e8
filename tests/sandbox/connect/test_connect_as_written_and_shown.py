"""Values that Amazon Connect changes, and requests that it refuses because of its defaults; with a plain client."""

import json
from contextlib import suppress
from typing import Any

import pytest

from reconciler.sandbox import Sandbox

REGION = "eu-west-2"


class Centre:
    """A client for one instance."""

    def __init__(self, client: Any) -> None:
        self.client = client
        made = client.create_instance(
            IdentityManagementType="CONNECT_MANAGED",
            InstanceAlias="desk",
            InboundCallsEnabled=True,
            OutboundCallsEnabled=True,
        )
        self.id, self.arn = made["Id"], made["Arn"]

    def __call__(self, operation: str, **params: Any) -> Any:
        return getattr(self.client, operation)(InstanceId=self.id, **params)

    def refused(self, operation: str, **params: Any) -> tuple[str, str]:
        with pytest.raises(self.client.exceptions.ClientError) as refused:
            self(operation, **params)
        error = refused.value.response["Error"]
        return str(error["Code"]), str(error["Message"])

    def default(self, operation: str, key: str, name: str) -> dict[str, Any]:
        (found,) = [each for each in self(operation)[key] if each["Name"] == name]
        return dict(found)

    def make_user(self, **settings: Any) -> str:
        profile = self("list_routing_profiles")["RoutingProfileSummaryList"][0]["Id"]
        security = self.default("list_security_profiles", "SecurityProfileSummaryList", "Agent")["Id"]
        user = self(
            "create_user",
            Username="ann",
            Password="Secret123",
            IdentityInfo={"FirstName": "Ann", "LastName": "Lee"},
            RoutingProfileId=profile,
            SecurityProfileIds=[security],
            **{"PhoneConfig": {"PhoneType": "SOFT_PHONE"}, **settings},
        )
        return str(user["UserId"])


@pytest.fixture
def centre(sandbox: Sandbox) -> Centre:
    return Centre(sandbox.session(REGION).client("connect"))


@pytest.fixture
def sandbox() -> Any:
    with Sandbox() as on:
        yield on


def test_the_prefix_of_a_video_stream_is_completed_each_time_it_is_written(centre: Centre) -> None:
    video = {
        "Prefix": "talk",
        "RetentionPeriodHours": 0,
        "EncryptionConfig": {"EncryptionType": "KMS", "KeyId": "arn:aws:kms:eu-west-2:1:key/k"},
    }
    config = {"StorageType": "KINESIS_VIDEO_STREAM", "KinesisVideoStreamConfig": video}
    kind = {"ResourceType": "MEDIA_STREAMS"}
    where = {**kind, **centre("associate_instance_storage_config", **kind, StorageConfig=config)}
    where = {**kind, "AssociationId": where["AssociationId"]}
    for hours in (0, 24):
        video["RetentionPeriodHours"] = hours
        centre("update_instance_storage_config", **where, StorageConfig=config)
        shown = centre("describe_instance_storage_config", **where)["StorageConfig"]
        (listed,) = centre("list_instance_storage_configs", **kind)["StorageConfigs"]
        assert shown == listed
        assert shown["KinesisVideoStreamConfig"] == {**video, "Prefix": "talk-connect-desk-contact-"}


def test_a_soft_phone_shows_an_empty_desk_phone(centre: Centre) -> None:
    user = centre.make_user()
    phone = centre("describe_user", UserId=user)["User"]["PhoneConfig"]
    assert phone == {"PhoneType": "SOFT_PHONE", "DeskPhoneNumber": ""}
    (row,) = centre("search_users")["Users"]
    assert row["PhoneConfig"]["DeskPhoneNumber"] == ""
    harness = {"PhoneType": "DESK_PHONE", "DeskPhoneNumber": "+442079460000"}
    centre("update_user_phone_config", UserId=user, PhoneConfig=harness)
    assert centre("describe_user", UserId=user)["User"]["PhoneConfig"] == harness


def test_a_phone_config_wipes_the_lists_by_channel(centre: Centre) -> None:
    user = centre.make_user()
    lists = {
        "AutoAcceptConfigs": [{"Channel": "VOICE", "AutoAccept": True}],
        "AfterContactWorkConfigs": [
            {"Channel": "CHAT", "AfterContactWorkConfig": {"AfterContactWorkTimeLimit": 9}}
        ],
    }
    centre("update_user_config", UserId=user, **lists)
    assert lists.items() <= centre("describe_user", UserId=user)["User"].items()
    phone = {"PhoneType": "SOFT_PHONE", "AutoAccept": False, "AfterContactWorkTimeLimit": 7}
    centre("update_user_phone_config", UserId=user, PhoneConfig=phone)
    shown = centre("describe_user", UserId=user)["User"]
    (row,) = centre("search_users")["Users"]
    for view, unit in ((shown, 1), (row, 1000)):
        assert not lists.keys() & view.keys()
        assert view["PhoneConfig"]["AfterContactWorkTimeLimit"] == 7 * unit
        assert view["PhoneConfig"]["AutoAccept"] is False


def test_default_flows_have_the_places_that_the_designer_writes(centre: Centre) -> None:
    for flow in centre("list_contact_flows")["ContactFlowSummaryList"]:
        content = json.loads(
            centre("describe_contact_flow", ContactFlowId=flow["Id"])["ContactFlow"]["Content"]
        )
        places = content["Metadata"]["ActionMetadata"]
        assert set(places) == {action["Identifier"] for action in content["Actions"]}
        assert all(place["position"].keys() == {"x", "y"} for place in places.values())


@pytest.mark.parametrize(
    ("create", "settings"),
    [
        ("create_security_profile", {"SecurityProfileName": "Agent"}),
        ("create_queue", {"Name": "BasicQueue"}),
        (
            "create_hours_of_operation",
            {"Name": "Basic Hours", "TimeZone": "UTC", "Config": []},
        ),
        ("create_agent_status", {"Name": "Available", "State": "ENABLED"}),
        ("create_prompt", {"Name": "Beep.wav", "S3Uri": "s3://sounds/beep.wav"}),
        (
            "create_routing_profile",
            {
                "Name": "Basic Routing Profile",
                "Description": "x",
                "MediaConcurrencies": [{"Channel": "VOICE", "Concurrency": 1}],
            },
        ),
        (
            "create_contact_flow",
            {"Name": "Default agent hold", "Type": "AGENT_HOLD", "Content": "{}", "Status": "SAVED"},
        ),
    ],
)
def test_the_name_of_a_default_is_taken(centre: Centre, create: str, settings: dict[str, Any]) -> None:
    queue = (
        centre.default("list_queues", "QueueSummaryList", "BasicQueue")["Id"] if "outing" in create else ""
    )
    hours = centre("list_hours_of_operations")["HoursOfOperationSummaryList"][0]["Id"]
    needed = {
        "create_queue": {"HoursOfOperationId": hours},
        "create_routing_profile": {"DefaultOutboundQueueId": queue},
    }
    code, _ = centre.refused(create, **settings, **needed.get(create, {}))
    assert code == "DuplicateResourceException"


def test_what_aws_made_is_not_deleted(centre: Centre) -> None:
    for named, key, delete, member in (
        (
            "list_security_profiles",
            "SecurityProfileSummaryList",
            "delete_security_profile",
            "SecurityProfileId",
        ),
        ("list_prompts", "PromptSummaryList", "delete_prompt", "PromptId"),
        ("list_contact_flows", "ContactFlowSummaryList", "delete_contact_flow", "ContactFlowId"),
    ):
        code, text = centre.refused(delete, **{member: centre(named)[key][0]["Id"]})
        assert code == "InvalidParameterException"
        assert "default resource and cannot be deleted" in text


@pytest.mark.parametrize(
    "tags",
    [
        {"team!": "a"},
        {"team": "<a>"},
        {"team": "a;b"},
        {"aws:team": "a"},
        {"t" * 129: "a"},
        {"team": "a" * 257},
    ],
)
def test_bad_tags_are_refused_at_every_door(centre: Centre, sandbox: Sandbox, tags: dict[str, str]) -> None:
    hours = {"Name": "Day", "TimeZone": "UTC", "Config": []}
    assert centre.refused("create_hours_of_operation", **hours, Tags=tags)[0] == "InvalidParameterException"
    with pytest.raises(centre.client.exceptions.ClientError):
        centre.client.tag_resource(resourceArn=centre.arn, tags=tags)
    tagging = sandbox.session(REGION).client("resourcegroupstaggingapi")
    with suppress(tagging.exceptions.ClientError):
        assert tagging.tag_resources(ResourceARNList=[centre.arn], Tags=tags)["FailedResourcesMap"]
    assert centre.client.list_tags_for_resource(resourceArn=centre.arn)["tags"] == {}


def test_tags_in_any_script_are_accepted(centre: Centre) -> None:
    tags = {"Größe": "名前 1+2=3 a_b.c:/d@e-f", "empty": ""}
    centre.client.tag_resource(resourceArn=centre.arn, tags=tags)
    assert centre.client.list_tags_for_resource(resourceArn=centre.arn)["tags"] == tags


def test_an_event_integration_takes_any_arn(centre: Centre) -> None:
    centre(
        "create_integration_association",
        IntegrationType="EVENT",
        IntegrationArn="arn:aws:events:eu-west-2:123456789012:rule/partner",
        SourceApplicationUrl="https://example.com",
        SourceApplicationName="Example",
        SourceType="ZENDESK",
    )


def test_what_is_in_use_is_not_deleted(centre: Centre) -> None:
    hours = centre("create_hours_of_operation", Name="Day", TimeZone="UTC", Config=[])["HoursOfOperationId"]
    queue = centre("create_queue", Name="Sales", HoursOfOperationId=hours)["QueueId"]
    profile = centre(
        "create_routing_profile",
        Name="Seller",
        Description="Sells",
        DefaultOutboundQueueId=queue,
        MediaConcurrencies=[{"Channel": "VOICE", "Concurrency": 1}],
    )["RoutingProfileId"]
    security = centre("create_security_profile", SecurityProfileName="Seller")["SecurityProfileId"]
    levels = {"LevelOne": {"Name": "Team"}, "LevelTwo": {"Name": "Desk"}}
    centre("update_user_hierarchy_structure", HierarchyStructure=levels)
    team = centre("create_user_hierarchy_group", Name="North")["HierarchyGroupId"]
    harness = centre("create_user_hierarchy_group", Name="One", ParentGroupId=team)["HierarchyGroupId"]
    user = centre.make_user(HierarchyGroupId=harness)
    centre("update_user_routing_profile", UserId=user, RoutingProfileId=profile)
    centre("update_user_security_profiles", UserId=user, SecurityProfileIds=[security])
    steps = (
        ("delete_user", {"UserId": user}),
        ("delete_routing_profile", {"RoutingProfileId": profile}),
        ("delete_security_profile", {"SecurityProfileId": security}),
        ("delete_user_hierarchy_group", {"HierarchyGroupId": harness}),
        ("delete_user_hierarchy_group", {"HierarchyGroupId": team}),
        ("delete_queue", {"QueueId": queue}),
        ("delete_hours_of_operation", {"HoursOfOperationId": hours}),
    )
    for operation, asked in steps[1:]:
        assert centre.refused(operation, **asked)[0] == "ResourceInUseException"
    for operation, asked in steps:
        centre(operation, **asked)


@pytest.mark.parametrize("operation", ["list_queues", "list_users", "search_users", "search_queues"])
def test_page_sizes_out_of_range_are_refused(centre: Centre, operation: str) -> None:
    assert centre.refused(operation, MaxResults=1001)[0] == "InvalidParameterException"
