"""What is attached to an instance: at most one static IP address, and disks."""

from reconciler.sandbox.lightsail.core.plane import Plane
from reconciler.sandbox.lightsail.core.records import Record

STATIC_IP = "StaticIp"
DISK = "Disk"
HOLDER = "attachedTo"


def attached_to(plane: Plane, type_: str, instance: Record) -> list[Record]:
    """Return the resources of a type that are attached to an instance."""
    return [each for each in plane.every(type_) if each.settings.get(HOLDER) == instance.name]


def release(record: Record) -> None:
    """Detach a resource."""
    record.settings.pop(HOLDER, None)
    record.settings.pop("path", None)
