"""TagResource and UntagResource, and the names that are in use."""

from collections.abc import Mapping, Sequence

from reconciler.sandbox.lightsail.core.operations import Operations, Reply
from reconciler.sandbox.lightsail.core.plane import Plane
from reconciler.sandbox.lightsail.core.records import Record
from reconciler.sandbox.lightsail.core.refusals import absent, invalid
from reconciler.sandbox.lightsail.core.tagging_rules import UNTAGGED, merged

NO_OPERATIONS: Reply = {"operations": []}
"""The model has no operation type for tags."""

operations = Operations()


@operations.answers
def tag_resource(
    plane: Plane, resourceName: str, tags: Sequence[Mapping[str, str]], resourceArn: str | None = None
) -> Reply:
    """Add or replace tags."""
    record = _bearer(plane, resourceName, resourceArn)
    record.tags = merged(record.tags, tags)
    return NO_OPERATIONS


@operations.answers
def untag_resource(
    plane: Plane, resourceName: str, tagKeys: Sequence[str], resourceArn: str | None = None
) -> Reply:
    """Remove tags; they need not exist."""
    record = _bearer(plane, resourceName, resourceArn)
    record.tags = {key: value for key, value in record.tags.items() if key not in tagKeys}
    return NO_OPERATIONS


@operations.pages("activeNames", order=str)
def get_active_names(plane: Plane) -> Sequence[str]:
    """List the names of all resources."""
    return list(plane.records)


def _bearer(plane: Plane, name: str, arn: str | None) -> Record:
    record = plane.get_any(name)
    if arn not in (None, record.arn):
        raise absent("Resource", name)
    if record.type in UNTAGGED:
        raise invalid(f"A resource of this type cannot have tags: {record.type}")
    return record
