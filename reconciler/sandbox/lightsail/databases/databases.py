"""Databases: created, changed, started, stopped, rebooted and deleted.

Sources: the descriptions of the operations in the Amazon Lightsail API Reference.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from reconciler.lightsail_offers import Row, known
from reconciler.sandbox.lightsail.core.operations import Operations, Reply, Shown, done
from reconciler.sandbox.lightsail.core.plane import Plane
from reconciler.sandbox.lightsail.core.records import Record, moment
from reconciler.sandbox.lightsail.core.refusals import absent, invalid
from reconciler.sandbox.lightsail.databases.offers import blueprint, bundle
from reconciler.sandbox.lightsail.databases.pending import PENDING, pending
from reconciler.sandbox.lightsail.databases.windows import windows

DATABASE = "RelationalDatabase"
SETTLED = ("available",)
PORTS = {"mysql": 3306, "postgres": 5432}
LONGEST_PASSWORD = {"mysql": 41, "postgres": 128}
LONGEST_NAME = {"mysql": 64, "postgres": 63}
LONGEST_USER = {"mysql": 16, "postgres": 63}
CERTIFICATES = ("rds-ca-rsa2048-g1", "rds-ca-rsa4096-g1", "rds-ca-ecc384-g1")
HELD = ("masterUserPassword", "previousPassword", "passwordSince", "parameters", PENDING)
"""Settings that GetRelationalDatabase does not show."""


def view(plane: Plane, record: Record) -> dict[str, Any]:
    """Show a database."""
    settings, state = record.settings, plane.state(record)
    row = known("database_bundles", "bundle_id", settings["relationalDatabaseBundleId"]) or {}
    hardware = {
        "cpuCount": row["cpu_count"],
        "diskSizeInGb": row["disk_size_in_gb"],
        "ramSizeInGb": row["ram_size_in_gb"],
    }
    address = f"ls-{record.arn.rpartition('/')[2].replace('-', '')}.{plane.region_name}.rds.amazonaws.com"
    endpoint = {"masterEndpoint": {"port": PORTS[settings["engine"]], "address": address}}
    restorable = {"latestRestorableTime": moment(plane.now())} if settings["backupRetentionEnabled"] else {}
    second = {"secondaryAvailabilityZone": _other_zone(plane, record)} if "_ha_" in row["bundle_id"] else {}
    return {
        **record.head(),
        **{name: value for name, value in settings.items() if name not in HELD},
        "hardware": hardware,
        "state": state,
        "pendingModifiedValues": pending(record),
        "pendingMaintenanceActions": [],
        **(endpoint if state != "creating" else {}),
        **(restorable if state != "creating" else {}),
        **second,
    }


operations = Operations(Shown(DATABASE, view, get="GetRelationalDatabase", list="GetRelationalDatabases"))


@operations.answers
def create_relational_database(plane: Plane, relationalDatabaseName: str, **members: Any) -> Reply:
    """Create a database; without a password, Lightsail makes one."""
    row = blueprint(plane, members["relationalDatabaseBlueprintId"])
    _require_names(row["engine"], members)
    record = make_database(plane, relationalDatabaseName, row, members)
    return done(plane, "CreateRelationalDatabase", record)


def make_database(plane: Plane, name: str, row: Row, members: Mapping[str, Any]) -> Record:
    """Create a database of a blueprint; `members` are those of CreateRelationalDatabase."""
    bundle(plane, members["relationalDatabaseBundleId"])
    zone = members.get("availabilityZone") or f"{plane.region_name}{plane.region['database_zones'][0]}"
    password = members.get("masterUserPassword")
    settings = {
        **{name: members[name] for name in ("masterDatabaseName", "masterUsername")},
        "relationalDatabaseBlueprintId": row["blueprint_id"],
        "relationalDatabaseBundleId": members["relationalDatabaseBundleId"],
        "engine": row["engine"],
        "engineVersion": row["engine_version"],
        "backupRetentionEnabled": True,
        "parameterApplyStatus": "in-sync",
        "publiclyAccessible": bool(members.get("publiclyAccessible")),
        "caCertificateIdentifier": CERTIFICATES[0],
        **windows({}, members),
        "parameters": {},
        "masterUserPassword": "made-by-lightsail" if password is None else valid_password(row, password),
        "passwordSince": plane.now(),
    }
    location = plane.zone(zone, "database_zones")
    tags: Iterable[Mapping[str, str]] = members.get("tags", ())
    course = plane.course("creating", "backing-up", then="available")
    return plane.add(DATABASE, name, settings, location=location, tags=tags, course=course)


@operations.answers
def get_relational_database_master_user_password(
    plane: Plane, relationalDatabaseName: str, passwordVersion: str = "CURRENT"
) -> Reply:
    """Show a password; none is ever pending."""
    settings = plane.get(DATABASE, relationalDatabaseName).settings
    found = {"CURRENT": settings["masterUserPassword"], "PREVIOUS": settings.get("previousPassword")}
    if found.get(passwordVersion) is None:
        raise absent("password", passwordVersion)
    return {"masterUserPassword": found[passwordVersion], "createdAt": moment(settings["passwordSince"])}


@operations.answers
def start_relational_database(plane: Plane, relationalDatabaseName: str) -> Reply:
    """Start a stopped database."""
    return _go(plane, relationalDatabaseName, "StartRelationalDatabase", ("stopped", "starting", "available"))


@operations.answers
def reboot_relational_database(plane: Plane, relationalDatabaseName: str) -> Reply:
    """Reboot a database; then static parameters are in use."""
    reply = _go(
        plane, relationalDatabaseName, "RebootRelationalDatabase", ("available", "rebooting", "available")
    )
    plane.get(DATABASE, relationalDatabaseName).settings["parameterApplyStatus"] = "in-sync"
    return reply


def _go(plane: Plane, name: str, operation: str, states: tuple[str, str, str]) -> Reply:
    present, during, then = states
    record = plane.get(DATABASE, name)
    plane.require_state(record, (present,))
    record.course = plane.course(during, then=then)
    return done(plane, operation, record)


def valid_password(row: Row, password: str) -> str:
    """Return a password; refuse one that the engine does not take."""
    longest = LONGEST_PASSWORD[row["engine"]]
    if (
        not 8 <= len(password) <= longest
        or not re.fullmatch(r"[!-~]+", password)
        or set(password) & set('/"@')
    ):
        text = f'The password must have 8 to {longest} printable ASCII characters other than /, " and @.'
        raise invalid(text)
    return password


def _require_names(engine: str, members: Mapping[str, Any]) -> None:
    for member, longest in (
        ("masterDatabaseName", LONGEST_NAME[engine]),
        ("masterUsername", LONGEST_USER[engine]),
    ):
        if not re.fullmatch(rf"[A-Za-z]\w{{0,{longest - 1}}}", members[member], re.ASCII):
            text = f"{member} must have 1 to {longest} letters, digits or _, with a letter first"
            raise invalid(f"{text}: {members[member]}")


def _other_zone(plane: Plane, record: Record) -> str:
    own = record.location["availabilityZone"]
    zones = [f"{plane.region_name}{letter}" for letter in plane.region["database_zones"]]
    return next(zone for zone in zones if zone != own)
