"""How a resource that the files no longer have is removed: deleted, set to other values, or only unmarked."""

from typing import Any

from reconciler.contract import Adapter, CannotDelete
from reconciler.field_schema import fields_of
from reconciler.planning.action import Action, Verb
from reconciler.planning.contents import is_protected
from reconciler.planning.diff import Difference
from reconciler.planning.world import Stray, World
from reconciler.stack import Stack


def removal_verb(stack: Stack, stray: Stray, adapter: Adapter[Any]) -> Verb | None:
    """The verb that removes a resource which is no longer desired; None if it is left alone."""
    if stray.key in stack.resources:
        return None  # a copy of what is desired still: to delete it by key would delete the other
    if stray.key in stack.release:
        return "release"
    goes = stack.prune or stray.key in stack.unwanted
    if not goes or is_protected(None, stray.tags, adapter):
        return None
    if isinstance(adapter.delete, CannotDelete):
        return "release" if adapter.delete.instead else None
    return "release" if adapter.made_by_aws(stray.sighting) else "delete"


def removal_action(stack: Stack, stray: Stray, world: World, adapter: Adapter[Any]) -> Action | None:
    """The action that removes a resource which is no longer desired; None if it is left alone."""
    verb = removal_verb(stack, stray, adapter)
    if verb is None:
        return None
    delete = adapter.delete
    stays = stray.key in stack.release or adapter.made_by_aws(stray.sighting)
    if stays or not isinstance(delete, CannotDelete):
        return Action(stray.key, verb)
    shapes = {name: shape for name, shape in fields_of(adapter.model).items() if name in delete.instead}
    live = world.in_words(shapes, world.decoder.fields(shapes, stray.sighting.settings))
    found = (Difference(name, live.get(name), value) for name, value in delete.instead.items())
    return Action(stray.key, verb, tuple(each for each in found if each.observed != each.desired))
