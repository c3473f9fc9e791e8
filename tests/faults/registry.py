"""All rows of the matrix, by name, and the carrying out of some of their cases."""

import shlex
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module

from reconciler.runtime.gc_tuning import collect_seldom
from tests.faults import shared_sandbox
from tests.faults.row import Row

ROWS = (
    "call_faults",
    "read_faults",
    "concurrent_edits",
    "second_controller",
    "random_faults",
    "random_states",
    "field_transitions",
    "fuzzed_documents",
    "secret_leaks",
    "path_escape",
    "endpoints",
    "iam_policy",
    "rollback",
    "unwritten_fields",
    "safety",
    "replaced_contents",
    "hostile_documents",
)
"""The module of each row has its name; none is imported before it is asked for."""
RANDOM = ("random_faults", "random_states")
DETERMINISTIC = tuple(name for name in ROWS if name not in RANDOM)
"""The rows that are the same cases every time and are all to be run before anything is released."""


@cache
def row(name: str) -> Row:
    """The row of a name."""
    found: Row = import_module(f"tests.faults.{name}").ROW
    return found


def again(name: str, case: str) -> str:
    """The command that plays one case."""
    return f".venv/bin/python -m tests.faults --row {name} --case {shlex.quote(case)}"


@dataclass
class Outcome:
    """What became of some cases: their number, the CPU seconds they took, and what they broke, by case."""

    row: str
    cases: int
    seconds: float
    slowest: float
    wrong: dict[str, list[str]] = field(default_factory=dict)


def hush() -> None:
    """Let nobody log: thousands of cases would bury what they found."""
    import logging

    import structlog

    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))


_last: list[str] = []
"""The row that this process played last."""


def run(name: str, cases: Sequence[str]) -> Outcome:
    """Carry out some cases of a row, in a process of the pool."""
    collect_seldom()
    hush()  # each time: the hunt for secrets sets the logs up anew
    if _last != [name]:
        shared_sandbox.leave()  # it would answer calls of this row
        _last[:] = [name]
    chosen, outcome = row(name), Outcome(name, 0, 0.0, 0.0)
    for case in cases:
        began = time.process_time()
        try:
            wrong = list(chosen.check(case))
        except Exception as error:  # noqa: BLE001 -- a case that cannot be played is a violation too
            wrong = [f"the case itself broke: {type(error).__name__}: {error}"]
        took = time.process_time() - began
        outcome.cases += chosen.each
        outcome.seconds += took
        outcome.slowest = max(outcome.slowest, took)
        if wrong:
            outcome.wrong[case] = wrong
    return outcome


def listed(names: Sequence[str]) -> dict[str, list[str]]:
    """The names of all cases of these rows."""
    hush()
    return {name: list(row(name).cases()) for name in names}
