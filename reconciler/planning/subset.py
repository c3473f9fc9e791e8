"""The part of a stack that a pass over a few of its resources needs."""

from collections.abc import Collection
from dataclasses import replace

from reconciler.stack import Key, Stack


def focused(stack: Stack, keys: Collection[Key]) -> Stack:
    """The stack with only these resources, and with all that they refer to and live in.

    Nothing is pruned or released: the other resources are not part of this pass, and stay known as `beside`.
    """
    needed: set[Key] = set()
    for key in _with_renamed(stack, keys):
        needed.add(key)
        needed.update(target for targets in stack.resources[key].references.values() for target in targets)
    waiting = list(needed)
    while waiting:
        scope = stack.resources[waiting.pop()].scope
        if scope is not None and scope not in needed:
            needed.add(scope)
            waiting.append(scope)
    resources = {key: each for key, each in stack.resources.items() if key in needed}
    others = [each for key, each in stack.resources.items() if key not in needed]
    former = {Key(each.key.kind, each.renamed_from) for each in others if each.renamed_from} - needed
    beside = frozenset({*(each.key for each in others), *former})
    return replace(stack, resources=resources, beside=beside, prune=False, release=())


def _with_renamed(stack: Stack, keys: Collection[Key]) -> set[Key]:
    """These resources, and all that exchange names with one of them."""
    linked: dict[Key, set[Key]] = {}
    for key, desired in stack.resources.items():
        former = Key(key.kind, desired.renamed_from) if desired.renamed_from else key
        if former != key and former in stack.resources:
            linked.setdefault(key, set()).add(former)
            linked.setdefault(former, set()).add(key)
    found, ahead = set(keys), list(keys)
    while ahead:
        more = linked.get(ahead.pop(), set()) - found
        found |= more
        ahead += more
    return found
