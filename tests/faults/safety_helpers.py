"""Shared by the cases of the row `safety`: initial states, checks and passes."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from reconciler.pass_options import Options
from reconciler.pass_report import PassReport
from reconciler.stack import Key, Policy, Stack
from tests.faults.case import Case
from tests.faults.live_state import differences, state_by_label
from tests.faults.workloads import workloads

CENTRE, RALLY = "contact_center/change", "stamp_rally/change"
"""Workloads that begin with the whole example stack, with its own protection."""
QUICK = Key("connect.quick_connect", "Emergency Line")
QUEUE = Key("connect.queue", "PremiumSupportQueue")
FLOW = Key("connect.contact_flow", "MainFlow")
HOURS = Key("connect.contact_flow", "After Hours")
OPEN = Key("connect.hours_of_operation", "UK Business Hours")
SERVICE = Key("connect.queue", "CustomerService")


def quiet_pass(case: Case, options: Options) -> Iterator[str]:
    """The changes by a pass that must change nothing."""
    before = state_by_label(case.harness.live_resources())
    report = case.run_pass(options)
    yield from case.violations
    if report is None:
        return
    if report.mutating_calls or any(call.mutating for call in case.harness.box.journal):
        yield f"P9 {sorted(call.name for call in case.harness.box.journal if call.mutating)[:5]} were called"
    yield from (f"P9 {line}" for line in differences(state_by_label(case.harness.live_resources()), before))


def pass_to(case: Case, wanted: Stack, options: Options | None = None) -> PassReport:
    """Run one pass with another stack than that of the workload."""
    case.workload = replace(case.workload, wanted=wanted)
    report = case.harness.run(wanted, options or Options(allow_deletes=None), case.cache)
    case.harness.clock.sleep(60)
    return report


def with_policies(stack: Stack, policies: Mapping[Key, Policy]) -> Stack:
    found = {
        key: replace(each, policy=policies[key]) if key in policies else each
        for key, each in stack.resources.items()
    }
    return replace(stack, resources=found)


def first_of(workload: str, kind: str, noun: str) -> tuple[Key, str]:
    key = next(each for each in workloads()[workload].wanted.resources if each.kind == kind)
    return key, f"{noun}:{key.name}"
