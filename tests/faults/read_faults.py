"""Every read of a pass with every fault: timed out, partial, refused, unreadable, or with an earlier state.

An unreadable reply stays unreadable for the whole pass: each try of the call gets another of `spoiling.FORMS`. In lists, the
first row is damaged as well: with an even index it keeps only its name, with an odd one nothing. Both are tested in the pass that
makes the changes, and in one eight days later, when AWS has forgotten client tokens and the cache is too old.
"""

from collections.abc import Iterator, Sequence

from reconciler.reconcile import Options
from reconciler.sandbox.fault_injection import Attempt, FaultKind, at
from reconciler.sandbox.journal import Call
from tests.faults.row import Row
from tests.faults.spoiling import Spoiler
from tests.faults.trial import BETWEEN, FORGOTTEN, Asked, Trial, Trouble, calm, names, parsed, thinned
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
UNREADABLE, BAD_ROW = "unreadable", "a row that says not whose it is"
UNREADABLE_LATER, BAD_ROW_LATER = f"{UNREADABLE}, later", f"{BAD_ROW}, later"
SPOILT = (UNREADABLE, BAD_ROW)
SPOILT_LATER = (UNREADABLE_LATER, BAD_ROW_LATER)


def _all() -> Iterator[tuple[str, Asked, str]]:
    for workload in workloads():
        expected = calm(workload)
        wrote = created = deleted = False
        for asked in expected.asked:
            call = asked.call
            if call.mutating:
                wrote = True
                created |= call.operation.startswith(CREATES)
                deleted |= call.operation.startswith(DELETES)
                continue
            for fault in (*READS, FaultKind.EMPTY_REPLY, *PAGES):
                if fault.fits(pageable=asked.pageable, continues=asked.continues):
                    yield workload, asked, str(fault)
            yield from _spoilt(workload, asked, *SPOILT)
            listing = asked.pageable or call.operation.startswith(("List", "Search"))
            if wrote:
                yield workload, asked, ONE_WRITE
            if created and listing:
                yield workload, asked, ONE_CREATE
            if deleted and listing:
                yield workload, asked, ONE_DELETE
        for asked in expected.again:
            yield workload, asked, WHOLE_PASS
        for asked in expected.later:
            if not asked.call.mutating:
                yield from _spoilt(workload, asked, *SPOILT_LATER)


def _spoilt(workload: str, asked: Asked, whole: str, row: str) -> Iterator[tuple[str, Asked, str]]:
    yield workload, asked, whole
    if asked.pageable:
        yield workload, asked, row


def cases() -> Sequence[str]:
    """Every read of every workload with every fault that applies to it."""
    return names(thinned(_all(), group=_group))


def _group(workload: str) -> str:
    """The group of a workload: the kinds around Amazon Connect are read in the same way in all workloads except prunes."""
    alike = workload.startswith(f"{PLATFORM}/") and "prune" not in workload
    return PLATFORM if alike else workload


def check(name: str) -> Sequence[str]:
    """Run one case: one fault at one read."""
    workload, index, fault = parsed(name)
    trial = Trial.of(workload)
    if fault == WHOLE_PASS:
        before = trial.at.box.snapshot()
        trial.troubled(lambda _attempt: None)
        trial.at.clock.sleep(60)
        trial.troubled(_seen_as(trial, index, before))
    elif fault in SPOILT:
        trial.spoilt(Spoiler(index, rows=fault == BAD_ROW))
    elif fault in SPOILT_LATER:
        trial.troubled(lambda _attempt: None)
        trial.at.clock.sleep(BETWEEN)
        trial.one_pass(Options())
        trial.at.clock.sleep(FORGOTTEN)
        trial.spoilt(Spoiler(index, rows=fault == BAD_ROW_LATER))
    elif fault in STALE:
        trial.troubled(Past(trial, index, fault).plan)
    else:
        trial.troubled(at(index, FaultKind(fault)))
    return trial.fair()


class Past:
    """Lets one read see the state before the last write of a type."""

    def __init__(self, trial: Trial, index: int, sort: str) -> None:
        self._trial, self._index, self._sort = trial, index, sort
        self._before = trial.at.box.snapshot()

    def plan(self, attempt: Attempt) -> None:
        """Store the state before a write, and show it to the read."""
        if attempt.index == self._index and not attempt.mutating:
            show(self._trial, self._before)
        elif self._is_of_sort(attempt.operation) and attempt.mutating:
            self._before = self._trial.at.box.snapshot()

    def _is_of_sort(self, operation: str) -> bool:
        if self._sort == ONE_CREATE:
            return operation.startswith(CREATES)
        return self._sort == ONE_WRITE or operation.startswith(DELETES)


def _seen_as(trial: Trial, index: int, before: bytes) -> Trouble:
    def plan(attempt: Attempt) -> None:
        if attempt.index == index and not attempt.mutating:
            show(trial, before)

    return plan


def show(trial: Trial, before: bytes) -> None:
    """Restore an earlier state of the account for one call."""
    at = trial.at
    now = at.box.snapshot()
    at.box.restore(before)
    done: list[bool] = []

    def put_forth(_call: Call) -> None:
        if not done:
            done.append(True)
            at.box.restore(now)

    # Before the observer that counts, which must not see the earlier state.
    at.box.journal._watchers.insert(0, put_forth)


ROW = Row("read_faults", "reads that fail, lie, skip, cannot be read, or show the past", cases, check)
