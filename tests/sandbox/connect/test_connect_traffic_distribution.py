"""Replicas and traffic distribution groups."""

from collections.abc import Callable
from typing import Any

import pytest

from reconciler.sandbox.connect import ConnectPlane
from tests.sandbox.connect.contact_centre import Centre, Clock, Refused, call


def shares(here: int, there: int) -> Any:
    regions = (("eu-west-2", here), ("eu-central-1", there))
    return {"Distributions": [{"Region": region, "Percentage": share} for region, share in regions]}


def sign_in(*, here: bool, there: bool) -> Any:
    regions = (("eu-west-2", here), ("eu-central-1", there))
    return {"Distributions": [{"Region": region, "Enabled": enabled} for region, enabled in regions]}


@pytest.fixture
def replicated(centre: Centre) -> Centre:
    centre("ReplicateInstance", ReplicaRegion="eu-central-1")
    return centre


def make(centre: Centre, name: str = "Even", **more: Any) -> str:
    made: str = centre("CreateTrafficDistributionGroup", Name=name, **more)["Id"]
    return made


def described(centre: Centre, group: str) -> Any:
    reply = centre.plain("DescribeTrafficDistributionGroup", TrafficDistributionGroupId=group)
    return reply["TrafficDistributionGroup"]


def listed(centre: Centre) -> list[Any]:
    found: list[Any] = centre.plain("ListTrafficDistributionGroups")["TrafficDistributionGroupSummaryList"]
    return found


def test_an_instance_is_replicated(
    centre: Centre, plane: ConnectPlane, clock: Clock, refused: Refused
) -> None:
    plane.replication_seconds = 60
    assert "ReplicationConfiguration" not in centre("DescribeInstance")
    with refused("InvalidRequestException"):
        make(centre)
    with refused("InvalidRequestException"):
        centre("ReplicateInstance", ReplicaRegion="eu-west-2")
    with refused("ResourceConflictException"):
        centre("ReplicateInstance", ReplicaRegion="eu-central-1", ReplicaAlias="acme")
    made = centre("ReplicateInstance", ReplicaRegion="eu-central-1", ReplicaAlias="acme-de")
    assert made == {"Id": centre.id, "Arn": centre.arn.replace("eu-west-2", "eu-central-1")}
    with refused("ResourceNotReadyException"):
        make(centre)
    with refused("ResourceConflictException"):
        centre("ReplicateInstance", ReplicaRegion="us-east-1")
    clock.advance(60)
    status = centre("DescribeInstance")["ReplicationConfiguration"]["ReplicationStatusSummaryList"]
    assert status == [{"Region": "eu-central-1", "ReplicationStatus": "INSTANCE_REPLICATION_COMPLETE"}]
    make(centre)


def test_an_account_has_few_replicas(centre: Centre, plane: ConnectPlane, refused: Refused) -> None:
    plane.quotas["ReplicaInstance"] = 0
    with refused("ServiceQuotaExceededException"):
        centre("ReplicateInstance", ReplicaRegion="eu-central-1")


def test_an_instance_in_the_making_is_not_ready(
    plane: ConnectPlane, make_centre: type[Centre], refused: Refused
) -> None:
    plane.instance_creation_seconds = 10
    centre = make_centre(plane)
    with refused("ResourceNotReadyException"):
        centre("ReplicateInstance", ReplicaRegion="eu-central-1")


def test_a_group_lives(replicated: Centre, plane: ConnectPlane, clock: Clock, refused: Refused) -> None:
    plane.traffic_group_seconds = 10
    made = make(replicated, Description="Half each", Tags={"team": "a"})
    group = described(replicated, made)
    assert group["Arn"] == f"arn:aws:connect:eu-west-2:111111111111:traffic-distribution-group/{made}"
    assert (group["Status"], group["IsDefault"]) == ("CREATION_IN_PROGRESS", False)
    with refused("ResourceConflictException"):
        replicated.plain("UpdateTrafficDistribution", Id=made, TelephonyConfig=shares(50, 50))
    with refused("InvalidRequestException"):
        replicated.plain("DeleteTrafficDistributionGroup", TrafficDistributionGroupId=made)
    clock.advance(10)
    replicated.plain("TagResource", resourceArn=group["Arn"], tags={"b": "c"})
    after = described(replicated, group["Arn"])
    assert (after["Status"], after["Tags"]) == ("ACTIVE", {"team": "a", "b": "c"})
    with refused("ResourceConflictException"):
        make(replicated)
    replicated.plain("DeleteTrafficDistributionGroup", TrafficDistributionGroupId=made)
    assert described(replicated, made)["Status"] == "PENDING_DELETION"
    clock.advance(10)
    with refused("ResourceNotFoundException"):
        described(replicated, made)


def test_groups_are_listed_ten_a_page(replicated: Centre, plane: ConnectPlane, refused: Refused) -> None:
    for number in range(10):
        make(replicated, f"G{number}")
    assert len(listed(replicated)) == 10
    rows = replicated.rows("ListTrafficDistributionGroups", "TrafficDistributionGroupSummaryList")
    assert [row["IsDefault"] for row in rows] == [True, *[False] * 10]
    plane.quotas["TrafficDistributionGroup"] = 11
    with refused("ServiceQuotaExceededException"):
        make(replicated, "One more")


