"""Queues and their children."""

from typing import Any

from reconciler.sandbox.connect import ConnectPlane
from tests.sandbox.connect.contact_centre import Centre, Refused


def described(centre: Centre, queue: str) -> dict[str, Any]:
    found: dict[str, Any] = centre("DescribeQueue", QueueId=queue)["Queue"]
    return found


def test_a_queue_lives(centre: Centre, refused: Refused) -> None:
    queue = centre.make_queue(Description="Sells", MaxContacts=5, Tags={"a": "b"})
    made = described(centre, queue)
    assert made["Status"] == "ENABLED"
    assert (made["MaxContacts"], made["HoursOfOperationId"]) == (5, centre.hours)
    assert made["QueueArn"] == f"{centre.arn}/queue/{queue}"
    centre("UpdateQueueName", QueueId=queue, Name="Trade")
    centre("UpdateQueueStatus", QueueId=queue, Status="DISABLED")
    changed = described(centre, made["QueueArn"])
    assert (changed["Name"], changed["Description"], changed["Status"]) == ("Trade", "Sells", "DISABLED")
    centre("DeleteQueue", QueueId=queue)
    with refused("ResourceNotFoundException"):
        described(centre, queue)


def test_every_change_moves_last_modified(centre: Centre) -> None:
    queue = centre.make_queue()
    seen = [described(centre, queue)["LastModifiedTime"]]
    changes: dict[str, dict[str, Any]] = {
        "UpdateQueueName": {"Description": "Sells"},
        "UpdateQueueStatus": {"Status": "ENABLED"},
        "UpdateQueueMaxContacts": {"MaxContacts": 1},
        "UpdateQueueHoursOfOperation": {"HoursOfOperationId": centre.hours},
        "UpdateQueueOutboundCallerConfig": {"OutboundCallerConfig": {}},
    }
    for operation, change in changes.items():
        centre(operation, QueueId=queue, **change)
        seen.append(described(centre, queue)["LastModifiedTime"])
    assert seen == sorted(set(seen))
    listed = centre.rows("ListQueues", "QueueSummaryList")[-1]
    assert listed["LastModifiedTime"] == seen[-1]


def test_max_contacts_left_out_is_no_limit(centre: Centre) -> None:
    queue = centre.make_queue(MaxContacts=5)
    centre("UpdateQueueMaxContacts", QueueId=queue)
    assert "MaxContacts" not in described(centre, queue)


def test_the_caller_config_is_replaced_whole(centre: Centre) -> None:
    config = {"OutboundCallerIdName": "Acme", "OutboundFlowId": centre.flow("Default outbound")}
    queue = centre.make_queue(OutboundCallerConfig=config)
    assert described(centre, queue)["OutboundCallerConfig"] == config
    centre(
        "UpdateQueueOutboundCallerConfig", QueueId=queue, OutboundCallerConfig={"OutboundCallerIdName": "B"}
    )
    assert described(centre, queue)["OutboundCallerConfig"] == {"OutboundCallerIdName": "B"}


def test_what_a_queue_refers_to_must_exist(centre: Centre, refused: Refused) -> None:
    nothing = "00000000-0000-4000-8000-000000000000"
    with refused("ResourceNotFoundException"):
        centre.make_queue(HoursOfOperationId=nothing)
    with refused("ResourceNotFoundException"):
        centre.make_queue(OutboundCallerConfig={"OutboundFlowId": nothing})
    with refused("ResourceNotFoundException"):
        centre.make_queue(OutboundCallerConfig={"OutboundCallerIdNumberId": nothing})
    with refused("ResourceNotFoundException"):
        centre.make_queue(QuickConnectIds=[nothing])
    assert len(centre.rows("ListQueues", "QueueSummaryList")) == 1


def test_references_may_be_arns_of_this_instance_only(
    centre: Centre, plane: ConnectPlane, make_centre: type[Centre], refused: Refused
) -> None:
    other = make_centre(plane, InstanceAlias="other")
    arn = f"{centre.arn}/operating-hours/{centre.hours}"
    queue = centre.make_queue(HoursOfOperationId=arn)
    assert described(centre, queue)["HoursOfOperationId"] == centre.hours
    with refused("ResourceNotFoundException"):
        other.make_queue(HoursOfOperationId=arn)


def test_names_are_unique_and_free_again_after_a_delete(centre: Centre, refused: Refused) -> None:
    queue = centre.make_queue("Sales")
    with refused("DuplicateResourceException"):
        centre.make_queue("Sales")
    centre("DeleteQueue", QueueId=queue)
    centre.make_queue("Sales")


