"""The windows of databases: their rules, and when the next one begins."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from reconciler.lightsail_offers.windows import SHORTEST, daily, overlap, weekly
from reconciler.sandbox.lightsail.core.refusals import invalid

BACKUP, MAINTENANCE = "preferredBackupWindow", "preferredMaintenanceWindow"
DEFAULTS = {BACKUP: "06:00-06:30", MAINTENANCE: "sun:07:00-sun:07:30"}
"""AWS chooses at random within hours of the Region."""


def windows(settings: Mapping[str, Any], members: Mapping[str, Any]) -> dict[str, str]:
    """Return the windows of a request, or the present ones; refuse malformed ones, short ones, and two that overlap."""
    found = {name: str(members.get(name) or settings.get(name) or text) for name, text in DEFAULTS.items()}
    found[MAINTENANCE] = found[MAINTENANCE].lower()
    backup, maintenance = daily(found[BACKUP]), weekly(found[MAINTENANCE])
    if backup is None:
        raise invalid(f"{BACKUP} must be in the hh24:mi-hh24:mi format: {found[BACKUP]}")
    if maintenance is None:
        raise invalid(f"{MAINTENANCE} must be in the ddd:hh24:mi-ddd:hh24:mi format: {found[MAINTENANCE]}")
    for name, (_, length) in ((BACKUP, backup), (MAINTENANCE, maintenance)):
        if length < SHORTEST:
            raise invalid(f"{name} must be at least {SHORTEST} minutes: {found[name]}")
    if overlap(backup, maintenance):
        text = "The backup window and the maintenance window must not overlap: "
        raise invalid(f"{text}{found[BACKUP]}, {found[MAINTENANCE]}")
    return found


def next_start(window: str, now: float) -> float:
    """Return when a weekly window begins next, in seconds since 1970."""
    start, _ = weekly(window) or (0, 0)
    present = datetime.fromtimestamp(now, tz=UTC)
    passed = (present.weekday() * 24 + present.hour) * 3600 + present.minute * 60 + present.second
    return now - now % 1 + ((start * 60 - passed) % (7 * 24 * 3600) or 7 * 24 * 3600)
