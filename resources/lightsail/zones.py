"""Availability Zones that a Region does not have."""

from collections.abc import Iterator

from reconciler.contract import InFiles
from reconciler.lightsail_offers import table
from reconciler.model import Finding

ZONE = "availability_zone"


def zone_problems(files: InFiles, column: str = "zones") -> Iterator[Finding]:
    """A mistake if the zone is not one of the Region of the stack, as far as the table has the Region."""
    zone, region = str(files.settings.get(ZONE) or ""), files.region
    row = next((each for each in table("regions") if each["name"] == region), None)
    if not zone or "${" in zone or row is None:
        return
    zones = [f"{region}{letter}" for letter in row[column]]
    if zone not in zones:
        yield Finding(f"{region} has no Availability Zone {zone}; it has {', '.join(zones)}", (ZONE,))
