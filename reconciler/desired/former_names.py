"""Checks former names: each must lead to one resource, which is either deleted or itself renamed."""

from collections.abc import Collection, Iterator, Mapping
from typing import NamedTuple

from reconciler.desired.mistakes import Mistakes, ValuePath
from reconciler.desired.phrases import quoted
from reconciler.desired.references import References
from reconciler.stack import Desired, Key, Place


class Renamed(NamedTuple):
    """One `renamed_from`, and its place."""

    former: str
    place: Place
    trail: ValuePath


def check_renames(
    renamed: Mapping[Key, Renamed],
    resources: Mapping[Key, Desired],
    release: Collection[Key],
    references: References,
    mistakes: Mistakes,
) -> None:
    """Note every former name that another resource has, that two resources claim, or that is released."""
    first: dict[tuple[Key, Key | None], Key] = {}
    for key, each in sorted(renamed.items(), key=lambda pair: (pair[1].place, pair[0])):
        if mistakes.doubted(each.place) or key not in resources:
            continue
        former, scope = Key(key.kind, each.former), resources[key].scope
        other = first.setdefault((former, scope), key)
        if other != key:
            said = (
                f"{other} is also renamed from {quoted(each.former)} ({renamed[other].place}); "
                "only one of them can have had that name"
            )
            mistakes.add(each.place, said, each.trail)
        for said in _wrong(key, former, resources, references):
            mistakes.add(each.place, said, each.trail)
        if former in release:
            said = f"{former} is to be released; take it out of `release`, or remove this"
            mistakes.add(each.place, said, each.trail)


def _wrong(key: Key, former: Key, resources: Mapping[Key, Desired], references: References) -> Iterator[str]:
    """The problem of one former name by itself."""
    if former == key:
        yield "this is its own name; write the name that this one had before"
    elif references.knows(former) and former in resources:
        there = resources[former]
        if there.renamed_from is None or there.renamed_from == former.name:
            yield (
                "the stack still has a resource of this name; write the name that this one had before, or "
                f"under {former} the name that the other one was renamed from"
            )
        elif there.scope != resources[key].scope:
            yield f"{former} is in {there.scope}, and this one in {resources[key].scope}; they cannot exchange names"
