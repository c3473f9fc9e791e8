"""GetOperation, GetOperations and GetOperationsForResource: what was done, oldest first."""

from collections.abc import Sequence
from typing import Any

from reconciler.sandbox.lightsail.core.operations import WRONG_TOKEN, Operations, Reply
from reconciler.sandbox.lightsail.core.plane import Plane
from reconciler.sandbox.lightsail.core.records import Noted
from reconciler.sandbox.lightsail.core.refusals import absent
from reconciler.sandbox.moto_patches.pages import cut_at

MOST = 200
"""Of GetOperations, as its description says."""

operations = Operations()


@operations.answers
def get_operation(plane: Plane, operationId: str) -> Reply:
    """Show one operation."""
    found = next((each for each in plane.noted if each.id == operationId), None)
    if found is None:
        raise absent("Operation", operationId)
    return {"operation": found.shown(plane.now())}


@operations.answers
def get_operations(plane: Plane, pageToken: str | None = None) -> Reply:
    """Show all operations."""
    return _page(plane, plane.noted, pageToken)


@operations.answers
def get_operations_for_resource(plane: Plane, resourceName: str, pageToken: str | None = None) -> Reply:
    """Show the operations of a resource, which need not exist any more."""
    rows = [each for each in plane.noted if each.resource == resourceName]
    if not rows and resourceName not in plane.records:
        raise absent("Resource", resourceName)
    return _page(plane, rows, pageToken)


def _page(plane: Plane, rows: Sequence[Noted], token: str | None) -> Reply:
    page, following = cut_at(rows, min(MOST, plane.page_size), token, WRONG_TOKEN)
    shown: dict[str, Any] = {"operations": [each.shown(plane.now()) for each in page]}
    return {**shown, "nextPageToken": following} if following else shown
