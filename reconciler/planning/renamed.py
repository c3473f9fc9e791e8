"""Finds resources whose key was changed in the files without `renamed_from`: the plan deletes one and creates its equal."""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from reconciler.contract import Adapter
from reconciler.declarations import NAME
from reconciler.field_schema import fields_of
from reconciler.model import Settings
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
    if not made or len(made) * len(gone) > MOST:
        return
    shown = [(each, _shown(kinds[each.key.kind], each, world)) for each in gone]
    pairs = [
        (desired, stray)
        for desired in made
        for stray, live in shown
        if (stray.key.kind, stray.scope) == (desired.key.kind, desired.scope)
        and _is_equal(kinds[desired.key.kind], desired, live)
    ]
    times = Counter(each.key for pair in pairs for each in pair)
    for desired, stray in pairs:
        if times[desired.key] == times[stray.key] == 1:
            old = stray.key.name
            goes = (
                ", which is deleted or released"
                if stray.key in actions
                else ", which is no longer in the files"
            )
            yield f"{desired.key} is new and has the same settings as {old}{goes}: `renamed_from: {old}` renames it"


def _can_rename(adapter: Adapter[Any], desired: Desired) -> bool:
    """Whether `renamed_from` keeps the live resource: AWS can change the name, or there is none."""
    return desired.aws_name is None or any(NAME in group.fields for group in adapter.updates)


def _shown(adapter: Adapter[Any], stray: Stray, world: World) -> Settings:
    """The fields that the list of its kind shows of a resource, in the words of desired state; null if they are empty."""
    members, shapes = stray.sighting.settings, fields_of(adapter.model)
    listed = {
        name: shapes[name]
        for name in adapter.reads.listed & shapes.keys()
        if (shapes[name].wire or name).partition(".")[0] in members
    }
    return dict.fromkeys(listed) | world.decoder.fields(listed, members)


def _is_equal(adapter: Adapter[Any], desired: Desired, live: Settings) -> bool:
    """Whether all written fields that a list shows are equal, and these are enough."""
    shapes, names = fields_of(adapter.model), desired.settings.keys() & live.keys()
    if len(names) < max(1, min(ENOUGH, len(desired.settings))):
        return False
    return not any(any(differences(name, shapes[name], desired.settings[name], live[name])) for name in names)
