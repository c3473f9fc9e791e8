"""Every call of a pass with every type of crash, lost reply, refusal and throttling."""

from collections.abc import Iterator, Sequence

from reconciler.sandbox.fault_injection import Attempt, Fault, FaultKind, at
from tests.faults.case import (
    Case,
    FaultPlan,
    RecordedCall,
    case_names,
    deletes_the_new_resource,
    fault_free_run,
    parse_case_name,
    without_redundant,
)
from tests.faults.row import Row
from tests.faults.workloads import workloads

EVERY_CALL = (FaultKind.CRASH_BEFORE,)
"""A crash before the next call is the same as a crash after the last reply, because the process stores no state in between."""
MUTATING = (
    FaultKind.CRASH_AFTER,
    FaultKind.TIMEOUT_AFTER,
    FaultKind.TIMEOUT,
    FaultKind.NO_CONNECTION,
    FaultKind.CONNECT_TIMEOUT,
    FaultKind.ERROR_500,
    FaultKind.ERROR_500_AFTER,
    FaultKind.ERROR_503_AFTER,
    FaultKind.LIMIT_EXCEEDED,
    FaultKind.QUOTA_EXCEEDED,
    FaultKind.ACCESS_DENIED,
    FaultKind.IN_USE,
    FaultKind.CONFLICT,
    FaultKind.EMPTY_REPLY,
)
LATE = {"late": 1, "late, in the next pass": 10_000}
"""The number of further calls after which a timed-out call takes effect; a large number means the end of the pass."""
THROTTLES = {"throttle once": 1, "throttle, but the last try": 5, "throttle until the end": 10_000}
"""The number of consecutive calls that are throttled, beginning with this one."""
PERMANENT = {
    "expired token from here on": FaultKind.EXPIRED_TOKEN,
    "access denied from here on": FaultKind.ACCESS_DENIED,
    "no connection from here on": FaultKind.NO_CONNECTION,
}


ALWAYS_INJECTED = frozenset(
    {str(FaultKind.CRASH_BEFORE), str(FaultKind.CRASH_AFTER), str(FaultKind.TIMEOUT_AFTER), "late"}
)
"""The faults that are injected into every change, even if its operation is called often."""


def faults_for(workload: str) -> Iterator[tuple[str, RecordedCall, str]]:
    """Every call of a workload with every fault that applies to it."""
    for recorded in fault_free_run(workload).recorded:
        faults: list[str] = [*EVERY_CALL]
        if recorded.call.mutating:
            faults += [*MUTATING, *LATE, *THROTTLES, *PERMANENT]
        for fault in faults:
            if fault in LATE and deletes_the_new_resource(workload, recorded):
                continue
            yield workload, recorded, str(fault)


def cases() -> Sequence[str]:
    """Every call of every workload with every fault that applies to it."""
    every = (each for workload in workloads() for each in faults_for(workload))
    return case_names(without_redundant(every, ALWAYS_INJECTED))


def fault_plan(index: int, fault: str) -> FaultPlan:
    """The plan that injects a fault at one call."""
    if fault in LATE:
        return at(index, Fault(FaultKind.TIMEOUT_LATE, calls=LATE[fault]))
    if fault in THROTTLES:
        return _several(index, THROTTLES[fault], FaultKind.THROTTLE)
    if fault in PERMANENT:
        return _several(index, 10_000, PERMANENT[fault])
    return at(index, FaultKind(fault))


def _several(index: int, number: int, kind: FaultKind) -> FaultPlan:
    """The plan that lets several calls of an operation fail; all later calls for a permanent fault."""
    first: list[str] = []

    def plan(attempt: Attempt) -> FaultKind | None:
        if attempt.index < index:
            return None
        if not first:
            first.append(attempt.operation)
        alike = number >= 10_000 or attempt.operation == first[0]
        return kind if alike and attempt.index < index + number else None

    return plan


def check(name: str) -> Sequence[str]:
    """Run one case: one fault at one call."""
    workload, index, fault = parse_case_name(name)
    case = Case.of(workload)
    case.pass_with_faults(fault_plan(index, fault))
    if fault == "late":
        return case.recover()
    if fault in LATE:
        _apply_in_the_next_pass(case)
    return case.recover()


def _apply_in_the_next_pass(case: Case) -> None:
    """Let pending effects of timed-out calls happen between two calls of the next pass."""
    for late in case.harness.box.world.keeper._late:
        late.calls = 3


ROW = Row("call_faults", "calls that crash, get no reply, fail or are refused", cases, check)
