"""Changes with functions: additions before removals, chunks of the sizes that AWS accepts, ids where AWS requires them."""

from collections.abc import Iterator
from typing import Any

import pytest

from reconciler.contract import Calls, Change, Request, RowsIn, Sighting, chunks
from reconciler.decoder import Decoder
from reconciler.encoder import Encoder
from reconciler.errors import Refused
from reconciler.field_schema import fields_of
from reconciler.planning.diff import differences
from reconciler.resources.connect.common import TAGGING
from reconciler.resources.connect.contact_flow import ContactFlowAdapter
from reconciler.resources.connect.hours_of_operation import HoursOfOperationAdapter
from reconciler.resources.connect.hours_of_operation_model import HoursOfOperation
from reconciler.resources.connect.instance import InstanceAdapter
from reconciler.resources.connect.phone_number import PhoneNumberAdapter
from reconciler.resources.connect.queue import QueueAdapter
from reconciler.resources.connect.routing_profile import RoutingProfileAdapter
from reconciler.resources.connect.user import UserAdapter
from reconciler.resources.connect.user_hierarchy_group import UserHierarchyGroupAdapter
from tests.stub_api import StubApi

ADDRESS = {"InstanceId": "i", "ThingId": "t"}


def requests(
    function: Any, desired: Any, observed: Any, reported: Any = None
) -> list[tuple[str, dict[str, Any]]]:
    """The requests of a change, as (operation, parameters without the address)."""
    change = Change(ADDRESS, "arn", observed, desired, reported if reported is not None else observed)
    made = list(function(change))
    assert all(ADDRESS.items() <= each.parameters.items() for each in made)
    return [(each.operation, {k: v for k, v in each.parameters.items() if k not in ADDRESS}) for each in made]


def calls_of(adapter: Any, field: str) -> Any:
    """The function that changes a field of a kind."""
    (group,) = (each for each in adapter.updates if isinstance(each, Calls) and field in each.fields)
    return group.requests


# -- sets: add first, then remove ----------------------------------------------------------------------------------------


def served(queue: str, priority: int = 1, channel: str = "VOICE") -> dict[str, Any]:
    return {**serves(queue, channel), "Priority": priority, "Delay": 0}


def serves(queue: str, channel: str = "VOICE") -> dict[str, Any]:
    return {"QueueReference": {"QueueId": queue, "Channel": channel}}


def bare(queue: str, channel: str = "VOICE") -> dict[str, Any]:
    found: dict[str, Any] = serves(queue, channel)["QueueReference"]
    return found


QUEUES = {
    "as desired": ([served("a")], [served("a")], []),
    "nothing on either side": (None, None, []),
    "new": ([served("a")], None, [("associate", {"QueueConfigs": [served("a")]})]),
    "another priority": (
        [served("a", 2)],
        [served("a", 1)],
        [("update", {"QueueConfigs": [served("a", 2)]})],
    ),
    "gone": (None, [served("a")], [("disassociate", {"QueueReferences": [bare("a")]})]),
    "one channel of the same queue gone": (
        [served("a")],
        [served("a"), served("a", channel="CHAT")],
        [("disassociate", {"QueueReferences": [bare("a", "CHAT")]})],
    ),
    "all at once, and the profile is never without": (
        [served("new"), served("kept", 5)],
        [served("kept"), served("old")],
        [
            ("associate", {"QueueConfigs": [served("new")]}),
            ("update", {"QueueConfigs": [served("kept", 5)]}),
            ("disassociate", {"QueueReferences": [bare("old")]}),
        ],
    ),
    "eleven new: ten to a call": (
        [served(str(index)) for index in range(11)],
        [],
        [
            ("associate", {"QueueConfigs": [served(str(index)) for index in range(10)]}),
            ("associate", {"QueueConfigs": [served("10")]}),
        ],
    ),
}


@pytest.mark.parametrize(("desired", "observed", "expected"), QUEUES.values(), ids=QUEUES.keys())
def test_queues_of_a_routing_profile(desired: Any, observed: Any, expected: Any) -> None:
    found = requests(
        calls_of(RoutingProfileAdapter, "queue_configs"),
        {"QueueConfigs": desired},
        {"QueueConfigs": observed},
    )
    assert found == [(f"{verb}_routing_profile_queues", members) for verb, members in expected]


