"""Matches the written elements of a list without keys with the live elements that they mean."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

from reconciler.field_schema import Shape

MemberOf: TypeAlias = Callable[[Mapping[str, Any], str, Shape], Any]
"""A function that returns a field of a live structure, by its name and shape; None if it is missing."""
Same: TypeAlias = Callable[[Shape, Any, Any], bool]
"""A function that returns whether a written value and a live one of a shape are equal."""


def pair(
    item: Shape, wanted: Sequence[Any], found: Sequence[Any], member_of: MemberOf, same: Same
) -> dict[int, int]:
    """The position of the live element that matches each written one; a written one without a match is new.

    First, elements are paired if every written member is equal; then those that agree more with each other than with any
    other; an element without written members takes a remaining one. If both lists have one element, they are a pair.
    """
    if len(wanted) == len(found) == 1:
        return {0: 0}
    likeness = [[_agreeing(item, each, live, member_of, same) for live in found] for each in wanted]
    pairs: dict[int, int] = {}
    for at, row in enumerate(likeness):
        free = [to for to, (agree, written) in enumerate(row) if written and agree == written]
        free = [to for to in free if to not in pairs.values()]
        if free:
            pairs[at] = at if at in free else free[0]
    while found_pair := _next_pair([[agree for agree, _ in row] for row in likeness], pairs, len(found)):
        pairs |= found_pair
    for at in (at for at, row in enumerate(likeness) if at not in pairs and not any(of for _, of in row)):
        left = [to for to in range(len(found)) if to not in pairs.values()]
        if left:
            pairs[at] = at if at in left else left[0]
    return dict(sorted(pairs.items()))


def _next_pair(agreeing: list[list[int]], pairs: Mapping[int, int], many: int) -> dict[int, int]:
    """Two elements that agree in a member, and in more members than either has in common with any other."""
    rows = [at for at in range(len(agreeing)) if at not in pairs]
    columns = [to for to in range(many) if to not in pairs.values()]
    for at in rows:
        for to in columns:
            alike = agreeing[at][to]
            others = [agreeing[at][other] for other in columns if other != to]
            others += [agreeing[other][to] for other in rows if other != at]
            if alike > max(others, default=0):
                return {at: to}
    return {}


def _agreeing(shape: Shape, wanted: Any, found: Any, member_of: MemberOf, same: Same) -> tuple[int, int]:
    """How many written members equal the live ones, and how many are written."""
    if shape.secret or wanted is None:
        return 0, 0
    if shape.part and not shape.codec:
        live = found if isinstance(found, Mapping) else {}
        counts = [
            _agreeing(shape.fields[name], value, member_of(live, name, shape.fields[name]), member_of, same)
            for name, value in wanted.items()
        ]
        return sum(agree for agree, _ in counts), sum(written for _, written in counts)
    return int(same(shape, wanted, found)), 1
