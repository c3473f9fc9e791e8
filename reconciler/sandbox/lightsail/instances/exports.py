"""Snapshots that are exported to Amazon EC2. Known-lossy: the sandbox's EC2 has no image and no snapshot of them.

Source: https://docs.aws.amazon.com/lightsail/latest/userguide/amazon-lightsail-exporting-snapshots-to-amazon-ec2.html
"""

from collections.abc import Sequence
from hashlib import sha256
from typing import Any

from reconciler.sandbox.lightsail.core.operations import Operations, Reply, done
from reconciler.sandbox.lightsail.core.plane import Plane
from reconciler.sandbox.lightsail.core.records import Record, moment
from reconciler.sandbox.lightsail.core.refusals import absent, invalid
from reconciler.sandbox.lightsail.instances.snapshots import DISK_SNAPSHOT, INSTANCE_SNAPSHOT, READY

EXPORT = "ExportSnapshotRecord"
DESTINATIONS = {
    INSTANCE_SNAPSHOT: ("ami", "Aws::EC2::Image"),
    DISK_SNAPSHOT: ("snap", "Aws::EC2::Snapshot"),
}

operations = Operations()


@operations.answers
def export_snapshot(plane: Plane, sourceSnapshotName: str) -> Reply:
    """Export a snapshot to Amazon EC2."""
    source = plane.records.get(sourceSnapshotName)
    if source is None:
        raise absent("Snapshot", sourceSnapshotName)
    if source.type not in DESTINATIONS:
        raise invalid(f"A snapshot of this type cannot be exported: {source.type}")
    plane.require_state(source, (READY[source.type],))
    id_ = sha256(f"{source.arn} {len(plane.every(EXPORT))}".encode()).hexdigest()
    prefix, service = DESTINATIONS[source.type]
    settings = {
        "sourceInfo": _source(source),
        "destinationInfo": {"id": f"{prefix}-{id_[:17]}", "service": service},
    }
    record = plane.add(
        EXPORT, f"{EXPORT}-{id_[:32]}", settings, course=plane.course("Started", then="Succeeded")
    )
    return done(plane, "ExportSnapshot", source, record.name)


@operations.pages("exportSnapshotRecords", order=lambda row: str(row["name"]))
def get_export_snapshot_records(plane: Plane) -> Sequence[dict[str, Any]]:
    """List all exports; nobody can delete one."""
    return [_view(plane, each) for each in plane.every(EXPORT)]


def _view(plane: Plane, record: Record) -> dict[str, Any]:
    head = {name: value for name, value in record.head().items() if name not in {"supportCode", "tags"}}
    return {**head, **record.settings, "state": plane.state(record)}


def _source(snapshot: Record) -> dict[str, Any]:
    settings, of_instance = snapshot.settings, snapshot.type == INSTANCE_SNAPSHOT
    origin = "Instance" if of_instance else "Disk"
    shown = {
        "resourceType": snapshot.type,
        "createdAt": moment(snapshot.created),
        "name": snapshot.name,
        "arn": snapshot.arn,
        "fromResourceName": settings.get(f"from{origin}Name", ""),
        "fromResourceArn": settings.get(f"from{origin}Arn", ""),
    }
    if not of_instance:
        return {**shown, "diskSnapshotInfo": {"sizeInGb": settings["sizeInGb"]}}
    system = {"path": "/dev/sda1", "sizeInGb": settings["sizeInGb"], "isSystemDisk": True}
    further = [
        {"name": each["name"], "path": each["path"], "sizeInGb": each["sizeInGb"], "isSystemDisk": False}
        for each in settings["disks"]
    ]
    names = ("fromBundleId", "fromBlueprintId")
    info = {**{name: settings[name] for name in names}, "fromDiskInfo": [system, *further]}
    return {**shown, "instanceSnapshotInfo": info}
