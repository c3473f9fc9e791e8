"""Phone numbers: search, claim, flows, release."""

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pytest

from reconciler.sandbox.connect import ConnectPlane
from tests.sandbox.connect.contact_centre import Centre, Clock, Refused


def stock(centre: Centre, country: str = "GB", number_type: str = "DID", **more: Any) -> Any:
    kind = {"PhoneNumberCountryCode": country, "PhoneNumberType": number_type}
    reply = centre("SearchAvailablePhoneNumbers", **kind, **more)
    return [row["PhoneNumber"] for row in reply["AvailableNumbersList"]]


def claim(centre: Centre, number: str | None = None, **more: Any) -> str:
    made: str = centre("ClaimPhoneNumber", PhoneNumber=number or stock(centre)[0], **more)["PhoneNumberId"]
    return made


def described(centre: Centre, number_id: str) -> dict[str, Any]:
    reply = centre.plain("DescribePhoneNumber", PhoneNumberId=number_id)
    made: dict[str, Any] = reply["ClaimedPhoneNumberSummary"]
    return made


def status(centre: Centre, number_id: str) -> Any:
    return described(centre, number_id)["PhoneNumberStatus"]


def listed(centre: Centre, **filters: Any) -> Any:
    return centre("ListPhoneNumbersV2", **filters)["ListPhoneNumbersSummaryList"]


@pytest.mark.parametrize("country", ["GB", "US", "CA", "DE", "JP", "YT", "VA"])
@pytest.mark.parametrize("number_type", ["DID", "TOLL_FREE"])
def test_there_is_stock_of_every_country_and_type(centre: Centre, country: str, number_type: str) -> None:
    numbers = stock(centre, country, number_type)
    assert len(set(numbers)) == 10
    assert all(number.startswith("+") and 8 <= len(number) <= 16 for number in numbers)
    assert numbers == stock(centre, country, number_type)
    made = described(centre, claim(centre, numbers[3]))
    assert (made["PhoneNumberCountryCode"], made["PhoneNumberType"]) == (country, number_type)


def test_stock_comes_ten_a_page_and_by_prefix(centre: Centre) -> None:
    pages = centre.pages(
        "SearchAvailablePhoneNumbers",
        "AvailableNumbersList",
        PhoneNumberCountryCode="GB",
        PhoneNumberType="DID",
    )
    assert {len(page) for page in pages} == {10}
    assert all(first != second for first, second in pairwise(pages))
    assert all(number.startswith("+44161") for number in stock(centre, PhoneNumberPrefix="+44161"))
    assert stock(centre, PhoneNumberPrefix="+33") == []


def test_a_claimed_number_is_gone_for_everybody(
    make_plane: Callable[..., ConnectPlane], make_centre: type[Centre], refused: Refused
) -> None:
    centre = make_centre(make_plane())
    other = make_centre(make_plane("us-east-1", "222222222222"), InstanceAlias="other")
    number = stock(centre)[0]
    claim(centre, number)
    for each in (centre, other):
        assert number not in stock(each)
        with refused("InvalidParameterException") as error:
            claim(each, number)
        assert error.value.message == f"Phone number not available: {number}"


def test_a_claim_answers_before_the_number_is_there(
    centre: Centre, plane: ConnectPlane, clock: Clock, refused: Refused
) -> None:
    plane.number_claim_seconds = 30
    number_id = claim(centre, Tags={"a": "b"}, PhoneNumberDescription="Main")
    assert status(centre, number_id) == {"Status": "IN_PROGRESS"}
    with refused("ResourceInUseException"):
        centre.plain("ReleasePhoneNumber", PhoneNumberId=number_id)
    clock.advance(30)
    made = described(centre, number_id)
    assert made["PhoneNumberStatus"] == {"Status": "CLAIMED"}
    assert (made["Tags"], made["PhoneNumberDescription"]) == ({"a": "b"}, "Main")
    assert made["PhoneNumberArn"] == f"arn:aws:connect:eu-west-2:111111111111:phone-number/{number_id}"


def test_a_claim_can_fail_a_day_later_the_number_is_back_in_stock(
    centre: Centre, plane: ConnectPlane, clock: Clock, refused: Refused
) -> None:
    number = stock(centre)[0]
    plane.failing_numbers[number] = "Quota reached"
    number_id = claim(centre, number)
    assert status(centre, number_id) == {"Status": "FAILED", "Message": "Quota reached"}
    assert listed(centre) == []
    clock.advance(24 * 3600)
    with refused("ResourceNotFoundException"):
        described(centre, number_id)
    assert stock(centre)[0] == number


def test_the_same_token_claims_once(centre: Centre, refused: Refused) -> None:
    first, second = stock(centre)[:2]
    claimed = claim(centre, first, ClientToken="t")
    assert claim(centre, first, ClientToken="t") == claimed
    assert len(listed(centre)) == 1
    with refused("IdempotencyException"):
        claim(centre, second, ClientToken="t")


def test_lists_have_neither_status_nor_tags(
    centre: Centre, plane: ConnectPlane, make_centre: type[Centre]
) -> None:
    other = make_centre(plane, InstanceAlias="other")
    claim(centre, Tags={"a": "b"})
    claim(other, stock(other, "US")[0])
    assert [row["InstanceId"] for row in listed(centre)] == [centre.id]
    everywhere = centre.plain("ListPhoneNumbersV2")["ListPhoneNumbersSummaryList"]
    assert [row["PhoneNumberCountryCode"] for row in everywhere] == ["GB", "US"]
    assert not {"PhoneNumberStatus", "Tags"} & everywhere[0].keys()
    filtered = centre.plain("ListPhoneNumbersV2", PhoneNumberCountryCodes=["US"])
    assert len(filtered["ListPhoneNumbersSummaryList"]) == 1
    [old] = centre("ListPhoneNumbers")["PhoneNumberSummaryList"]
    assert old["Arn"] == f"{centre.arn}/phone-number/{old['Id']}"


