"""Passes from random states: a part of another workload, then edits by other clients, chosen by a seed."""

from collections.abc import Sequence
from dataclasses import replace
from random import Random
from typing import Any

from reconciler.planning.ownership import STACK_MARK
from reconciler.sandbox.fault_injection import FaultKind, at
from tests.faults.concurrent_edits import UNTIL_AWS_FORGETS
from tests.faults.rivals import KIND_OF, TOKENED, Target
from tests.faults.row import Row
from tests.faults.trial import Trial, calm
from tests.faults.workloads import SMALL, eased, small_workloads

STATES = 5_000
HARMLESS = ("change", "delete", "disable")
EVERY_ACT = (*HARMLESS, "unmark", "make anew", "rename")
"""All edits. Those that remove our ownership are left out before a prune, because other resources may then not be deleted."""
UNNAMEABLE = ("User", "SecurityProfile", TOKENED)
"""Resources that AWS cannot rename."""


def cases() -> Sequence[str]:
    """All seeds."""
    return [str(seed) for seed in range(STATES)]


def check(name: str) -> Sequence[str]:
    """Run one case: a prefix of one workload, edits, and then another workload of the same stack."""
    random = Random(int(name))
    first = random.choice(sorted(small_workloads()))
    trial = Trial.of(first, rivals=True, free=True, cached=False)
    trial.troubled(at(random.randint(1, len(calm(first).asked)), FaultKind.CRASH_BEFORE))
    second = random.choice(sorted(small_workloads()))
    pruned = "prune" in second
    if pruned and "prune" not in first:
        # Protected resources and their contents stay, so the pass cannot be settled.
        second, pruned = f"{SMALL}/create", False
    for _ in range(random.randint(0, 6)):
        _edit(trial, random, HARMLESS if pruned else EVERY_ACT)
    if "prune" in first and not pruned:
        trial.at.clock.sleep(UNTIL_AWS_FORGETS)
    wanted = eased(small_workloads()[second].wanted, protect=None, adopt=True)
    trial.workload = replace(trial.workload, wanted=wanted)
    trial.settled = False
    return trial.fair()


def _edit(trial: Trial, random: Random, acts: Sequence[str]) -> None:
    """Make one random edit to one of our resources, except phone numbers."""
    found = _ours(trial)
    if not found:
        return
    each, act = random.choice(found), random.choice(acts)
    if act == "change":
        each.other_field({})
    elif act == "delete":
        each.delete()
    elif act == "disable" and each.noun == "Queue":
        each.keeper.settings["Status"] = "DISABLED"
        each.keeper.modified = trial.at.plane().tick()
    elif act == "unmark":
        each.unmark()
    elif act == "make anew" and each.noun in KIND_OF:
        each.anew()
    elif act == "rename" and each.keeper is not None and each.noun not in UNNAMEABLE:
        each.centre.change(each.keeper, {}, name=f"{each.name} by hand")


def _ours(trial: Trial) -> list[Target]:
    desk = trial.at
    found: list[Target] = []
    for centre in desk.plane().centres.values():
        records: list[Any] = [record for store in centre._stores.values() for record in store]
        found += [
            Target(desk, record.kind.noun, record.name, record, centre)
            for record in records
            if record.kind.noun in KIND_OF
            and record.kind.noun != TOKENED
            and record.tags.get(STACK_MARK) == trial.workload.wanted.mark
        ]
    for thing in desk.things().values():
        if thing.noun in ("Bucket", "Table") and thing.owner == trial.workload.wanted.mark:
            found.append(Target(desk, thing.noun, thing.name))
    return sorted(found, key=lambda each: (each.noun, each.name))


ROW = Row("random_states", "random initial states, edits by hand among them", cases, check)
