"""A few hundred cases that between them have every fault, every operation and every workload in them."""

import re
from collections.abc import Iterator, Sequence
from functools import cache

from registry import row
from trial import parsed

BY_CALL = "ABCD"
"""The rows whose cases are a call of a workload and a fault."""
SEEDS = {"E": 12, "F": 12}
"""Of the rows by seed, so many."""


@cache
def slice_of(letter: str) -> Sequence[str]:
    """The cases of one row: the fewest that a greedy choice finds."""
    names = row(letter).cases()
    if letter in SEEDS:
        return names[: SEEDS[letter]]
    seen: set[tuple[str, ...]] = set()
    chosen = []
    for name in names:
        features = set(_features(letter, name))
        if not features <= seen:
            seen |= features
            chosen.append(name)
    return chosen


def _features(letter: str, name: str) -> Iterator[tuple[str, ...]]:
    workload, _, fault = parsed(name)
    service, _, operation = name.split(" | ")[1].split()[1].partition(":")
    yield ("fault", fault, workload.partition("/")[0])
    if letter in "AB":
        yield ("operation", operation)
    else:
        (verb,) = re.findall(r"^[A-Z][a-z]+", operation)
        yield ("verb", service, verb)


def whole_slice() -> list[tuple[str, str]]:
    """Row and case, those of all rows in turn."""
    return [(letter, name) for letter in (*BY_CALL, *SEEDS) for name in slice_of(letter)]
