"""The action that one desired resource needs, from its differences to the live one."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from reconciler.contract import Adapter
from reconciler.declarations import NAME
from reconciler.field_schema import fields_of, is_empty, lacks_content
from reconciler.planning.action import TAGS, Action, is_mark
from reconciler.planning.comparison import compare
from reconciler.planning.create_before_delete import with_replace_order
from reconciler.planning.diff import Difference, supplied
from reconciler.planning.existing import not_there
from reconciler.planning.name_exchange import renames
from reconciler.planning.ownership import Owner
from reconciler.planning.refused_parents import foreign_line
from reconciler.planning.text_references import Resolver
from reconciler.planning.world import Observed, World
from reconciler.stack import Desired, Key, Stack


def action_for(
    stack: Stack,
    desired: Desired,
    world: World,
    kinds: Mapping[str, Adapter[Any]],
    unidentified: frozenset[Key] = frozenset(),
) -> Action | None:
    """The action that one desired resource needs; None if it is as desired.

    Fields of our resources that refer to an `unidentified` resource are not compared: its id is not known.
    """
    key, observed, adapter = desired.key, world.observed.get(desired.key), kinds[desired.key.kind]
    problem = world.unseen.get(key) or world.conflicts.get(key)
    if problem:
        return Action(key, "update", refusal=problem)
    if desired.existing:
        if stack.destroys and key in stack.destroys.staying and key in world.sightings:
            return Action(key, "delete", refusal=stack.destroys.staying[key])
        if key in world.sightings or world.scope_of(desired.scope) is None:
            return None  # found, or to be looked for once what it lives in exists
        return Action(key, "adopt", refusal=not_there(desired))
    if observed is None:
        return creation_of(desired, adapter)
    found = compare(desired, observed, adapter, Resolver(stack, world, kinds))
    if unidentified and observed.owner is Owner.OURS:
        found = tuple(each for each in found if unidentified.isdisjoint(desired.references.get(each.top, ())))
    reasons = (adapter.impossible(each.field, desired.settings, observed.members) for each in found)
    impossible = "; ".join(dict.fromkeys(reason for reason in reasons if reason)) or None
    if observed.owner is Owner.FOREIGN:
        return Action(key, "adopt", refusal=foreign_line(observed.other_stack or ""))
    if observed.owner is Owner.FREE and adapter.tagging:
        settings = tuple(each for each in found if each.top != TAGS)
        if settings and not desired.adopt and not _just_made(settings, desired, adapter):
            why = "it already exists, without our mark and with other settings; `adopt: true` takes it over"
            return Action(key, "adopt", settings, refusal=why)
        if desired.policy.on_drift == "report":
            return Action(key, "adopt", tuple(each for each in found if is_mark(each)))
        fixed = _fixed_in(found, adapter, desired, observed)
        refusal = (
            f"AWS cannot change {', '.join(fixed)}; write the live value, or delete the resource first"
            if fixed
            else None
        )
        return Action(key, "adopt", found, impossible or refusal)
    if impossible and desired.policy.on_drift != "report":
        return Action(key, "update", found, refusal=impossible)
    action = owned_action(desired, found, adapter, observed) if found else None
    return with_replace_order(action, desired, world, kinds)


def _just_made(found: tuple[Difference, ...], desired: Desired, adapter: Adapter[Any]) -> bool:
    """Whether an unmarked resource is as our create request makes it, for kinds that are tagged by a separate call.

    A pass may have ended between the two calls. All differing fields are still empty, or as create begins them, so no value of
    another user is lost.
    """
    if adapter.tagging is None or not adapter.tagging.after_create:
        return False
    sent, begins = adapter.create.always_sent, adapter.create.begins
    differing = {each.field for each in found}
    begun = all(
        name in differing or desired.settings.get(name) in (None, value) for name, value in begins.items()
    )
    return begun and all(
        begins[each.top] == each.observed
        if each.top in begins
        else is_empty(each.observed) and each.top not in sent
        for each in found
    )


def creation_of(desired: Desired, adapter: Adapter[Any]) -> Action:
    """The create of a resource that does not exist; refused if the files lack what a new one needs."""
    missing = sorted(name for name in adapter.create.needed if desired.settings.get(name) is None)
    refusal = None
    if missing:
        refusal = f"it does not exist, and a new {desired.key.kind} needs {', '.join(missing)}"
    elif lacks_content(desired.settings):
        refusal = "it does not exist, and only the digest of its files is kept; check out the files of that time, and run a pass with them"
    return Action(desired.key, "create", tuple(_everything(desired, adapter)), refusal)


def _fixed_in(
    found: Iterable[Difference], adapter: Adapter[Any], desired: Desired, observed: Observed
) -> list[str]:
    """The differing fields that AWS cannot change on a live resource, or not to this value."""
    never = {*adapter.create.fixed, *(() if renames(adapter) else (NAME,))}
    return sorted(
        {
            each.top
            for each in found
            if each.top in never or adapter.replaces(each.field, desired.settings, observed.members)
        }
    )


def owned_action(
    desired: Desired, found: tuple[Difference, ...], adapter: Adapter[Any], observed: Observed
) -> Action:
    """The action for a resource of ours with these differences."""
    key, fixed = desired.key, _fixed_in(found, adapter, desired, observed)
    if desired.policy.on_drift == "report":
        return Action(key, "update", found, only_report=True)
    if not fixed:
        return Action(key, "update", found)
    if desired.policy.replace and adapter.made_by_aws(observed.sighting):
        why = f"AWS cannot change {', '.join(fixed)}, and does not delete a resource that it created itself"
        return Action(key, "replace", found, refusal=why)
    if desired.policy.replace:
        return Action(key, "replace", found)
    does = adapter.create.copies.says if adapter.create.copies else "deletes it and creates it again"
    why = f"AWS cannot change {', '.join(fixed)}; `policy: {{replace: true}}` {does}"
    return Action(key, "replace", found, refusal=why)


def _everything(desired: Desired, adapter: Adapter[Any]) -> Iterator[Difference]:
    """Every written field as a difference from an empty value, and what is sent with it."""
    shapes = fields_of(adapter.model)
    for name, value in desired.settings.items():
        if value is not None:
            yield Difference(name, None, value)
            if isinstance(value, Mapping | list):
                yield from supplied(name, shapes[name], value, None)
