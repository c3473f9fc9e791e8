"""Finds resources whose key was changed in the files without `renamed_from`: the plan deletes one and creates its equal."""

from collections.abc import Iterator, Mapping
from typing import Any

from reconciler.contract import Adapter
from reconciler.declarations import NAME
from reconciler.field_schema import Shape, fields_of
from reconciler.planning.action import Action
from reconciler.planning.diff import differences
from reconciler.planning.world import Stray, World
from reconciler.stack import Desired, Key, Stack

MOST = 100_000
"""So many pairs of resources are compared; a plan with more gets no hints."""
ENOUGH = 2
"""So many written fields must be equal: many resources have one setting in common."""


def rename_hints(
    actions: Mapping[Key, Action], stack: Stack, world: World, kinds: Mapping[str, Adapter[Any]]
) -> Iterator[str]:
    """A line for each new resource that has the settings of exactly one that is no longer desired."""
    made = [stack.resources[key] for key, action in sorted(actions.items()) if action.verb == "create"]
    made = [each for each in made if _can_rename(kinds[each.key.kind], each)]
    gone = [
        each for each in world.strays if each.key not in stack.resources and each.key not in stack.release
    ]
    if len(made) * len(gone) > MOST:
        return
    pairs = [
        (desired, stray)
        for desired in made
        for stray in gone
        if (stray.key.kind, stray.scope) == (desired.key.kind, desired.scope)
        and _is_equal(kinds[desired.key.kind], desired, stray, world)
    ]
    for desired, stray in pairs:
        alone = [each for each in pairs if each[0] is desired or each[1] is stray]
        if len(alone) == 1:
            old = stray.key.name
            goes = ", which goes away" if stray.key in actions else ", which is no longer in the files"
            yield f"{desired.key} is new and has the same settings as {old}{goes}: `renamed_from: {old}` renames it"


def _can_rename(adapter: Adapter[Any], desired: Desired) -> bool:
    """Whether `renamed_from` keeps the live resource: AWS can change the name, or there is none."""
    return desired.aws_name is None or any(NAME in group.fields for group in adapter.updates)


def _is_equal(adapter: Adapter[Any], desired: Desired, stray: Stray, world: World) -> bool:
    """Whether all written fields that a list shows are equal, and these are enough."""
    shapes = fields_of(adapter.model)
    listed = desired.settings.keys() & adapter.reads.listed & shapes.keys()
    shown = {
        name: desired.settings[name]
        for name in listed
        if _member(shapes[name], name) in stray.sighting.settings
    }
    if len(shown) < min(ENOUGH, len(desired.settings)) or not shown:
        return False
    live = world.decoder.fields({name: shapes[name] for name in shown}, stray.sighting.settings)
    return not any(
        any(differences(name, shapes[name], value, live.get(name))) for name, value in shown.items()
    )


def _member(shape: Shape, name: str) -> str:
    """The member of a list that holds a field."""
    return (shape.wire or name).partition(".")[0]
