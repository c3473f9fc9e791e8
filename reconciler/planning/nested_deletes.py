"""Counts what AWS deletes within resources that stay: rows of lists, indexes, rules; and of how many."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from reconciler.contract import Adapter
from reconciler.field_schema import Shape, fields_of
from reconciler.planning.action import Action
from reconciler.planning.contents import some
from reconciler.planning.diff import is_child
from reconciler.planning.ownership import Owner
from reconciler.planning.world import World

FieldOf = tuple[str, str]
"""A kind, and one of its fields."""


@dataclass(frozen=True, slots=True)
class Loss:
    """The rows of one field that all resources of a kind lose and that no new row replaces."""

    lost: tuple[tuple[Action, int], ...]
    live: int
    """How many live rows that field has in all these resources."""

    @property
    def number(self) -> int:
        """How many rows are lost in total."""
        return sum(number for _, number in self.lost)

    @property
    def losers(self) -> tuple[Action, ...]:
        """The actions that lose rows."""
        return tuple(action for action, _ in self.lost)


def losses(actions: Iterable[Action], rows: Mapping[FieldOf, int]) -> Iterator[tuple[FieldOf, Loss]]:
    """The losses by kind and field; `rows` are the numbers of live rows, from `live_rows`."""
    found: dict[FieldOf, list[tuple[Action, int]]] = {}
    for action in actions:
        for field in dict.fromkeys(each.top for each in action.differences if each.deletes):
            lost = _lost(action, field)
            if lost:
                found.setdefault((action.key.kind, field), []).append((action, lost))
    for place in sorted(found):
        yield place, Loss(tuple(found[place]), rows.get(place, 0))


def live_rows(
    actions: Mapping[Any, Action], world: World, kinds: Mapping[str, Adapter[Any]]
) -> Mapping[FieldOf, int]:
    """How many live rows our resources have, as far as they were read, in each field of which an action deletes rows."""
    places = {
        (action.key.kind, each.top)
        for action in actions.values()
        if action.pending and action.deletes
        for each in action.differences
        if each.deletes
    }
    found = Counter[FieldOf]()
    for key, observed in world.observed.items() if places else ():
        if observed.owner is Owner.OURS or key in actions:
            for place in ((key.kind, name) for name in observed.fields):
                if place in places:
                    shape = fields_of(kinds[key.kind].model)[place[1]]
                    found[place] += _rows_in(shape, observed.settings.get(place[1]))
    return found


def named_losses(actions: Iterable[Action], field: str | None = None) -> str:
    """These resources with the parts that are deleted within them, as one text; with `field` only of that field."""
    told = ((action, _names(action, field)) for action in actions)
    return some(f"{action.key} ({names})" for action, names in told if names)


def _names(action: Action, field: str | None) -> str:
    wanted = (each for each in action.differences if field is None or each.top == field)
    return some(dict.fromkeys(each.deletes for each in wanted if each.deletes))


def _lost(action: Action, field: str) -> int:
    """How many rows of a field are deleted and not replaced by new ones."""
    new = sum(
        each.top == field and each.observed is None and each.field.endswith("]")
        for each in action.differences
    )
    return max(0, action.deleted_in(field) - new)


def _rows_in(shape: Shape, value: Any, *, inner: bool = False) -> int:
    """How many structures the lists and maps of a value hold; with `inner` only lists with row keys count."""
    if shape.part and isinstance(value, Mapping):
        return sum(_rows_in(each, value.get(name), inner=inner) for name, each in shape.fields.items())
    if shape.values and is_child(shape.values) and isinstance(value, Mapping):
        return len(value)
    if shape.items and shape.items.part and isinstance(value, list) and (shape.rows or not inner):
        return sum(1 + _rows_in(shape.items, each, inner=True) for each in value)
    return 0