def test_one_flow_answers_a_number(centre: Centre, refused: Refused) -> None:
    number_id, flow = claim(centre), centre.flow("Sample AB test")
    with refused("ResourceNotFoundException"):
        nothing = "00000000-0000-4000-8000-000000000000"
        centre("AssociatePhoneNumberContactFlow", PhoneNumberId=number_id, ContactFlowId=nothing)
    centre("AssociatePhoneNumberContactFlow", PhoneNumberId=number_id, ContactFlowId=flow)
    [link] = centre("ListFlowAssociations", ResourceType="VOICE_PHONE_NUMBER")["FlowAssociationSummaryList"]
    arn = described(centre, number_id)["PhoneNumberArn"]
    assert (link["ResourceId"], link["FlowId"]) == (arn, f"{centre.arn}/contact-flow/{flow}")
    batch = centre("BatchGetFlowAssociation", ResourceIds=[arn, "arn:other"])
    assert batch["FlowAssociationSummaryList"] == [link]
    centre("DisassociatePhoneNumberContactFlow", PhoneNumberId=number_id)
    assert centre("ListFlowAssociations")["FlowAssociationSummaryList"] == []


def test_a_moved_number_loses_its_flow(
    centre: Centre, plane: ConnectPlane, make_centre: type[Centre], refused: Refused
) -> None:
    other = make_centre(plane, InstanceAlias="other")
    number_id = claim(centre)
    centre("AssociatePhoneNumberContactFlow", PhoneNumberId=number_id, ContactFlowId=centre.flow())
    centre.plain("UpdatePhoneNumber", PhoneNumberId=number_id, TargetArn=other.arn)
    assert described(centre, number_id)["InstanceId"] == other.id
    assert centre("ListFlowAssociations")["FlowAssociationSummaryList"] == []
    assert other("ListFlowAssociations")["FlowAssociationSummaryList"] == []
    with refused("ResourceNotFoundException"):
        centre("AssociatePhoneNumberContactFlow", PhoneNumberId=number_id, ContactFlowId=centre.flow())


def test_a_released_number_cools_down(
    centre: Centre, plane: ConnectPlane, clock: Clock, refused: Refused
) -> None:
    number = stock(centre)[0]
    number_id = claim(centre, number)
    centre.plain("ReleasePhoneNumber", PhoneNumberId=number_id)
    with refused("ResourceNotFoundException"):
        described(centre, number_id)
    assert number not in stock(centre)
    with refused("InvalidParameterException"):
        claim(centre, number)
    clock.advance(plane.number_cool_down_seconds)
    claim(centre, number)


def test_deleting_an_instance_releases_its_numbers(
    centre: Centre, plane: ConnectPlane, make_centre: type[Centre]
) -> None:
    other = make_centre(plane, InstanceAlias="other")
    number = stock(centre)[0]
    claim(centre, number)
    centre("DeleteInstance")
    assert other.plain("ListPhoneNumbersV2")["ListPhoneNumbersSummaryList"] == []
    assert number not in stock(other)


def test_the_description_changes(centre: Centre) -> None:
    number_id = claim(centre)
    centre.plain("UpdatePhoneNumberMetadata", PhoneNumberId=number_id, PhoneNumberDescription="Main")
    assert described(centre, number_id)["PhoneNumberDescription"] == "Main"


def test_queues_call_out_with_numbers_of_their_own_instance(
    centre: Centre, plane: ConnectPlane, make_centre: type[Centre], refused: Refused
) -> None:
    other = make_centre(plane, InstanceAlias="other")
    number_id = claim(centre)
    arn = described(centre, number_id)["PhoneNumberArn"]
    queue = centre.make_queue(OutboundCallerConfig={"OutboundCallerIdNumberId": arn})
    config = centre("DescribeQueue", QueueId=queue)["Queue"]["OutboundCallerConfig"]
    assert config == {"OutboundCallerIdNumberId": number_id}
    with refused("ResourceNotFoundException"):
        other.make_queue(OutboundCallerConfig={"OutboundCallerIdNumberId": arn})


def test_numbers_are_imported(centre: Centre, refused: Refused) -> None:
    source = "arn:aws:sms-voice:eu-west-2:111111111111:phone-number/P"
    made = centre("ImportPhoneNumber", SourcePhoneNumberArn=source)
    assert described(centre, made["PhoneNumberId"])["SourcePhoneNumberArn"] == source
    with refused("InvalidParameterException"):
        centre("ImportPhoneNumber", SourcePhoneNumberArn=source)


def test_other_resources_are_linked_to_flows(centre: Centre, refused: Refused) -> None:
    place = {"ResourceId": "arn:sms", "ResourceType": "SMS_PHONE_NUMBER"}
    with refused("ResourceNotFoundException"):
        centre("GetFlowAssociation", **place)
    centre("AssociateFlow", **place, FlowId=f"{centre.arn}/contact-flow/{centre.flow()}")
    assert centre("GetFlowAssociation", **place)["FlowId"].endswith(centre.flow())
    centre("DisassociateFlow", **place)
    with refused("ResourceNotFoundException"):
        centre("DisassociateFlow", **place)
