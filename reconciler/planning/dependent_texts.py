"""Finds the texts that change because what they refer to changes in the same plan."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from reconciler.contract import Adapter
from reconciler.field_schema import references_in
from reconciler.interpolation import Token
from reconciler.model import Ref
from reconciler.planning.action import Action
from reconciler.planning.comparison import managed_fields
from reconciler.planning.diff import Difference
from reconciler.planning.ownership import Owner
from reconciler.planning.text_references import text_references, written_attribute
from reconciler.planning.world import World
from reconciler.stack import Desired, Key, Stack


def following(
    actions: Mapping[Key, Action], stack: Stack, world: World, kinds: Mapping[str, Adapter[Any]]
) -> Iterator[tuple[Key, tuple[Difference, ...]]]:
    """Our live resources with texts that refer to a value that another action may change; and the fields to send again.

    The new value is known once that action is carried out.
    """
    changing = {
        key: action
        for key, action in actions.items()
        if action.pending and action.verb in ("update", "replace")
    }
    for key, desired in stack.resources.items() if changing else ():
        observed, action = world.observed.get(key), actions.get(key)
        if observed is None or observed.owner is not Owner.OURS or desired.existing:
            continue
        if action is not None and not (action.pending and action.verb in ("update", "adopt")):
            continue
        told = {each.top for each in action.differences} if action else set()
        found = tuple(each for each in _differences(desired, changing, stack, kinds) if each.top not in told)
        if found:
            yield key, found


def _differences(
    desired: Desired, changing: Mapping[Key, Action], stack: Stack, kinds: Mapping[str, Adapter[Any]]
) -> Iterator[Difference]:
    """A difference for each managed field that refers to a replaced resource, or in a text to a value that may change."""
    adapter = kinds[desired.key.kind]
    fields = dict(managed_fields(desired, adapter))
    anew = {key for key, action in changing.items() if action.way == "made first"} - {desired.key}
    for field in sorted(fields.keys() & desired.references.keys()):
        if changing.keys().isdisjoint(desired.references[field]):
            continue
        renewed = _renewed(references_in(fields[field], desired.settings[field]), anew, kinds)
        if renewed:
            yield Difference(field, renewed.name, renewed.name, note=f"{renewed} is created again")
            continue
        if field in adapter.create.fixed:
            continue
        for ref, name in text_references(fields[field], desired.settings[field]):
            key = Key(ref.kind, name)
            known = written_attribute(stack, kinds, key, ref.by) is not None
            if key == desired.key or key not in changing or known:
                continue  # what the files say is compared like any other text
            if _may_change(changing[key], ref.by, kinds[key.kind]):
                token = str(Token(ref.kind, name, ref.by))
                yield Difference(field, token, token, note=f"its value is only known after {key} is changed")
                break


def _renewed(
    references: Iterable[tuple[Ref, str]], anew: Collection[Key], kinds: Mapping[str, Adapter[Any]]
) -> Key | None:
    """The first of these that is created again and gets another value; None if there is none. A copy gets another name too."""
    found = ((Key(ref.kind, name), ref.by) for ref, name in references)
    return next(
        (key for key, by in found if key in anew and (by != "name" or kinds[key.kind].create.copies)), None
    )


def _may_change(action: Action, attribute: str, adapter: Adapter[Any]) -> bool:
    """Whether an action may change one attribute of its resource."""
    if action.verb == "replace" and action.way != "made already":
        return attribute != "name" or adapter.create.copies is not None
    declared = adapter.attributes.get(attribute)
    return declared is not None and any(each.top in declared.follows for each in action.differences)
