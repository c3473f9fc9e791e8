"""Instances that take changes, and what is attached to them: at most one static IP address, and disks."""

from reconciler.sandbox.lightsail.core.plane import Plane
from reconciler.sandbox.lightsail.core.records import Record
from reconciler.sandbox.lightsail.core.refusals import failed

INSTANCE = "Instance"
SETTLED = ("running", "stopped")
"""The states in which an instance takes changes."""
STATIC_IP = "StaticIp"
DISK = "Disk"
HOLDER = "attachedTo"
IOPS_PER_GB = 3
"""Of a disk."""


def attached_to(plane: Plane, type_: str, instance: Record) -> list[Record]:
    """Return the resources of a type that are attached to an instance."""
    return [each for each in plane.every(type_) if each.settings.get(HOLDER) == instance.name]


def settled_instance(plane: Plane, name: str) -> Record:
    """Return an instance; refuse one in a state in which it takes no changes."""
    record = plane.get(INSTANCE, name)
    plane.require_state(record, SETTLED)
    return record


def require_released(record: Record, noun: str) -> None:
    """Refuse a request for a resource that is attached."""
    if record.settings.get(HOLDER):
        raise failed(f"The {noun} {record.name} is attached to {record.settings[HOLDER]}; detach it first.")


def require_attached(record: Record, noun: str) -> str:
    """Return the name of the instance that has a resource; refuse a request for one that is free."""
    holder = record.settings.get(HOLDER)
    if not holder:
        raise failed(f"The {noun} {record.name} is not attached to an instance.")
    return str(holder)


def release(record: Record) -> None:
    """Detach a resource."""
    record.settings.pop(HOLDER, None)
    record.settings.pop("path", None)
