"""What AWS offers: Regions with their zones, bundles and blueprints."""

from collections.abc import Sequence
from typing import Any

from pydantic.alias_generators import to_camel

from reconciler.lightsail_offers import ABOUT, Row, known, table
from reconciler.sandbox.lightsail.core.operations import Operations, Reply
from reconciler.sandbox.lightsail.core.plane import Plane
from reconciler.sandbox.lightsail.core.refusals import invalid

operations = Operations()


@operations.answers
def get_regions(
    plane: Plane,
    includeAvailabilityZones: bool = False,
    includeRelationalDatabaseAvailabilityZones: bool = False,
) -> Reply:
    """List all Regions, with their zones if the request asks for them."""
    del plane
    databases = includeRelationalDatabaseAvailabilityZones
    return {"regions": [_region(row, includeAvailabilityZones, databases) for row in table("regions")]}


@operations.pages("bundles", order=lambda row: str(row["bundleId"]))
def get_bundles(
    plane: Plane, includeInactive: bool = False, appCategory: str | None = None
) -> Sequence[dict[str, Any]]:
    """List the plans of instances; none is for research."""
    del plane
    rows = [] if appCategory else offered("bundles", includeInactive)
    return [
        {**shown_offer(row), "supportedPlatforms": [row["supported_platforms"]], "supportedAppCategories": []}
        for row in rows
    ]


@operations.pages("blueprints", order=lambda row: str(row["blueprintId"]))
def get_blueprints(
    plane: Plane, includeInactive: bool = False, appCategory: str | None = None
) -> Sequence[dict[str, Any]]:
    """List the images of instances; none is for research."""
    del plane
    return [shown_offer(row) for row in ([] if appCategory else offered("blueprints", includeInactive))]


def offered(name: str, inactive: bool) -> list[Row]:
    """Return the rows of a table, perhaps without what new resources cannot have."""
    return [row for row in table(name) if inactive or row["is_active"]]


def get_offer(plane: Plane, name: str, id_: str) -> Row:
    """Return the row of a bundle or blueprint by its id; refuse one that does not exist."""
    one = name.removesuffix("s")
    found = known(name, f"{one}_id", id_)
    if found is None:
        raise invalid(f"The {one} ID is not valid in {plane.region_name}: {id_}")
    return found


def shown_offer(row: Row) -> dict[str, Any]:
    """Return a row by botocore's member names."""
    return {to_camel(key): value for key, value in row.items() if key not in {*ABOUT, "username"}}


def _region(row: Row, zones: bool, databases: bool) -> dict[str, Any]:
    shown = {
        "continentCode": row["continent_code"],
        "description": row["description"],
        "displayName": row["display_name"],
        "name": row["name"],
    }
    for wanted, member, column in (
        (zones, "availabilityZones", "zones"),
        (databases, "relationalDatabaseAvailabilityZones", "database_zones"),
    ):
        shown[member] = [
            {"zoneName": f"{row['name']}{letter}", "state": "available"} for letter in row[column] if wanted
        ]
    return shown
