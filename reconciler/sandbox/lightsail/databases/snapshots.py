"""Snapshots of databases, and what is made of them, with the data of the source.

Sources: the descriptions of the operations. Known-lossy: a restore to an earlier time has the present data.
"""

from collections.abc import Mapping, Sequence
from copy import deepcopy
from typing import Any

from reconciler.sandbox.lightsail.core.operations import Operations, Reply, Shown, done
from reconciler.sandbox.lightsail.core.plane import Plane
from reconciler.sandbox.lightsail.core.records import Record
from reconciler.sandbox.lightsail.core.refusals import failed, invalid
from reconciler.sandbox.lightsail.databases.databases import DATABASE, SETTLED, make_database
from reconciler.sandbox.lightsail.databases.offers import blueprint, bundle

SNAPSHOT = "RelationalDatabaseSnapshot"
TAKEN = ("masterDatabaseName", "masterUsername", "masterUserPassword")
"""What a database that is made of a snapshot gets from its source, beside the data."""


def view(plane: Plane, record: Record) -> dict[str, Any]:
    """Show a snapshot."""
    shown = {name: value for name, value in record.settings.items() if name not in TAKEN}
    return {**record.head(), **shown, "state": plane.state(record)}


operations = Operations(
    Shown(SNAPSHOT, view, get="GetRelationalDatabaseSnapshot", list="GetRelationalDatabaseSnapshots")
)


@operations.answers
def create_relational_database_snapshot(
    plane: Plane,
    relationalDatabaseName: str,
    relationalDatabaseSnapshotName: str,
    tags: Sequence[Mapping[str, str]] = (),
) -> Reply:
    """Take a snapshot of a database."""
    source = plane.get(DATABASE, relationalDatabaseName)
    plane.require_state(source, SETTLED)
    record = take(plane, source, relationalDatabaseSnapshotName, tags)
    source.course = plane.course("backing-up", then="available")
    return done(plane, "CreateRelationalDatabaseSnapshot", record, source.name)


def take(plane: Plane, source: Record, name: str, tags: Sequence[Mapping[str, str]] = ()) -> Record:
    """Create a snapshot of a database."""
    row = bundle(plane, source.settings["relationalDatabaseBundleId"])
    settings = {
        **{member: source.settings[member] for member in (*TAKEN, "engine", "engineVersion")},
        "sizeInGb": row["disk_size_in_gb"],
        "fromRelationalDatabaseName": source.name,
        "fromRelationalDatabaseArn": source.arn,
        "fromRelationalDatabaseBundleId": row["bundle_id"],
        "fromRelationalDatabaseBlueprintId": source.settings["relationalDatabaseBlueprintId"],
    }
    course = plane.course("creating", then="available")
    record = plane.add(SNAPSHOT, name, settings, tags=tags, course=course)
    record.data = deepcopy(source.data)
    return record


@operations.answers
def delete_relational_database_snapshot(plane: Plane, relationalDatabaseSnapshotName: str) -> Reply:
    """Delete a snapshot; databases that were made of it stay."""
    record = plane.get(SNAPSHOT, relationalDatabaseSnapshotName)
    plane.require_state(record, ("available",))
    plane.remove(record)
    return done(plane, "DeleteRelationalDatabaseSnapshot", record)


@operations.answers
def create_relational_database_from_snapshot(
    plane: Plane, relationalDatabaseName: str, **members: Any
) -> Reply:
    """Create a database of a snapshot, or of the backups of another one; its bundle is at least as large."""
    source = _source(plane, members)
    from_snapshot = source.type == SNAPSHOT
    member = "fromRelationalDatabase{}Id" if from_snapshot else "relationalDatabase{}Id"
    present = bundle(plane, source.settings[member.format("Bundle")])
    wanted = bundle(plane, str(members.get("relationalDatabaseBundleId", present["bundle_id"])))
    if wanted["disk_size_in_gb"] < present["disk_size_in_gb"]:
        raise invalid(f"The bundle {wanted['bundle_id']} is smaller than {present['bundle_id']}.")
    asked: dict[str, Any] = {
        **{
            name: members[name]
            for name in ("availabilityZone", "publiclyAccessible", "tags")
            if name in members
        },
        **{name: source.settings[name] for name in TAKEN},
        "relationalDatabaseBundleId": wanted["bundle_id"],
    }
    row = blueprint(plane, source.settings[member.format("Blueprint")])
    record = make_database(plane, relationalDatabaseName, row, {**asked, "masterUserPassword": None})
    record.settings["masterUserPassword"] = source.settings["masterUserPassword"]
    record.data = deepcopy(source.data)
    return done(plane, "CreateRelationalDatabaseFromSnapshot", record, source.name)


def _source(plane: Plane, members: Mapping[str, Any]) -> Record:
    name, of = members.get("relationalDatabaseSnapshotName"), members.get("sourceRelationalDatabaseName")
    if (name is None) == (of is None):
        raise invalid("Give either relationalDatabaseSnapshotName or sourceRelationalDatabaseName.")
    when, latest = members.get("restoreTime"), bool(members.get("useLatestRestorableTime"))
    if name is not None:
        if when is not None or latest:
            raise invalid("restoreTime and useLatestRestorableTime need sourceRelationalDatabaseName.")
        record = plane.get(SNAPSHOT, name)
        plane.require_state(record, ("available",))
        return record
    if (when is not None) == latest:
        raise invalid("Give either restoreTime or useLatestRestorableTime.")
    record = plane.get(DATABASE, of or "")
    if not record.settings["backupRetentionEnabled"]:
        raise failed(f"The database {record.name} has no automatic backups.")
    plane.require_state(record, SETTLED)
    return record
