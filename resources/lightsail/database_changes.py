"""The requests that change and delete a database."""

from collections.abc import Iterator
from typing import Any

from reconciler.contract import Calls, Change, Delete, Request, Sighting, Wired, tag_list
from reconciler.resources.lightsail.common import LOWER, TAG, UNTAG
from reconciler.resources.lightsail.database_copies import SNAPSHOTS
from reconciler.resources.lightsail.database_reading import (
    BACKUPS,
    GET,
    REBOOT,
    SKIP_TAG,
    deletion,
)

UPDATE, SET_PARAMETERS = "update_relational_database", "update_relational_database_parameters"
SENT = (
    "relationalDatabaseBlueprintId",
    "preferredBackupWindow",
    "preferredMaintenanceWindow",
    "publiclyAccessible",
    "caCertificateIdentifier",
)
AT_ONCE = "applyImmediately"


def update(change: Change) -> Iterator[Request]:
    """One request with the settings that differ."""
    new: dict[str, Any] = {name: change.desired[name] for name in SENT if change.differs(name)}
    if change.differs(BACKUPS):
        new["enableBackupRetention" if change.desired[BACKUPS] else "disableBackupRetention"] = True
    if new:
        at_once = {AT_ONCE: True} if change.desired.get(AT_ONCE) else {}
        yield Request(UPDATE, {**change.address, **new, **at_once})


def set_parameters(change: Change) -> Iterator[Request]:
    """One request with the parameters that differ; static ones are used after the next reboot."""
    before, after = (side.get("parameters") or {} for side in (change.observed, change.desired))
    types = change.reported.get("applyTypes") or {}
    rows = [
        {
            "parameterName": name,
            "parameterValue": value,
            "applyMethod": REBOOT if types.get(name) == "static" else "immediate",
        }
        for name, value in after.items()
        if before.get(name) != value
    ]
    if rows:
        yield Request(SET_PARAMETERS, {**change.address, "parameters": rows})


def keep_choice(change: Change) -> Iterator[Request]:
    """Store in a tag whether the database gets a final snapshot."""
    name = next(iter(change.address.values()))
    if change.desired.get("skipFinalSnapshot"):
        yield Request(TAG, {"resourceName": name, "tags": tag_list({SKIP_TAG: "true"}, LOWER)})
    else:
        yield Request(UNTAG, {"resourceName": name, "tagKeys": [SKIP_TAG]})


def last_request(database: Sighting) -> Wired:
    """The parameters of the delete. Each database has a final snapshot with a name of its own."""
    if (database.tags or {}).get(SKIP_TAG) == "true":
        return {**database.address, "skipFinalSnapshot": True}
    name = f"{database.name:.235}-final-{database.arn[-8:]}"
    return {**database.address, "finalRelationalDatabaseSnapshotName": name}


GROUPS = (
    Calls(
        update,
        (
            "relational_database_blueprint_id",
            "preferred_backup_window",
            "preferred_maintenance_window",
            "backup_retention_enabled",
            "publicly_accessible",
            "ca_certificate_identifier",
            "apply_immediately",
        ),
        (UPDATE,),
    ),
    Calls(set_parameters, ("parameters",), (SET_PARAMETERS,)),
    Calls(keep_choice, ("skip_final_snapshot",), (TAG, UNTAG)),
)
DELETE = Delete(
    "delete_relational_database",
    protected=True,
    parameters=last_request,
    before=SNAPSHOTS.removing,
    progress=deletion,
    calls=(GET, SNAPSHOTS.show, SNAPSHOTS.remove),
)
