"""What a snapshot holds, by botocore's member names, with the data, and for an instance its disks."""

from copy import deepcopy
from typing import Any

from reconciler.sandbox.lightsail.account.offers import get_offer
from reconciler.sandbox.lightsail.core.plane import Plane
from reconciler.sandbox.lightsail.core.records import Record
from reconciler.sandbox.lightsail.instances.attachments import DISK, attached_to

Taken = dict[str, Any]


def of_instance(plane: Plane, source: Record) -> Taken:
    """Return what a snapshot of an instance holds now."""
    bundle = get_offer(plane, "bundles", source.settings["bundleId"])
    return {
        "fromInstanceName": source.name,
        "fromInstanceArn": source.arn,
        "fromBlueprintId": source.settings["blueprintId"],
        "fromBundleId": source.settings["bundleId"],
        "sizeInGb": bundle["disk_size_in_gb"],
        "isFromAutoSnapshot": False,
        "data": deepcopy(source.data),
        "disks": [
            {"name": disk.name, "path": disk.settings["path"], **_content(disk)}
            for disk in attached_to(plane, DISK, source)
        ],
    }


def of_disk(source: Record) -> Taken:
    """Return what a snapshot of a disk holds now."""
    origin = {"fromDiskName": source.name, "fromDiskArn": source.arn, "isFromAutoSnapshot": False}
    return {**origin, **_content(source)}


def of_system_disk(plane: Plane, source: Record) -> Taken:
    """Return what a snapshot of an instance's system disk holds now."""
    whole = of_instance(plane, source)
    kept = ("sizeInGb", "data", "fromInstanceName", "fromInstanceArn", "isFromAutoSnapshot")
    return {name: whole[name] for name in kept}


def _content(disk: Record) -> Taken:
    return {"sizeInGb": disk.settings["sizeInGb"], "data": deepcopy(disk.data)}
