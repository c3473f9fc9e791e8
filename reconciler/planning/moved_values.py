"""Finds the values that AWS moves from one resource to another in one call, such as the subnets of route tables."""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from reconciler.contract import Adapter
from reconciler.field_schema import Shape, moving_fields
from reconciler.planning.action import Action
from reconciler.planning.text_references import Resolver
from reconciler.planning.world import World
from reconciler.stack import Key, Stack


class MovedValue(NamedTuple):
    """A value of a field, as AWS has it."""

    kind: str
    field: str
    text: str


def moved_values(
    actions: Mapping[Key, Action], stack: Stack, world: World, kinds: Mapping[str, Adapter[Any]]
) -> dict[Key, frozenset[Key]]:
    """By resource that loses such values in this plan: the resources that get them."""
    resolver = Resolver(stack, world, kinds)
    taken: dict[MovedValue, Key] = {}
    lost: dict[MovedValue, Key] = {}
    for key, action in actions.items():
        moving = moving_fields(kinds[key.kind].model)
        if not (moving and action.pending and key in stack.resources):
            continue
        desired, observed = stack.resources[key], world.observed.get(key)
        for name in moving.keys() & desired.settings.keys():
            wanted = _texts(resolver, moving[name], desired.settings[name])
            live = _listed(observed.settings.get(name)) if observed else frozenset()
            taken |= {MovedValue(key.kind, name, each): key for each in wanted - live}
            lost |= {MovedValue(key.kind, name, each): key for each in live - wanted}
    found: dict[Key, set[Key]] = {}
    for value, key in lost.items():
        if value in taken:
            found.setdefault(key, set()).add(taken[value])
    return {key: frozenset(takers) for key, takers in found.items()}


def _texts(resolver: Resolver, shape: Shape, value: Any) -> frozenset[str]:
    """The texts of a value as AWS has them; one that is not known yet is left out."""
    return frozenset(filter(None, (resolver.text(shape, each) for each in _listed(value))))


def _listed(value: Any) -> frozenset[str]:
    texts: Iterable[str] = [value] if isinstance(value, str) else value or ()
    return frozenset(texts)
