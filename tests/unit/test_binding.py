"""Finds the live resource of each desired one, and the owners of the others."""

from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from reconciler.contract import Assigned, Create, Sighting
from reconciler.planning.ownership import (
    FEED_MARK,
    KEY_MARK,
    PROTECT_MARK,
    RENAMED_MARK,
    REPLACED_MARK,
    STACK_MARK,
    Owner,
    bind,
    marks_of,
    owner_of,
)
from reconciler.stack import Desired, Policy
from tests.unit.plan_toys import Queue, key, kind, marked, seen, want

OWNERS = {
    "no tags at all": ({}, Owner.FREE),
    "tags of others": ({"Project": "x"}, Owner.FREE),
    "our mark": ({STACK_MARK: "shop/dev"}, Owner.OURS),
    "another environment's mark": ({STACK_MARK: "shop/test"}, Owner.FOREIGN),
    "only a key, as a copy by hand may bear": ({KEY_MARK: "Sales"}, Owner.FREE),
    "an empty mark": ({STACK_MARK: ""}, Owner.FOREIGN),
}


@pytest.mark.parametrize(("tags", "owner"), OWNERS.values(), ids=OWNERS.keys())
def test_whose_a_live_resource_is(tags: Any, owner: Any) -> None:
    assert owner_of(tags, "shop/dev") is owner


@pytest.mark.parametrize(("protect", "marked"), [(None, None), (True, "true"), (False, "false")])
def test_protection_is_marked_where_the_author_writes_it_and_nowhere_else(protect: Any, marked: Any) -> None:
    desired = want("toy.queue/Sales", policy=Policy(protect=protect))
    marks = {
        STACK_MARK: "shop/dev",
        KEY_MARK: "Sales",
        PROTECT_MARK: marked,
        RENAMED_MARK: None,
        REPLACED_MARK: None,
        FEED_MARK: None,
    }
    assert marks_of("shop/dev", desired) == marks


@dataclass(frozen=True)
class Case:
    """Desired and live resources; then the expected bound, contradictory and remaining ones, by ARN."""

    desired: list[Desired]
    live: list[Sighting]
    bound: dict[str, str] = field(default_factory=dict)
    conflicts: list[str] = field(default_factory=list)
    strays: list[str] = field(default_factory=list)


SALES = want("toy.queue/Sales")
CASES = {
    "nothing lives": Case([SALES], []),
    "ours": Case([SALES], [seen("Sales", marked("Sales"))], bound={"Sales": "arn:Sales"}),
    "unmarked, of the wanted name: the plan decides whether to take it": Case(
        [SALES], [seen("Sales", {})], bound={"Sales": "arn:Sales"}
    ),
    "seen without tags": Case([SALES], [seen("Sales")], bound={"Sales": "arn:Sales"}),
    "another stack's, of the wanted name: bound, so that the plan refuses it": Case(
        [SALES], [seen("Sales", marked("Sales", "other"))], bound={"Sales": "arn:Sales"}
    ),
    "another stack's mark of our key says nothing": Case([SALES], [seen("Else", marked("Sales", "other"))]),
    "somebody renamed ours in the console": Case(
        [SALES], [seen("Hotline", marked("Sales"))], bound={"Sales": "arn:Hotline"}
    ),
    "renamed in the console, and another took the name": Case(
        [SALES],
        [seen("Sales", {}, arn="new"), seen("Hotline", marked("Sales"), arn="old")],
        bound={"Sales": "arn:old"},
    ),
    "two swapped their names in the console": Case(
        [want("toy.queue/A"), want("toy.queue/B")],
        [seen("A", marked("B"), arn="b"), seen("B", marked("A"), arn="a")],
        bound={"A": "arn:a", "B": "arn:b"},
    ),
    "renamed in the files": Case(
        [want("toy.queue/New", renamed_from="Old")], [seen("Old", marked("Old"))], bound={"New": "arn:Old"}
    ),
    "renamed in the files, as yet unmarked": Case(
        [want("toy.queue/New", renamed_from="Old")], [seen("Old", {})], bound={"New": "arn:Old"}
    ),
    "renamed in the files long ago": Case(
        [want("toy.queue/New", renamed_from="Old")],
        [seen("New", marked("New")), seen("Old", marked("Old"))],
        bound={"New": "arn:New"},
        strays=["arn:Old"],
    ),
    "two bear the mark, and one has the name": Case(
        [SALES],
        [seen("Copy of Sales", marked("Sales"), arn="copy"), seen("Sales", marked("Sales"))],
        bound={"Sales": "arn:Sales"},
        strays=["arn:copy"],
    ),
    "two bear the mark, and none has the name": Case(
        [SALES],
        [seen("A", marked("Sales")), seen("B", marked("Sales"))],
        conflicts=["Sales"],
        strays=["arn:A", "arn:B"],
    ),
    "two bear the mark, and a third, unmarked, has the name": Case(
        [SALES],
        [seen("A", marked("Sales")), seen("B", marked("Sales")), seen("Sales", {})],
        conflicts=["Sales"],
        strays=["arn:A", "arn:B"],
    ),
    "only referred to": Case(
        [want("toy.queue/Sales", existing=True)], [seen("Sales", {})], bound={"Sales": "arn:Sales"}
    ),
    # The mark has the name of its key; `existing` uses only the name in AWS.
    "only referred to, while another bears a mark of that name": Case(
        [want("toy.queue/Sales", existing=True)],
        [seen("Hotline", marked("Sales"))],
        strays=["arn:Hotline"],
    ),
    "ours before, now only referred to": Case(
        [want("toy.queue/Sales", existing=True)],
        [seen("Sales", marked("Sales"))],
        bound={"Sales": "arn:Sales"},
    ),
    "no longer desired": Case([SALES], [seen("Old", marked("Old"))], strays=["arn:Old"]),
    "never ours": Case([SALES], [seen("Old", {}), seen("Else", marked("Else", "other"))]),
}


