"""Snapshots of instances and disks, and what is made of them. They hold the data of the moment when they were taken.

Sources: the descriptions of the operations;
https://docs.aws.amazon.com/lightsail/latest/userguide/how-to-create-larger-instance-from-snapshot-using-console.html
"""

from collections.abc import Mapping, Sequence
from copy import deepcopy
from typing import Any

from reconciler.sandbox.lightsail.account.offers import get_offer
from reconciler.sandbox.lightsail.core.operations import Operations, Reply, Shown, done
from reconciler.sandbox.lightsail.core.plane import Plane
from reconciler.sandbox.lightsail.core.records import Record
from reconciler.sandbox.lightsail.core.refusals import failed, invalid
from reconciler.sandbox.lightsail.instances.attachments import DISK, INSTANCE, settled_instance
from reconciler.sandbox.lightsail.instances.auto_snapshots import automatic
from reconciler.sandbox.lightsail.instances.disks import attach, make_disk
from reconciler.sandbox.lightsail.instances.instances import make
from reconciler.sandbox.lightsail.instances.snapshot_contents import (
    Taken,
    of_disk,
    of_instance,
    of_system_disk,
)

INSTANCE_SNAPSHOT, DISK_SNAPSHOT = "InstanceSnapshot", "DiskSnapshot"
READY = {INSTANCE_SNAPSHOT: "available", DISK_SNAPSHOT: "completed"}
"""The state of a snapshot that can be used."""
FROM_AUTOMATIC = ("restoreDate", "useLatestRestorableAutoSnapshot")


def view(plane: Plane, record: Record) -> dict[str, Any]:
    """Show a snapshot."""
    return {**record.head(), **_shown(record), "state": plane.state(record), "progress": "100%"}


operations = Operations(
    Shown(INSTANCE_SNAPSHOT, view, get="GetInstanceSnapshot", list="GetInstanceSnapshots"),
    Shown(DISK_SNAPSHOT, view, get="GetDiskSnapshot", list="GetDiskSnapshots"),
)


@operations.answers
def create_instance_snapshot(
    plane: Plane,
    instanceSnapshotName: str,
    instanceName: str,
    tags: Sequence[Mapping[str, str]] = (),
) -> Reply:
    """Take a snapshot of an instance with its disks."""
    source = settled_instance(plane, instanceName)
    record = _add(plane, INSTANCE_SNAPSHOT, instanceSnapshotName, of_instance(plane, source), tags)
    return done(plane, "CreateInstanceSnapshot", record, source.name)


@operations.answers
def delete_instance_snapshot(plane: Plane, instanceSnapshotName: str) -> Reply:
    """Delete a snapshot; instances that were made of it stay."""
    return _delete(plane, INSTANCE_SNAPSHOT, instanceSnapshotName)


@operations.answers
def create_instances_from_snapshot(
    plane: Plane,
    instanceNames: Sequence[str],
    instanceSnapshotName: str | None = None,
    sourceInstanceName: str | None = None,
    attachedDiskMapping: Mapping[str, Sequence[Mapping[str, str]]] | None = None,
    **members: Any,
) -> Reply:
    """Create instances of a snapshot, with its disks; the bundle may be larger than the source's, not smaller."""
    taken = _source(plane, INSTANCE_SNAPSHOT, instanceSnapshotName, (INSTANCE, sourceInstanceName), members)
    bundle = get_offer(plane, "bundles", members["bundleId"])
    if bundle["disk_size_in_gb"] < taken["sizeInGb"]:
        raise invalid(
            f"The bundle {bundle['bundle_id']} is too small: the snapshot has {taken['sizeInGb']} GB."
        )
    names = [_new_names(name, taken, attachedDiskMapping or {}) for name in instanceNames]
    plane.require_free([*instanceNames, *(disk for disks in names for disk in disks.values())])
    made = make(plane, instanceNames, get_offer(plane, "blueprints", taken["fromBlueprintId"]), members)
    for record, disk_names in zip(made, names, strict=True):
        record.data = deepcopy(taken["data"])
        for each in taken["disks"]:
            request = {"diskName": disk_names[each["path"]], "sizeInGb": each["sizeInGb"]}
            disk = make_disk(plane, {**request, "availabilityZone": record.location["availabilityZone"]})
            disk.data = deepcopy(each["data"])
            attach(plane, disk, record, each["path"])
    return {"operations": [plane.note("CreateInstancesFromSnapshot", record) for record in made]}


