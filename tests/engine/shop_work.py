"""Work for passes with faults: an initial state, a stack to apply, and the run without faults."""

from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import dataclass, field, replace
from typing import Any

from reconciler.contract import Adapter
from reconciler.stack import Policy, Stack
from tests.engine.small_desk import Desk, marks, stack, want
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

    before: Callable[[Desk], object]
    wanted: Stack
    kinds: Mapping[str, Adapter[Any]] = field(default_factory=lambda: KINDS)
    cascades: bool = False
    """Whether the deletion of a centre deletes its contents; then there are no resources of others in it."""


def nothing(_desk: Desk) -> None:
    pass


def the_shop(desk: Desk) -> None:
    desk.settle(SHOP)


def a_chain(desk: Desk) -> None:
    desk.settle(CHAIN)


def a_mess(desk: Desk) -> None:
    """Create some resources by hand, rename some, change some, delete one, and add one of others."""
    desk.settle(stack(SALES, BACKUP, DAY))
    service = desk.service
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


def the_centre(desk: Desk) -> None:
    desk.settle(a_centre(3), kinds=WHOLE)


WORK = {
    "replace what others live in": Work(the_centre, a_centre(4), WHOLE, cascades=True),
    "delete what others live in": Work(
        the_centre, replace(stack(prune=True), resources={}), WHOLE, cascades=True
    ),
    "create all": Work(nothing, SHOP),
    "change all": Work(the_shop, CHANGED),
    "prune": Work(a_chain, stack(DAY, prune=True)),
    "adopt and repair": Work(
        a_mess,
        stack(SALES, want("toy.queue/Backup", BACKUP.settings, adopt=True), DAY, NIGHT),
    ),
}


def desk_for(work: Work) -> Desk:
    """A new desk in the initial state of this work, with a resource of others that must not change."""
    desk = Desk()
    if work.before is not nothing:
        work.before(desk)
        if not work.cascades:
            desk.service.add("queue", "Bystander", {"Owner": "somebody"}, Colour="blue", Labels=["z"])
    desk.service.cascades = work.cascades
    desk.service.calls.clear()
    desk.service.journal.clear()
    return desk


@dataclass(frozen=True)
class Calm:
    """The run of the work without faults."""

    picture: dict[str, Any]
    journal: list[str]
    calls: list[str]
    mutating: list[str]


def calm(work: Work) -> Calm:
    desk = desk_for(work)
    assert desk.run(work.wanted, work.kinds).outcome == "settled"
    service = desk.service
    return Calm(service.picture(), list(service.journal), list(service.calls), list(service.mutating))


CALM = {name: calm(work) for name, work in WORK.items()}


def nothing_lost_on_the_way(desk: Desk) -> None:
    """Check after every change that the resource of others is unchanged, and that a list keeps what it has and will have."""
    bystander = deepcopy([each for each in desk.service.things if each.name == "Bystander"])
    sales = next((each for each in desk.service.things if each.tags == marks("Sales")), None)
    kept = {"b"} if sales and "b" in sales.members.get("Labels", ()) else set()

    def watch(service: Any) -> None:
        assert [each for each in service.things if each.name == "Bystander"] == bystander
        if sales and sales.died is None:
            assert kept <= set(sales.members.get("Labels", ())), service.journal

    desk.service.watch = watch


def nth_call(found: Calm, index: int) -> int:
    """The number of this change among all calls."""
    changes = [at for at, operation in enumerate(found.calls) if operation in set(found.mutating)]
    return changes[index]


def made_and_deleted(journal: list[str]) -> list[str]:
    """Every create and delete in the journal."""
    return sorted(each for each in journal if each.startswith(("create", "delete")))
