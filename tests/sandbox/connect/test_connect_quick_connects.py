"""Quick connects."""

from typing import Any

import pytest

from tests.sandbox.connect.contact_centre import Centre, Refused


def described(centre: Centre, quick_connect: str) -> dict[str, Any]:
    found: dict[str, Any] = centre("DescribeQuickConnect", QuickConnectId=quick_connect)["QuickConnect"]
    return found


def test_a_quick_connect_lives(centre: Centre, refused: Refused) -> None:
    quick_connect = centre.make_quick_connect()
    made = described(centre, quick_connect)
    assert made["QuickConnectARN"] == f"{centre.arn}/transfer-destination/{quick_connect}"
    centre("UpdateQuickConnectName", QuickConnectId=quick_connect, Description="Calls for help")
    config = {"QuickConnectType": "FLOW", "FlowConfig": {"ContactFlowId": centre.flow()}}
    centre("UpdateQuickConnectConfig", QuickConnectId=quick_connect, QuickConnectConfig=config)
    changed = described(centre, quick_connect)
    assert (changed["Name"], changed["Description"]) == ("Help", "Calls for help")
    assert changed["QuickConnectConfig"] == config
    assert centre.rows("SearchQuickConnects", "QuickConnects") == [changed]
    centre("DeleteQuickConnect", QuickConnectId=quick_connect)
    with refused("ResourceNotFoundException"):
        described(centre, quick_connect)


@pytest.mark.parametrize(
    "config",
    [
        {"QuickConnectType": "PHONE_NUMBER"},
        {"QuickConnectType": "PHONE_NUMBER", "PhoneConfig": {"PhoneNumber": "020 7946"}},
        {"QuickConnectType": "QUEUE", "PhoneConfig": {"PhoneNumber": "+442079460000"}},
    ],
)
def test_the_configuration_fits_the_type(centre: Centre, refused: Refused, config: Any) -> None:
    with refused("InvalidParameterException"):
        centre.make_quick_connect(**config)


def test_what_a_quick_connect_refers_to_must_exist(centre: Centre, refused: Refused) -> None:
    nothing = "00000000-0000-4000-8000-000000000000"
    with refused("ResourceNotFoundException"):
        config = {"QueueId": nothing, "ContactFlowId": centre.flow()}
        centre.make_quick_connect(QuickConnectType="QUEUE", QueueConfig=config)
    with refused("ResourceNotFoundException"):
        config = {"QueueId": centre.queue, "ContactFlowId": nothing}
        centre.make_quick_connect(QuickConnectType="QUEUE", QueueConfig=config)


def test_names_are_unique_and_a_clash_on_rename_is_not_declared_as_duplicate(
    centre: Centre, refused: Refused
) -> None:
    centre.make_quick_connect("One")
    with refused("DuplicateResourceException"):
        centre.make_quick_connect("One")
    two = centre.make_quick_connect("Two")
    with refused("InvalidRequestException"):
        centre("UpdateQuickConnectName", QuickConnectId=two, Name="One")


def test_lists_filter_by_type(centre: Centre) -> None:
    centre.make_quick_connect()
    key = "QuickConnectSummaryList"
    assert len(centre.rows("ListQuickConnects", key, QuickConnectTypes=["PHONE_NUMBER"])) == 1
    assert centre.rows("ListQuickConnects", key, QuickConnectTypes=["USER"]) == []