def test_queues_that_agents_pick_from() -> None:
    member = "ManualAssignmentQueueConfigs"
    found = requests(
        calls_of(RoutingProfileAdapter, "manual_assignment_queue_configs"),
        {member: [serves("new")]},
        {member: [serves("old")]},
    )
    assert found == [
        ("associate_routing_profile_queues", {member: [serves("new")]}),
        ("disassociate_routing_profile_queues", {"ManualAssignmentQueueReferences": [bare("old")]}),
    ]


def skill(name: str, level: float = 1.0) -> dict[str, Any]:
    return {"AttributeName": "Language", "AttributeValue": name, "Level": level}


def test_proficiencies() -> None:
    found = requests(
        calls_of(UserAdapter, "proficiencies"),
        {"UserProficiencies": [skill("new"), skill("kept", 5.0), skill("same")]},
        {"UserProficiencies": [skill("kept"), skill("same"), skill("old")]},
    )
    assert found == [
        ("associate_user_proficiencies", {"UserProficiencies": [skill("new")]}),
        ("update_user_proficiencies", {"UserProficiencies": [skill("kept", 5.0)]}),
        (
            "disassociate_user_proficiencies",
            {"UserProficiencies": [{"AttributeName": "Language", "AttributeValue": "old"}]},
        ),
    ]


def test_quick_connects_go_fifty_at_a_time() -> None:
    wanted = [f"n{index}" for index in range(51)]
    found = requests(
        calls_of(QueueAdapter, "quick_connects"),
        {"QuickConnectIds": [*wanted, "same"]},
        {"QuickConnectIds": ["same", "old"]},
    )
    assert found == [
        ("associate_queue_quick_connects", {"QuickConnectIds": wanted[:50]}),
        ("associate_queue_quick_connects", {"QuickConnectIds": wanted[50:]}),
        ("disassociate_queue_quick_connects", {"QuickConnectIds": ["old"]}),
    ]


def test_email_addresses_are_spelled_in_two_ways() -> None:
    found = requests(
        calls_of(QueueAdapter, "email_addresses"), {"EmailAddressIds": ["new"]}, {"EmailAddressIds": ["old"]}
    )
    assert found == [
        ("associate_queue_email_addresses", {"EmailAddressesConfig": [{"EmailAddressId": "new"}]}),
        ("disassociate_queue_email_addresses", {"EmailAddressesId": ["old"]}),
    ]


def test_parents_of_hours() -> None:
    member = "ParentHoursOfOperationConfigs"
    found = requests(
        calls_of(HoursOfOperationAdapter, "parents"),
        {member: [{"HoursOfOperationId": "new"}]},
        {member: [{"HoursOfOperationId": "old"}]},
    )
    assert found == [
        ("associate_hours_of_operations", {member: [{"HoursOfOperationId": "new"}]}),
        ("disassociate_hours_of_operations", {"ParentHoursOfOperationIds": ["old"]}),
    ]


@pytest.mark.parametrize(
    ("field", "member", "add", "remove", "name"),
    [
        (
            "approved_origins",
            "ApprovedOrigins",
            "associate_approved_origin",
            "disassociate_approved_origin",
            "Origin",
        ),
        (
            "lambda_functions",
            "LambdaFunctions",
            "associate_lambda_function",
            "disassociate_lambda_function",
            "FunctionArn",
        ),
    ],
)
def test_what_an_instance_may_use(field: str, member: str, add: str, remove: str, name: str) -> None:
    found = requests(calls_of(InstanceAdapter, field), {member: ["new", "same"]}, {member: ["same", "old"]})
    assert found == [(add, {name: "new"}), (remove, {name: "old"})]


def test_bots_of_the_first_version() -> None:
    new, same, old = ({"Name": name, "LexRegion": "eu-west-2"} for name in ("new", "same", "old"))
    found = requests(
        calls_of(InstanceAdapter, "lex_bots"), {"LexBots": [new, same]}, {"LexBots": [same, old]}
    )
    assert found == [("associate_bot", {"LexBot": new}), ("disassociate_bot", {"LexBot": old})]


def test_bots_of_the_second_version() -> None:
    found = requests(calls_of(InstanceAdapter, "lex_v2_bots"), {"LexV2Bots": ["new"]}, {"LexV2Bots": ["old"]})
    assert found == [
        ("associate_bot", {"LexV2Bot": {"AliasArn": "new"}}),
        ("disassociate_bot", {"LexV2Bot": {"AliasArn": "old"}}),
    ]


# -- rows with ids of AWS --------------------------------------------------------------------------------------------------


