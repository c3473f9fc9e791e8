"""Row Q: an instance is replaced with all that lives in it, and what rows A, C and D do strikes on the way; a sample of these."""

from collections.abc import Sequence
from random import Random

import row_a
import row_c
import row_d
from row import Row
from trial import names
from workloads import REPLACE

PLAYED = {"A": row_a, "C": row_c, "D": row_d}
MOST = {"A": 150, "C": 75, "D": 60}
"""So many cases of each row at most."""


def cases() -> Sequence[str]:
    """`A: ` and a case of row A, and so on; the same sample each time."""
    return [f"{letter}: {name}" for letter in PLAYED for name in _some(letter)]


def _some(letter: str) -> Sequence[str]:
    every = names(PLAYED[letter].played_with(REPLACE))
    return every if len(every) <= MOST[letter] else Random(0).sample(every, MOST[letter])


def check(name: str) -> Sequence[str]:
    """One case of another row."""
    letter, _, case = name.partition(": ")
    return PLAYED[letter].check(case)


ROW = Row("Q", "contents of an instance that is replaced", cases, check)
