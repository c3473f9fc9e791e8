"""The bundles and engines of databases. The minor versions of engines are examples."""

from collections.abc import Sequence
from typing import Any

from reconciler.lightsail_offers import Row, known, table
from reconciler.sandbox.lightsail.account.offers import offered, shown_offer
from reconciler.sandbox.lightsail.core.operations import Operations
from reconciler.sandbox.lightsail.core.plane import Plane
from reconciler.sandbox.lightsail.core.refusals import invalid

operations = Operations()


@operations.pages("bundles", order=lambda row: str(row["bundleId"]))
def get_relational_database_bundles(plane: Plane, includeInactive: bool = False) -> Sequence[dict[str, Any]]:
    """List the plans of databases."""
    del plane
    return [shown_offer(row) for row in offered("database_bundles", includeInactive)]


@operations.pages("blueprints", order=lambda row: str(row["blueprintId"]))
def get_relational_database_blueprints(plane: Plane) -> Sequence[dict[str, Any]]:
    """List the engines with their major versions."""
    del plane
    return [shown_offer(row) for row in table("database_blueprints")]


def bundle(plane: Plane, id_: str) -> Row:
    """Return a bundle; refuse one that is not offered."""
    found = known("database_bundles", "bundle_id", id_)
    if found is None or not found["is_active"]:
        raise invalid(f"The relational database bundle ID is not valid in {plane.region_name}: {id_}")
    return found


def blueprint(plane: Plane, id_: str) -> Row:
    """Return a blueprint; refuse one that does not exist."""
    found = known("database_blueprints", "blueprint_id", id_)
    if found is None:
        raise invalid(f"The relational database blueprint ID is not valid in {plane.region_name}: {id_}")
    return found
