"""Operations that fail once, are accepted but not carried out, take effect late, or are not visible yet."""

from collections import Counter
from collections.abc import Callable, Iterator

from reconciler.reconcile import Options
from reconciler.sandbox.fault_injection import Attempt, Fault, FaultKind
from reconciler.sandbox.journal import Call
from reconciler.stack import Key
from tests.faults.read_faults import show
from tests.faults.trial import Trial

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
    trial = Trial.of(workload)
    report = trial.troubled(Once(FaultKind.THROTTLE).plan)
    if report is None or report.outcome != "settled":
        yield f"P1 throttles are not overcome within the pass: {report and report.outcome}"
    yield from trial.fair()


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
    trial = Trial.of(workload)
    first = trial.troubled(once.plan)
    if once.only == CREATES and (first is None or first.outcome != "settled"):
        failed = [
            f"{key}: {each.message}"
            for key, each in (first.results if first else {}).items()
            if each.outcome != "done"
        ]
        yield f"P1 what was made without a reply is not found in the same pass: {failed[:2]}"
    for _ in range(MOST):
        before = len(once.met)
        trial.at.clock.sleep(60)
        trial.at.inject(once.plan)
        trial.approved()
        trial.at.inject(lambda _attempt: None)
        if len(once.met) == before:
            break
    yield from trial.fair()
    if not once.changes:
        # Existing resources are not created again, although AWS would refuse a second one.
        creates = Counter(call.name for call in trial.at.box.journal if "Create" in call.operation)
        more = creates - Counter(each.call.name for each in trial.expected.asked)
        yield from (f"P2 asked for again: {name}, {number} times" for name, number in more.items())


def not_done(workload: str) -> Iterator[str]:
    """AWS accepts a change, but does not make it: the report must not say settled."""
    trial = Trial.of(workload)
    before: list[bytes] = []
    undone: list[Call] = []

    def undo(call: Call) -> None:
        if not undone:
            undone.append(call)
            trial.at.box.restore(before[0])

    def plan(attempt: Attempt) -> None:
        if not before and attempt.mutating and attempt.operation.startswith(("Update", "Put")):
            before.append(trial.at.box.snapshot())
            # Before the observer that counts, which must not see the undone change.
            trial.at.box.journal._watchers.insert(0, undo)

    report = trial.troubled(plan)
    if report is not None and report.outcome == "settled":
        again = trial.at.run(trial.workload.wanted, Options(dry_run=True))
        if again.plan.pending:
            yield f"P8 {undone[0].name} was accepted and not done, and the pass was called settled"
    yield from trial.fair()


def not_let_go(workload: str) -> Iterator[str]:
    """A resource is not deleted while a reference to it could not be removed."""
    trial = Trial.of(workload)

    def plan(attempt: Attempt) -> FaultKind | None:
        lets_go = attempt.mutating and not attempt.operation.startswith(GONE)
        return FaultKind.ACCESS_DENIED if lets_go else None

    report = trial.troubled(plan)
    held = repr([each.held for each in trial.at.things().values()])
    for call in trial.at.box.journal:
        ids = [value for name, value in call.params.items() if name not in ("InstanceId", "ClientToken")]
        if call.operation.startswith(GONE) and any(each in held for each in ids):
            yield f"P4 {call.name} although others had not let go"
    waiting = {key for key, each in report.results.items() if each.outcome == "waiting"} if report else set()
    if waiting != USED_BY_QUEUES:
        yield f"P1 not what queues use waits, but {sorted(map(str, waiting))}"
    yield from trial.fair()


def claimed_late(workload: str) -> Iterator[str]:
    """A claim that takes effect only after a search without result is not made a second time."""
    for calls in range(12, 26):
        trial = Trial.of(workload)
        late: list[Fault] = []

        def plan(attempt: Attempt, late: list[Fault] = late, calls: int = calls) -> Fault | None:
            if attempt.operation != "ClaimPhoneNumber" or late:
                return None
            late.append(Fault(FaultKind.TIMEOUT_LATE, calls=calls))
            return late[0]

        trial.troubled(plan)
        yield from (f"{line}, {calls} calls late" for line in trial.fair())


def index_behind(workload: str) -> Iterator[str]:
    """One of AWS's two indexes does not show a new resource yet, the other one does."""
    for operation in ("ListSecurityProfiles", "SearchSecurityProfiles"):
        trial = Trial.of(workload)
        before: list[bytes] = []
        trial.troubled(_kept_before("CreateSecurityProfile", trial, before))
        trial.at.clock.sleep(60)
        sent = len(trial.at.box.journal)
        shown: list[Attempt] = []

        def plan(
            attempt: Attempt,
            operation: str = operation,
            trial: Trial = trial,
            before: list[bytes] = before,
            shown: list[Attempt] = shown,
        ) -> None:
            if attempt.operation == operation and not shown:
                shown.append(attempt)
                show(trial, before[0])

        report = trial.troubled(plan)
        creates = [call.name for call in trial.at.box.journal[sent:] if "Create" in call.operation]
        if creates or (report and report.plan.pending):
            yield f"P2 {operation} is behind, and made again: {creates}"


def _kept_before(operation: str, trial: Trial, before: list[bytes]) -> Callable[[Attempt], None]:
    def plan(attempt: Attempt) -> None:
        if attempt.operation == operation:
            before[:] = [trial.at.box.snapshot()]

    return plan
