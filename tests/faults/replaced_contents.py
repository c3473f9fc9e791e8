"""A sample of the cases of three other rows, in a workload in which an instance is replaced with its contents."""

from collections.abc import Sequence
from random import Random

from tests.faults import call_faults, concurrent_edits, second_controller
from tests.faults.case import case_names
from tests.faults.row import Row
from tests.faults.workloads import REPLACE

PLAYED = {each.ROW.name: each for each in (call_faults, concurrent_edits, second_controller)}
MOST = {"call_faults": 150, "concurrent_edits": 75, "second_controller": 60}
"""The most cases of each row."""


def cases() -> Sequence[str]:
    """Names such as `call_faults: ` and a case of this row; the same sample each time."""
    return [f"{row}: {case}" for row in PLAYED for case in _some(row)]


def _some(row: str) -> Sequence[str]:
    every = case_names(PLAYED[row].faults_for(REPLACE))
    return every if len(every) <= MOST[row] else Random(0).sample(every, MOST[row])


def check(name: str) -> Sequence[str]:
    """Run one case of another row."""
    row, _, case = name.partition(": ")
    found: Sequence[str] = PLAYED[row].check(case)
    return found


ROW = Row("replaced_contents", "contents of an instance that is replaced", cases, check)