def holiday(name: str, till: str = "2027-01-01") -> dict[str, Any]:
    return {"Name": name, "EffectiveFrom": "2027-01-01", "EffectiveTill": till, "Config": []}


def test_overrides_are_told_apart_by_name_and_changed_by_id() -> None:
    kept, old = (
        {**holiday(name), "HoursOfOperationOverrideId": f"id-{name}", "Arn": "x"} for name in ("kept", "old")
    )
    found = requests(
        calls_of(HoursOfOperationAdapter, "overrides"),
        {"Overrides": [holiday("new"), holiday("kept", "2027-02-02")]},
        {"Overrides": [holiday("kept"), holiday("old")]},
        {"Overrides": [kept, old]},
    )
    assert found == [
        ("create_hours_of_operation_override", holiday("new")),
        (
            "update_hours_of_operation_override",
            {"HoursOfOperationOverrideId": "id-kept", **holiday("kept", "2027-02-02")},
        ),
        ("delete_hours_of_operation_override", {"HoursOfOperationOverrideId": "id-old"}),
    ]


def test_security_keys_are_taken_away_by_the_id_of_their_association() -> None:
    rows = {"SecurityKeyRows": [{"Key": "old", "AssociationId": "7"}, {"Key": "same", "AssociationId": "8"}]}
    found = requests(
        calls_of(InstanceAdapter, "security_keys"),
        {"SecurityKeys": ["new", "same"]},
        {"SecurityKeys": ["old", "same"]},
        rows,
    )
    assert found == [
        ("associate_security_key", {"Key": "new"}),
        ("disassociate_security_key", {"AssociationId": "7"}),
    ]


def test_storage_is_one_for_each_type_of_data() -> None:
    def bucket(kind: str, name: str, **more: str) -> dict[str, Any]:
        return {"ResourceType": kind, "StorageType": "S3", "S3Config": {"BucketName": name}, **more}

    found = requests(
        calls_of(InstanceAdapter, "storage_configs"),
        {"StorageConfigs": [bucket("CALL_RECORDINGS", "new"), bucket("CHAT_TRANSCRIPTS", "first")]},
        {"StorageConfigs": [bucket("CALL_RECORDINGS", "old"), bucket("ATTACHMENTS", "gone")]},
        {
            "StorageConfigs": [
                bucket("CALL_RECORDINGS", "old", AssociationId="1"),
                bucket("ATTACHMENTS", "gone", AssociationId="2"),
            ]
        },
    )
    to = {name: {"StorageType": "S3", "S3Config": {"BucketName": name}} for name in ("new", "first")}
    assert found == [
        (
            "associate_instance_storage_config",
            {"ResourceType": "CHAT_TRANSCRIPTS", "StorageConfig": to["first"]},
        ),
        (
            "update_instance_storage_config",
            {"ResourceType": "CALL_RECORDINGS", "AssociationId": "1", "StorageConfig": to["new"]},
        ),
        ("disassociate_instance_storage_config", {"ResourceType": "ATTACHMENTS", "AssociationId": "2"}),
    ]


# -- one thing at a time ---------------------------------------------------------------------------------------------------


def test_attributes_and_calls_go_one_by_one() -> None:
    found = requests(
        calls_of(InstanceAdapter, "attributes"),
        {"InboundCallsEnabled": False, "OutboundCallsEnabled": True, "Attributes": {"CONTACT_LENS": "true"}},
        {"InboundCallsEnabled": True, "OutboundCallsEnabled": True, "Attributes": {"CONTACT_LENS": "false"}},
    )
    assert found == [
        ("update_instance_attribute", {"AttributeType": "CONTACT_LENS", "Value": "true"}),
        ("update_instance_attribute", {"AttributeType": "INBOUND_CALLS", "Value": "false"}),
    ]


NUMBERS = {
    "repointed in one call": (
        {"ContactFlowId": "f2"},
        [("associate_phone_number_contact_flow", {"ContactFlowId": "f2"})],
    ),
    "taken off its flow": ({}, [("disassociate_phone_number_contact_flow", {})]),
}


@pytest.mark.parametrize(("desired", "expected"), NUMBERS.values(), ids=NUMBERS.keys())
def test_the_flow_that_answers_a_number(desired: Any, expected: Any) -> None:
    found = requests(
        calls_of(PhoneNumberAdapter, "contact_flow"), desired, {"ContactFlowId": "f1"}, {"InstanceId": "i"}
    )
    assert found == expected


