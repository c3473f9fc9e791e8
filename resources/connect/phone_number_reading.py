"""Reads the target of a claimed number, and the flows that answer the numbers of an instance."""

from collections.abc import Mapping

from reconciler.contract import Address, Api, Sighting, Wired
from reconciler.errors import Refused


def flows_of(api: Api, scope: Address) -> dict[str, str]:
    """By ARN of a number: its flow. One call reads them for the whole instance."""
    rows = api.pages("list_flow_associations", **scope, ResourceType="VOICE_PHONE_NUMBER", MaxResults=1000)
    return {row["ResourceId"]: row["FlowId"] for row in rows}


def target(row: Wired) -> str:
    """The id of the instance or of the traffic distribution group that a number is claimed to; UpdatePhoneNumber moves it.

    Source: https://docs.aws.amazon.com/connect/latest/APIReference/API_ListPhoneNumbersV2.html

    For a number in a group, `InstanceId` is the instance in which the group was created.
    """
    return str(row.get("TargetArn", "").rpartition("/")[2] or row.get("InstanceId"))


def place(row: Wired) -> str:
    """What a number is claimed to, for messages."""
    group = ":traffic-distribution-group/" in row.get("TargetArn", "")
    sort = "traffic distribution group" if group else "instance"
    return f"the {sort} {row.get('TargetArn') or target(row)}"


def claimed(row: Wired, scope: Address, flows: Mapping[str, str]) -> Sighting:
    """A claimed number, with the flow that answers it."""
    flow = flows.get(row["PhoneNumberArn"])
    settings = {**row, "InstanceId": scope["InstanceId"], **({"ContactFlowId": flow} if flow else {})}
    address = {"PhoneNumberId": row["PhoneNumberId"]}
    return Sighting(
        row["PhoneNumber"], address, row["PhoneNumberArn"], settings=settings, tags=row.get("Tags")
    )


def being_claimed(row: Wired) -> str | None:
    """The claim that AWS has not completed; None if it has. ClaimPhoneNumber replies before the number is provisioned.

    Raises:
        Refused: the claim has failed.
    """
    status = row.get("PhoneNumberStatus") or {}
    if status.get("Status") == "FAILED":
        raise Refused("claim_phone_number", "FAILED", status.get("Message", "no reason given"))
    return "number is being claimed" if status.get("Status") == "IN_PROGRESS" else None
