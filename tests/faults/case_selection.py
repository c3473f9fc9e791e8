"""Selects cases that together have every fault and every workload, for `make test` and for mutants.

Of reads, they have every verb of every service: the engine treats all reads of a verb alike."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from typing import TypeAlias

from reconciler.aws.replies import READS
from tests.faults import call_faults, concurrent_edits, read_faults, second_controller
from tests.faults.case import RecordedCall, case_names, fault_free_run, parse_case_name
from tests.faults.registry import row
from tests.faults.workloads import workloads

Feature: TypeAlias = tuple[str, ...]
BY_CALL: Mapping[str, Callable[[str], Iterator[tuple[str, RecordedCall, str]]]] = {
    each.ROW.name: each.faults_for for each in (call_faults, read_faults, concurrent_edits, second_controller)
}
"""The rows whose cases consist of a call of a workload and a fault."""
SEEDS = {"random_faults": 4, "random_states": 4}
"""The number of seeds in the slice, for rows with seeds."""


BRIEF = "platform"
"""For these workloads, the slice has only edits by other clients and another controller; the engine does the rest in the same way."""
LONG = ("platform/change", "platform/replace", "platform/adopt")
"""Workloads that only the whole matrix runs."""
MAIN = "contact_center"
"""The stack in which reads have every fault; of the others the slice has every verb."""


def stacks() -> Sequence[str]:
    """The stacks of the workloads."""
    return [*dict.fromkeys(map(_stack_of, workloads()))]


@cache
def slice_of_stack(name: str, stack: str) -> Sequence[str]:
    """The cases of one row on one stack: every fault, every workload, and every verb of a service that changes something.

    It needs only the workloads of this stack, so that no process of a run computes those of all. That every single operation
    endures a lost reply is tested by the contract suite, and by the whole matrix.
    """
    played = [each for each in workloads() if _stack_of(each) == stack and not each.startswith(LONG)]
    cases = case_names(each for workload in played for each in BY_CALL[name](workload))
    return _chosen(cases, {case: frozenset(_features(name, case, brief=True)) for case in cases})


@cache
def slice_of(name: str) -> Sequence[str]:
    """The cases of one row: as `slice_of_stack`, and every operation that changes something."""
    cases = row(name).cases()
    if name in SEEDS:
        return cases[: SEEDS[name]]
    cases = [case for case in cases if not case.startswith(LONG)]
    return _chosen(cases, {case: frozenset(_features(name, case)) for case in cases})


def _chosen(cases: Sequence[str], shown: Mapping[str, frozenset[Feature]]) -> Sequence[str]:
    """A small set of cases that shows all features; a greedy algorithm finds it, with fast cases preferred."""
    cases = sorted(cases, key=lambda case: _calls_of(parse_case_name(case)[0]))
    seen: set[Feature] = set()
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


def _features(name: str, case: str, *, brief: bool = False) -> Iterator[Feature]:
    """What a case shows; briefly, verbs of services stand for operations, and the faults of reads are shown by one stack."""
    workload, _, fault = parse_case_name(case)
    stack = _stack_of(workload)
    service, _, operation = case.split(" | ")[1].split()[1].partition(":")
    yield ("workload", workload)
    if stack == BRIEF:
        if name in ("concurrent_edits", "second_controller"):
            yield ("fault", fault, BRIEF)
        return
    if name != "read_faults":
        yield ("fault", fault, stack)
    elif stack == MAIN or not brief:
        yield ("fault", fault)
    if name != "call_faults":
        yield ("verb", service, _verb(operation))
    elif not operation.startswith(READS):
        yield ("verb", service, _verb(operation)) if brief else ("operation", operation)


def _stack_of(workload: str) -> str:
    return workload.partition("/")[0]


def _verb(operation: str) -> str:
    (verb,) = re.findall(r"^[A-Z][a-z]+", operation)
    return str(verb)


def whole_slice() -> list[tuple[str, str]]:
    """Pairs of row and case, with the rows interleaved."""
    return [(name, case) for name in (*BY_CALL, *SEEDS) for case in slice_of(name)]
