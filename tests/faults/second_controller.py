"""A second controller runs before a change of the first one, which then continues; and the process is stopped at a change."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from reconciler.aws.api import ServiceApi, is_read
from reconciler.runtime.clock import VirtualClock
from tests.faults.case import (
    Case,
    RecordedCall,
    case_names,
    deletes_the_new_resource,
    fault_free_run,
    parse_case_name,
)
from tests.faults.harness import SharedClients
from tests.faults.row import Row
from tests.faults.workloads import workloads

CREATED_TWICE = ("kms:CreateKey",)
"""Creates without a client token and a name: after the last read, nothing can prevent a second one."""
PAUSED, ENDED_BEFORE, ENDED_AFTER = "paused while another works", "ended before it", "ended after it"


def faults_for(workload: str) -> Iterator[tuple[str, RecordedCall, str]]:
    """Every change of a workload, with another controller at it, or with a stop at it."""
    mutating = [recorded for recorded in fault_free_run(workload).recorded if recorded.call.mutating]
    for number, recorded in enumerate(mutating, start=1):
        for fault in (PAUSED, ENDED_BEFORE, ENDED_AFTER):
            if fault == PAUSED and (
                recorded.call.name in CREATED_TWICE or deletes_the_new_resource(workload, recorded)
            ):
                continue
            yield workload, RecordedCall(number, recorded.call), fault


def cases() -> Sequence[str]:
    """Every mutating call of every workload; the index does not count reads."""
    return case_names(each for workload in workloads() for each in faults_for(workload))


class Interrupted(SharedClients):
    """An account that calls functions before and after a change with a given number."""

    def arm(self, number: int, before: Callable[[], None], after: Callable[[], None]) -> None:
        """Set the functions and the number of the change."""
        self._number, self._before, self._after, self._made = number, before, after, 0

    def _new_api(self, service: str) -> ServiceApi:
        api = super()._new_api(service)
        inner = api.call

        def call(operation: str, **parameters: Any) -> dict[str, Any]:
            if is_read(operation):
                return inner(operation, **parameters)
            self._made += 1
            mine = self._made == self._number
            if mine:
                self._before()
            reply = inner(operation, **parameters)
            if mine:
                self._after()
            return reply

        api.call = call  # type: ignore[method-assign] # of this one API alone
        return api


def check(name: str) -> Sequence[str]:
    """Run one case: at one change, the process pauses or ends."""
    workload, number, fault = parse_case_name(name)
    case = Case.of(workload)
    made = case.harness.aws()
    aws = Interrupted(
        made.session, made.account, made.region, made.clock, made.random, made.pacer, clients=made.clients
    )
    if fault == PAUSED:
        aws.arm(number, lambda: _other(case), lambda: None)
    else:
        moments = (_end, lambda: None) if fault == ENDED_BEFORE else (lambda: None, _end)
        aws.arm(number, *moments)
    try:
        case.harness.run(case.workload.wanted, case.workload.options, case.cache, aws)
    except KeyboardInterrupt:
        pass
    except Exception as error:  # noqa: BLE001 -- whatever it is, it is what we look for
        case.violations.append(f"P10 a traceback: {type(error).__name__}: {error}")
    case.settled = False
    return case.recover()


def _end() -> None:
    raise KeyboardInterrupt


def _other(case: Case) -> None:
    """Let another controller of the same stack, with its own clock, settle everything."""
    harness, paused = case.harness, case.harness.clock
    harness.clock = VirtualClock(paused.now() + 1)
    try:
        case.pass_with_approved_deletes()
    finally:
        harness.clock = paused


ROW = Row("second_controller", "two controllers at once, and requests to end", cases, check)
