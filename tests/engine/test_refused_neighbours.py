"""No resource is created in, or with a reference to, a resource that the plan refuses; all others are created."""

from dataclasses import replace

import pytest

from reconciler.planning.ownership import KEY_MARK, STACK_MARK
from reconciler.stack import Stack
from tests.engine.small_faults import Fault
from tests.engine.small_harness import Harness, marks, messages, outcomes, stack, want
from tests.engine.small_service import MAIN

DAY = want("toy.hours/Day", {"zone": "UTC"})
NIGHT = want("toy.hours/Night", {"zone": "UTC"})
SALES = want("toy.queue/Sales", {"hours": "Day"})
BACKUP = want("toy.queue/Backup", {"hours": "Night"})
OTHERS = {STACK_MARK: "other/dev", KEY_MARK: "Main"}
BEARS = 'it has the mark of stack "other/dev"'


def changes(harness: Harness) -> list[str]:
    """The changes of a pass over the two queues and their hours."""
    return harness.service.journal


@pytest.mark.parametrize("only", [(), ("toy.hours/*", "toy.queue/*")])
def test_nothing_is_made_in_what_is_another_stacks(harness: Harness, only: tuple[str, ...]) -> None:
    harness.service.add("centre", "Main", OTHERS, Size=3)
    report = harness.run(stack(DAY, SALES), only=only)
    assert (report.outcome, changes(harness)) == ("failed", [])
    said = f"it needs toy.centre/Main, which is refused: {BEARS}"
    assert {name: messages(report)[name] for name in ("Day", "Sales")} == {"Day": said, "Sales": said}


def test_nothing_is_adopted_in_what_is_another_stacks(harness: Harness) -> None:
    harness.service.add("centre", "Main", OTHERS, Size=3)
    harness.service.add("hours", "Day", Zone="UTC")
    harness.run(stack(DAY))
    assert changes(harness) == []


def test_nothing_is_made_in_what_is_not_adopted(harness: Harness) -> None:
    harness.service.add("centre", "Main", Size=9)
    report = harness.run(stack(DAY))
    assert (outcomes(report), changes(harness)) == ({"Main": "refused", "Day": "refused"}, [])
    assert "toy.centre/Main" in messages(report)["Day"]


def test_what_is_another_stacks_may_be_lived_in_where_it_is_only_referred_to(harness: Harness) -> None:
    harness.service.add("centre", "Main", OTHERS, Size=3)
    shop = stack(DAY)
    main = want("toy.centre/Main", existing=True)
    report = harness.run(replace(shop, resources={**shop.resources, MAIN: main}))
    assert (report.outcome, changes(harness)) == ("settled", ["create hours Day"])


def test_nothing_new_refers_to_what_is_another_stacks_and_all_else_goes_on(harness: Harness) -> None:
    harness.settle(stack())
    harness.service.add("hours", "Day", {**OTHERS, KEY_MARK: "Day"}, Zone="UTC")
    harness.service.journal.clear()
    report = harness.run(stack(DAY, NIGHT, SALES, BACKUP))
    assert changes(harness) == ["create hours Night", "create queue Backup"]
    assert messages(report)["Sales"] == f"it needs toy.hours/Day, which is refused: {BEARS}"


def test_what_lives_is_not_made_to_refer_to_what_is_another_stacks(harness: Harness) -> None:
    harness.settle(stack(NIGHT, BACKUP))
    harness.service.add("hours", "Day", {**OTHERS, KEY_MARK: "Day"}, Zone="UTC")
    harness.service.journal.clear()
    report = harness.run(stack(DAY, NIGHT, want("toy.queue/Backup", {"hours": "Day"})))
    assert (outcomes(report)["Backup"], changes(harness)) == ("refused", [])


def test_nothing_new_refers_to_what_cannot_be_told_or_read(harness: Harness) -> None:
    harness.settle(stack())
    for at in range(2):
        harness.service.add("hours", f"Copy {at}", marks("Day"), Zone="UTC")
    harness.service.journal.clear()
    report = harness.run(stack(DAY, SALES))
    assert (outcomes(report), changes(harness)) == ({"Day": "refused", "Sales": "refused"}, [])
    assert "toy.hours/Day" in messages(report)["Sales"]


def test_nothing_new_refers_to_what_was_not_seen(harness: Harness) -> None:
    harness.settle(stack(DAY))
    harness.service.faults.append(Fault("list_hours", "denied", times=9))
    harness.service.journal.clear()
    report = harness.run(stack(DAY, SALES))
    assert (outcomes(report)["Sales"], changes(harness)) == ("refused", [])
    assert "toy.hours/Day, which is refused: could not be seen" in messages(report)["Sales"]


def test_a_ring_with_one_member_that_is_refused_is_not_begun(harness: Harness) -> None:
    """A cycle of queues is opened at the overflow; a queue without its overflow would be incomplete."""
    harness.settle(stack(NIGHT))
    harness.service.add("hours", "Day", {**OTHERS, KEY_MARK: "Day"}, Zone="UTC")
    harness.service.journal.clear()
    one = want("toy.queue/Sales", {"hours": "Day", "overflow": "Backup"})
    two = want("toy.queue/Backup", {"hours": "Night", "overflow": "Sales"})
    report = harness.run(stack(DAY, NIGHT, one, two))
    assert changes(harness) == []
    said = f"it needs toy.queue/Sales, which needs toy.hours/Day, which is refused: {BEARS}"
    assert messages(report)["Backup"] == said


def test_what_was_refused_is_made_once_nothing_bars_it(harness: Harness) -> None:
    theirs = harness.service.add("centre", "Main", OTHERS, Size=3)
    shop: Stack = stack(DAY, SALES)
    harness.run(shop)
    theirs.tags.update(marks("Main"))
    harness.settle(shop)
    assert {*harness.service.names("queue"), *harness.service.names("hours")} == {"Sales", "Day"}


@pytest.mark.parametrize("note", [None, "new"], ids=["nothing else differs", "something else differs"])
def test_a_reference_to_what_cannot_be_seen_is_no_difference(harness: Harness, note: str | None) -> None:
    """Without a list, the id of Day is unknown: Sales would seem to lose its hours."""
    harness.settle(stack(DAY, SALES))
    harness.service.faults.append(Fault("list_hours", "denied", times=99))
    more = {} if note is None else {"note": note}
    report = harness.run(stack(DAY, want("toy.queue/Sales", {"hours": "Day", **more})))
    assert outcomes(report) == {"Day": "refused", **({"Sales": "done"} if more else {})}
    assert messages(report)["Day"].startswith("could not be seen: list_hours")
    found = {each.field for action in report.plan.actions.values() for each in action.differences}
    assert found == more.keys()
