"""The notes on a plan: the values before it, what is left alone, and what AWS does not show yet."""

from collections.abc import Iterator, Mapping
from typing import Any

from reconciler.contract import Adapter, CannotDelete
from reconciler.declarations import NAME
from reconciler.field_schema import fields_of
from reconciler.model import Settings
from reconciler.planning.action import TAGS, Action
from reconciler.planning.contents import contents_of, named
from reconciler.planning.ownership import PROTECT_MARK, Owner
from reconciler.planning.plan import Plan
from reconciler.planning.protection import is_protected
from reconciler.planning.text_references import Resolver
from reconciler.planning.world import Stray, World
from reconciler.stack import Key, Stack


def found_before(
    plan: Plan, stack: Stack, world: World, kinds: Mapping[str, Adapter[Any]]
) -> dict[Key, Settings]:
    """The observed value of every field that the plan changes."""
    found: dict[Key, Settings] = {}
    resolver = Resolver(stack, world, kinds)
    for key, action in plan.actions.items():
        observed = world.observed.get(key)
        if observed and action.verb in ("update", "adopt", "replace"):
            tops = {each.top for each in action.differences} - {NAME}
            live = {name: value for name, value in observed.settings.items() if name in tops}
            shapes, written = fields_of(kinds[key.kind].model), stack.resources[key].settings
            values = {
                name: resolver.rows_as_written(shapes[name], written.get(name), value)
                for name, value in world.in_words(shapes, live).items()
            } | {TAGS: dict(observed.tags)}
            found[key] = {name: values.get(name) for name in sorted(tops)}
    return found


def notes_on(plan: Plan, stack: Stack, world: World, kinds: Mapping[str, Adapter[Any]]) -> Iterator[str]:
    """What the author may have meant instead; the remarks of kinds on live resources; and resources with our mark that are left alone, with their contents."""
    yield from plan.hints
    yield from _said_by_kinds(stack, world, kinds)
    if stack.destroys:
        yield from (f"{each.key}: {each.sighting.deletion}" for each in world.scheduled)
    gone, copied = "our mark and is no longer desired", "the mark of another live resource"
    for stray in plan.strays:
        bears = copied if stray.key in stack.resources else gone
        arn = stray.sighting.arn
        contents = contents_of(stack, world, kinds, arn)
        left = f"it is left alone{_why_kept(stack, stray, kinds[stray.key.kind])}"
        if contents:
            left += f", and so are its contents: {named(contents)}"
        elif arn in world.closed:
            left += f"; its contents could not be listed: {world.closed[arn]}"
        yield f"{stray.key} ({stray.sighting.name}) has {bears}; {left}"
    yield from (f"{each.key}: the replace {each.keeps}" for each in plan.pending if each.keeps)
    for key, old in sorted(world.replaced.items()):
        if not stack.resources[key].policy.replace:
            named_by = " and ".join(each.arn for each in old)
            yield f"{key} was created again, and the old one is left alone: {named_by}; `policy: {{replace: true}}` deletes it"


def _said_by_kinds(stack: Stack, world: World, kinds: Mapping[str, Adapter[Any]]) -> Iterator[str]:
    """The remarks of a kind on its live resources, in addition to their differences."""
    resolver = Resolver(stack, world, kinds)
    for key, observed in world.observed.items():
        desired, adapter = stack.resources.get(key), kinds[key.kind]
        speaks = type(adapter).remarks is not Adapter.remarks
        if speaks and desired is not None and observed.owner is not Owner.FOREIGN:
            said = adapter.remarks(resolver.resolved(desired, adapter), observed.members)
            yield from (f"{key}: {each}" for each in said)


def _why_kept(stack: Stack, stray: Stray, adapter: Adapter[Any]) -> str:
    """Why `prune` does not delete a resource, and what to write in the files; empty if the stack does not prune."""
    if not stack.prune or stray.key in stack.resources or stray.key in stack.release:
        return ""
    released = f"to remove only our marks, write `{stray.key}` under `release` in stack.yaml"
    if isinstance(adapter.delete, CannotDelete) and not adapter.delete.instead:
        return f", because AWS has no way to delete a {stray.key.kind}; {released}"
    if not is_protected(None, stray.tags, adapter):
        return ""
    marked = stray.tags.get(PROTECT_MARK) == "true"
    by = "it has the mark of `policy: {protect: true}`" if marked else f"every {stray.key.kind} is protected"
    return (
        f", because {by}; to delete it, write it in the files again with `policy: {{protect: false}}`, apply that, and "
        f"then remove it; {released}"
    )


def not_shown(action: Action) -> str:
    """The message for a change that was sent and that AWS does not show yet."""
    if action.refusal:
        return f"written, and cannot be confirmed: {action.refusal}"
    fields = ", ".join(sorted({each.field for each in action.differences})) or action.verb
    return f"written, but AWS does not show it yet: {fields}"
