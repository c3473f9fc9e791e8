"""Work for passes with faults: an initial state, a stack to apply, and the fault-free run."""

from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import dataclass, field, replace
from typing import Any

from reconciler.contract import Adapter
from reconciler.stack import Policy, Stack
from tests.engine.small_harness import Harness, marks, stack, want
from tests.engine.small_service import KINDS, CentreAdapter

DAY = want("toy.hours/Day", {"zone": "UTC"})
NIGHT = want("toy.hours/Night", {"zone": "CET"})
SALES = want("toy.queue/Sales", {"hours": "Day", "limit": 5, "overflow": "Backup", "labels": ["a", "b"]})
BACKUP = want("toy.queue/Backup", {"hours": "Day", "note": "quiet", "overflow": "Sales"})
SHOP = stack(SALES, BACKUP, DAY)
CHAIN = stack(SALES, want("toy.queue/Backup", {"hours": "Day"}), DAY)
CHANGED = stack(
    want("toy.queue/Sales", {"hours": "Night", "limit": None, "overflow": None, "labels": ["b", "c"]}),
    want("toy.queue/Spare", {"hours": "Night", "note": "loud", "overflow": "Sales"}, renamed_from="Backup"),
    DAY,
    NIGHT,
)


@dataclass(frozen=True)
class Work:
    """An initial state, and the stack to apply."""

    before: Callable[[Harness], object]
    wanted: Stack
    kinds: Mapping[str, Adapter[Any]] = field(default_factory=lambda: KINDS)
    cascades: bool = False
    """Whether the deletion of a centre deletes its contents; then there are no resources of others in it."""


def nothing(_harness: Harness) -> None:
    pass


def the_shop(harness: Harness) -> None:
    harness.settle(SHOP)


def a_chain(harness: Harness) -> None:
    harness.settle(CHAIN)


def edited_by_others(harness: Harness) -> None:
    """Create some resources by hand, rename some, change some, delete one, and add one of others."""
    harness.settle(stack(SALES, BACKUP, DAY))
    service = harness.service
    service.live("Sales").members |= {"Name": "Hotline", "Limit": 9, "Labels": ["x"], "Colour": "red"}
    backup = service.live("Backup")
    service.live("Hotline").members.pop("OverflowId")
    backup.died = 0.0
    service.add("queue", "Backup", HoursId=service.live("Day").id, Note="by hand")
    service.add("hours", "Night", Zone="CET")


class Whole(CentreAdapter):
    """A centre whose size AWS cannot change."""

    create, updates = replace(CentreAdapter.create, fixed=frozenset({"size"})), ()


WHOLE = {**KINDS, "toy.centre": Whole()}


def a_centre(size: int) -> Stack:
    """A centre with two queues that may be deleted and replaced."""
    centre = want("toy.centre/Main", {"size": size}, policy=Policy(protect=False, replace=True))
    return stack(centre, SALES, want("toy.queue/Backup", {"hours": "Day"}), DAY)


def the_centre(harness: Harness) -> None:
    harness.settle(a_centre(3), kinds=WHOLE)


WORK = {
    "replace what others live in": Work(the_centre, a_centre(4), WHOLE, cascades=True),
    "delete what others live in": Work(
        the_centre, replace(stack(prune=True), resources={}), WHOLE, cascades=True
    ),
    "create all": Work(nothing, SHOP),
    "change all": Work(the_shop, CHANGED),
    "prune": Work(a_chain, stack(DAY, prune=True)),
    "adopt and repair": Work(
        edited_by_others,
        stack(SALES, want("toy.queue/Backup", BACKUP.settings, adopt=True), DAY, NIGHT),
    ),
}


def harness_for(work: Work) -> Harness:
    """A new harness in the initial state of this work, with a resource of others that must not change."""
    harness = Harness()
    if work.before is not nothing:
        work.before(harness)
        if not work.cascades:
            harness.service.add("queue", "Bystander", {"Owner": "somebody"}, Colour="blue", Labels=["z"])
    harness.service.cascades = work.cascades
    harness.service.calls.clear()
    harness.service.journal.clear()
    return harness


@dataclass(frozen=True)
class FaultFreeRun:
    """The run of the work without faults."""

    state: dict[str, Any]
    journal: list[str]
    calls: list[str]
    mutating: list[str]


def fault_free_run(work: Work) -> FaultFreeRun:
    harness = harness_for(work)
    assert harness.run(work.wanted, work.kinds).outcome == "settled"
    service = harness.service
    return FaultFreeRun(service.state(), list(service.journal), list(service.calls), list(service.mutating))


FAULT_FREE_RUNS = {name: fault_free_run(work) for name, work in WORK.items()}


def check_between_changes(harness: Harness) -> None:
    """Check after every change that the resource of others is unchanged, and that a list keeps what it has and will have."""
    bystander = deepcopy([each for each in harness.service.live_resources if each.name == "Bystander"])
    sales = next((each for each in harness.service.live_resources if each.tags == marks("Sales")), None)
    kept = {"b"} if sales and "b" in sales.members.get("Labels", ()) else set()

    def watch(service: Any) -> None:
        assert [each for each in service.live_resources if each.name == "Bystander"] == bystander
        if sales and sales.died is None:
            assert kept <= set(sales.members.get("Labels", ())), service.journal

    harness.service.watch = watch


def nth_call(found: FaultFreeRun, index: int) -> int:
    """The number of this change among all calls."""
    changes = [at for at, operation in enumerate(found.calls) if operation in set(found.mutating)]
    return changes[index]


def creates_and_deletes(journal: list[str]) -> list[str]:
    """Every create and delete in the journal."""
    return sorted(each for each in journal if each.startswith(("create", "delete")))
