"""Block storage disks.

Sources: the descriptions of the operations; the size and the number are those of
https://docs.aws.amazon.com/lightsail/latest/userguide/elastic-block-storage-and-ssd-disks-in-amazon-lightsail.html
"""

from collections.abc import Iterable, Mapping
from typing import Any

from reconciler.sandbox.lightsail.core.operations import Operations, Reply, Shown, done
from reconciler.sandbox.lightsail.core.plane import Plane
from reconciler.sandbox.lightsail.core.records import Record
from reconciler.sandbox.lightsail.core.refusals import failed, invalid
from reconciler.sandbox.lightsail.instances.add_ons import enabled, require_no_add_ons, shown_add_ons
from reconciler.sandbox.lightsail.instances.attachments import (
    DISK,
    HOLDER,
    INSTANCE,
    IOPS_PER_GB,
    SETTLED,
    attached_to,
    release,
    require_attached,
    require_released,
)

NOUN = "disk"
SMALLEST, LARGEST = 8, 16384
"""In GB."""
MOST = 15
"""Disks of one instance, without its system disk."""


def view(plane: Plane, record: Record) -> dict[str, Any]:
    """Show a disk."""
    settings = record.settings
    holder = settings.get(HOLDER)
    attached = {"attachedTo": holder, "path": settings["path"]} if holder else {}
    return {
        **record.head(),
        "addOns": shown_add_ons(plane, record),
        "sizeInGb": settings["sizeInGb"],
        "isSystemDisk": False,
        "iops": settings["sizeInGb"] * IOPS_PER_GB,
        "state": "in-use" if holder else plane.state(record),
        "isAttached": bool(holder),
        **attached,
    }


operations = Operations(Shown(DISK, view, get="GetDisk", list="GetDisks"))


@operations.answers
def create_disk(plane: Plane, **members: Any) -> Reply:
    """Create an empty disk in a zone."""
    return done(plane, "CreateDisk", make_disk(plane, members))


def make_disk(plane: Plane, members: Mapping[str, Any], smallest: int = SMALLEST) -> Record:
    """Create a disk; `members` are those of CreateDisk."""
    size = members["sizeInGb"]
    if not smallest <= size <= LARGEST:
        raise invalid(f"The size of the disk must be between {smallest} and {LARGEST} GB: {size}")
    location = plane.zone(members["availabilityZone"])
    settings = {"sizeInGb": size, "addOns": enabled(plane, members.get("addOns", ()))}
    course = plane.course("pending", then="available")
    tags: Iterable[Mapping[str, str]] = members.get("tags", ())
    return plane.add(DISK, members["diskName"], settings, location=location, tags=tags, course=course)


@operations.answers
def delete_disk(plane: Plane, diskName: str, forceDeleteAddOns: bool = False) -> Reply:
    """Delete a disk, which must not be attached."""
    record = plane.get(DISK, diskName)
    require_released(record, NOUN)
    plane.require_state(record, ("available",))
    require_no_add_ons(record, forceDeleteAddOns)
    plane.remove(record, "unknown")  # AWS's enum of states has no "deleting"
    return done(plane, "DeleteDisk", record)


@operations.answers
def attach_disk(
    plane: Plane, diskName: str, instanceName: str, diskPath: str, autoMounting: bool = False
) -> Reply:
    """Attach a free disk to an instance of its zone, under a path that no other of its disks has."""
    record, instance = plane.get(DISK, diskName), plane.get(INSTANCE, instanceName)
    if autoMounting:
        raise invalid("autoMounting is for Lightsail for Research only.")
    if record.settings.get(HOLDER):
        raise failed(f"The disk {record.name} is already attached to {record.settings[HOLDER]}.")
    plane.require_state(record, ("available",))
    plane.require_state(instance, SETTLED)
    attach(plane, record, instance, diskPath)
    return done(plane, "AttachDisk", record, instance.name)


def attach(plane: Plane, record: Record, instance: Record, path: str) -> None:
    """Attach a disk; refuse another zone, a path in use, and one disk too many."""
    if record.location != instance.location:
        raise invalid(
            f"The disk {record.name} and the instance {instance.name} are in different Availability Zones."
        )
    others = attached_to(plane, DISK, instance)
    if path == "/dev/xvda" or path in {each.settings["path"] for each in others}:
        raise invalid(f"The disk path is in use on {instance.name}: {path}")
    if len(others) >= MOST:
        raise failed(f"The instance {instance.name} already has {MOST} disks.")
    record.settings[HOLDER], record.settings["path"] = instance.name, path


@operations.answers
def detach_disk(plane: Plane, diskName: str) -> Reply:
    """Detach a disk; its instance must be stopped."""
    record = plane.get(DISK, diskName)
    holder = require_attached(record, NOUN)
    plane.require_state(plane.get(INSTANCE, holder), ("stopped",))
    release(record)
    return done(plane, "DetachDisk", record, holder)
