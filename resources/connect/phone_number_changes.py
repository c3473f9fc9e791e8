"""Chooses the number to claim, and sets the flow that answers it."""

from collections.abc import Iterable, Iterator
from typing import Any

from reconciler.contract import Api, Calls, Change, InFiles, Request
from reconciler.errors import Refused
from reconciler.model import Finding


def set_contact_flow(change: Change) -> Iterable[Request]:
    """Set the flow in one request, so that the number is never without a flow."""
    place = {**change.address, "InstanceId": change.reported["InstanceId"]}
    flow = change.desired.get("ContactFlowId")
    if flow:
        yield Request("associate_phone_number_contact_flow", {**place, "ContactFlowId": flow})
    else:
        yield Request("disassociate_phone_number_contact_flow", place)


def chosen(api: Api, parameters: dict[str, Any]) -> dict[str, Any]:
    """Choose an available number. Two clients may get the same number at the same time.

    Source: https://docs.aws.amazon.com/connect/latest/APIReference/API_SearchAvailablePhoneNumbers.html

    Raises:
        Refused: the settings have neither a number nor a country and type, or no number is available.
    """
    wanted = {name: parameters.pop(name, None) for name in ("PhoneNumberCountryCode", "PhoneNumberType")}
    prefix = parameters.pop("PhoneNumberPrefix", None)
    if "PhoneNumber" in parameters:
        return parameters
    if None in wanted.values():
        raise Refused("claim_phone_number", "Incomplete", "write phone_number, or country_code and type")
    query = {
        **wanted,
        **({"PhoneNumberPrefix": prefix} if prefix else {}),
        "InstanceId": parameters["InstanceId"],
    }
    found = (
        api.call("search_available_phone_numbers", **query, MaxResults=1).get("AvailableNumbersList") or []
    )
    if not found:
        raise Refused("search_available_phone_numbers", "NoneAvailable", f"AWS has no such number: {wanted}")
    return {**parameters, "PhoneNumber": found[0]["PhoneNumber"]}


CONTACT_FLOW = Calls(
    set_contact_flow,
    ("contact_flow",),
    ("associate_phone_number_contact_flow", "disassociate_phone_number_contact_flow"),
)


def problems(files: InFiles) -> Iterator[Finding]:
    """Check that a new number is either written, or has a country and type to choose one; a live number is not changed."""
    if files.lacks("phone_number") and (files.lacks("country_code") or files.lacks("type")):
        said = "a new number needs phone_number, or country_code and type; write them"
        yield Finding(said, warning=True)
