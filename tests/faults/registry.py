"""All rows of the matrix by name, and a function that runs some of their cases."""

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
    "kind_faults",
    "stack_faults",
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
"""The names of the rows, which are the names of their modules; a module is imported when it is needed."""
RANDOM = ("random_faults", "random_states")
DETERMINISTIC = tuple(name for name in ROWS if name not in RANDOM)
"""The rows without random cases, which must all run before a release."""


@cache
def row(name: str) -> Row:
    """Return a row by its name."""
    found: Row = import_module(f"tests.faults.{name}").ROW
    return found


def again(name: str, case: str) -> str:
    """Return the command that runs one case."""
    return f".venv/bin/python -m tests.faults --row {name} --case {shlex.quote(case)}"


@dataclass
class Outcome:
    """The results of some cases: their number, their CPU seconds, and the violations by case."""

    row: str
    cases: int
    seconds: float
    slowest: float
    wrong: dict[str, list[str]] = field(default_factory=dict)


def hush() -> None:
    """Turn logging off: the output of thousands of cases would hide their violations."""
    import logging

    import structlog

    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))


_last: list[str] = []
"""The last row that ran in this process."""


def run(name: str, cases: Sequence[str]) -> Outcome:
    """Run some cases of a row in a process of the pool."""
    collect_seldom()
    hush()  # each time, because the row secret_leaks configures the logs again
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