def test_a_queue_in_use_stays(centre: Centre, refused: Refused) -> None:
    queue = centre.make_queue()
    profile = centre.make_routing_profile(DefaultOutboundQueueId=queue)
    with refused("ResourceInUseException"):
        centre("DeleteQueue", QueueId=queue)
    centre("DeleteRoutingProfile", RoutingProfileId=profile)
    config = {"QueueId": queue, "ContactFlowId": centre.flow()}
    quick_connect = centre.make_quick_connect(QuickConnectType="QUEUE", QueueConfig=config)
    with refused("ResourceInUseException") as error:
        centre("DeleteQueue", QueueId=queue)
    assert error.value.members["ResourceId"] == queue
    centre("DeleteQuickConnect", QuickConnectId=quick_connect)
    centre("DeleteQueue", QueueId=queue)


def test_every_user_has_an_agent_queue(centre: Centre) -> None:
    user = centre.make_user()
    rows = centre.rows("ListQueues", "QueueSummaryList")
    assert [row["QueueType"] for row in rows] == ["STANDARD", "AGENT"]
    assert rows[1]["Arn"] == f"{centre.arn}/queue/agent/{user}"
    assert len(centre.rows("ListQueues", "QueueSummaryList", QueueTypes=["STANDARD"])) == 1
    assert [row["Name"] for row in centre.rows("SearchQueues", "Queues")] == ["BasicQueue"]
    centre("DeleteUser", UserId=user)
    assert len(centre.rows("ListQueues", "QueueSummaryList")) == 1


def test_quick_connects_of_a_queue(centre: Centre, refused: Refused) -> None:
    made = [centre.make_quick_connect(f"Help {number}") for number in range(3)]
    queue = centre.make_queue(QuickConnectIds=made[:1])
    before = described(centre, queue)["LastModifiedTime"]
    centre("AssociateQueueQuickConnects", QueueId=queue, QuickConnectIds=made)
    rows = centre.rows("ListQueueQuickConnects", "QuickConnectSummaryList", QueueId=queue)
    assert [row["Id"] for row in rows] == made
    assert rows[0]["QuickConnectType"] == "PHONE_NUMBER"
    reply = centre("ListQueueQuickConnects", QueueId=queue)
    assert reply["LastModifiedTime"] > before
    assert described(centre, queue)["LastModifiedTime"] == before
    centre("DisassociateQueueQuickConnects", QueueId=queue, QuickConnectIds=made[:1])
    centre("DeleteQuickConnect", QuickConnectId=made[1])
    rows = centre.rows("ListQueueQuickConnects", "QuickConnectSummaryList", QueueId=queue)
    assert [row["Id"] for row in rows] == made[2:]
    with refused("ResourceNotFoundException"):
        centre("AssociateQueueQuickConnects", QueueId=queue, QuickConnectIds=[made[1]])


def test_children_touch_the_parent_where_that_is_wanted(centre: Centre, plane: ConnectPlane) -> None:
    plane.children_touch_parent = True
    queue = centre.make_queue()
    before = described(centre, queue)["LastModifiedTime"]
    centre("AssociateQueueQuickConnects", QueueId=queue, QuickConnectIds=[centre.make_quick_connect()])
    assert described(centre, queue)["LastModifiedTime"] > before


def test_email_addresses_of_a_queue(centre: Centre, refused: Refused) -> None:
    queue = centre.make_queue(EmailAddressesConfig=[{"EmailAddressId": "one"}])
    centre("AssociateQueueEmailAddresses", QueueId=queue, EmailAddressesConfig=[{"EmailAddressId": "two"}])
    centre(
        "UpdateQueueOutboundEmailConfig", QueueId=queue, OutboundEmailConfig={"OutboundEmailAddressId": "two"}
    )
    assert described(centre, queue)["OutboundEmailConfig"] == {"OutboundEmailAddressId": "two"}
    with refused("InvalidParameterException"):
        config = {"OutboundEmailAddressId": "three"}
        centre("UpdateQueueOutboundEmailConfig", QueueId=queue, OutboundEmailConfig=config)
    centre("DisassociateQueueEmailAddresses", QueueId=queue, EmailAddressesId=["one"])
    rows = centre.rows("ListQueueEmailAddresses", "EmailAddressMetadataList", QueueId=queue)
    assert [row["Id"] for row in rows] == ["two"]


def test_a_quota_is_not_a_throttle(centre: Centre, plane: ConnectPlane, refused: Refused) -> None:
    plane.quotas["Queue"] = 2
    centre.make_queue("One")
    with refused("LimitExceededException"):
        centre.make_queue("Two")
