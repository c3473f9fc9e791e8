"""Every read of a pass with every fault: timed out, partial, refused, unreadable, or with an earlier state.

An unreadable reply stays unreadable for the whole pass: each try of the call gets another of `damaged_replies.FORMS`. In lists, the
first row is damaged as well: with an even index it keeps only its name, with an odd one nothing. Both are tested in the pass that
makes the changes, and in one eight days later, when AWS has forgotten client tokens and the cache is too old.
"""

from collections.abc import Iterator, Sequence

from reconciler.pass_options import Options
from reconciler.sandbox.fault_injection import Attempt, FaultKind, at
from reconciler.sandbox.journal import Call
from tests.faults.case import (
    AFTER_TOKENS_EXPIRE,
    PASS_INTERVAL,
    Case,
    FaultPlan,
    RecordedCall,
    case_names,
    fault_free_run,
    parse_case_name,
    without_redundant,
)
from tests.faults.damaged_replies import ReplyDamage
from tests.faults.row import Row
from tests.faults.workloads import PLATFORM, workloads

READS = (FaultKind.TIMEOUT, FaultKind.ERROR_500, FaultKind.THROTTLE, FaultKind.ACCESS_DENIED)
PAGES = (FaultKind.PAGE_EXPIRED, FaultKind.PAGE_REPEATS, FaultKind.PAGE_SKIPS, FaultKind.PAGE_EMPTY)
ONE_WRITE, ONE_CREATE, ONE_DELETE = (
    "before the last write",
    "before the last create",
    "before the last delete",
)
STALE = (ONE_WRITE, ONE_CREATE, ONE_DELETE)
CREATES, DELETES = ("Create", "Claim", "PutMetricAlarm"), ("Delete", "Release", "ScheduleKeyDeletion")
"""The prefixes of create operations and of delete operations."""
WHOLE_PASS = "before the last pass"
UNREADABLE, BAD_ROW = "unreadable", "a row without identity"
UNREADABLE_LATER, BAD_ROW_LATER = f"{UNREADABLE}, later", f"{BAD_ROW}, later"
DAMAGED = (UNREADABLE, BAD_ROW)
DAMAGED_LATER = (UNREADABLE_LATER, BAD_ROW_LATER)


def faults_for(workload: str) -> Iterator[tuple[str, RecordedCall, str]]:
    """Every read of a workload with every fault that applies to it."""
    expected = fault_free_run(workload)
    wrote = created = deleted = False
    for recorded in expected.recorded:
        call = recorded.call
        if call.mutating:
            wrote = True
            created |= call.operation.startswith(CREATES)
            deleted |= call.operation.startswith(DELETES)
            continue
        for fault in (*READS, FaultKind.EMPTY_REPLY, *PAGES):
            if fault.fits(pageable=recorded.pageable, continues=recorded.continues):
                yield workload, recorded, str(fault)
        yield from _damaged(workload, recorded, *DAMAGED)
        listing = recorded.pageable or call.operation.startswith(("List", "Search"))
        if wrote:
            yield workload, recorded, ONE_WRITE
        if created and listing:
            yield workload, recorded, ONE_CREATE
        if deleted and listing:
            yield workload, recorded, ONE_DELETE
    for recorded in expected.next_pass:
        yield workload, recorded, WHOLE_PASS
    for recorded in expected.after_tokens_expired:
        if not recorded.call.mutating:
            yield from _damaged(workload, recorded, *DAMAGED_LATER)


def _damaged(
    workload: str, recorded: RecordedCall, whole: str, row: str
) -> Iterator[tuple[str, RecordedCall, str]]:
    yield workload, recorded, whole
    if recorded.pageable:
        yield workload, recorded, row


def cases() -> Sequence[str]:
    """Every read of every workload with every fault that applies to it."""
    every = (each for workload in workloads() for each in faults_for(workload))
    return case_names(without_redundant(every, group=_group))


def _group(workload: str) -> str:
    """The group of a workload: the kinds around Amazon Connect are read in the same way in all workloads except prunes."""
    alike = workload.startswith(f"{PLATFORM}/") and "prune" not in workload
    return PLATFORM if alike else workload


def check(name: str) -> Sequence[str]:
    """Run one case: one fault at one read."""
    workload, index, fault = parse_case_name(name)
    case = Case.of(workload)
    if fault == WHOLE_PASS:
        before = case.harness.box.snapshot()
        case.pass_with_faults(lambda _attempt: None)
        case.harness.clock.sleep(60)
        case.pass_with_faults(_read_from(case, index, before))
    elif fault in DAMAGED:
        case.pass_with_damaged_replies(ReplyDamage(index, rows=fault == BAD_ROW))
    elif fault in DAMAGED_LATER:
        case.pass_with_faults(lambda _attempt: None)
        case.harness.clock.sleep(PASS_INTERVAL)
        case.run_pass(Options())
        case.harness.clock.sleep(AFTER_TOKENS_EXPIRE)
        case.pass_with_damaged_replies(ReplyDamage(index, rows=fault == BAD_ROW_LATER))
    elif fault in STALE:
        case.pass_with_faults(StaleRead(case, index, fault).plan)
    else:
        case.pass_with_faults(at(index, FaultKind(fault)))
    return case.recover()


class StaleRead:
    """Lets one read see the state before the last write of a type."""

    def __init__(self, case: Case, index: int, write: str) -> None:
        self._trial, self._index, self._write = case, index, write
        self._before = case.harness.box.snapshot()

    def plan(self, attempt: Attempt) -> None:
        """Store the state before a write, and show it to the read."""
        if attempt.index == self._index and not attempt.mutating:
            show(self._trial, self._before)
        elif self._is_such_a_write(attempt.operation) and attempt.mutating:
            self._before = self._trial.harness.box.snapshot()

    def _is_such_a_write(self, operation: str) -> bool:
        if self._write == ONE_CREATE:
            return operation.startswith(CREATES)
        return self._write == ONE_WRITE or operation.startswith(DELETES)


def _read_from(case: Case, index: int, before: bytes) -> FaultPlan:
    def plan(attempt: Attempt) -> None:
        if attempt.index == index and not attempt.mutating:
            show(case, before)

    return plan


def show(case: Case, before: bytes) -> None:
    """Restore an earlier state of the account for one call."""
    harness = case.harness
    now = harness.box.snapshot()
    harness.box.restore(before)
    done: list[bool] = []

    def return_to_present(_call: Call) -> None:
        if not done:
            done.append(True)
            harness.box.restore(now)

    # Before the observer that counts, which must not see the earlier state.
    harness.box.journal._watchers.insert(0, return_to_present)


ROW = Row(
    "read_faults",
    "reads that fail, are wrong or incomplete, cannot be parsed, or show an earlier state",
    cases,
    check,
)
