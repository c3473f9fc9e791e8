"""Passes from random states: a part of another workload, then edits by other clients, chosen by a seed."""

from collections.abc import Sequence
from dataclasses import replace
from random import Random
from typing import Any

from reconciler.planning.ownership import STACK_MARK
from reconciler.sandbox.fault_injection import FaultKind, at
from tests.faults.case import Case, fault_free_run
from tests.faults.concurrent_edits import TOKEN_LIFETIME
from tests.faults.other_client import KIND_OF, PHONE_NUMBER, Target
from tests.faults.row import Row
from tests.faults.workloads import SMALL, small_workloads, with_policy

STATES = 5_000
HARMLESS = ("change", "delete", "disable")
ALL_EDITS = (*HARMLESS, "unmark", "recreate", "rename")
"""All edits. Those that remove our ownership are left out before a prune, because other resources may then not be deleted."""
NOT_RENAMED = ("User", "SecurityProfile", PHONE_NUMBER)
"""Resources that AWS cannot rename."""


def cases() -> Sequence[str]:
    """All seeds."""
    return [str(seed) for seed in range(STATES)]


def check(name: str) -> Sequence[str]:
    """Run one case: a prefix of one workload, edits, and then another workload of the same stack."""
    random = Random(int(name))
    first = random.choice(sorted(small_workloads()))
    case = Case.of(first, concurrent=True, any_unmanaged_values=True, with_cache=False)
    case.pass_with_faults(at(random.randint(1, len(fault_free_run(first).recorded)), FaultKind.CRASH_BEFORE))
    second = random.choice(sorted(small_workloads()))
    pruned = "prune" in second
    if pruned and "prune" not in first:
        # Protected resources and their contents stay, so the pass cannot be settled.
        second, pruned = f"{SMALL}/create", False
    for _ in range(random.randint(0, 6)):
        _edit(case, random, HARMLESS if pruned else ALL_EDITS)
    if "prune" in first and not pruned:
        case.harness.clock.sleep(TOKEN_LIFETIME)
    wanted = with_policy(small_workloads()[second].wanted, protect=None, adopt=True)
    case.workload = replace(case.workload, wanted=wanted)
    case.settled = False
    return case.recover()


def _edit(case: Case, random: Random, edits: Sequence[str]) -> None:
    """Make one random edit to one of our resources, except phone numbers."""
    found = _ours(case)
    if not found:
        return
    each, edit = random.choice(found), random.choice(edits)
    if edit == "change":
        each.other_field({})
    elif edit == "delete":
        each.delete()
    elif edit == "disable" and each.noun == "Queue":
        each.keeper.settings["Status"] = "DISABLED"
        each.keeper.modified = case.harness.plane().tick()
    elif edit == "unmark":
        each.unmark()
    elif edit == "recreate" and each.noun in KIND_OF:
        each.recreate()
    elif edit == "rename" and each.keeper is not None and each.noun not in NOT_RENAMED:
        each.centre.change(each.keeper, {}, name=f"{each.name} by hand")


def _ours(case: Case) -> list[Target]:
    harness = case.harness
    found: list[Target] = []
    for centre in harness.plane().centres.values():
        records: list[Any] = [record for store in centre._stores.values() for record in store]
        found += [
            Target(harness, record.kind.noun, record.name, record, centre)
            for record in records
            if record.kind.noun in KIND_OF
            and record.kind.noun != PHONE_NUMBER
            and record.tags.get(STACK_MARK) == case.workload.wanted.mark
        ]
    for resource in harness.live_resources().values():
        if resource.noun in ("Bucket", "Table") and resource.owner == case.workload.wanted.mark:
            found.append(Target(harness, resource.noun, resource.name))
    return sorted(found, key=lambda each: (each.noun, each.name))


ROW = Row("random_states", "random initial states, edits by hand among them", cases, check)
