"""What a row of the fault matrix is: cases with names, and a check that says what each of them broke."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """One row of the matrix.

    `cases` gives the names of all its cases, the same on every call; `check` carries out one of them and says what was
    broken, a line each, or nothing. Both run in a process that they may share with others of the row, one at a time.
    `each` is how many cases one name stands for.
    """

    name: str
    title: str
    cases: Callable[[], Sequence[str]]
    check: Callable[[str], Sequence[str]]
    each: int = 1