FLOW = {"InstanceId": "i", "ContactFlowId": "f"}
CONTENTS = {
    "a flow that takes calls": ("PUBLISHED", "PUBLISHED", "f"),
    "a flow whose author says nothing of drafts": (None, None, "f"),
    "a draft": ("SAVED", "SAVED", "f:$SAVED"),
    "a draft that is to take calls": ("PUBLISHED", "SAVED", "f"),
}


@pytest.mark.parametrize(("desired", "observed", "identity"), CONTENTS.values(), ids=CONTENTS.keys())
def test_where_the_content_of_a_flow_goes(desired: Any, observed: Any, identity: str) -> None:
    change = Change(FLOW, "arn", {"Status": observed}, {"Status": desired, "Content": "{}"}, {})
    sent = {"InstanceId": "i", "ContactFlowId": identity, "Content": "{}"}
    assert list(calls_of(ContactFlowAdapter, "content")(change)) == [
        Request("update_contact_flow_content", sent)
    ]


def test_a_flow_that_takes_calls_never_becomes_a_draft() -> None:
    change = Change(FLOW, "arn", {"Status": "PUBLISHED"}, {"Status": "SAVED", "Content": "{}"}, {})
    with pytest.raises(Refused, match="a published flow cannot go back to a draft"):
        list(calls_of(ContactFlowAdapter, "content")(change))


TAGS = {
    "nothing": ({"a": "1"}, {"a": "1"}, []),
    "new and changed": ({"a": "1"}, {"a": "2", "b": "3"}, [("tag_resource", {"tags": {"a": "2", "b": "3"}})]),
    "gone": ({"a": "1", "b": "2"}, {"b": "2"}, [("untag_resource", {"tagKeys": ["a"]})]),
    "set before others are taken away": (
        {"a": "1"},
        {"b": "2"},
        [("tag_resource", {"tags": {"b": "2"}}), ("untag_resource", {"tagKeys": ["a"]})],
    ),
}


@pytest.mark.parametrize(("before", "after", "expected"), TAGS.values(), ids=TAGS.keys())
def test_tags(before: Any, after: Any, expected: Any) -> None:
    made = TAGGING.change(Sighting("x", {}, "arn"), before, after)
    assert [(each.operation, dict(each.parameters)) for each in made] == [
        (operation, {"resourceArn": "arn", **members}) for operation, members in expected
    ]


@pytest.mark.parametrize(
    ("size", "expected"), [(1, [[1], [2], [3]]), (2, [[1, 2], [3]]), (3, [[1, 2, 3]]), (9, [[1, 2, 3]])]
)
def test_so_many_at_a_time(size: int, expected: Any) -> None:
    assert list(chunks([1, 2, 3], size)) == expected


def test_none_at_a_time_makes_no_call() -> None:
    assert list(chunks([], 10)) == []


# -- rows as AWS reports them ------------------------------------------------------------------------------------------------


def test_after_contact_work_is_in_milliseconds_where_users_are_searched() -> None:
    row: dict[str, Any] = {
        "Id": "u",
        "Arn": "a",
        "Username": "ada",
        "PhoneConfig": {"PhoneType": "SOFT_PHONE", "AfterContactWorkTimeLimit": 30_000},
    }
    seen = UserAdapter().seen(Found(), {"InstanceId": "i"}, row)
    assert seen.settings["PhoneConfig"] == {"PhoneType": "SOFT_PHONE", "AfterContactWorkTimeLimit": 30}
    assert row["PhoneConfig"]["AfterContactWorkTimeLimit"] == 30_000


class Found(StubApi):
    """An API that answers a search with these rows."""

    def __init__(self, *rows: dict[str, Any]) -> None:
        self.rows = rows

    def pages(self, operation: str, *, rows_in: RowsIn = None, **parameters: Any) -> Iterator[Any]:
        return iter(self.rows)


def test_the_hidden_root_of_the_hierarchy_is_not_seen_and_the_parent_is_the_last_above() -> None:
    path = {"LevelOne": {"Id": "top"}, "LevelTwo": {"Id": "mid"}, "LevelThree": {"Id": "own"}}
    rows = (
        {"Id": "root", "Arn": "r", "Name": "root", "LevelId": "0"},
        {
            "Id": "top",
            "Arn": "t",
            "Name": "Top",
            "LevelId": "1",
            "HierarchyPath": {"LevelOne": {"Id": "top"}},
        },
        {"Id": "own", "Arn": "o", "Name": "Own", "LevelId": "3", "HierarchyPath": path},
    )
    seen = UserHierarchyGroupAdapter().list(Found(*rows), {"InstanceId": "i"})
    assert [(each.name, each.settings.get("ParentGroupId")) for each in seen] == [
        ("Top", None),
        ("Own", "mid"),
    ]