def test_traffic_is_shared_out(
    replicated: Centre, plane: ConnectPlane, clock: Clock, refused: Refused
) -> None:
    made = make(replicated)

    def shown() -> Any:
        return replicated.plain("GetTrafficDistribution", Id=made)

    assert shown()["TelephonyConfig"] == shown()["AgentConfig"] == shares(100, 0)
    assert "SignInConfig" not in shown()
    plane.traffic_group_seconds = 10
    replicated.plain("UpdateTrafficDistribution", Id=made, TelephonyConfig=shares(30, 70))
    assert described(replicated, made)["Status"] == "UPDATE_IN_PROGRESS"
    assert (shown()["TelephonyConfig"], shown()["AgentConfig"]) == (shares(30, 70), shares(100, 0))
    clock.advance(10)
    one_region = {"Distributions": [{"Region": "eu-west-2", "Percentage": 100}]}
    for parts in (
        {"TelephonyConfig": shares(30, 30)},
        {"AgentConfig": one_region},
        {"SignInConfig": sign_in(here=True, there=True)},
    ):
        with refused("InvalidRequestException"):
            replicated.plain("UpdateTrafficDistribution", Id=made, **parts)


def test_the_default_group_signs_people_in(replicated: Centre, refused: Refused) -> None:
    [default] = listed(replicated)
    replicated.plain(
        "UpdateTrafficDistribution", Id=default["Id"], SignInConfig=sign_in(here=False, there=True)
    )
    shown = replicated.plain("GetTrafficDistribution", Id=default["Arn"])
    assert shown["SignInConfig"] == sign_in(here=False, there=True)
    with refused("InvalidRequestException"):
        nobody = sign_in(here=False, there=False)
        replicated.plain("UpdateTrafficDistribution", Id=default["Id"], SignInConfig=nobody)
    with refused("InvalidRequestException"):
        replicated.plain("DeleteTrafficDistributionGroup", TrafficDistributionGroupId=default["Id"])


def test_from_another_region_a_group_is_named_by_arn(
    replicated: Centre, make_plane: Callable[..., ConnectPlane], refused: Refused
) -> None:
    abroad = make_plane("eu-central-1")
    group = described(replicated, make(replicated))
    call(abroad, "UpdateTrafficDistribution", Id=group["Arn"], TelephonyConfig=shares(0, 100))
    with refused("ResourceNotFoundException"):
        call(abroad, "GetTrafficDistribution", Id=group["Id"])
    with refused("ResourceNotFoundException"):
        call(abroad, "DeleteTrafficDistributionGroup", TrafficDistributionGroupId=group["Arn"])


def test_users_of_a_group(replicated: Centre, refused: Refused) -> None:
    made, user = make(replicated), replicated.make_user()
    pair = {"TrafficDistributionGroupId": made, "UserId": user}
    replicated("AssociateTrafficDistributionGroupUser", **pair)
    with refused("ResourceConflictException"):
        replicated("AssociateTrafficDistributionGroupUser", **pair)

    def users() -> Any:
        reply = replicated.plain("ListTrafficDistributionGroupUsers", TrafficDistributionGroupId=made)
        return reply["TrafficDistributionGroupUserSummaryList"]

    assert users() == [{"UserId": user}]
    replicated("DisassociateTrafficDistributionGroupUser", **pair)
    with refused("ResourceNotFoundException"):
        replicated("DisassociateTrafficDistributionGroupUser", **pair)
    replicated("AssociateTrafficDistributionGroupUser", **pair)
    replicated("DeleteUser", UserId=user)
    assert users() == []


def test_a_group_holds_its_numbers(replicated: Centre, refused: Refused) -> None:
    group = described(replicated, make(replicated))
    stock = {"PhoneNumberCountryCode": "GB", "PhoneNumberType": "DID", "TargetArn": group["Arn"]}
    found = replicated.plain("SearchAvailablePhoneNumbers", **stock)["AvailableNumbersList"]
    number = replicated.plain("ClaimPhoneNumber", TargetArn=group["Arn"], PhoneNumber=found[0]["PhoneNumber"])
    replicated("ClaimPhoneNumber", PhoneNumber=found[1]["PhoneNumber"])
    rows = replicated.plain("ListPhoneNumbersV2", TargetArn=group["Arn"])["ListPhoneNumbersSummaryList"]
    assert [row["TargetArn"] for row in rows] == [group["Arn"]]
    [own] = replicated("ListPhoneNumbersV2")["ListPhoneNumbersSummaryList"]
    assert own["TargetArn"] == replicated.arn
    assert len(replicated("ListPhoneNumbers")["PhoneNumberSummaryList"]) == 1
    assert len(replicated.plain("ListPhoneNumbersV2")["ListPhoneNumbersSummaryList"]) == 2
    with refused("ResourceInUseException"):
        replicated.plain("DeleteTrafficDistributionGroup", TrafficDistributionGroupId=group["Id"])
    number_id = number["PhoneNumberId"]
    replicated.plain("UpdatePhoneNumber", PhoneNumberId=number_id, TargetArn=replicated.arn)
    assert len(replicated("ListPhoneNumbersV2")["ListPhoneNumbersSummaryList"]) == 2
    replicated.plain("DeleteTrafficDistributionGroup", TrafficDistributionGroupId=group["Id"])
    assert len(listed(replicated)) == 1


def test_groups_go_with_their_instance(replicated: Centre, make_centre: type[Centre]) -> None:
    make(replicated)
    other = make_centre(replicated.plane, InstanceAlias="other")
    assert other("ListTrafficDistributionGroups")["TrafficDistributionGroupSummaryList"] == []
    replicated("DeleteInstance")
    assert listed(other) == []
