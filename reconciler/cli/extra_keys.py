"""Finds the live resources beside a stack that the user names as `KIND/NAME`."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from reconciler.cli.exits import FAILED, INVALID, REFUSED, exit_with_errors

if TYPE_CHECKING:
    from reconciler.observing.observer import ReadContext
    from reconciler.planning.world import Undeclared, World
    from reconciler.stack import Key, Stack

ExtraKeys = Annotated[
    list[str],
    typer.Argument(
        help="The resources, as KIND/NAME with the name in AWS.", metavar="KEY...", show_default=False
    ),
]

SEE = "`reconciler plan --extra --full` names what there is"


def keys_of(words: Sequence[str]) -> "list[Key]":
    """The resources that the user names, each once; exits with an error for every wrong word."""
    from reconciler.desired.phrases import did_you_mean, quoted
    from reconciler.kinds import known_kinds
    from reconciler.stack import Key

    kinds, found, wrong = known_kinds(), dict[Key, None](), []
    for word in words:
        kind, slash, name = word.partition("/")
        if not slash or not kind or not name:
            wrong.append(f"{word[:200]}: write a resource as KIND/NAME")
        elif kind not in kinds:
            near = did_you_mean(kind, kinds) or "; `reconciler kinds` lists them"
            wrong.append(f"{word[:200]}: no kind named {quoted(kind)} is known{near}")
        elif Key(kind, name) in found:
            wrong.append(f"{word[:200]}: named twice; name each resource once")
        found[Key(kind, name)] = None
    if wrong:
        exit_with_errors(wrong, INVALID)
    return list(found)


def check_declared(stack: "Stack", keys: "Iterable[Key]", advice: str) -> None:
    """Exit with an error for every resource that the files have; `advice` says what to do instead."""
    lines = []
    for key in keys:
        desired = stack.resources.get(key)
        if desired is not None and desired.existing:
            lines.append(f"{key}: {desired.place} refers to it (`existing`); change that first")
        elif desired is not None:
            lines.append(f"{key}: the files have it already ({desired.place}); {advice}")
    if lines:
        exit_with_errors(lines, INVALID)


def chosen(
    stack: "Stack", keys: "Sequence[Key]", world: "World", context: "ReadContext"
) -> "dict[Key, Undeclared]":
    """The live resource of each key; exits with an error if one is not there, is not unique, or belongs to another stack."""
    from reconciler.planning.extra import not_declared, owner_beside

    check_looked_at(stack, keys, context)
    unlisted = {key.kind: world.unlisted[key.kind] for key in keys if key.kind in world.unlisted}
    if unlisted:
        exit_with_errors([f"{kind} could not be listed: {why}" for kind, why in unlisted.items()], FAILED)
    found: dict[Key, list[Undeclared]] = {key: [] for key in keys}
    for key, each in not_declared(stack, world):
        if key in found:
            found[key].append(each)
    missing = [_missing(key, world) for key, there in found.items() if not there]
    missing += [_ambiguous(key, there) for key, there in found.items() if len(there) > 1]
    if missing:
        exit_with_errors(missing, INVALID)
    owned = [
        f"{key}: it belongs to stack {owner}, and only that stack may change or delete it; `existing: true` refers to it"
        for key, (each,) in found.items()
        if (owner := owner_beside(each, stack, world, context.kinds)) not in (None, stack.mark)
    ]
    if owned:
        exit_with_errors(owned, REFUSED)
    return {key: each for key, (each,) in found.items()}


def check_looked_at(stack: "Stack", keys: "Iterable[Key]", context: "ReadContext") -> None:
    """Exit with an error for every kind that is not looked for beside this stack."""
    from reconciler.planning.extra import kinds_beside

    looked_at = kinds_beside(stack, context.kinds)
    lines = [
        f"{key}: the files have no {key.kind}, so its kind is not looked at; declare one, or use another stack"
        for key in keys
        if key.kind not in looked_at
    ]
    if lines:
        exit_with_errors(lines, INVALID)


def _missing(key: "Key", world: "World") -> str:
    """Why a resource is not among those beside the stack."""
    from reconciler.desired.phrases import did_you_mean

    names = [each.sighting.name for each in world.undeclared if each.kind == key.kind]
    near = did_you_mean(key.name, names).replace('mean "', f'mean "{key.kind}/', 1)
    return f"{key}: AWS has no such resource beside the stack{near or f'; {SEE}'}"


def _ambiguous(key: "Key", there: "Sequence[Undeclared]") -> str:
    arns = " and ".join(sorted(each.sighting.arn for each in there))
    return f"{key}: {len(there)} live resources have this name: {arns}; rename or delete the others by hand"
