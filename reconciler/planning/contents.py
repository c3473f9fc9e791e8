"""What lives in a resource and is deleted with it: whose it is, and what must not be deleted."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from reconciler.contract import Adapter, Delete, Emptying
from reconciler.planning.ownership import STACK_MARK, Owner, name_in, owner_of
from reconciler.planning.protection import is_protected, why_destroy_keeps
from reconciler.planning.world import ContainedResource, Stray, World
from reconciler.stack import Key, Stack

NAMED = 20
"""At most this many are named in one line; the others are counted."""


@dataclass(frozen=True, slots=True)
class Content:
    """One resource that is deleted together with the resource that it lives in."""

    key: Key
    """Its key from our mark; a resource that is not ours has the name that AWS shows."""
    owner: Owner
    kept: str | None = None
    """Why it must not be deleted."""


def kinds_within(kind: str, kinds: Mapping[str, Adapter[Any]]) -> tuple[str, ...]:
    """Every kind that lives in a resource of this kind, at any depth; parents come before their children."""
    found: list[str] = []
    waiting = [kind]
    while waiting:
        parent = waiting.pop(0)
        inner = sorted(name for name, each in kinds.items() if each.parent == parent)
        found += inner
        waiting += inner
    return tuple(found)


def may_hold(kind: str, kinds: Mapping[str, Adapter[Any]], stack: Stack | None = None) -> bool:
    """Whether anything may live in a resource of this kind; with a stack, also whether its pass may empty such a resource."""
    living = bool(kinds[kind].unmanaged) or any(each.parent == kind for each in kinds.values())
    return living or (stack is not None and emptying_of(stack, kinds[kind]) is not None)


def emptying_of(stack: Stack, adapter: Adapter[Any]) -> Emptying | None:
    """How a resource of a kind is emptied; None if AWS does not ask for that, or if the pass destroys nothing."""
    delete = adapter.delete
    return delete.emptying if stack.destroys and isinstance(delete, Delete) else None


def full_line(stack: Stack, world: World, arn: str) -> str | None:
    """Why a resource cannot be emptied; None if it can be, is empty, or need not be."""
    locked = world.locked.get(arn)
    if locked:
        return f"AWS does not delete what is in it: {some(locked)}"
    found = [each for each in world.others.get(arn, ()) if each.emptied]
    if not found or (stack.destroys and stack.destroys.empties):
        return None
    said = ", ".join(f"{each.count} {each.noun}" for each in found)
    return f"AWS deletes it only when it is empty, and it holds {said}; --empty-buckets deletes them, too"


def contents_of(
    stack: Stack, world: World, kinds: Mapping[str, Adapter[Any]], arn: str
) -> tuple[Content, ...]:
    """What would be deleted with the resource of this ARN, sorted by key.

    What AWS created and no stack has marked is left out: every such resource has it.
    """
    desired = {sighting.arn: key for key, sighting in world.sightings.items() if key in stack.resources}
    found = (_content(stack, each, kinds[each.kind], desired) for each in world.contents.get(arn, ()))
    return tuple(sorted((each for each in found if each), key=lambda each: each.key))


def kept_line(stack: Stack, contents: Iterable[Content]) -> str | None:
    """Why a resource is not deleted because of its contents, and what to do; None if it may be deleted."""
    kept = [each for each in contents if each.kept]
    if not kept:
        return None
    said = some(f"{each.key} ({each.kept})" for each in kept)
    line = f"its contents would be deleted with it, and these must not be deleted: {said}"
    if stack.destroys:
        return line
    return f"{line}; delete or move them first, or write `policy: {{protect: false}}` for those that may be deleted"


def named(contents: Collection[Content]) -> str:
    """The names of contents as one text; those that are not ours are marked as such."""
    return some(_told(each) for each in contents)


def _told(content: Content) -> str:
    words = {Owner.OURS: "", Owner.FREE: " (unmarked)", Owner.FOREIGN: " (another stack's)"}
    return f"{content.key}{words[content.owner]}"


def some(words: Iterable[str]) -> str:
    """Words as one text; of a long list the first ones and the number of the others."""
    found = list(words)
    more = f" and {len(found) - NAMED:,} more" if len(found) > NAMED else ""
    return ", ".join(found[:NAMED]) + more


def within(stack: Stack, key: Key, parents: Collection[Key]) -> Key | None:
    """The one of these resources that a desired resource lives in, at any depth."""
    scope = stack.resources[key].scope
    while scope is not None:
        if scope in parents:
            return scope
        scope = stack.resources[scope].scope if scope in stack.resources else None
    return None


def strays_within(stack: Stack, strays: Iterable[Stray], parents: Collection[Key]) -> Iterator[Stray]:
    """The strays that live in one of these desired resources, at any depth."""
    for stray in strays:
        scope = stray.scope
        if scope is not None and (scope in parents or within(stack, scope, parents)):
            yield stray


def _content(
    stack: Stack, living: ContainedResource, adapter: Adapter[Any], desired: Mapping[str, Key]
) -> Content | None:
    tags, sighting = living.tags, living.sighting
    owner = owner_of(tags, stack.mark)
    key = desired.get(sighting.arn)
    managed = stack.resources[key] if key and not stack.resources[key].existing else None
    if adapter.tagging is None and managed is not None:
        owner = Owner.OURS  # what bears no tags is known by its name
    if owner is Owner.FREE and adapter.made_by_aws(sighting):
        return None
    marked = Key(adapter.kind, name_in(tags) or sighting.name)
    own = managed.key if managed else marked if owner is Owner.OURS else Key(adapter.kind, sighting.name)
    if owner is Owner.FOREIGN:
        return Content(own, owner, f'it has the mark of stack "{tags[STACK_MARK]}"')
    if owner is Owner.OURS and marked in stack.release and managed is None:
        return Content(own, owner, "the files release it")
    if owner is Owner.OURS and marked in stack.beside:
        return Content(own, owner, "this pass is about other resources")
    if stack.destroys:
        return Content(own, owner, why_destroy_keeps(stack, own, tags, adapter))
    kept = "it is protected" if is_protected(managed, tags, adapter) else None
    return Content(own, owner, kept)
