"""Leaves fields as they are in AWS for a while: edits that somebody shall see before they are corrected."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from typing import Any, TypeAlias

from reconciler.contract import Adapter
from reconciler.declarations import NAME
from reconciler.field_schema import leaves
from reconciler.interpolation import literal
from reconciler.planning.action import DELETION, TAGS, Action, is_mark
from reconciler.planning.comparison import managed_fields, wanted_tags
from reconciler.planning.diff import Difference
from reconciler.planning.ownership import MARKS
from reconciler.planning.plan import Plan
from reconciler.planning.world import World
from reconciler.stack import Desired, Key, Stack

Part: TypeAlias = str
"""What is held as one: a top-level field, the name in AWS (`NAME`), or one tag (`tags.Team`)."""

Held: TypeAlias = Mapping[Key, Mapping[Part, str]]
"""By resource and part: the time at which the hold ends, as text."""

NOTHING_HELD: Held = {}

HELD_UNTIL = "edited in AWS; held until "
"""The beginning of the note on a difference that is held."""


def part_of(difference: Difference) -> Part:
    """The part that a difference belongs to."""
    return path_part(difference.field)


def path_part(path: str) -> Part:
    """The part that the path of a difference begins with."""
    top = path.partition(".")[0].partition("[")[0]
    return path if top == TAGS else top


def field_of(part: Part) -> str:
    """The top-level field of a part."""
    return TAGS if part.startswith(f"{TAGS}.") else part


def edited_parts(action: Action) -> Mapping[Part, tuple[Difference, ...]]:
    """The parts of our live resource in which it differs from the files, as an edit in the console may cause it.

    Empty for an action that is not carried out, or that is no update. A scheduled deletion and our own marks are no edits,
    and neither is a field that is only sent again because what it refers to changes.
    """
    found: dict[Part, tuple[Difference, ...]] = {}
    if action.verb != "update" or not action.pending:
        return found
    for each in action.differences:
        if each.field != DELETION and not is_mark(each) and each.observed != each.desired:
            found[part_of(each)] = (*found.get(part_of(each), ()), each)
    return found


def live_value(differences: Iterable[Difference], names: Mapping[str, str]) -> list[Any]:
    """The live values of differences, with the names of resources where only an id is known; `names` has them by id."""
    return [_named(each.observed, names) for each in differences]


def _named(value: Any, names: Mapping[str, str]) -> Any:
    if isinstance(value, Mapping):
        return {key: _named(item, names) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_named(item, names) for item in value]
    return names.get(value, value) if isinstance(value, str) else value


def follows_others(desired: Desired, part: Part, plan: Plan, live: Any, names: Collection[str]) -> bool:
    """Whether a part may differ only because a resource that it refers to does not exist, or is replaced.

    If `live`, its live value, names another resource that exists, somebody has chosen it.
    """
    targets = (plan.actions.get(key) for key in desired.references.get(field_of(part), ()))
    if not any(each is not None and each.verb in ("create", "replace") for each in targets):
        return False
    return not any(isinstance(leaf, str) and leaf in names for leaf in leaves(live))


def written_parts(stack: Stack, desired: Desired, adapter: Adapter[Any]) -> dict[Part, Any]:
    """What the files say about each part of a resource that is compared with AWS."""
    found = {name: desired.settings[name] for name, _ in managed_fields(desired, adapter)}
    if desired.aws_name is not None and adapter.identity.name:
        found[NAME] = desired.aws_name
    if adapter.tagging:
        tags = wanted_tags(stack, desired)
        found |= {f"{TAGS}.{tag}": value for tag, value in tags.items() if tag not in MARKS}
    return found


def without_held(stack: Stack, world: World, held: Held) -> Stack:
    """The stack of a pass that leaves these parts as they are in AWS."""
    if not held:
        return stack
    changed = {key: _as_it_is(stack.resources[key], world, parts) for key, parts in held.items()}
    return replace(stack, resources={**stack.resources, **changed})


def _as_it_is(desired: Desired, world: World, parts: Mapping[Part, str]) -> Desired:
    """A resource whose held parts are those that AWS shows, or are not compared."""
    observed, settings = world.observed[desired.key], dict(desired.settings)
    tags = {part.removeprefix(f"{TAGS}."): None for part in parts if part.startswith(f"{TAGS}.")}
    if tags:
        live = {tag: observed.tags.get(tag) for tag in tags}
        kept = {tag: literal(text) if text is not None else None for tag, text in live.items()}
        settings[TAGS] = {**(settings.get(TAGS) or {}), **kept}
    fields = tuple(part for part in parts if part != NAME and not part.startswith(f"{TAGS}."))
    policy = replace(desired.policy, ignore=(*desired.policy.ignore, *fields))
    name = observed.sighting.name if NAME in parts else desired.aws_name
    return replace(desired, settings=settings, policy=policy, aws_name=name)


def with_held(plan: Plan, whole: Plan, held: Held) -> Plan:
    """A plan without the held parts, together with what the whole plan says about them."""
    actions = dict(plan.actions)
    for key, parts in held.items():
        differing = edited_parts(whole.actions[key])
        kept = tuple(
            replace(each, note=f"{HELD_UNTIL}{until}")
            for part, until in parts.items()
            for each in differing[part]
        )
        until = min(parts.values())
        alone = Action(
            key, "update", postponed=f"edited in AWS, and held until {until}; then it is corrected"
        )
        actions[key] = replace(actions.get(key, alone), held=kept)
    return replace(plan, actions=actions)