@pytest.mark.parametrize("time", ["00:00", "09:05", "23:59"])
def test_times_of_day_there_and_back(time: str) -> None:
    shape = fields_of(HoursOfOperation)["config"]
    written = [{"day": "MONDAY", "start_time": time, "end_time": "17:00"}]
    sent = Encoder(lambda ref, key: key.name, str).encode(shape, written)
    hours, minutes = map(int, time.split(":"))
    assert sent[0]["StartTime"] == {"Hours": hours, "Minutes": minutes}
    assert Decoder(lambda kind, identity: None).decode(shape, sent) == written


# -- the same by meaning ---------------------------------------------------------------------------------------------------


def video(prefix: str, hours: int = 24) -> dict[str, Any]:
    """A storage of media streams in the form of replies."""
    encryption = {"EncryptionType": "KMS", "KeyId": "k"}
    config = {"Prefix": prefix, "RetentionPeriodHours": hours, "EncryptionConfig": encryption}
    return {
        "ResourceType": "MEDIA_STREAMS",
        "StorageType": "KINESIS_VIDEO_STREAM",
        "KinesisVideoStreamConfig": config,
        "AssociationId": "a",
    }


MADE = "live-connect-main-contact-"


@pytest.mark.parametrize("written", ["live", MADE])
def test_the_prefix_of_a_video_stream_is_what_aws_makes_of_it(written: str) -> None:
    adapter = InstanceAdapter()
    shape = fields_of(adapter.model)["storage_configs"]
    reported = {"InstanceAlias": "main", "StorageConfigs": [video(MADE)]}
    live = Decoder(lambda _kind, _id: None).decode(shape, reported["StorageConfigs"])
    files = {"storage_configs": Decoder(lambda _kind, _id: None).decode(shape, [video(written)])}
    compared = adapter.compared["storage_configs"](live, files, reported)
    assert not any(differences("storage_configs", shape, files["storage_configs"], compared))
    other = adapter.compared["storage_configs"](live, {"storage_configs": []}, reported)
    assert other == live


@pytest.mark.parametrize("written", ["live", MADE])
def test_the_prefix_of_a_video_stream_is_sent_as_aws_asks_for_it(written: str) -> None:
    reported = {"InstanceAlias": "main", "StorageConfigs": [video(MADE)]}
    wanted, found = {"StorageConfigs": [video(written, 48)]}, {"StorageConfigs": [video(MADE)]}
    ((operation, sent),) = requests(calls_of(InstanceAdapter, "storage_configs"), wanted, found, reported)
    assert operation == "update_instance_storage_config"
    assert sent["StorageConfig"]["KinesisVideoStreamConfig"]["Prefix"] == "live"
    assert (
        requests(
            calls_of(InstanceAdapter, "storage_configs"),
            {"StorageConfigs": [video(written)]},
            found,
            reported,
        )
        == []
    )


NO_CHAT = {"channel": "CHAT", "concurrency": 0}
VOICE_ONLY = [{"channel": "VOICE", "concurrency": 1}]


@pytest.mark.parametrize(
    ("written", "live"), [(VOICE_ONLY, [*VOICE_ONLY, NO_CHAT]), ([*VOICE_ONLY, NO_CHAT], VOICE_ONLY)]
)
def test_a_channel_without_contacts_and_no_channel_are_the_same(written: Any, live: Any) -> None:
    shape = fields_of(RoutingProfileAdapter.model)["media_concurrencies"]
    assert not any(differences("media_concurrencies", shape, written, live))
    by_work = {**NO_CHAT, "workload_type_concurrencies": [{"workload_type": "a", "concurrency": 1}]}
    assert any(differences("media_concurrencies", shape, VOICE_ONLY, [*VOICE_ONLY, by_work]))


def test_a_phone_configuration_overwrites_the_lists_by_channel() -> None:
    (group,) = (each for each in UserAdapter.updates if "phone_config" in each.fields)
    later = UserAdapter.updates[UserAdapter.updates.index(group) + 1 :]
    held = {name for each in later for name in each.fields}
    assert {"auto_accept_configs", "after_contact_work_configs"} <= group.overwrites.keys() <= held
