"""Shared by the cases of the row `safety`: initial states, checks and passes."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from reconciler.reconcile import Options, PassReport
from reconciler.stack import Key, Policy, Stack
from tests.faults.pictures import differences, picture
from tests.faults.trial import Trial
from tests.faults.workloads import workloads

CENTRE, RALLY = "contact_center/change", "stamp_rally/change"
"""Workloads that begin with the whole example stack, with its own protection."""
QUICK = Key("connect.quick_connect", "Emergency Line")
QUEUE = Key("connect.queue", "PremiumSupportQueue")
FLOW = Key("connect.contact_flow", "MainFlow")
HOURS = Key("connect.contact_flow", "After Hours")
OPEN = Key("connect.hours_of_operation", "UK Business Hours")
SERVICE = Key("connect.queue", "CustomerService")


def quiet_pass(trial: Trial, options: Options) -> Iterator[str]:
    """The changes by a pass that must change nothing."""
    before = picture(trial.at.things())
    report = trial.one_pass(options)
    yield from trial.wrong
    if report is None:
        return
    if report.mutating_calls or any(call.mutating for call in trial.at.box.journal):
        yield f"P9 {sorted(call.name for call in trial.at.box.journal if call.mutating)[:5]} were called"
    yield from (f"P9 {line}" for line in differences(picture(trial.at.things()), before))


def pass_to(trial: Trial, wanted: Stack, options: Options | None = None) -> PassReport:
    """Run one pass with another stack than that of the workload."""
    trial.workload = replace(trial.workload, wanted=wanted)
    report = trial.at.run(wanted, options or Options(allow_deletes=None), trial.cache)
    trial.at.clock.sleep(60)
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
