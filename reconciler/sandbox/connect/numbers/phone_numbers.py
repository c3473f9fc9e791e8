"""Operations on phone numbers: claim, associate with a flow, move, release."""

import re
from collections.abc import Mapping

from reconciler.sandbox.connect.core.operations import Operations, Reply, created
from reconciler.sandbox.connect.core.plane import Instance, Plane
from reconciler.sandbox.connect.core.refusals import absent, invalid
from reconciler.sandbox.connect.core.resource_types import CONTACT_FLOW, PHONE_NUMBER
from reconciler.sandbox.connect.core.stored_records import Record
from reconciler.sandbox.connect.core.tag_rules import merged
from reconciler.sandbox.connect.numbers.number_state import (
    get_number,
    get_settled,
    is_taken,
    owner_of,
    release,
    settle_later,
    status_of,
    target_of,
    view,
)
from reconciler.sandbox.connect.numbers.number_stock import classify, stock

E164 = re.compile(r"\+[1-9]\d{1,14}")

operations = Operations()


@operations.on_plane
def claim_phone_number(
    plane: Plane,
    PhoneNumber: str,
    PhoneNumberDescription: str | None = None,
    Tags: Mapping[str, str] | None = None,
    **target: str,
) -> Reply:
    """Claim a number; the reply comes before the claim is complete."""
    place = target_of(plane, target)
    kind = plane.offered_numbers.get(PhoneNumber) or classify(PhoneNumber)
    if not E164.fullmatch(PhoneNumber) or kind is None or is_taken(plane, PhoneNumber):
        raise invalid(f"Phone number not available: {PhoneNumber}")
    return created(
        _claim(plane, place, PhoneNumber, kind, Tags or {}, PhoneNumberDescription=PhoneNumberDescription)
    )


def _claim(
    plane: Plane,
    place: tuple[Instance, str],
    number: str,
    kind: tuple[str, str],
    tags: Mapping[str, str],
    **more: str | None,
) -> Record:
    instance, target_arn = place
    number_id = plane.new_id()
    arn = f"arn:aws:connect:{plane.region_name}:{plane.account_id}:phone-number/{number_id}"
    settings = {
        "PhoneNumberCountryCode": kind[0],
        "PhoneNumberType": kind[1],
        "TargetArn": target_arn,
        "InstanceId": instance.id,
        **{name: value for name, value in more.items() if value},
    }
    record = Record(
        kind=PHONE_NUMBER,
        id=number_id,
        arn=arn,
        name=number,
        region=plane.region_name,
        settings=settings,
        tags=merged({}, tags),
        created=plane.now(),
        modified=plane.tick(),
    )
    settle_later(plane, record)
    instance.adopt(record)
    plane.numbers.add(record)
    return record


@operations.on_plane
def import_phone_number(
    plane: Plane,
    InstanceId: str,
    SourcePhoneNumberArn: str,
    PhoneNumberDescription: str | None = None,
    Tags: Mapping[str, str] | None = None,
) -> Reply:
    """Import a number of AWS End User Messaging, which need not exist in the sandbox."""
    instance = plane.instance(InstanceId)
    used = {record.settings.get("SourcePhoneNumberArn") for record in plane.numbers}
    if SourcePhoneNumberArn in used:
        raise invalid(f"Phone number not available: {SourcePhoneNumberArn}")
    number = next(number for number in stock("US", "DID") if not is_taken(plane, number))
    more = {"SourcePhoneNumberArn": SourcePhoneNumberArn, "PhoneNumberDescription": PhoneNumberDescription}
    return created(_claim(plane, (instance, instance.arn), number, ("US", "DID"), Tags or {}, **more))


@operations.on_plane
def describe_phone_number(plane: Plane, PhoneNumberId: str) -> Reply:
    """Describe a number: the only operation that shows the status of the claim."""
    record = get_number(plane, PhoneNumberId)
    status = status_of(plane, record)
    return {
        "ClaimedPhoneNumberSummary": {
            **view(record),
            "Tags": dict(record.tags),
            "PhoneNumberStatus": status,
        }
    }


@operations.on_plane
def update_phone_number(plane: Plane, PhoneNumberId: str, **target: str) -> Reply:
    """Move a number to another instance or traffic distribution group, without its flow."""
    record = get_settled(plane, PhoneNumberId)
    instance, target_arn = target_of(plane, target)
    owner_of(plane, record).forget(record)
    record.settings.pop("ContactFlowId", None)
    record.settings |= {"InstanceId": instance.id, "TargetArn": target_arn}
    instance.adopt(record)
    settle_later(plane, record)
    return created(record)


@operations.on_plane
def update_phone_number_metadata(
    plane: Plane, PhoneNumberId: str, PhoneNumberDescription: str | None = None
) -> Reply:
    """Change the description."""
    record = get_settled(plane, PhoneNumberId)
    if PhoneNumberDescription is not None:
        record.settings["PhoneNumberDescription"] = PhoneNumberDescription
    settle_later(plane, record)
    return None


@operations.on_plane
def release_phone_number(plane: Plane, PhoneNumberId: str) -> Reply:
    """Release a number; it cannot be claimed for some time."""
    release(plane, [get_settled(plane, PhoneNumberId)])
    return None


@operations.on_instance
def associate_phone_number_contact_flow(instance: Instance, PhoneNumberId: str, ContactFlowId: str) -> Reply:
    """Associate a number of this instance with the flow that answers it."""
    record = _linkable(instance, PhoneNumberId)
    flow = instance.get(CONTACT_FLOW, ContactFlowId)
    instance.change(record, {"ContactFlowId": flow.id})
    return None


@operations.on_instance
def disassociate_phone_number_contact_flow(instance: Instance, PhoneNumberId: str) -> Reply:
    """Remove the flow of a number; it need not have one."""
    instance.change(_linkable(instance, PhoneNumberId), {"ContactFlowId": None})
    return None


def _linkable(instance: Instance, reference: str) -> Record:
    record = get_number(instance.plane, reference)
    if record.settings["InstanceId"] != instance.id:
        raise absent("PhoneNumber", reference)
    if status_of(instance.plane, record)["Status"] != "CLAIMED":
        raise invalid(f"Phone number {record.name} is not claimed yet.")
    return record
