"""Finds mistakes in databases that AWS would refuse."""

from collections.abc import Iterator, Mapping
from typing import Any

from reconciler.contract import InFiles
from reconciler.lightsail_offers import known, table
from reconciler.lightsail_offers.windows import SHORTEST, daily, overlap, weekly
from reconciler.model import Finding
from reconciler.resources.lightsail.bundles import is_later, unknown
from reconciler.resources.lightsail.database_reading import version_of
from reconciler.resources.lightsail.zones import zone_problems

BUNDLE, BLUEPRINT = "relational_database_bundle_id", "relational_database_blueprint_id"
BACKUP, MAINTENANCE = "preferred_backup_window", "preferred_maintenance_window"
LONGEST = {
    "master_username": {"mysql": 16, "postgres": 63},
    "master_database_name": {"mysql": 64, "postgres": 63},
}


def problems(files: InFiles) -> Iterator[Finding]:
    """The mistakes in the settings of one database."""
    settings = files.settings
    yield from zone_problems(files, "database_zones")
    yield from _offers(settings)
    yield from _windows(settings)
    engine = version_of(str(settings.get(BLUEPRINT) or ""))[0]
    for field, by_engine in LONGEST.items():
        text = str(settings.get(field) or "")
        if len(text) > by_engine.get(engine, 64) and "${" not in text:
            yield Finding(f"a name for {engine} has up to {by_engine[engine]} characters", (field,))
    yield from _parameters(engine, settings.get("parameters") or {})


def _offers(settings: Mapping[str, Any]) -> Iterator[Finding]:
    """Unknown bundles and engines. A table does not have what AWS offers later: newer ones are AWS's to check."""
    bundle, blueprint = str(settings.get(BUNDLE) or ""), str(settings.get(BLUEPRINT) or "")
    if bundle and "${" not in bundle and not known("database_bundles", "bundle_id", bundle):
        ids = [row["bundle_id"] for row in table("database_bundles")]
        if not is_later(bundle, ids):
            yield Finding(_unknown("bundle", bundle, ids), (BUNDLE,))
    if blueprint and "${" not in blueprint and not known("database_blueprints", "blueprint_id", blueprint):
        ids = [row["blueprint_id"] for row in table("database_blueprints")]
        engine, version = version_of(blueprint)
        versions = [found for name, found in map(version_of, ids) if name == engine]
        if not versions or version <= max(versions):
            yield Finding(_unknown("blueprint", blueprint, ids), (BLUEPRINT,))


def _unknown(noun: str, id_: str, ids: list[str]) -> str:
    return unknown(f"{noun} {id_} for databases", id_, ids, f"get-relational-database-{noun}s")


def _windows(settings: Mapping[str, Any]) -> Iterator[Finding]:
    texts = {name: str(settings.get(name) or "") for name in (BACKUP, MAINTENANCE)}
    backup, maintenance = daily(texts[BACKUP]), weekly(texts[MAINTENANCE])
    for name, window in ((BACKUP, backup), (MAINTENANCE, maintenance)):
        if window and window[1] < SHORTEST:
            yield Finding(f"a window has at least {SHORTEST} minutes", (name,))
            return
    if backup and maintenance and overlap(backup, maintenance):
        said = f"the windows {texts[BACKUP]} and {texts[MAINTENANCE]} overlap; move one of them"
        yield Finding(said, (MAINTENANCE,))


def _parameters(engine: str, parameters: Mapping[str, str]) -> Iterator[Finding]:
    """Known parameters that cannot be changed; the table has some of an engine's parameters only."""
    rows = {row["parameter_name"]: row for row in table("database_parameters") if row["engine"] == engine}
    for name, value in parameters.items():
        row = rows.get(name)
        if row and not row["is_modifiable"]:
            yield Finding(f"AWS lets nobody change {name}; leave it out", ("parameters", name))
        choices = str((row and row["allowed_values"]) or "")
        if "," in choices and "${" not in value and value not in choices.split(","):
            yield Finding(f"{name} is one of {choices.replace(',', ', ')}", ("parameters", name))
