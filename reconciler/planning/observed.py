"""Converts the members that AWS shows of a resource into the words of desired state; the only place that decodes replies."""

from collections.abc import Mapping
from typing import Any

from reconciler.contract import Sighting
from reconciler.field_schema import Shape
from reconciler.planning.ownership import STACK_MARK, owner_of
from reconciler.planning.world import Observed, World


def observed_of(
    mark: str, world: World, sighting: Sighting, fields: Mapping[str, Shape], members: Mapping[str, Any]
) -> Observed:
    """A live resource of a stack with this mark; `members` are the members that AWS shows of these fields."""
    tags = sighting.tags or {}
    return Observed(
        sighting=sighting,
        owner=owner_of(tags, mark),
        tags=tags,
        members=members,
        settings=world.decoder.fields(fields, members),
        fields=frozenset(fields),
        other_stack=tags.get(STACK_MARK),
    )
