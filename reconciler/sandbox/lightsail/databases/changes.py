"""UpdateRelationalDatabase, StopRelationalDatabase and DeleteRelationalDatabase.

Sources: the descriptions of the operations in the Amazon Lightsail API Reference.
"""

from collections.abc import Mapping
from typing import Any

from reconciler.lightsail_offers import Row
from reconciler.sandbox.lightsail.core.operations import Operations, Reply, done
from reconciler.sandbox.lightsail.core.plane import Plane
from reconciler.sandbox.lightsail.core.records import Record
from reconciler.sandbox.lightsail.core.refusals import invalid
from reconciler.sandbox.lightsail.databases.databases import CERTIFICATES, DATABASE, SETTLED, valid_password
from reconciler.sandbox.lightsail.databases.offers import blueprint
from reconciler.sandbox.lightsail.databases.pending import BACKUPS, BLUEPRINT, PENDING, apply, wait
from reconciler.sandbox.lightsail.databases.snapshots import take
from reconciler.sandbox.lightsail.databases.windows import windows

operations = Operations()
AT_ONCE = ("publiclyAccessible", "caCertificateIdentifier")
"""These never wait for the maintenance window."""


@operations.before_each
def apply_due_changes(plane: Plane) -> None:
    """Make the changes whose maintenance window has begun."""
    for record in plane.every(DATABASE):
        waiting = record.settings.get(PENDING)
        if waiting and waiting["from"] <= plane.now():
            apply(record, {name: value for name, value in waiting.items() if name != "from"})


@operations.answers
def update_relational_database(plane: Plane, relationalDatabaseName: str, **members: Any) -> Reply:
    """Change settings; backups and the version of the engine wait for the maintenance window, unless asked otherwise."""
    record = plane.get(DATABASE, relationalDatabaseName)
    plane.require_state(record, SETTLED)
    row = blueprint(plane, record.settings[BLUEPRINT])
    later = _later(plane, row, members)
    certificate = members.get("caCertificateIdentifier", CERTIFICATES[0])
    if certificate not in CERTIFICATES:
        raise invalid(f"The certificate is not valid: {certificate}")
    found_windows = windows(record.settings, members)
    if members.get("rotateMasterUserPassword") and "masterUserPassword" in members:
        raise invalid("Give either masterUserPassword or rotateMasterUserPassword.")
    if members.get("rotateMasterUserPassword"):
        _set_password(plane, record, "rotated-by-lightsail")
    if "masterUserPassword" in members:
        _set_password(plane, record, valid_password(row, members["masterUserPassword"]))
    record.settings.update(found_windows)
    record.settings.update({name: members[name] for name in AT_ONCE if name in members})
    if members.get("applyImmediately"):
        apply(record, later)
    elif later:
        wait(plane, record, later)
    record.course = plane.course("modifying", then="available")
    return done(plane, "UpdateRelationalDatabase", record)


@operations.answers
def stop_relational_database(
    plane: Plane, relationalDatabaseName: str, relationalDatabaseSnapshotName: str | None = None
) -> Reply:
    """Stop a database, after a snapshot if the request names one."""
    record = plane.get(DATABASE, relationalDatabaseName)
    plane.require_state(record, SETTLED)
    if relationalDatabaseSnapshotName:
        take(plane, record, relationalDatabaseSnapshotName)
    record.course = plane.course("stopping", then="stopped")
    return done(plane, "StopRelationalDatabase", record)


@operations.answers
def delete_relational_database(
    plane: Plane,
    relationalDatabaseName: str,
    skipFinalSnapshot: bool = False,
    finalRelationalDatabaseSnapshotName: str | None = None,
) -> Reply:
    """Delete a database, after a last snapshot unless the request skips it."""
    record = plane.get(DATABASE, relationalDatabaseName)
    if skipFinalSnapshot == bool(finalRelationalDatabaseSnapshotName):
        raise invalid("Give either finalRelationalDatabaseSnapshotName or skipFinalSnapshot.")
    plane.require_state(record, ("available", "stopped"))
    if finalRelationalDatabaseSnapshotName:
        take(plane, record, finalRelationalDatabaseSnapshotName)
    plane.remove(record, "deleting")
    return done(plane, "DeleteRelationalDatabase", record)


def _later(plane: Plane, row: Row, members: Mapping[str, Any]) -> dict[str, Any]:
    """Return the changes that may cause an outage."""
    found: dict[str, Any] = {}
    enable, disable = members.get("enableBackupRetention"), members.get("disableBackupRetention")
    if enable and disable:
        raise invalid("Give either enableBackupRetention or disableBackupRetention.")
    if enable or disable:
        found[BACKUPS] = bool(enable)
    wanted = members.get(BLUEPRINT)
    if wanted is not None and wanted != row["blueprint_id"]:
        new = blueprint(plane, wanted)
        if new["engine"] != row["engine"] or _version(new) < _version(row):
            raise invalid(f"A database cannot change from {row['blueprint_id']} to {wanted}.")
        found[BLUEPRINT] = wanted
    return found


def _version(row: Row) -> list[int]:
    return [int(each) for each in row["blueprint_id"].split("_")[1:]]


def _set_password(plane: Plane, record: Record, password: str) -> None:
    settings = record.settings
    settings["previousPassword"], settings["masterUserPassword"] = settings["masterUserPassword"], password
    settings["passwordSince"] = plane.now()
