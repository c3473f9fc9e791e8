"""Routing profiles and their rows."""

from typing import Any

import pytest

from tests.sandbox.connect.contact_centre import Centre, Refused


def row(queue: str, channel: str = "VOICE", priority: int = 1, delay: int = 0) -> dict[str, Any]:
    return {"QueueReference": {"QueueId": queue, "Channel": channel}, "Priority": priority, "Delay": delay}


def described(centre: Centre, profile: str) -> dict[str, Any]:
    found: dict[str, Any] = centre("DescribeRoutingProfile", RoutingProfileId=profile)["RoutingProfile"]
    return found


def rows(centre: Centre, profile: str) -> Any:
    found = centre.rows(
        "ListRoutingProfileQueues", "RoutingProfileQueueConfigSummaryList", RoutingProfileId=profile
    )
    return {(each["QueueName"], each["Channel"]): (each["Priority"], each["Delay"]) for each in found}


def test_a_routing_profile_lives(centre: Centre, refused: Refused) -> None:
    profile = centre.make_routing_profile(QueueConfigs=[row(centre.queue)])
    made = described(centre, profile)
    assert made["AssociatedQueueIds"] == [centre.queue]
    assert (made["NumberOfAssociatedQueues"], made["NumberOfAssociatedUsers"]) == (1, 0)
    assert made["IsDefault"] is False
    assert "QueueConfigs" not in made
    queue = centre.make_queue()
    centre("UpdateRoutingProfileName", RoutingProfileId=profile, Name="Buyer")
    centre("UpdateRoutingProfileDefaultOutboundQueue", RoutingProfileId=profile, DefaultOutboundQueueId=queue)
    timer = "TIME_SINCE_LAST_INBOUND"
    centre(
        "UpdateRoutingProfileAgentAvailabilityTimer", RoutingProfileId=profile, AgentAvailabilityTimer=timer
    )
    channels = [{"Channel": "CHAT", "Concurrency": 3}]
    centre("UpdateRoutingProfileConcurrency", RoutingProfileId=profile, MediaConcurrencies=channels)
    changed = described(centre, profile)
    assert (changed["Name"], changed["DefaultOutboundQueueId"]) == ("Buyer", queue)
    assert (changed["AgentAvailabilityTimer"], changed["MediaConcurrencies"]) == (timer, channels)
    centre("DeleteRoutingProfile", RoutingProfileId=profile)
    with refused("ResourceNotFoundException"):
        described(centre, profile)


def test_rows_are_keyed_by_queue_and_channel(centre: Centre, refused: Refused) -> None:
    sales, help_desk = centre.make_queue("Sales"), centre.make_queue("Help")
    profile = centre.make_routing_profile(QueueConfigs=[row(sales)])
    more = [row(sales, "CHAT", 2, 5), row(help_desk)]
    centre("AssociateRoutingProfileQueues", RoutingProfileId=profile, QueueConfigs=more)
    assert rows(centre, profile) == {
        ("Sales", "VOICE"): (1, 0),
        ("Sales", "CHAT"): (2, 5),
        ("Help", "VOICE"): (1, 0),
    }
    centre("UpdateRoutingProfileQueues", RoutingProfileId=profile, QueueConfigs=[row(sales, "CHAT", 9, 9)])
    assert rows(centre, profile)["Sales", "CHAT"] == (9, 9)
    with refused("InvalidParameterException"):
        centre("UpdateRoutingProfileQueues", RoutingProfileId=profile, QueueConfigs=[row(help_desk, "CHAT")])
    gone = [{"QueueId": sales, "Channel": "VOICE"}]
    centre("DisassociateRoutingProfileQueues", RoutingProfileId=profile, QueueReferences=gone)
    assert set(rows(centre, profile)) == {("Sales", "CHAT"), ("Help", "VOICE")}
    with refused("ResourceInUseException"):
        centre("DeleteQueue", QueueId=help_desk)


