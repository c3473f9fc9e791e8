"""One case: a pass with faults, then passes without faults, with checks of all promises during the passes and at the end."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from functools import cache, cached_property
from typing import Any

from reconciler.aws.account import Account
from reconciler.cache_store import Cache, NoCache
from reconciler.pass_options import Options
from reconciler.pass_report import PassReport
from reconciler.planning.ownership import KEY_MARK
from reconciler.sandbox.fault_injection import Attempt, Crash, Fault, FaultKind
from reconciler.sandbox.fault_injection.pages import continues, pages_of
from reconciler.sandbox.journal import Call
from tests.faults import shared_sandbox
from tests.faults.damaged_replies import ReplyDamage
from tests.faults.harness import Harness, MemoryCache, leave_unchanged, sandbox
from tests.faults.live_state import (
    EDIT_TAG,
    OTHER_STACK,
    LiveResource,
    differences,
    intermediate_violations,
    state_by_label,
    with_labels,
)
from tests.faults.workloads import Workload, every_workload

MOST_PASSES = 3
"""The passes after the faults within which everything must be as desired."""
HOUR = 3600.0
PASS_INTERVAL = 60.0
"""The seconds between two passes."""
AFTER_TOKENS_EXPIRE = 8 * 24 * HOUR
"""The seconds after which AWS has forgotten every client token: it guarantees seven days (ClaimPhoneNumber, API reference)."""
PASS_SEED = 2
"""The seed of the ids in a pass; earlier resources have other ids."""
CALLS_FACTOR = 5
"""The most calls of a pass: this factor times the calls of the fault-free run, plus fifty."""


@dataclass(frozen=True)
class RecordedCall:
    """A call of a fault-free pass; `index` counts from 1."""

    index: int
    call: Call

    @property
    def pageable(self) -> bool:
        """Whether its operation has pages of results."""
        return pages_of(self.call.service, self.call.operation) is not None

    @property
    def continues(self) -> bool:
        """Whether it requested a further page."""
        return continues(self.call.service, self.call.operation, self.call.params)


@dataclass(frozen=True)
class FaultFreeRun:
    """A run of a workload without faults: what all cases of the workload are compared with."""

    snapshot: bytes
    """The initial state of the sandbox."""
    now: float
    cache_before: MemoryCache
    """The cache of a dry run an hour before."""
    resources_before: Mapping[str, LiveResource]
    recorded: Sequence[RecordedCall]
    final_state: Mapping[str, Any]
    counts: Counter[str]
    next_pass: Sequence[RecordedCall]
    """The calls of the next pass, which has nothing to do."""
    after_tokens_expired: Sequence[RecordedCall]
    """The calls of another pass after AWS has forgotten the client tokens of the creates."""

    @cached_property
    def initial_state(self) -> Mapping[str, Any]:
        """The initial state."""
        return state_by_label(self.resources_before)


class SharedHarness:
    """The sandbox account of the cases, in each Region."""

    account: str | None = None
    sandbox: AbstractContextManager[Callable[[str], Harness]]
    harnesses: Callable[[str], Harness]

    @classmethod
    def of(cls, workload: Workload) -> Harness:
        """The sandbox account for a workload."""
        if cls.account != workload.account or not shared_sandbox.holds(cls.sandbox):
            cls.sandbox = sandbox(workload.account)
            cls.harnesses, cls.account = shared_sandbox.hold(cls.sandbox), workload.account
            cls.empty = cls.harnesses(workload.region).box.snapshot()
        return cls.harnesses(workload.region)

    empty: bytes


@cache
def fault_free_run(name: str) -> FaultFreeRun:
    """The fault-free run of a workload; computed once in a process."""
    workload = every_workload()[name]
    harness = SharedHarness.of(workload)
    harness.put_back(SharedHarness.empty)
    workload.prepare(harness)
    harness.clock.sleep(HOUR)
    warm_cache = MemoryCache()
    harness.run(workload.wanted, replace(workload.options, dry_run=True), warm_cache)
    harness.clock.sleep(HOUR)
    snapshot, now = harness.box.snapshot(), harness.clock.now()
    harness.put_back(snapshot, now, PASS_SEED)
    resources = harness.live_resources()
    checks = PromiseChecks(harness, workload.wanted.mark, None)
    cache = warm_cache.copy()
    report = harness.run(workload.wanted, workload.options, cache)
    if report.outcome != "settled":
        violations = [f"{key}: {each}" for key, each in report.results.items() if each.outcome != "done"]
        raise RuntimeError(f"{name} does not settle without faults: {violations[:5]} {report.refusals}")
    checks.check_everything()
    recorded = [RecordedCall(index, call) for index, call in enumerate(harness.box.journal, start=1)]
    final_state = state_by_label(harness.live_resources())
    harness.box.journal.clear()
    harness.clock.sleep(PASS_INTERVAL)
    harness.run(workload.wanted, Options(), cache)
    next_pass = [RecordedCall(index, call) for index, call in enumerate(harness.box.journal, start=1)]
    harness.box.journal.clear()
    harness.clock.sleep(AFTER_TOKENS_EXPIRE)
    harness.run(workload.wanted, Options(), cache)
    after_tokens_expired = [
        RecordedCall(index, call) for index, call in enumerate(harness.box.journal, start=1)
    ]
    return FaultFreeRun(
        snapshot,
        now,
        warm_cache,
        resources,
        recorded,
        final_state,
        checks.counts,
        next_pass,
        after_tokens_expired,
    )


class PromiseChecks:
    """Checks the account after every mutating call."""

    def __init__(
        self, harness: Harness, stack: str, fault_free: FaultFreeRun | None, *, recreate: bool = False
    ) -> None:
        """With `recreate`, existing resources may be deleted and created again."""
        self.harness, self.fault_free, self.recreate, self._stack = harness, fault_free, recreate, stack
        self.counts: Counter[str] = Counter()
        self.violations: list[str] = []
        self._connect, self._others = harness.connect_fingerprints(), harness.other_fingerprints()
        self._prints = {**self._connect, **self._others}
        self._labels = {name: each.load().label for name, each in self._prints.items()}
        self._foreign = _foreign(fault_free.resources_before) if fault_free else {}
        harness.box.journal.watch(self.check_call)

    def check_call(self, call: Call) -> None:
        """Count created and deleted resources, and check what must always hold.

        A call is expected to change only its own service group; `check_everything` finds changes in the other one.
        """
        if not call.mutating:
            return
        if call.service == "connect":
            self._connect = self.harness.connect_fingerprints()
        else:
            self._others = self.harness.other_fingerprints()
        self._compare(call.name)

    def check_everything(self) -> None:
        """Check all services."""
        self._connect, self._others = self.harness.connect_fingerprints(), self.harness.other_fingerprints()
        self._compare("the last pass")

    def _compare(self, call: str) -> None:
        before, now = self._prints, {**self._connect, **self._others}
        self._prints = now
        for each in now.keys() - before.keys():
            self.counts[f"create {now[each].noun}"] += 1
        for each in before.keys() - now.keys():
            self.counts[f"delete {before[each].noun}"] += 1
            if self.fault_free:
                self._check_deleted(call, each)
        if self.fault_free is None:
            return
        changed = [
            each.load() for name, each in now.items() if name not in before or before[name].text != each.text
        ]
        self._labels |= {each.id: each.label for each in changed}
        for resource in changed:
            self._check_resource(call, resource)

    def _check_resource(self, call: str, resource: LiveResource) -> None:
        assert self.fault_free
        foreign_state = self._foreign.get(resource.id)
        if foreign_state is not None:
            for line in differences(_all_settings(resource), foreign_state):
                self._add_violation(f"P3 a foreign resource changed after {call}: {line}")
            return
        key = resource.tags.get(KEY_MARK)
        same_label = [
            name for name, label in self._labels.items() if label == resource.label and name in self._prints
        ]
        if resource.owner == self._stack and key is not None and len(same_label) > 1:
            owners = [each for each in same_label if self._prints[each].load().owner == self._stack]
            if len(owners) > 1:
                self._add_violation(f"P2 created twice, after {call}: {resource.label}")
        if (
            not self.recreate
            and resource.label in self.fault_free.initial_state
            and resource.label in self.fault_free.final_state
        ):
            state = with_labels(resource, self._labels)
            broken = intermediate_violations(
                state,
                self.fault_free.initial_state[resource.label],
                self.fault_free.final_state[resource.label],
                resource.label,
            )
            for line in broken:
                self._add_violation(f"P4 after {call}: {line}")

    def _check_deleted(self, call: str, name: str) -> None:
        assert self.fault_free
        label = self._labels[name]
        if name in self._foreign:
            self._add_violation(f"P3 a foreign resource is gone after {call}: {label}")
        elif (
            not self.recreate
            and label in self.fault_free.initial_state
            and label in self.fault_free.final_state
        ):
            self._add_violation(f"P4 deleted meanwhile, after {call}: {label}")

    def _add_violation(self, line: str) -> None:
        if line not in self.violations:
            self.violations.append(line)


def _foreign(found: Mapping[str, LiveResource]) -> dict[str, Any]:
    """The resources without a mark or of another stack, by id, with all settings.

    Contents that AWS created with an instance are left out: they change with resources that refer to them.
    """
    return {
        each.id: _all_settings(each)
        for each in found.values()
        if each.tags.get("Owner") == "somebody" or each.name == "By hand" or each.owner == OTHER_STACK
    }


def _all_settings(resource: LiveResource) -> dict[str, Any]:
    return {"name": resource.name, "tags": dict(resource.tags), "settings": resource.settings}


FaultPlan = Callable[[Attempt], Fault | FaultKind | None]
"""A fault plan of the sandbox; it may also change resources itself, like another client."""


@dataclass
class Case:
    """One case of one workload."""

    workload: Workload
    fault_free: FaultFreeRun
    concurrent: bool = False
    """Whether other clients change resources at the same time: then counts and intermediate states may differ."""
    any_unmanaged_values: bool = False
    """Whether unmanaged settings may have any final value."""
    with_cache: bool = True
    passes: int = MOST_PASSES
    violations: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, name: str, **options: Any) -> "Case":
        """A case of a workload, in its initial state."""
        fault_free = fault_free_run(name)
        case = cls(every_workload()[name], fault_free, **options)
        case.harness.put_back(fault_free.snapshot, fault_free.now, PASS_SEED)
        recreate = case.concurrent or case.workload.recreates
        case.checks = PromiseChecks(case.harness, case.workload.wanted.mark, fault_free, recreate=recreate)
        case.cache = fault_free.cache_before.copy() if case.with_cache else NoCache()
        case.expected_state = fault_free.final_state
        return case

    settled: bool = False
    """Whether the last pass was settled, and nothing has changed since."""
    checks: PromiseChecks = field(init=False)
    cache: Cache = field(init=False)
    expected_state: Mapping[str, Any] = field(init=False)
    """The expected final state."""

    @property
    def harness(self) -> Harness:
        """The sandbox account."""
        return SharedHarness.of(self.workload)

    def pass_with_faults(self, plan: FaultPlan, aws: Account | None = None) -> PassReport | None:
        """Run one pass with faults; return None if it crashed."""
        self.harness.inject(plan)
        try:
            return self.run_pass(self.workload.options, aws)
        except (Crash, KeyboardInterrupt):
            return None
        finally:
            self.harness.inject(lambda _attempt: None)

    def pass_with_damaged_replies(self, damage: ReplyDamage) -> PassReport | None:
        """Run one pass with damaged replies."""
        self.harness.change_reply = damage.change_reply
        try:
            return self.pass_with_faults(damage.plan)
        finally:
            self.harness.change_reply = leave_unchanged

    def run_pass(self, options: Options, aws: Account | None = None) -> PassReport | None:
        """Run one pass, and check that its report is true."""
        harness, sent = self.harness, len(self.harness.box.journal)
        self.settled = False
        account = aws or harness.aws()
        try:
            report = harness.run(self.workload.wanted, options, self.cache, account)
        except (Crash, KeyboardInterrupt):
            raise
        except Exception as error:  # noqa: BLE001 -- whatever it is, it is what we look for
            self.violations.append(f"P10 a traceback: {type(error).__name__}: {error}")
            return None
        calls = harness.box.journal[sent:]
        self._check_report(report, calls)
        self.settled = report.outcome == "settled"
        most = CALLS_FACTOR * len(self.fault_free.recorded) + 50
        if len(calls) > most:
            self.violations.append(f"P7 {len(calls)} calls, {most} at most")
        return report

    def _check_report(self, report: PassReport, calls: Sequence[Call]) -> None:
        made = sum(call.mutating for call in calls)
        if report.mutating_calls != made:
            self.violations.append(f"P8 {report.mutating_calls} mutating calls reported, {made} made")
        if report.outcome == "settled" and not self.concurrent:
            for line in differences(
                state_by_label(self.harness.live_resources()), self.fault_free.final_state
            ):
                self.violations.append(f"P8 called settled: {line}")

    def recover(self) -> list[str]:
        """Run passes without faults until everything is as desired, and check that it stays so; return the violations."""
        harness, report = self.harness, None
        self.checks.check_everything()
        for _ in range(self.passes):
            if self.settled and not harness.box.world.keeper._late:
                break
            harness.clock.sleep(PASS_INTERVAL)
            report = self.pass_with_approved_deletes()
        if not self.settled:
            self.violations.append(f"P1 not settled in {self.passes} passes: {_unfinished(report)}")
        harness.clock.sleep(PASS_INTERVAL)
        self.cache = NoCache()
        last = self.run_pass(Options())
        if last is not None and (last.mutating_calls or last.plan.pending or last.outcome != "settled"):
            self.violations.append(f"P1 not quiet afterwards: {_unfinished(last)}")
        self.checks.check_everything()
        self._check_final_state()
        return [*self.violations, *self.checks.violations]

    def pass_with_approved_deletes(self) -> PassReport | None:
        """Run a pass in which all planned deletes are approved."""
        report = self.run_pass(Options())
        if report is None or report.outcome != "refused":
            return report
        return self.run_pass(Options(allow_deletes=report.plan.deletes))

    def _check_final_state(self) -> None:
        if self.any_unmanaged_values:
            return
        for line in differences(
            _without_edit_tags(state_by_label(self.harness.live_resources())), self.expected_state
        ):
            self.violations.append(f"P1 in the end {line}")
        if not self.concurrent and self.checks.counts != self.fault_free.counts:
            more, fewer = (
                self.checks.counts - self.fault_free.counts,
                self.fault_free.counts - self.checks.counts,
            )
            self.violations.append(f"P2 counts: {dict(more)} too many, {dict(fewer)} too few")


def _without_edit_tags(state: Mapping[str, Any]) -> dict[str, Any]:
    """A state without the unmanaged tag that edits by other clients set."""
    return {
        label: {**each, "tags": {key: value for key, value in each["tags"].items() if key != EDIT_TAG}}
        for label, each in state.items()
    }


def _unfinished(report: PassReport | None) -> str:
    if report is None:
        return "the pass did not end"
    found = [
        f"{key} {each.outcome}: {each.message}"
        for key, each in report.results.items()
        if each.outcome not in ("done", "unchanged")
    ]
    written = [
        f"{action.key} {action.verb} {[d.field for d in action.differences][:4]}"
        for action in report.plan.pending
    ]
    return f"{report.outcome} {'; '.join([*report.refusals, *found[:3], *written[:3]])}"


def case_names(rows: Iterable[tuple[str, RecordedCall, str]]) -> list[str]:
    """Case names: `workload | index operation | fault`."""
    return [
        f"{workload} | {recorded.index} {recorded.call.name} | {fault}" for workload, recorded, fault in rows
    ]


SAMPLING_STEP = 4
"""After the first call of an operation, every nth call gets a fault, with another offset for each fault."""


def without_redundant(
    rows: Iterable[tuple[str, RecordedCall, str]],
    always: Collection[str] = (),
    group: Callable[[str], str] = lambda workload: workload,
) -> Iterator[tuple[str, RecordedCall, str]]:
    """The cases without redundant ones: not every call of an operation in a workload gets every fault.

    The first call gets all faults, the others a part in turn. A mutating call gets the faults in `always` each time. Workloads of
    one `group` count as one.
    """
    alike: dict[tuple[str, str, str], list[tuple[str, RecordedCall, str]]] = {}
    for each in rows:
        workload, recorded, fault = each
        alike.setdefault((group(workload), recorded.call.name, fault), []).append(each)
    turns = {fault: turn for turn, fault in enumerate(dict.fromkeys(fault for _, _, fault in alike))}
    for (_, _, fault), found in alike.items():
        for number, each in enumerate(found):
            if (
                number == 0
                or number % SAMPLING_STEP == turns[fault] % SAMPLING_STEP
                or (each[1].call.mutating and fault in always)
            ):
                yield each


def parse_case_name(name: str) -> tuple[str, int, str]:
    """The parts of a case name: workload, index and fault."""
    workload, recorded, fault = name.split(" | ")
    return workload, int(recorded.split()[0]), fault


DELETES_BY_NAME = ("logs:DeleteLogGroup",)
"""Operations that delete any resource with the name."""


def deletes_the_new_resource(workload: str, recorded: RecordedCall) -> bool:
    """Whether this call, if it takes effect late, deletes the resource that has replaced the old one meanwhile.

    No client can prevent this: both have the same name, and AWS has no conditional delete.
    """
    return workload.endswith("/replace") and recorded.call.name in DELETES_BY_NAME
