"""Changes of a database that wait for its maintenance window."""

from typing import Any

from reconciler.lightsail_offers import known
from reconciler.sandbox.lightsail.core.plane import Plane
from reconciler.sandbox.lightsail.core.records import Record
from reconciler.sandbox.lightsail.databases.windows import MAINTENANCE, next_start

PENDING = "pending"
BLUEPRINT, BACKUPS = "relationalDatabaseBlueprintId", "backupRetentionEnabled"


def pending(record: Record) -> dict[str, Any]:
    """Return the waiting changes as GetRelationalDatabase shows them."""
    waiting = record.settings.get(PENDING, {})
    shown = {BACKUPS: waiting[BACKUPS]} if BACKUPS in waiting else {}
    row = known("database_blueprints", "blueprint_id", waiting.get(BLUEPRINT, ""))
    return {**shown, "engineVersion": row["engine_version"]} if row else shown


def wait(plane: Plane, record: Record, changes: dict[str, Any]) -> None:
    """Keep changes until the next maintenance window begins."""
    earlier = record.settings.get(PENDING, {})
    since = next_start(record.settings[MAINTENANCE], plane.now())
    record.settings[PENDING] = {**earlier, **changes, "from": since}


def apply(record: Record, changes: dict[str, Any]) -> None:
    """Make changes; earlier ones of the same settings wait no longer."""
    row = known("database_blueprints", "blueprint_id", changes.get(BLUEPRINT, ""))
    version = {"engineVersion": row["engine_version"]} if row else {}
    waiting = record.settings.get(PENDING, {})
    left = {name: value for name, value in waiting.items() if name not in changes}
    record.settings.update({**changes, **version, PENDING: left if len(left) > 1 else {}})