@operations.answers
def create_disk_snapshot(
    plane: Plane,
    diskSnapshotName: str,
    diskName: str | None = None,
    instanceName: str | None = None,
    tags: Sequence[Mapping[str, str]] = (),
) -> Reply:
    """Take a snapshot of a disk, or of the system disk of an instance."""
    if (diskName is None) == (instanceName is None):
        raise invalid("A snapshot needs either diskName or instanceName.")
    if diskName is not None:
        source = plane.get(DISK, diskName)
        plane.require_state(source, ("available",))
        taken = of_disk(source)
    else:
        source = settled_instance(plane, instanceName or "")
        taken = of_system_disk(plane, source)
    record = _add(plane, DISK_SNAPSHOT, diskSnapshotName, taken, tags)
    return done(plane, "CreateDiskSnapshot", record, source.name)


@operations.answers
def delete_disk_snapshot(plane: Plane, diskSnapshotName: str) -> Reply:
    """Delete a snapshot; disks that were made of it stay."""
    return _delete(plane, DISK_SNAPSHOT, diskSnapshotName)


@operations.answers
def create_disk_from_snapshot(
    plane: Plane, diskSnapshotName: str | None = None, sourceDiskName: str | None = None, **members: Any
) -> Reply:
    """Create a disk of a snapshot; it is at least as large."""
    taken = _source(plane, DISK_SNAPSHOT, diskSnapshotName, (DISK, sourceDiskName), members)
    record = make_disk(plane, members, smallest=taken["sizeInGb"])
    record.data = deepcopy(taken["data"])
    return done(plane, "CreateDiskFromSnapshot", record)


@operations.answers
def copy_snapshot(plane: Plane, targetSnapshotName: str, sourceRegion: str, **members: Any) -> Reply:
    """Copy a snapshot, also from another Region, or make one of an automatic snapshot."""
    source = plane.elsewhere(sourceRegion)
    name, of = members.get("sourceSnapshotName"), members.get("sourceResourceName")
    if (name is None) == (of is None):
        raise invalid("Give either sourceSnapshotName or sourceResourceName.")
    found = source.records.get(name or of or "")
    on_disk = found is not None and found.type in {DISK_SNAPSHOT, DISK}
    type_, origin = (DISK_SNAPSHOT, DISK) if on_disk else (INSTANCE_SNAPSHOT, INSTANCE)
    taken = _source(source, type_, name, (origin, of), members)
    record = _add(plane, type_, targetSnapshotName, deepcopy(taken), ())
    return done(plane, f"Create{type_}", record, name or of or "")


def _add(plane: Plane, type_: str, name: str, taken: Taken, tags: Sequence[Mapping[str, str]]) -> Record:
    return plane.add(type_, name, taken, tags=tags, course=plane.course("pending", then=READY[type_]))


def _delete(plane: Plane, type_: str, name: str) -> Reply:
    record = plane.get(type_, name)
    plane.require_state(record, (READY[type_],))
    plane.remove(record)
    return done(plane, f"Delete{type_}", record)


def _source(
    plane: Plane, type_: str, name: str | None, of: tuple[str, str | None], members: Mapping[str, Any]
) -> Taken:
    """Return what a snapshot holds: of the named one, or of an automatic one of a resource; refuse both."""
    origin_type, origin = of
    if (name is None) == (origin is None):
        raise invalid("Give either the name of a snapshot or the resource of an automatic snapshot.")
    if name is not None:
        if any(each in members for each in FROM_AUTOMATIC):
            raise invalid(f"{' and '.join(FROM_AUTOMATIC)} are for automatic snapshots only.")
        record = plane.get(type_, name)
        plane.require_state(record, ("available", "completed"))
        return record.settings
    latest = bool(members.get("useLatestRestorableAutoSnapshot"))
    if latest == ("restoreDate" in members):
        raise invalid(f"Give either {' or '.join(FROM_AUTOMATIC)}.")
    return automatic(plane.get(origin_type, origin or ""), members.get("restoreDate"))


def _shown(record: Record) -> dict[str, Any]:
    """Return the settings of a snapshot without its data; disks without what a snapshot does not know."""
    shown = {name: value for name, value in record.settings.items() if name not in {"data", "disks"}}
    if record.type == INSTANCE_SNAPSHOT:
        shown["fromAttachedDisks"] = [
            {"name": each["name"], "path": each["path"], "sizeInGb": each["sizeInGb"], "isSystemDisk": False}
            for each in record.settings["disks"]
        ]
    return shown


def _new_names(
    instance: str, taken: Taken, mapping: Mapping[str, Sequence[Mapping[str, str]]]
) -> dict[str, str]:
    """Return the names of the disks of a new instance, by their paths."""
    names = {each["path"]: f"{each['name']}-{instance}" for each in taken["disks"]}
    for each in mapping.get(instance, ()):
        if each.get("originalDiskPath") not in names:
            raise failed(f"The snapshot has no disk at {each.get('originalDiskPath')}.")
        names[each["originalDiskPath"]] = each["newDiskName"]
    return names
