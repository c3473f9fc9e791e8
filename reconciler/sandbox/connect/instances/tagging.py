"""Tags of all resources with an ARN."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from reconciler.sandbox.connect.core.criteria import compared
from reconciler.sandbox.connect.core.operations import Operations, Reply, Rows
from reconciler.sandbox.connect.core.plane import Instance, Plane
from reconciler.sandbox.connect.core.refusals import absent
from reconciler.sandbox.connect.core.resource_types import BY_WORD, QUEUE, TRAFFIC_GROUP
from reconciler.sandbox.connect.core.tag_rules import merged
from reconciler.sandbox.connect.traffic.traffic_state import get_group

SEARCHED_WORDS = (
    "agent",
    "agent-state",
    "routing-profile",
    "standard-queue",
    "security-profile",
    "operating-hours",
    "prompt",
    "contact-flow",
    "flow-module",
    "transfer-destination",
)

operations = Operations()


class Tagged(Protocol):
    """An instance or a record."""

    tags: dict[str, str]


def bearer(plane: Plane, arn: str) -> Tagged:
    """Return the instance or record of an ARN; the ARN of a flow may end with a version."""
    _, _, path = arn.partition(":instance/")
    if f":{TRAFFIC_GROUP.word}/" in arn:
        return get_group(plane, arn)[1]
    if not path:
        number = plane.numbers.get(arn.rsplit("/", 1)[-1])
        if number is None or number.arn != arn:
            raise absent("Resource", arn)
        return number
    instance_arn = arn[: -len(path)] + path.split("/")[0]
    instance = plane.instance(instance_arn)
    if arn == instance_arn:
        return instance
    base = arn[: len(instance_arn)] + arn[len(instance_arn) :].split(":", maxsplit=1)[0]
    kind = BY_WORD.get(base.split("/")[-2])
    if kind is None or not kind.shown[1]:
        raise absent("Resource", arn)
    return instance.get(kind, base)


@operations.on_plane
def tag_resource(plane: Plane, resourceArn: str, tags: Mapping[str, str]) -> Reply:
    """Add or replace tags."""
    owner = bearer(plane, resourceArn)
    owner.tags = merged(owner.tags, tags)
    return None


@operations.on_plane
def untag_resource(plane: Plane, resourceArn: str, tagKeys: Sequence[str]) -> Reply:
    """Remove tags; they need not exist."""
    owner = bearer(plane, resourceArn)
    owner.tags = {key: value for key, value in owner.tags.items() if key not in tagKeys}
    return None


@operations.on_plane
def list_tags_for_resource(plane: Plane, resourceArn: str) -> Reply:
    """Show the tags."""
    return {"tags": dict(bearer(plane, resourceArn).tags)}


@operations.pages("Tags", most=100)
def search_resource_tags(
    instance: Instance, ResourceTypes: Sequence[str] = (), SearchCriteria: Mapping[str, Any] | None = None
) -> Rows:
    """Find the distinct tags of an instance's resources."""
    condition = (SearchCriteria or {}).get("TagSearchCondition", {})
    kinds = [BY_WORD.get(word, QUEUE) for word in ResourceTypes or SEARCHED_WORDS]
    tags = {pair for kind in kinds for record in instance.rows(kind) for pair in record.tags.items()}
    return [{"key": key, "value": value} for key, value in sorted(tags) if _meets((key, value), condition)]


def _meets(pair: tuple[str, str], condition: Mapping[str, str]) -> bool:
    return all(
        part not in condition
        or compared(
            {"Value": condition[part], "ComparisonType": condition.get(f"{part}ComparisonType", "EXACT")},
            text,
        )
        for part, text in zip(("tagKey", "tagValue"), pair, strict=True)
    )
