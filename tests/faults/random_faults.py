"""Two to five faults of any type, anywhere in up to two passes, chosen by a seed."""

from collections.abc import Mapping, Sequence
from random import Random

from reconciler.sandbox.fault_injection import Attempt, Fault, FaultKind
from tests.faults.call_faults import MUTATING, PERMANENT, THROTTLES, fault_plan
from tests.faults.case import Case, FaultPlan, fault_free_run
from tests.faults.read_faults import READS, STALE, StaleRead
from tests.faults.row import Row
from tests.faults.workloads import platform_workloads, small_workloads

SCHEDULES = 10_000
OF_PLATFORM = 0.2
"""The share of the schedules on the kinds around Amazon Connect, which take longest."""
SETTLING = 4
"""The passes within which a case with several faults must be settled; late effects may happen in the first of them."""
ANY = (*map(str, MUTATING), *map(str, READS), "crash-before", "late", *THROTTLES, *PERMANENT)


def cases() -> Sequence[str]:
    """All seeds."""
    return [str(seed) for seed in range(SCHEDULES)]


def check(name: str) -> Sequence[str]:
    """Run one case: one schedule of faults."""
    random = Random(int(name))
    stacks = platform_workloads() if random.random() < OF_PLATFORM else small_workloads()
    workload = random.choice(sorted(stacks))
    case = Case.of(workload, passes=SETTLING)
    length = len(fault_free_run(workload).recorded)
    left = random.randint(2, 5)
    while left > 0:
        number = random.randint(1, left)
        left -= number
        faults = {random.randint(1, length): random.choice(ANY) for _ in range(number)}
        if random.random() < 0.3:
            stale_read = StaleRead(case, random.randint(1, length), random.choice(STALE))
            case.pass_with_faults(_both(_scheduled(faults), stale_read.plan))
        else:
            case.pass_with_faults(_scheduled(faults))
        case.harness.clock.sleep(random.choice((1.0, 60.0, 3600.0)))
    return case.recover()


def _scheduled(faults: Mapping[int, str]) -> FaultPlan:
    """The plan with these faults; if two are for the same call, the one that began first applies."""
    plans = [fault_plan(index, fault) for index, fault in sorted(faults.items())]

    def plan(attempt: Attempt) -> Fault | FaultKind | None:
        for each in plans:
            found = each(attempt)
            if found is not None:
                return found
        return None

    return plan


def _both(first: FaultPlan, second: FaultPlan) -> FaultPlan:
    def plan(attempt: Attempt) -> Fault | FaultKind | None:
        second(attempt)
        return first(attempt)

    return plan


ROW = Row("random_faults", "random schedules of two to five faults", cases, check)
