"""Matches the items of a changed list with those that it had, so that an item that stays keeps its lines."""

from collections.abc import Mapping
from difflib import SequenceMatcher
from itertools import zip_longest
from typing import Any


def aligned(old: list[Any], new: list[Any]) -> list[int | None]:
    """For each new item the position of the old item that it replaces; None for an item that is added.

    Equal items match first, in their order; of the others, structures that have most members in common.
    """
    pairs: list[int | None] = [None] * len(new)
    matcher = SequenceMatcher(
        None, [repr(each) for each in old], [repr(each) for each in new], autojunk=False
    )
    for tag, start, end, begin, stop in matcher.get_opcodes():
        if tag == "equal":
            pairs[begin:stop] = range(start, end)
        elif tag == "replace":
            _match(pairs, old, new, list(range(start, end)), list(range(begin, stop)))
    return pairs


def _match(
    pairs: list[int | None], old: list[Any], new: list[Any], left: list[int], right: list[int]
) -> None:
    """Match items between two equal ones: structures by what they have in common, others by their position."""
    if not all(isinstance(each, Mapping) for each in (*(old[at] for at in left), *(new[at] for at in right))):
        for at, to in zip_longest(left, right):
            if at is not None and to is not None:
                pairs[to] = at
        return
    for to in right:
        best = max(left, key=lambda at: _common(old[at], new[to]), default=None)
        if best is not None and _common(old[best], new[to]):
            pairs[to] = best
            left = [at for at in left if at != best]


def _common(one: Mapping[str, Any], other: Mapping[str, Any]) -> int:
    """How many members two structures have in common."""
    return sum(1 for name in one if name in other and one[name] == other[name])
