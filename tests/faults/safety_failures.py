"""Operations that fail once, are accepted but not carried out, take effect late, or are not visible yet."""

from collections import Counter
from collections.abc import Callable, Iterator

from reconciler.pass_options import Options
from reconciler.sandbox.fault_injection import Attempt, Fault, FaultKind
from reconciler.sandbox.journal import Call
from reconciler.stack import Key
from tests.faults.case import Case
from tests.faults.read_faults import show

MOST = 8
"""The most passes until every operation has failed once."""
CREATES = (
    *(
        f"Create{noun}"
        for noun in ("Instance", "Queue", "User", "SecurityProfile", "RoutingProfile", "QuickConnect")
    ),
    *("CreateContactFlow", "ClaimPhoneNumber", "CreateTable", "CreateBucket"),
)
GONE = ("Delete", "Release")
USED_BY_QUEUES = {Key("connect.phone_number", "main_line"), Key("connect.quick_connect", "Supervisor")}
"""Resources that the half of the centre lacks."""


def throttled_once(workload: str) -> Iterator[str]:
    """Every operation is throttled once, and the same pass succeeds."""
    case = Case.of(workload)
    report = case.pass_with_faults(Once(FaultKind.THROTTLE).plan)
    if report is None or report.outcome != "settled":
        yield f"P1 throttles are not overcome within the pass: {report and report.outcome}"
    yield from case.recover()


class Once:
    """Every operation fails once: reads, changes, or both."""

    def __init__(
        self, kind: FaultKind, *, reads: bool = True, changes: bool = True, only: tuple[str, ...] = ("",)
    ) -> None:
        self.kind, self.reads, self.changes, self.only = kind, reads, changes, only
        self.met: set[str] = set()

    def plan(self, attempt: Attempt) -> FaultKind | None:
        """Fail an operation that has not failed before."""
        concerned = self.changes if attempt.mutating else self.reads
        concerned = concerned and attempt.operation.startswith(self.only)
        if attempt.operation in self.met or attempt.service == "sts" or not concerned:
            return None
        self.met.add(attempt.operation)
        return self.kind


def failing_once(workload: str, once: Once) -> Iterator[str]:
    """Run passes until no operation fails for the first time, then passes without faults."""
    case = Case.of(workload)
    first = case.pass_with_faults(once.plan)
    if once.only == CREATES and (first is None or first.outcome != "settled"):
        failed = [
            f"{key}: {each.message}"
            for key, each in (first.results if first else {}).items()
            if each.outcome != "done"
        ]
        yield f"P1 what was made without a reply is not found in the same pass: {failed[:2]}"
    for _ in range(MOST):
        before = len(once.met)
        case.harness.clock.sleep(60)
        case.harness.inject(once.plan)
        case.pass_with_approved_deletes()
        case.harness.inject(lambda _attempt: None)
        if len(once.met) == before:
            break
    yield from case.recover()
    if not once.changes:
        # Existing resources are not created again, although AWS would refuse a second one.
        creates = Counter(call.name for call in case.harness.box.journal if "Create" in call.operation)
        more = creates - Counter(each.call.name for each in case.fault_free.recorded)
        yield from (f"P2 asked for again: {name}, {number} times" for name, number in more.items())


def not_done(workload: str) -> Iterator[str]:
    """AWS accepts a change, but does not make it: the report must not say settled."""
    case = Case.of(workload)
    before: list[bytes] = []
    undone: list[Call] = []

    def undo(call: Call) -> None:
        if not undone:
            undone.append(call)
            case.harness.box.restore(before[0])

    def plan(attempt: Attempt) -> None:
        if not before and attempt.mutating and attempt.operation.startswith(("Update", "Put")):
            before.append(case.harness.box.snapshot())
            # Before the observer that counts, which must not see the undone change.
            case.harness.box.journal._watchers.insert(0, undo)

    report = case.pass_with_faults(plan)
    if report is not None and report.outcome == "settled":
        again = case.harness.run(case.workload.wanted, Options(dry_run=True))
        if again.plan.pending:
            yield f"P8 {undone[0].name} was accepted and not done, and the pass was called settled"
    yield from case.recover()


def not_let_go(workload: str) -> Iterator[str]:
    """A resource is not deleted while a reference to it could not be removed."""
    case = Case.of(workload)

    def plan(attempt: Attempt) -> FaultKind | None:
        lets_go = attempt.mutating and not attempt.operation.startswith(GONE)
        return FaultKind.ACCESS_DENIED if lets_go else None

    report = case.pass_with_faults(plan)
    held = repr([each.settings for each in case.harness.live_resources().values()])
    for call in case.harness.box.journal:
        ids = [value for name, value in call.params.items() if name not in ("InstanceId", "ClientToken")]
        if call.operation.startswith(GONE) and any(each in held for each in ids):
            yield f"P4 {call.name} although others had not let go"
    waiting = {key for key, each in report.results.items() if each.outcome == "waiting"} if report else set()
    if waiting != USED_BY_QUEUES:
        yield f"P1 not what queues use waits, but {sorted(map(str, waiting))}"
    yield from case.recover()


def claimed_late(workload: str) -> Iterator[str]:
    """A claim that takes effect only after a search without result is not made a second time."""
    for calls in range(12, 26):
        case = Case.of(workload)
        late: list[Fault] = []

        def plan(attempt: Attempt, late: list[Fault] = late, calls: int = calls) -> Fault | None:
            if attempt.operation != "ClaimPhoneNumber" or late:
                return None
            late.append(Fault(FaultKind.TIMEOUT_LATE, calls=calls))
            return late[0]

        case.pass_with_faults(plan)
        yield from (f"{line}, {calls} calls late" for line in case.recover())


def index_behind(workload: str) -> Iterator[str]:
    """One of AWS's two indexes does not show a new resource yet, the other one does."""
    for operation in ("ListSecurityProfiles", "SearchSecurityProfiles"):
        case = Case.of(workload)
        before: list[bytes] = []
        case.pass_with_faults(_kept_before("CreateSecurityProfile", case, before))
        case.harness.clock.sleep(60)
        sent = len(case.harness.box.journal)
        shown: list[Attempt] = []

        def plan(
            attempt: Attempt,
            operation: str = operation,
            case: Case = case,
            before: list[bytes] = before,
            shown: list[Attempt] = shown,
        ) -> None:
            if attempt.operation == operation and not shown:
                shown.append(attempt)
                show(case, before[0])

        report = case.pass_with_faults(plan)
        creates = [call.name for call in case.harness.box.journal[sent:] if "Create" in call.operation]
        if creates or (report and report.plan.pending):
            yield f"P2 {operation} is behind, and made again: {creates}"


def _kept_before(operation: str, case: Case, before: list[bytes]) -> Callable[[Attempt], None]:
    def plan(attempt: Attempt) -> None:
        if attempt.operation == operation:
            before[:] = [case.harness.box.snapshot()]

    return plan
