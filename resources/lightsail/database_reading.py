"""Reads a database: what waits for its maintenance window counts as changed, because AWS will change it."""

from collections.abc import Iterator, Mapping
from typing import Any

from reconciler.contract import Api, Attribute, Check, FieldRead, Sighting, Wired, state_check, tags_in
from reconciler.errors import Absent
from reconciler.lightsail_offers import Row, known
from reconciler.model import Settings
from reconciler.resources.lightsail.common import LOWER

GET, PARAMETERS = "get_relational_database", "get_relational_database_parameters"
IN = "relationalDatabase"
BLUEPRINT, BACKUPS = "relationalDatabaseBlueprintId", "backupRetentionEnabled"
BUNDLE = "relationalDatabaseBundleId"
PENDING = "pendingModifiedValues"
SKIP_TAG = "reconciler:skip_final_snapshot"
"""The tag of a database that gets no final snapshot. When the database is deleted, the files no longer contain it."""
KEPT = ("master_database_name", "master_username")
"""Fields that a database of a snapshot has like the snapshot."""
REBOOT = "pending-reboot"
DONE = ("available", "stopped", "failed")


def shown(row: Any) -> Wired:
    """A database with the members of requests, as it is after its next maintenance window."""
    pending, endpoint = row.get(PENDING) or {}, row.get("masterEndpoint") or {}
    version = pending.get("engineVersion")
    tags = tags_in(row.get("tags"), LOWER)
    found: Wired = row | {
        "availabilityZone": row["location"]["availabilityZone"],
        BACKUPS: pending.get(BACKUPS, row.get(BACKUPS)),
        BLUEPRINT: upgraded(row[BLUEPRINT], version) if version else row[BLUEPRINT],
        "address": endpoint.get("address"),
        "port": str(endpoint["port"]) if endpoint.get("port") else None,
        "skipFinalSnapshot": tags.get(SKIP_TAG) == "true",
    }
    return found


def upgraded(blueprint: str, version: str) -> str:
    """The blueprint with the major version of an engine: `mysql_8_4` for `mysql_8_0` and 8.4.5."""
    engine, *parts = blueprint.split("_")
    return "_".join([engine, *version.split(".")[: len(parts)]])


def version_of(blueprint: str) -> tuple[str, tuple[int, ...]]:
    """The engine of a blueprint, and its major version."""
    engine, *parts = blueprint.split("_")
    return engine, tuple(int(each) for each in parts if each.isdecimal())


def replaces(field: str, written: Settings, reported: Wired) -> bool:
    """Whether the engine is another one, or its version an older one."""
    name = "relational_database_blueprint_id"
    if field != name or name not in written:
        return False
    (live, before), (wanted, after) = (
        version_of(reported.get(BLUEPRINT, written[name])),
        version_of(written[name]),
    )
    return live != wanted or after < before


def impossible(field: str, written: Settings, reported: Wired) -> str:
    """Why no snapshot gives a database this engine, these names or this bundle."""
    if field in KEPT or replaces(field, written, reported):
        return f"AWS never changes {field}, and a snapshot keeps it: declare another database, move the data to it, and remove this one"
    live, wanted = reported.get(BUNDLE), written.get("relational_database_bundle_id")
    sizes = [row["disk_size_in_gb"] if row else 0 for row in (_bundle(live), _bundle(wanted))]
    if field == "relational_database_bundle_id" and 0 < sizes[1] < sizes[0]:
        return f"the disk of {wanted} is smaller than that of {live}, and AWS makes no smaller database of a snapshot"
    return ""


def _bundle(id_: Any) -> Row | None:
    return known("database_bundles", "bundle_id", str(id_))


def _parameters(api: Api, sighting: Sighting) -> Wired:
    rows = [*api.pages(PARAMETERS, **sighting.address)]
    return {
        "parameters": {
            row["parameterName"]: row["parameterValue"] for row in rows if "parameterValue" in row
        },
        "applyTypes": {row["parameterName"]: row.get("applyType") for row in rows},
    }


ALONE: Mapping[str, FieldRead] = {"parameters": FieldRead(_parameters, (PARAMETERS,))}


def at_work(row: Wired) -> str | None:
    """What AWS is doing with a database; None if it accepts changes, or needs somebody to start it."""
    return None if row["state"] in DONE else f"database is {row['state']}"


def deletion(api: Api, reply: Wired) -> str | None:
    """What AWS is still doing to delete a database; None once it is deleted."""
    name = "relationalDatabaseName"
    try:
        row = api.call(GET, **{name: reply[name]})[IN]
    except Absent:
        return None
    return "database is deleting" if row["state"] == "deleting" else None


def remarks(written: Settings, reported: Wired) -> Iterator[str]:
    """What waits for the maintenance window, or for a reboot."""
    del written
    pending = reported.get(PENDING) or {}
    names = [name for name in ("engineVersion", BACKUPS) if name in pending]
    if names:
        when = reported.get("preferredMaintenanceWindow")
        yield f"AWS changes {' and '.join(names)} in the maintenance window {when}; apply_immediately: true does so at once"
    if reported.get("parameterApplyStatus") == REBOOT:
        yield "some parameters are used after a reboot (`aws lightsail reboot-relational-database`), which no pass makes"


ATTRIBUTES: Mapping[str, Attribute] = {
    "address": Attribute("the name of the host that clients connect to", "address"),
    "port": Attribute("the port that clients connect to", "port"),
}
CHECKS: Mapping[str, Check] = {"state": state_check("state", ("available",), GET)}
