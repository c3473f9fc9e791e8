"""Maps with free keys: only the entries in the files are managed, and null removes one."""

from typing import Any

import pytest

from tests.engine.small_harness import Harness, key, stack, want

DAY = want("toy.hours/Day", {"zone": "UTC"})


def sales(**notes: Any) -> Any:
    return stack(DAY, want("toy.queue/Sales", {"hours": "Day", "notes": notes}))


@pytest.fixture
def settled(harness: Harness) -> Harness:
    harness.settle(sales(a="1", b="2"))
    harness.service.live("Sales").members["Notes"]["theirs"] = "3"
    return harness


def notes(harness: Harness) -> Any:
    return harness.service.live("Sales").members["Notes"]


def test_entries_of_others_are_no_difference(settled: Harness) -> None:
    assert settled.run(sales(a="1", b="2")).plan.actions == {}


def test_an_entry_is_changed_and_all_others_stay(settled: Harness) -> None:
    report = settled.run(sales(a="9"))
    differences = report.plan.actions[key("toy.queue/Sales")].differences
    assert [(each.field, each.observed, each.desired) for each in differences] == [("notes[a]", "1", "9")]
    assert notes(settled) == {"a": "9", "b": "2", "theirs": "3"}


def test_null_takes_an_entry_out(settled: Harness) -> None:
    settled.settle(sales(a="1", b=None))
    assert notes(settled) == {"a": "1", "theirs": "3"}


def test_an_entry_that_was_changed_by_hand_is_put_back(settled: Harness) -> None:
    notes(settled)["b"] = "by hand"
    settled.settle(sales(a="1", b="2"))
    assert notes(settled) == {"a": "1", "b": "2", "theirs": "3"}


def test_a_reference_stands_in_an_entry(settled: Harness) -> None:
    settled.settle(sales(a="${toy.hours:Day#name} at ${toy.hours:Day}"))
    assert notes(settled)["a"] == f"Day at {settled.service.live('Day').arn}"
