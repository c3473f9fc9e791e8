"""Writes live resources that the files do not declare into the files of a stack."""

from collections.abc import Mapping

from reconciler.errors import members_needed
from reconciler.exporting.acceptance import Seen
from reconciler.exporting.details import all_fields
from reconciler.exporting.survey import Survey, read_fields
from reconciler.exporting.updating import Update, update_of
from reconciler.observing.observer import ReadContext
from reconciler.planning.observed import observed_of
from reconciler.planning.world import Undeclared
from reconciler.stack import Key


def record(seen: Seen, chosen: Mapping[Key, Undeclared], context: ReadContext) -> Update:
    """The changes of the files that add these resources; nothing is written.

    `seen` has listed everything beside the stack, so that references have names. The resources live in one place at most.

    Raises:
        CallError: AWS did not show one of them.
    """
    stack, world = seen.stack, seen.world
    root = next((each.scope for each in chosen.values()), None)
    found = Survey(root, stack.mark, world)
    for key, each in chosen.items():
        world.remember(key, each.sighting)
    others = {Key(each.kind, each.sighting.name): each.sighting for each in world.undeclared}
    found.sightings = {**others, **world.sightings}
    for key, each in sorted(chosen.items()):
        reading = read_fields(context, all_fields(context.kinds[key.kind], key, each.sighting))
        with members_needed("read"):
            found.observed[key] = observed_of(
                stack.mark, world, reading.sighting, reading.fields, reading.members
            )
    made = update_of(seen, found)
    made.gone = []  # not everything was read
    return made
