"""Each kind alone: a pass creates, changes or deletes the sample of a kind, and a fault hits one of its calls.

The stacks of the other rows have only some kinds; this row has all that have a sample.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache, cached_property
from itertools import chain
from re import Match

from reconciler.desired.mistakes import InvalidStack
from reconciler.sandbox import Sandbox
from reconciler.sandbox.fault_injection import Crash, FaultKind
from reconciler.testing import Settings
from reconciler.testing.samples import BASE
from reconciler.testing.stage import Round, Stage
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
    MOST_PASSES,
    PASS_INTERVAL,
    RecordedCall,
    case_names,
    parse_case_name,
    without_redundant,
)
from tests.faults.field_case import KINDS, FieldSandbox
from tests.faults.field_transitions import VALUES_BY_KIND
from tests.faults.field_views import Image
from tests.faults.generated_fields import image_by_reads
from tests.faults.live_state import ID
from tests.faults.read_faults import PAGES, READS
from tests.faults.row import Row
from tests.faults.shown_values import plain_value

CREATE, CHANGE, DELETE = PHASES = ("create", "change", "delete")
NEXT_PASS = "late, in the next pass"
OURS = "reconciler:"
"""The beginning of tags that passes set for themselves; some have a time."""
SOON = 1
"""The number of calls of the next pass after which a late effect happens: before a pass looks again, right before a create."""


@dataclass(frozen=True)
class FaultFreePhase:
    """One phase of a kind without faults: how it begins, its calls, and how it ends."""

    serial: str
    """The serial number of its stage."""
    state: bytes
    """The state of the sandbox before it."""
    written: Settings | None
    """What the files have; None if they do not have the resource."""
    recorded: Sequence[RecordedCall]
    live: int
    """The number of live resources after it."""
    image: Image
    others: Mapping[str, frozenset[str]]
    """By kind: the ids of the resources that the sample needs."""


@dataclass
class Phase:
    """One phase of a kind, at work."""

    sandbox: FieldSandbox
    stage: Stage
    written: Settings | None
    violations: list[str] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)
    """The ids of all resources of the kind that were there after a pass."""

    @property
    def box(self) -> Sandbox:
        return self.sandbox.sample_sandbox.box

    def run(self) -> Round | None:
        """Run one pass; return None if it crashed."""
        try:
            passed = self.stage.run(self.written, prune=self.written is None)
        except (Crash, KeyboardInterrupt):
            return None
        except Exception as error:  # noqa: BLE001 -- whatever it is, it is what we look for
            self.violations.append(f"P10 a traceback: {type(error).__name__}: {error}")
            return None
        made = len(passed.changes)
        if passed.report.mutating_calls != made:
            self.violations.append(f"P8 {passed.report.mutating_calls} mutating calls reported, {made} made")
        return passed

    def look(self) -> int:
        """Note which resources are there; return their number."""
        before = self.sandbox.sample_sandbox.arns_before
        ids = {each.id for each in self.sandbox.sample_sandbox.live() if each.arn not in before}
        self.seen |= ids
        return len(ids)

    def image(self) -> Image:
        """The resource as plain boto3 shows it; empty if there is none, or more than one."""
        found = self.stage.live()
        if len(found) != 1:
            return {}
        client = self.sandbox.sample_sandbox.client(self.stage.adapter.service.name)
        shown = image_by_reads(self.stage.adapter, self.stage.api, client, found[0])
        text = ID.sub(self._masked, json.dumps(shown, default=str))
        # An id of another form than those, such as that of a REST API, is in ARNs that AWS shows.
        shown = json.loads(re.sub(rf"(?<=:){re.escape(found[0].id)}(?=/)", "own-id", text))
        tags = {tag: value for tag, value in shown["tags"].items() if not tag.startswith(OURS)}
        return {**{name: plain_value(value) for name, value in shown.items()}, "tags": tags}

    def _masked(self, found: Match[str]) -> str:
        """An id in the image: those of parts of the resource differ from run to run."""
        return found[0] if any(found[0] in each for each in self._known) else "<id>"

    @cached_property
    def _known(self) -> Sequence[str]:
        """The ids and ARNs of what the sample needs."""
        return [*chain(*self.others().values()), *self.sandbox.sample_sandbox.variables.values()]

    def others(self) -> Mapping[str, frozenset[str]]:
        """By kind: the ids of the resources that the sample needs, of other kinds."""
        sample_sandbox, found = self.sandbox.sample_sandbox, dict[str, frozenset[str]]()
        for kind in sample_sandbox.sample.around.keys() - {self.stage.kind}:
            adapter = KINDS[kind]
            scope = sample_sandbox.scope if adapter.parent == KINDS[self.stage.kind].parent else {}
            if adapter.parent and not scope:
                continue
            api = sample_sandbox.account.api(adapter.service.name)
            found[kind] = frozenset(each.id for each in adapter.list(api, scope))
        return found


def _begin(kind: str) -> FieldSandbox:
    return FieldSandbox.of(kind, VALUES_BY_KIND[kind])


def _changed(stage: Stage) -> Settings:
    """The base of the sample with every field changed that can be changed together with the others."""
    box, after = stage.sample_sandbox.box, dict(stage.sample.base)
    state = box.snapshot()
    for change in stage.sample.changes:
        alone = change.form == BASE and not (change.refused or change.one_way or change.drops)
        if not alone or stage.sample.base.get(change.field) != after.get(change.field):
            continue
        changed = {**after, change.field: change.value}
        box.restore(state)
        with suppress(InvalidStack):
            if stage.run(changed).report.outcome == "settled":
                after = changed
    box.restore(state)
    return after


@cache
def fault_free_phase(name: str) -> FaultFreePhase:
    """The fault-free run of a phase (`KIND/PHASE`); computed once in a process."""
    kind, _, title = name.rpartition("/")
    sandbox = _begin(kind)
    stage = sandbox.sample_sandbox.new_stage()
    base = stage.sample.base
    written: Settings | None = base
    if title != CREATE:
        stage.run(base).require_settled()
        written = _changed(stage) if title == CHANGE else None
        if title == DELETE and stage.adapter.delete.protected:
            stage.run({**base, "policy": {"protect": False}}).require_settled()
    sandbox.sample_sandbox.clock.sleep(PASS_INTERVAL)
    state, journal = sandbox.sample_sandbox.box.snapshot(), sandbox.sample_sandbox.box.journal
    phase, before = Phase(sandbox, stage, written), len(journal)
    passed = phase.run()
    assert passed, phase.violations
    passed.require_settled()
    recorded = [RecordedCall(index, call) for index, call in enumerate(journal[before:], start=1)]
    return FaultFreePhase(stage.serial, state, written, recorded, phase.look(), phase.image(), phase.others())


def _all() -> Iterator[tuple[str, RecordedCall, str]]:
    for name in phases():
        for recorded in fault_free_phase(name).recorded:
            faults: list[str] = [*EVERY_CALL]
            if recorded.call.mutating:
                faults += [*MUTATING, *LATE, *THROTTLES, *PERMANENT]
            else:
                reads = (*READS, FaultKind.EMPTY_REPLY, *PAGES)
                fits = {"pageable": recorded.pageable, "continues": recorded.continues}
                faults += [each for each in reads if each.fits(**fits)]
            for fault in faults:
                yield name, recorded, str(fault)


def phases() -> Sequence[str]:
    """Every phase of every kind."""
    return [f"{kind}/{title}" for kind in VALUES_BY_KIND for title in PHASES]


def cases() -> Sequence[str]:
    """Every call of every phase with every fault that applies to it."""
    kinds = without_redundant(_all(), ALWAYS_INJECTED, group=lambda name: name.rpartition("/")[0])
    return case_names(sorted(kinds, key=lambda each: each[0]))


def check(case: str) -> Sequence[str]:
    """Run one case: one fault at one call, then passes without faults."""
    name, index, fault = parse_case_name(case)
    expected = fault_free_phase(name)
    sandbox = _begin(name.rpartition("/")[0])
    sample_sandbox = sandbox.sample_sandbox
    sample_sandbox.box.restore(expected.state)
    phase = Phase(sandbox, sample_sandbox.stage_again(expected.serial), expected.written)
    phase.box.inject(fault_plan(index, fault))
    phase.run()
    late = phase.box.world.keeper._late
    if fault == NEXT_PASS:
        for each in late:
            each.calls = SOON
        phase.box.inject(lambda _attempt: None)
    else:
        phase.box.end_faults()
        phase.look()
    _recover(phase, expected)
    return phase.violations


def _recover(phase: Phase, expected: FaultFreePhase) -> None:
    """Run passes without faults until one has nothing to do, and compare the end with the one without faults."""
    clock, last = phase.sandbox.sample_sandbox.clock, None
    for _ in range(MOST_PASSES + 1):
        clock.sleep(PASS_INTERVAL)
        last = phase.run()
        phase.look()
        if last and last.report.outcome == "settled" and not (last.changes or last.actions):
            break
    else:
        said = [last.report.outcome, last.refusals, *last.messages, last.actions] if last else "no end"
        phase.violations.append(f"P1 not quiet after {MOST_PASSES} passes: {said}")
    live, image, others = phase.look(), phase.image(), phase.others()
    if live != expected.live:
        phase.violations.append(f"P2 {live} are there in the end instead of {expected.live}")
    if len(phase.seen) > 1:
        phase.violations.append(f"P2 {len(phase.seen)} different ones were there")
    if others != expected.others:
        phase.violations.append(f"P3 the others are {others} instead of {expected.others}")
    for path in sorted({*image, *expected.image}):
        if image.get(path) != expected.image.get(path):
            found, wanted = image.get(path), expected.image.get(path)
            phase.violations.append(f"P1 in the end {path} is {found!r} instead of {wanted!r}")


ROW = Row(
    "kind_faults",
    "each kind alone, with a fault at each call of its create, changes and delete",
    cases,
    check,
)
