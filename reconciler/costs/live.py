"""The settings of a stack's resources as they live, for the cost of a change."""

from collections.abc import Iterator, Mapping
from typing import Any

from reconciler.contract import Adapter
from reconciler.errors import Absent, CallError, members_needed
from reconciler.field_schema import fields_of
from reconciler.model import Settings
from reconciler.observing.observer import ReadContext
from reconciler.pass_report import PassReport
from reconciler.planning.observed import observed_of
from reconciler.planning.world import Stray, World
from reconciler.stack import Key


def live_settings(
    report: PassReport, world: World, context: ReadContext
) -> tuple[dict[Key, Settings], list[str]]:
    """By resource of the stack that lives, its settings; and a line for each that could not be read.

    Fields that a dry run was to change have the values that it found; all other written fields are as the files write
    them. A resource that it was to create does not live; one that it was to delete is read.
    """
    found: dict[Key, Settings] = {}
    unread = [f"{key} {why}" for key, why in sorted({**world.unseen, **world.conflicts}.items())]
    for key, desired in report.stack.resources.items():
        if not desired.existing and key in world.sightings:
            found[key] = {**desired.settings, **report.before.get(key, {})}
    for stray in world.strays:
        adapter = context.kinds[stray.key.kind]
        try:
            with members_needed("read"):
                found[stray.key] = _read(adapter, stray, world, context)
        except Absent:
            continue
        except CallError as error:
            unread.append(f"{stray.key} could not be read: {error}")
    return found, unread


def _read(adapter: Adapter[Any], stray: Stray, world: World, context: ReadContext) -> Settings:
    """The settings of a live resource that the files no longer have, in the words of desired state."""
    shapes = fields_of(adapter.model)
    members = adapter.describe(context.api_of(adapter.service.name), stray.sighting)
    shown = {**stray.sighting.settings, **members}
    return observed_of("", world, stray.sighting, dict(_shown(shapes, shown)), shown).settings


def _shown(shapes: Mapping[str, Any], members: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """The fields that these members of a reply show."""
    for name, shape in shapes.items():
        if (shape.wire or "").partition(".")[0] in members:
            yield name, shape
