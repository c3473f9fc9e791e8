"""A stack with kinds of several services that refer to each other, and a fault at one call of its create, change or delete.

`call_faults` and `read_faults` look at every resource after each call, with the stacks of contact centres. This row has a network, an
API with its users and callers, and backups, of which only their declarations tell how they are read; it looks between passes.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from functools import cache

from reconciler.desired import load
from reconciler.kinds import known_kinds
from reconciler.pass_report import PassReport
from reconciler.sandbox.fault_injection import Crash, FaultKind
from reconciler.stack import GuardLimits, Stack
from tests.faults import shared_sandbox
from tests.faults.call_faults import (
    ALWAYS_INJECTED,
    EVERY_CALL,
    LATE,
    MUTATING,
    PERMANENT,
    THROTTLES,
    fault_plan,
)
from tests.faults.case import (
    HOUR,
    MOST_PASSES,
    PASS_INTERVAL,
    PASS_SEED,
    RecordedCall,
    case_names,
    parse_case_name,
    without_redundant,
)
from tests.faults.harness import Harness, sandbox
from tests.faults.kind_faults import NEXT_PASS, SOON
from tests.faults.live_state import LiveResource
from tests.faults.read_faults import PAGES, READS
from tests.faults.row import Row
from tests.faults.workloads import ANY_DELETES, STACKS, create_foreign_resources, settle

CREATE, CHANGE, DELETE = PHASES = ("create", "change", "delete")


@cache
def stack_of(phase: str) -> Stack:
    """The stack that a phase applies."""
    folder = "services_changed" if phase == CHANGE else "services"
    stack = load(STACKS / folder, "dev", known_kinds())
    guard = GuardLimits(max_deletes=len(stack.resources), max_percent=100)
    return replace(stack, resources={}, prune=True, guard=guard) if phase == DELETE else stack


@dataclass(frozen=True)
class Place:
    """The account of all cases, and its state when it was empty."""

    sandbox: AbstractContextManager[Callable[[str], Harness]]
    harness: Harness
    empty: bytes


_places: list[Place] = []


def place() -> Place:
    """The account of all cases, in a sandbox that is started when there is none."""
    if not (_places and shared_sandbox.holds(_places[0].sandbox)):
        stack = stack_of(CREATE)
        started = sandbox(stack.account)
        harness = shared_sandbox.hold(started)(stack.region)
        _places[:] = [Place(started, harness, harness.box.snapshot())]
    return _places[0]


@dataclass(frozen=True)
class FaultFreePhase:
    """One phase without faults: how it begins, its calls, and what lives in the end."""

    state: bytes
    now: float
    recorded: Sequence[RecordedCall]
    ours: Counter[str]
    others: Mapping[str, LiveResource]
    """What is not ours, by id: AWS makes some with ours, such as the main route table of a VPC."""
    before: frozenset[str]
    """The ids of what was there before."""


@dataclass
class Phase:
    """One phase at work."""

    harness: Harness
    stack: Stack
    violations: list[str] = field(default_factory=list)

    def run(self) -> PassReport | None:
        """Run one pass; return None if it crashed."""
        box = self.harness.box
        before = len(box.journal)
        try:
            report = self.harness.run(self.stack, ANY_DELETES)
        except (Crash, KeyboardInterrupt):
            return None
        except Exception as error:  # noqa: BLE001 -- whatever it is, it is what we look for
            self.violations.append(f"P10 a traceback: {type(error).__name__}: {error}")
            return None
        made = sum(call.mutating for call in box.journal[before:])
        if report.mutating_calls != made:
            self.violations.append(f"P8 {report.mutating_calls} mutating calls reported, {made} made")
        return report

    def look(self) -> tuple[Counter[str], Mapping[str, LiveResource]]:
        """The number of resources with each of our marks, and what is not ours."""
        live = self.harness.resources_of_all_kinds()
        mine = {key: each for key, each in live.items() if self._is_ours(each)}
        ours = Counter(f"{each.label} {'scheduled' * each.deletion_scheduled}" for each in mine.values())
        for label, number in ours.items():
            if number > 1:
                self.violations.append(f"P2 {number} times: {label}")
        return ours, {key: each for key, each in live.items() if key not in mine}

    def _is_ours(self, resource: LiveResource) -> bool:
        return resource.owner == self.stack.mark


@cache
def fault_free_phase(title: str) -> FaultFreePhase:
    """The fault-free run of a phase; computed once in a process."""
    harness = place().harness
    harness.put_back(place().empty)
    create_foreign_resources(harness)
    if title != CREATE:
        settle(harness, stack_of(CREATE))
    harness.clock.sleep(HOUR)
    before = frozenset(
        harness.resources_of_all_kinds()
    )  # with what AWS makes when it is asked first, such as a VPC
    state, now = harness.box.snapshot(), harness.clock.now()
    harness.put_back(state, now, PASS_SEED)
    phase = Phase(harness, stack_of(title))
    report = phase.run()
    assert report
    assert report.outcome == "settled", (report.refusals, report.results)
    recorded = [RecordedCall(index, call) for index, call in enumerate(harness.box.journal, start=1)]
    ours, others = phase.look()
    return FaultFreePhase(state, now, recorded, ours, others, before)


def faults_of(recorded: RecordedCall) -> Iterator[str]:
    """Every fault that applies to a call."""
    if recorded.call.mutating:
        faults = (*EVERY_CALL, *MUTATING, *LATE, *THROTTLES, *PERMANENT)
        yield from map(str, faults)
        return
    fits = {"pageable": recorded.pageable, "continues": recorded.continues}
    reads = (*READS, FaultKind.EMPTY_REPLY, *PAGES)
    yield from map(str, (*EVERY_CALL, *(each for each in reads if each.fits(**fits))))


def cases() -> Sequence[str]:
    """Every call of every phase with every fault that applies to it."""
    every = (
        (title, recorded, fault)
        for title in PHASES
        for recorded in fault_free_phase(title).recorded
        for fault in faults_of(recorded)
    )
    return case_names(without_redundant(every, ALWAYS_INJECTED))


def check(case: str) -> Sequence[str]:
    """Run one case: one fault at one call, then passes without faults."""
    title, index, fault = parse_case_name(case)
    expected, harness = fault_free_phase(title), place().harness
    harness.put_back(expected.state, expected.now, PASS_SEED)
    phase = Phase(harness, stack_of(title))
    harness.inject(fault_plan(index, fault))
    phase.run()
    harness.inject(lambda _attempt: None)
    if fault == NEXT_PASS:
        for late in harness.box.world.keeper._late:
            late.calls = SOON
    else:
        harness.box.end_faults()
        phase.look()
    _recover(phase, expected)
    return [*dict.fromkeys(phase.violations)]


def _recover(phase: Phase, expected: FaultFreePhase) -> None:
    """Run passes without faults until one has nothing to do, and compare the end with the one without faults."""
    for _ in range(MOST_PASSES + 1):
        phase.harness.clock.sleep(PASS_INTERVAL)
        report = phase.run()
        if report and report.outcome == "settled" and not (report.mutating_calls or report.plan.actions):
            break
    else:
        found = (
            [f"{key}: {each}" for key, each in report.results.items() if each.outcome != "done"]
            if report
            else []
        )
        said = report.outcome if report else "no end"
        phase.violations.append(f"P1 not quiet after {MOST_PASSES} passes: {said} {found[:4]}"[:800])
    ours, others = phase.look()
    if ours != expected.ours:
        phase.violations.append(f"P1 too many: {ours - expected.ours}, too few: {expected.ours - ours}")
    kept = [
        {key: each for key, each in side.items() if key in expected.before}
        for side in (others, expected.others)
    ]
    if kept[0] != kept[1]:
        differing = [each for each in {**kept[0], **kept[1]} if kept[0].get(each) != kept[1].get(each)]
        phase.violations.append(f"P3 not ours, and another one: {differing}")
    numbers = [Counter(each.noun for each in side.values()) for side in (others, expected.others)]
    if numbers[0] != numbers[1]:
        more, fewer = numbers[0] - numbers[1], numbers[1] - numbers[0]
        phase.violations.append(f"P2 without our mark: {more} too many, {fewer} too few")


ROW = Row(
    "stack_faults",
    "a stack of many kinds, with a fault at each call of its create, changes and delete",
    cases,
    check,
)
