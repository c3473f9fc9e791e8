"""A row of the fault matrix: named cases, and a function that returns the violations of a case."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """One row of the matrix.

    `cases` returns the names of all its cases, the same on every call. `check` runs one of them and returns its violations, one
    line each. Both run in a process that they may share with other cases of the row, one at a time. `each` is the number of
    cases that one name stands for.
    """

    name: str
    title: str
    cases: Callable[[], Sequence[str]]
    check: Callable[[str], Sequence[str]]
    each: int = 1
