"""A few hundred cases that between them have every fault, every operation and every workload in them."""

import re
from collections.abc import Iterator, Sequence
from functools import cache

from registry import row
from trial import calm, parsed

BY_CALL = "ABCD"
"""The rows whose cases are a call of a workload and a fault."""
SEEDS = {"E": 12, "F": 12}
"""Of the rows by seed, so many."""


BRIEF = "platform"
"""Of these workloads the slice has what is done by hand and by another controller; the engine is the same for the rest."""
LONG = ("platform/change", "platform/replace", "platform/adopt")
"""Workloads that only the whole matrix plays."""


@cache
def slice_of(letter: str) -> Sequence[str]:
    """The cases of one row: the fewest that a greedy choice finds, and of several that do, the quickest."""
    names = row(letter).cases()
    if letter not in SEEDS:
        names = [name for name in names if not name.startswith(LONG)]
    if letter in SEEDS:
        return names[: SEEDS[letter]]
    shown = {name: frozenset(_features(letter, name)) for name in names}
    names = sorted(names, key=lambda name: _calls_of(parsed(name)[0]))
    seen: set[tuple[str, ...]] = set()
    chosen = []
    for new in range(max(map(len, shown.values())), 0, -1):  # first those that show the most that is new
        for name in names:
            if len(shown[name] - seen) >= new:
                seen |= shown[name]
                chosen.append(name)
    return chosen


@cache
def _calls_of(workload: str) -> int:
    return len(calm(workload).asked)


def _features(letter: str, name: str) -> Iterator[tuple[str, ...]]:
    workload, _, fault = parsed(name)
    service, _, operation = name.split(" | ")[1].split()[1].partition(":")
    yield ("workload", workload)
    if workload.startswith(BRIEF):
        if letter in "CD":
            yield ("fault", fault, BRIEF)
        return
    yield ("fault", fault, workload.partition("/")[0])
    if letter in "AB":
        yield ("operation", operation)
    else:
        (verb,) = re.findall(r"^[A-Z][a-z]+", operation)
        yield ("verb", service, verb)


def whole_slice() -> list[tuple[str, str]]:
    """Row and case, those of all rows in turn."""
    return [(letter, name) for letter in (*BY_CALL, *SEEDS) for name in slice_of(letter)]
