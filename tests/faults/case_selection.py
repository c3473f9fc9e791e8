"""Selects some 150 cases that together have every fault, every operation that changes something and every workload.

Of reads, the slice has every verb of every service: the engine treats all reads of a verb alike."""

import re
from collections.abc import Iterator, Sequence
from functools import cache

from reconciler.aws.replies import READS
from tests.faults.case import fault_free_run, parse_case_name
from tests.faults.registry import row

BY_CALL = ("call_faults", "read_faults", "concurrent_edits", "second_controller")
"""The rows whose cases consist of a call of a workload and a fault."""
SEEDS = {"random_faults": 4, "random_states": 4}
"""The number of seeds in the slice, for rows with seeds."""


BRIEF = "platform"
"""For these workloads, the slice has only edits by other clients and another controller; the engine does the rest in the same way."""
LONG = ("platform/change", "platform/replace", "platform/adopt")
"""Workloads that only the whole matrix runs."""


@cache
def slice_of(name: str) -> Sequence[str]:
    """The cases of one row: a small set that a greedy algorithm finds, with fast cases preferred."""
    cases = row(name).cases()
    if name in SEEDS:
        return cases[: SEEDS[name]]
    cases = [case for case in cases if not case.startswith(LONG)]
    shown = {case: frozenset(_features(name, case)) for case in cases}
    cases = sorted(cases, key=lambda case: _calls_of(parse_case_name(case)[0]))
    seen: set[tuple[str, ...]] = set()
    chosen = []
    for new in range(max(map(len, shown.values())), 0, -1):  # first the cases with the most new combinations
        for case in cases:
            if len(shown[case] - seen) >= new:
                seen |= shown[case]
                chosen.append(case)
    return chosen


@cache
def _calls_of(workload: str) -> int:
    return len(fault_free_run(workload).recorded)


def _features(name: str, case: str) -> Iterator[tuple[str, ...]]:
    workload, _, fault = parse_case_name(case)
    service, _, operation = case.split(" | ")[1].split()[1].partition(":")
    yield ("workload", workload)
    if workload.startswith(BRIEF):
        if name in ("concurrent_edits", "second_controller"):
            yield ("fault", fault, BRIEF)
        return
    yield ("fault", fault) if name == "read_faults" else ("fault", fault, workload.partition("/")[0])
    if name == "call_faults":
        if not operation.startswith(READS):
            yield ("operation", operation)
    else:
        (verb,) = re.findall(r"^[A-Z][a-z]+", operation)
        yield ("verb", service, verb)


def whole_slice() -> list[tuple[str, str]]:
    """Pairs of row and case, with the rows interleaved."""
    return [(name, case) for name in (*BY_CALL, *SEEDS) for case in slice_of(name)]