FOLDED = kind(
    "toy.queue", Queue, identity=Assigned(address="Id", arn_in="Arn", arns=("arn:toy",), ignores_case=True)
)


@pytest.mark.parametrize("tags", [None, {}, marked("sales", "other")])
def test_a_name_that_differs_by_case_alone_is_taken_where_that_is_one_name_to_aws(tags: Any) -> None:
    live = [seen("SALES", tags)]
    told = bind("shop/dev", [SALES], live, FOLDED).conflicts[key("toy.queue/Sales")]
    assert "arn:SALES has the same name in other upper and lower case" in told
    assert bind("shop/dev", [SALES], live).conflicts == {}


def test_a_name_that_differs_by_case_alone_and_is_ours_is_left_over() -> None:
    binding = bind("shop/dev", [SALES], [seen("SALES", marked("SALES"))], FOLDED)
    assert (binding.conflicts, [each.arn for each in binding.strays]) == ({}, ["arn:SALES"])


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_what_is_which(case: Case) -> None:
    binding = bind("shop/dev", case.desired, case.live)
    assert {each.name: found.arn for each, found in binding.bound.items()} == case.bound
    assert [each.name for each in binding.conflicts] == case.conflicts
    assert [each.arn for each in binding.strays] == case.strays


def test_a_conflict_names_both() -> None:
    live = [seen("A", marked("Sales")), seen("B", marked("Sales"))]
    binding = bind("shop/dev", [SALES], live)
    said = "two live resources have its mark: arn:A and arn:B; delete or unmark one"
    assert binding.conflicts == {key("toy.queue/Sales"): said}


NAMELESS = {
    "the mark alone tells": ([seen("+4420", marked("Sales"))], {"Sales": "arn:+4420"}),
    "nothing is taken by chance": ([seen("+4420", {})], {}),
    "nor is what happens to be called so": ([seen("Sales", {})], {}),
}


@pytest.mark.parametrize(("live", "expected"), NAMELESS.values(), ids=NAMELESS.keys())
def test_where_aws_has_no_name(live: Any, expected: Any) -> None:
    binding = bind("shop/dev", [replace(SALES, aws_name=None)], live)
    assert {each.name: found.arn for each, found in binding.bound.items()} == expected


def test_one_live_resource_is_never_two() -> None:
    desired = [want("toy.queue/A"), want("toy.queue/B", renamed_from="A")]
    binding = bind("shop/dev", desired, [seen("A", {})])
    assert {each.name: found.arn for each, found in binding.bound.items()} == {"A": "arn:A"}


TWICE = kind(
    "toy.queue",
    Queue,
    create=Create("create_it", tuple(Queue.model_fields.keys() - {"tags"}), before_delete=True),
)


def test_of_two_replaced_resources_one_stays_until_there_is_another() -> None:
    replaced = marked("Sales", **{REPLACED_MARK: "2026-11-01"})
    binding = bind("shop/dev", [SALES], [seen("B", replaced), seen("A", replaced)], TWICE)
    assert binding.conflicts == {}
    assert {each.name: found.arn for each, found in binding.bound.items()} == {"Sales": "arn:A"}
    assert [each.arn for each in binding.replaced[SALES.key]] == ["arn:B"]
