"""An instance is replaced with all that lives in it, and cases of three other rows strike on the way; a sample of these."""

from collections.abc import Sequence
from random import Random

from tests.faults import call_faults, concurrent_edits, second_controller
from tests.faults.row import Row
from tests.faults.trial import names
from tests.faults.workloads import REPLACE

PLAYED = {each.ROW.name: each for each in (call_faults, concurrent_edits, second_controller)}
MOST = {"call_faults": 150, "concurrent_edits": 75, "second_controller": 60}
"""So many cases of each row at most."""


def cases() -> Sequence[str]:
    """`call_faults: ` and a case of that row, and so on; the same sample each time."""
    return [f"{row}: {case}" for row in PLAYED for case in _some(row)]


def _some(row: str) -> Sequence[str]:
    every = names(PLAYED[row].played_with(REPLACE))
    return every if len(every) <= MOST[row] else Random(0).sample(every, MOST[row])


def check(name: str) -> Sequence[str]:
    """One case of another row."""
    row, _, case = name.partition(": ")
    found: Sequence[str] = PLAYED[row].check(case)
    return found


ROW = Row("replaced_contents", "contents of an instance that is replaced", cases, check)
