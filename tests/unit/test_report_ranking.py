"""The order of actions in reports, and their summary."""

from typing import Any

import pytest

from reconciler.planning.ownership import KEY_MARK
from reconciler.reports.ranking import by_importance, counts, headline
from tests.unit.report_toys import action, data

SORTS = [
    action("told", outcome="unchanged", message="left alone"),
    action("new", "create"),
    action("taken", "adopt"),
    action("drifted"),
    action("gone", "delete"),
    action("anew", "replace"),
    action("freed", "release"),
    action("no", outcome="refused"),
    action("broken", "create", outcome="failed"),
    action("perhaps", "delete", outcome="unsure"),
]


def names(actions: list[Any]) -> list[str]:
    return [each["name"] for each in actions]


def test_what_went_wrong_comes_first_then_what_takes_away_and_what_is_left_alone_last() -> None:
    assert names(by_importance(data(*SORTS))) == [
        *("broken", "perhaps", "no"),
        *("gone", "anew", "drifted", "taken", "new", "freed"),
        "told",
    ]


def test_what_waits_is_trouble_only_where_something_was_to_be_done() -> None:
    waiting, done = action("a-waiting"), action("b-done", "delete", outcome="done")
    assert names(by_importance(data(waiting, done))) == ["b-done", "a-waiting"]
    assert names(by_importance(data(waiting, done, dry_run=False))) == ["a-waiting", "b-done"]


def test_our_own_marks_are_no_differences() -> None:
    (found,) = by_importance(data(action("a", "adopt", (f"tags.{KEY_MARK}", None, "a"), ("size", 1, 2))))
    assert [each["field"] for each in found["differences"]] == ["size"]


def test_the_mark_of_protect_is_a_difference_of_an_update() -> None:
    (found,) = by_importance(data(action("a", "update", ("tags.reconciler:protect", "false", None))))
    assert [each["field"] for each in found["differences"]] == ["tags.reconciler:protect"]


def test_each_sort_is_counted_the_heaviest_first() -> None:
    found = [(each.number, each.words) for each in counts(data(*SORTS))]
    assert found == [
        (1, "failed"),
        (1, "ended unsure"),
        (1, "refused"),
        (1, "to delete"),
        (1, "to replace"),
        (1, "to update"),
        (1, "to adopt"),
        (1, "to create"),
        (1, "to release"),
        (1, "only reported"),
        (93, "as desired"),
    ]


def test_nothing_is_called_as_desired_that_was_not_compared() -> None:
    assert list(counts(data(compared=0, outcome="refused", refusals=["the wrong account"]))) == []


HEADLINES: dict[str, tuple[Any, str]] = {
    "settled": (data(), "100 resources are as desired; nothing to change."),
    "one": (data(compared=1), "1 resource is as desired; nothing to change."),
    "one change": (data(action("a")), "An apply would update 1 resource."),
    "several": (
        data(action("a"), action("b"), action("c", "delete"), action("d", "create")),
        "An apply would delete 1 resource, update 2 and create 1.",
    ),
    "done": (
        data(action("a", outcome="done"), action("b", "create", outcome="done"), dry_run=False),
        "This pass updated 1 resource and created 1.",
    ),
    "trouble first": (
        data(action("a", outcome="refused"), action("b", "create")),
        "1 refused: look at this first. An apply would create 1 resource.",
    ),
    "troubles": (
        data(action("a", outcome="failed"), action("b", outcome="unsure"), action("c"), dry_run=False),
        "1 failed, 1 ended unsure and 1 waiting: look at these first.",
    ),
    "only reported": (
        data(action("a", outcome="unchanged")),
        "99 resources are as desired; nothing to change. 1 resource differs, and the policy is to report only.",
    ),
    "the guard": (
        data(action("a", "delete"), refusals=["too much"]),
        "An apply would be refused. Approved, it would delete 1 resource.",
    ),
    "a pass that the guard refused": (
        data(action("a", "delete"), action("b"), refusals=["too much"], dry_run=False),
        "Refused: nothing was changed. Approved, it would delete 1 resource and update 1.",
    ),
    "the wrong account": (
        data(refusals=["the wrong account"], dry_run=False, compared=0),
        "Refused: nothing was changed.",
    ),
    "blind": (
        data(blind=["toy.queue: AccessDenied"]),
        "1 kind could not be searched for resources to remove.",
    ),
}


@pytest.mark.parametrize(("pass_", "expected"), HEADLINES.values(), ids=HEADLINES.keys())
def test_the_headline(pass_: Any, expected: str) -> None:
    assert headline(pass_) == expected
