"""How a resource that the files no longer have is removed: deleted, set to other values, or only unmarked."""

from collections.abc import Mapping
from typing import Any

from reconciler.contract import Adapter, CannotDelete
from reconciler.field_schema import fields_of
from reconciler.planning.action import Action, Verb
from reconciler.planning.diff import Difference
from reconciler.planning.protection import is_protected, why_destroy_keeps
from reconciler.planning.world import Stray, World
from reconciler.stack import Key, Stack


def removal_verb(stack: Stack, stray: Stray, adapter: Adapter[Any]) -> Verb | None:
    """The verb that removes a resource which is no longer desired; None if it is left alone."""
    if stray.key in stack.resources:
        return None  # a copy of what is desired still: to delete it by key would delete the other
    if stray.key in stack.release:
        return "release"
    if why_it_stays(stack, stray.key, stray.tags, adapter):
        return None
    goes = stack.prune or stray.key in stack.unwanted
    if not goes or (stack.destroys is None and is_protected(None, stray.tags, adapter)):
        return None
    if isinstance(adapter.delete, CannotDelete):
        return "release" if adapter.delete.instead else None
    return "release" if adapter.made_by_aws(stray.sighting) else "delete"


def why_it_stays(stack: Stack, key: Key, tags: Mapping[str, str], adapter: Adapter[Any]) -> str | None:
    """Why a pass that deletes everything of the stack leaves a resource; None if it does not, or deletes nothing."""
    if stack.destroys and isinstance(adapter.delete, CannotDelete) and not adapter.delete.instead:
        return f"AWS has no way to delete a {key.kind}"
    return why_destroy_keeps(stack, key, tags, adapter)


def removal_action(stack: Stack, stray: Stray, world: World, adapter: Adapter[Any]) -> Action | None:
    """The action that removes a resource which is no longer desired; None if it is left alone."""
    verb = removal_verb(stack, stray, adapter)
    if verb is None:
        why = why_it_stays(stack, stray.key, stray.tags, adapter)
        return Action(stray.key, "delete", refusal=why) if why else None
    delete = adapter.delete
    stays = stray.key in stack.release or adapter.made_by_aws(stray.sighting)
    if stays or not isinstance(delete, CannotDelete):
        return Action(stray.key, verb)
    shapes = {name: shape for name, shape in fields_of(adapter.model).items() if name in delete.instead}
    live = world.in_words(shapes, world.decoder.fields(shapes, stray.sighting.settings))
    found = (Difference(name, live.get(name), value) for name, value in delete.instead.items())
    return Action(stray.key, verb, tuple(each for each in found if each.observed != each.desired))