def test_ten_rows_a_call(centre: Centre, refused: Refused) -> None:
    queues = [centre.make_queue(f"Q{number}") for number in range(11)]
    profile = centre.make_routing_profile()
    too_many = [row(queue) for queue in queues]
    with refused("InvalidParameterException"):
        centre("AssociateRoutingProfileQueues", RoutingProfileId=profile, QueueConfigs=too_many)
    centre("AssociateRoutingProfileQueues", RoutingProfileId=profile, QueueConfigs=too_many[:10])
    centre("AssociateRoutingProfileQueues", RoutingProfileId=profile, QueueConfigs=too_many[10:])
    assert described(centre, profile)["NumberOfAssociatedQueues"] == 11
    references = [{"QueueId": queue, "Channel": "VOICE"} for queue in queues]
    with refused("InvalidParameterException"):
        centre("DisassociateRoutingProfileQueues", RoutingProfileId=profile, QueueReferences=references)


def test_fifty_rows_in_all(centre: Centre, refused: Refused) -> None:
    profile = centre.make_routing_profile()
    for block in range(5):
        more = [row(centre.make_queue(f"Q{block}-{number}")) for number in range(10)]
        centre("AssociateRoutingProfileQueues", RoutingProfileId=profile, QueueConfigs=more)
    with refused("InvalidRequestException"):
        last = [row(centre.make_queue("One more"))]
        centre("AssociateRoutingProfileQueues", RoutingProfileId=profile, QueueConfigs=last)


def test_manual_assignment_rows_are_a_list_of_their_own(centre: Centre) -> None:
    profile = centre.make_routing_profile()
    reference = {"QueueId": centre.queue, "Channel": "EMAIL"}
    manual = [{"QueueReference": reference}]
    centre("AssociateRoutingProfileQueues", RoutingProfileId=profile, ManualAssignmentQueueConfigs=manual)
    assert rows(centre, profile) == {}
    operation = "ListRoutingProfileManualAssignmentQueues"
    key = "RoutingProfileManualAssignmentQueueConfigSummaryList"
    assert [each["Channel"] for each in centre.rows(operation, key, RoutingProfileId=profile)] == ["EMAIL"]
    assert described(centre, profile)["AssociatedManualAssignmentQueueIds"] == [centre.queue]
    centre(
        "DisassociateRoutingProfileQueues",
        RoutingProfileId=profile,
        ManualAssignmentQueueReferences=[reference],
    )
    assert centre.rows(operation, key, RoutingProfileId=profile) == []


def test_search_leaves_out_what_aws_leaves_out(centre: Centre) -> None:
    behaviour = {"BehaviorType": "ROUTE_ANY_CHANNEL"}
    channels = [{"Channel": "VOICE", "Concurrency": 1, "CrossChannelBehavior": behaviour}]
    profile = centre.make_routing_profile(MediaConcurrencies=channels, QueueConfigs=[row(centre.queue)])
    assert described(centre, profile)["MediaConcurrencies"] == channels
    found = {
        each["RoutingProfileId"]: each for each in centre.rows("SearchRoutingProfiles", "RoutingProfiles")
    }
    searched = found[profile]
    assert searched["MediaConcurrencies"] == [{"Channel": "VOICE", "Concurrency": 1}]
    assert searched["AssociatedQueueIds"] == [centre.queue]
    assert not {"LastModifiedTime", "LastModifiedRegion", "AgentAvailabilityTimer"} & searched.keys()
    assert found[centre.routing_profile]["IsDefault"] is True


def test_a_profile_with_users_stays(centre: Centre, refused: Refused) -> None:
    profile = centre.make_routing_profile()
    user = centre.make_user(RoutingProfileId=profile)
    assert described(centre, profile)["NumberOfAssociatedUsers"] == 1
    with refused("ResourceInUseException"):
        centre("DeleteRoutingProfile", RoutingProfileId=profile)
    centre("UpdateUserRoutingProfile", UserId=user, RoutingProfileId=centre.routing_profile)
    centre("DeleteRoutingProfile", RoutingProfileId=profile)


@pytest.mark.parametrize(
    "channels",
    [
        [{"Channel": "VOICE", "Concurrency": 2}],
        [{"Channel": "CHAT", "Concurrency": 1}, {"Channel": "CHAT", "Concurrency": 2}],
    ],
)
def test_concurrencies_make_sense(centre: Centre, refused: Refused, channels: Any) -> None:
    with refused("InvalidParameterException"):
        centre.make_routing_profile(MediaConcurrencies=channels)
