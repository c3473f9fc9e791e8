"""The states of phone numbers."""

from collections.abc import Iterable, Mapping
from typing import Any

from reconciler.sandbox.connect.core.plane import Instance, Plane
from reconciler.sandbox.connect.core.refusals import absent, in_use, invalid
from reconciler.sandbox.connect.core.resource_types import TRAFFIC_GROUP
from reconciler.sandbox.connect.core.stored_records import Record
from reconciler.sandbox.connect.traffic.traffic_state import get_group

# "After FAILED you have one day" before the number becomes available again.
FAILED_FOR_SECONDS = 24 * 3600.0
UNSHOWN = frozenset({"BusyUntil", "ContactFlowId"})


def get_number(plane: Plane, reference: str) -> Record:
    """Return a number by its id or ARN."""
    drop_failed(plane)
    record = plane.numbers.get(reference.rsplit("/", 1)[-1])
    if record is None or (reference.startswith("arn:") and reference != record.arn):
        raise absent("PhoneNumber", reference)
    return record


def get_settled(plane: Plane, reference: str) -> Record:
    """Return a number; refuse one that is being changed."""
    record = get_number(plane, reference)
    if status_of(plane, record)["Status"] == "IN_PROGRESS":
        raise in_use(f"Phone number {record.name} is being changed.", record.id, "PHONE_NUMBER")
    return record


def status_of(plane: Plane, record: Record) -> dict[str, str]:
    """Return the status of the last claim or change."""
    if plane.now() < record.settings["BusyUntil"]:
        return {"Status": "IN_PROGRESS"}
    if record.name in plane.failing_numbers:
        return {"Status": "FAILED", "Message": plane.failing_numbers[record.name]}
    return {"Status": "CLAIMED"}


def settle_later(plane: Plane, record: Record) -> None:
    """Start a change that takes the plane's `number_claim_seconds`."""
    record.modified = plane.tick()
    record.settings["BusyUntil"] = plane.now() + plane.number_claim_seconds


def owner_of(plane: Plane, record: Record) -> Instance:
    """Return the instance of a number."""
    return plane.instance(record.settings["InstanceId"])


def target_of(plane: Plane, target: Mapping[str, str]) -> tuple[Instance, str]:
    """Return the instance in a request, and the ARN of the instance or of the traffic distribution group."""
    reference = target.get("InstanceId") or target.get("TargetArn")
    if not reference or len(target) > 1:
        raise invalid("Give either InstanceId or TargetArn.")
    if f":{TRAFFIC_GROUP.word}/" in reference:
        instance, group = get_group(plane, reference)
        return instance, group.arn
    instance = plane.instance(reference)
    return instance, instance.arn


def view(record: Record) -> dict[str, Any]:
    """Return the members that ListPhoneNumbersV2 and Describe have in common."""
    settings = {name: value for name, value in record.settings.items() if name not in UNSHOWN}
    return {
        **settings,
        "PhoneNumberId": record.id,
        "PhoneNumberArn": record.arn,
        "PhoneNumber": record.name,
    }


def is_taken(plane: Plane, number: str) -> bool:
    """Return whether a number is claimed in any account, or was released recently."""
    return any(
        each.released_numbers.get(number, 0) > plane.now() or each.numbers.named(number)
        for each in plane.every_plane()
    )


def release(plane: Plane, records: Iterable[Record]) -> None:
    """Release numbers; they cannot be claimed for some time."""
    for record in records:
        owner_of(plane, record).forget(record)
        plane.numbers.remove(record)
        plane.released_numbers[record.name] = plane.now() + plane.number_cool_down_seconds


def drop_failed(plane: Plane) -> None:
    """Make numbers available again a day after a failed claim."""
    for number in plane.failing_numbers:
        record = plane.numbers.named(number)
        if record and plane.now() >= record.settings["BusyUntil"] + FAILED_FOR_SECONDS:
            owner_of(plane, record).forget(record)
            plane.numbers.remove(record)
