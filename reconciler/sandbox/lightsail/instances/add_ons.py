"""Add-ons of instances and disks: automatic snapshots.

Sources: https://docs.aws.amazon.com/lightsail/2016-11-28/api-reference/API_EnableAddOn.html,
https://docs.aws.amazon.com/lightsail/latest/userguide/amazon-lightsail-configuring-automatic-snapshots.html
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from reconciler.sandbox.lightsail.core.courses import Course
from reconciler.sandbox.lightsail.core.operations import Operations, Reply, done
from reconciler.sandbox.lightsail.core.plane import Plane
from reconciler.sandbox.lightsail.core.records import Record
from reconciler.sandbox.lightsail.core.refusals import failed, invalid
from reconciler.sandbox.lightsail.instances.attachments import DISK, INSTANCE

AddOns = dict[str, dict[str, Any]]

AUTO_SNAPSHOT = "AutoSnapshot"
HOURLY = re.compile(r"(?:[01]\d|2[0-3]):00")
DEFAULT_HOUR = "06:00"
"""AWS chooses an hour by the Region, and publishes which; here it is the same everywhere."""
WITH_ADD_ONS = (INSTANCE, DISK)

operations = Operations()


def enabled(plane: Plane, requests: Iterable[Mapping[str, Any]]) -> AddOns:
    """Return the add-ons of requests; refuse others than automatic snapshots, and times that are not on the hour."""
    found: AddOns = {}
    for request in requests:
        if request["addOnType"] != AUTO_SNAPSHOT:
            raise invalid(f"{request['addOnType']} is for Lightsail for Research only.")
        hour = request.get("autoSnapshotAddOnRequest", {}).get("snapshotTimeOfDay") or DEFAULT_HOUR
        if not HOURLY.fullmatch(hour):
            raise invalid(f"snapshotTimeOfDay must be in HH:00 format: {hour}")
        found[AUTO_SNAPSHOT] = {
            "snapshotTimeOfDay": hour,
            "since": plane.now(),
            "course": plane.course("Enabling", then="Enabled"),
        }
    return found


def shown_add_ons(plane: Plane, record: Record) -> list[dict[str, Any]]:
    """Return the add-ons in the form of replies."""
    shown = []
    for name, add_on in record.settings["addOns"].items():
        course: Course = add_on["course"]
        hour = add_on["snapshotTimeOfDay"]
        times = {"snapshotTimeOfDay": hour, "nextSnapshotTimeOfDay": hour}
        shown.append({"name": name, "status": course.at(plane.now()), **times})
    return shown


def require_no_add_ons(record: Record, force: bool) -> None:
    """Refuse to delete a resource with an add-on, unless the request forces it."""
    if record.settings["addOns"] and not force:
        text = f"The {record.type} {record.name} has add-ons: disable them, or set forceDeleteAddOns."
        raise failed(text)


@operations.answers
def enable_add_on(plane: Plane, resourceName: str, addOnRequest: Mapping[str, Any]) -> Reply:
    """Enable an add-on, or change its time."""
    record = bearer(plane, resourceName)
    record.settings["addOns"] = {**record.settings["addOns"], **enabled(plane, [addOnRequest])}
    return done(plane, "EnableAddOn", record, addOnRequest["addOnType"])


@operations.answers
def disable_add_on(plane: Plane, resourceName: str, addOnType: str) -> Reply:
    """Disable an add-on; automatic snapshots stay until the resource is deleted."""
    record = bearer(plane, resourceName)
    if addOnType not in record.settings["addOns"]:
        raise failed(f"The add-on {addOnType} is not enabled for {resourceName}.")
    del record.settings["addOns"][addOnType]
    return done(plane, "DisableAddOn", record, addOnType)


def bearer(plane: Plane, name: str) -> Record:
    """Return an instance or a disk by its name."""
    record = plane.get_any(name)
    if record.type not in WITH_ADD_ONS:
        raise invalid(f"Only instances and disks have add-ons, not a {record.type}.")
    return record
