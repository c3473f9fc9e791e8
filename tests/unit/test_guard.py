"""The guard, which may refuse a plan."""

from collections.abc import Mapping
from typing import Any

import pytest

from reconciler.contract import Adapter
from reconciler.planning.action import Verb
from reconciler.planning.contents import Content
from reconciler.planning.diff import Difference
from reconciler.planning.guard import guard, hint
from reconciler.planning.ownership import Owner
from reconciler.planning.plan import Action, Plan
from reconciler.stack import Desired, GuardLimits, Key, Policy
from tests.unit.plan_toys import KINDS, Queue, kind, stack, want

PROTECTED = {**KINDS, "toy.queue": kind("toy.queue", Queue, protected=True)}


def plan(deletes: int = 0, replaces: int = 0, owned: int = 0, updates: int = 0) -> Plan:
    """A plan that deletes D0, D1 ..., replaces R0, R1 ..., and updates U0, U1 ..."""
    counts: dict[Verb, int] = {"delete": deletes, "replace": replaces, "update": updates}
    actions = [
        Action(Key("toy.queue", f"{verb[0].upper()}{index}"), verb)
        for verb, count in counts.items()
        for index in range(count)
    ]
    return Plan({each.key: each for each in actions}, owned={"toy.queue": owned})


def replaced(**policy: Any) -> Desired:
    return want("toy.queue/R0", policy=Policy(**policy))


TOO_MANY = "the plan deletes or replaces {} of {} owned resources, more than 30%"
SAFE = "toy.queue/R0: it is protected, and the plan would replace it"

CASES: Mapping[str, tuple[Plan, Desired | None, Mapping[str, Adapter[Any]], int | None, list[str]]] = {
    "nothing goes": (plan(updates=100, owned=100), None, KINDS, None, []),
    "nothing goes, although deletes were approved": (plan(updates=1, owned=100), None, KINDS, 5, []),
    "the only one": (plan(1, owned=1), None, KINDS, None, []),
    "two of four": (plan(2, owned=4), None, KINDS, None, [TOO_MANY.format(2, 4)]),
    "all of a few": (plan(9, owned=9), None, KINDS, None, [TOO_MANY.format(9, 9)]),
    "twenty of ten thousand": (plan(20, owned=10_000), None, KINDS, None, []),
    "30 % of ten": (plan(3, owned=10), None, KINDS, None, []),
    "more than 30 % of ten": (
        plan(4, owned=10),
        None,
        KINDS,
        None,
        [TOO_MANY.format(4, 10)],
    ),
    "deletes and replaces count alike": (
        plan(2, 2, owned=10),
        None,
        KINDS,
        None,
        [TOO_MANY.format(4, 10)],
    ),
    "updates do not count": (plan(3, updates=7, owned=10), None, KINDS, None, []),
    "too many, approved": (plan(4, owned=10), None, KINDS, 4, []),
    "too many, and fewer approved": (
        plan(4, owned=10),
        None,
        KINDS,
        3,
        [
            TOO_MANY.format(4, 10),
            "--allow-deletes says 3, and the plan deletes or replaces 4",
        ],
    ),
    "a few, and another number approved: whoever looked saw another plan": (
        plan(1, owned=100),
        None,
        KINDS,
        2,
        ["--allow-deletes says 2, and the plan deletes or replaces 1"],
    ),
    "a few, and none approved": (
        plan(1, owned=100),
        None,
        KINDS,
        0,
        ["--allow-deletes says 0, and the plan deletes or replaces 1"],
    ),
    "protected by its author": (
        plan(replaces=1, owned=100),
        replaced(protect=True),
        KINDS,
        None,
        [SAFE],
    ),
    "protected by its kind": (
        plan(replaces=1, owned=100),
        replaced(),
        PROTECTED,
        None,
        [SAFE],
    ),
    "protected by its kind, and its author says otherwise": (
        plan(replaces=1, owned=100),
        replaced(protect=False),
        PROTECTED,
        None,
        [],
    ),
    "protected, and approved": (plan(replaces=1, owned=100), replaced(protect=True), KINDS, 1, []),
    # A protected resource never gets into a plan of deletes; those in it had `protect: false` in the files.
    "a stray of a protected kind": (plan(1, owned=100), None, PROTECTED, None, []),
}


@pytest.mark.parametrize(
    ("made", "desired", "kinds", "allowed", "expected"), CASES.values(), ids=CASES.keys()
)
def test_why_a_plan_is_refused(made: Any, desired: Any, kinds: Any, allowed: Any, expected: Any) -> None:
    assert guard(made, stack(*([desired] if desired else [])), kinds, allowed) == expected


def test_how_all_that_goes_is_approved() -> None:
    assert hint(plan(2, 2, owned=10, updates=3)) == "--allow-deletes 4 approves this plan"


def test_what_the_plan_refuses_by_itself_does_not_count() -> None:
    refused = Action(Key("toy.queue", "R0"), "replace", refusal="AWS cannot change it")
    assert (
        guard(
            Plan({refused.key: refused}, owned={"toy.queue": 1}), stack(replaced(protect=True)), KINDS, None
        )
        == []
    )


def deleting(kinds: Mapping[str, int], owned: Mapping[str, int]) -> Plan:
    """A plan that deletes this number of resources of each kind."""
    keys = [Key(kind, str(number)) for kind, count in kinds.items() for number in range(count)]
    return Plan({each: Action(each, "delete") for each in keys}, owned=owned)


OF_KIND = "the plan deletes or replaces {} of {} owned resources of kind {}, more than {}%"
IN_ALL = "the plan deletes or replaces {} of {} owned resources, more than {}%"
CENTRE = {"toy.queue": 30, "toy.user": 10}


def test_the_share_counts_for_each_kind_by_itself() -> None:
    found = guard(deleting({"toy.user": 9}, CENTRE), stack(), KINDS, None)
    assert found == [OF_KIND.format(9, 10, "toy.user", 30)]


def test_one_of_each_kind_passes_while_they_are_few_of_all() -> None:
    few = deleting({"toy.queue": 1, "toy.user": 1, "toy.hours": 1}, {**CENTRE, "toy.hours": 1})
    assert guard(few, stack(), KINDS, None) == []
    many = deleting(
        {"toy.queue": 1, "toy.user": 1, "toy.hours": 1}, dict.fromkeys(CENTRE, 1) | {"toy.hours": 1}
    )
    assert guard(many, stack(), KINDS, None) == [IN_ALL.format(3, 3, 30)]


def test_what_lives_in_a_resource_counts_with_it_whoever_made_it() -> None:
    inside = (Content(Key("toy.user", "ada"), Owner.OURS), Content(Key("toy.user", "by hand"), Owner.FREE))
    centre = Action(Key("toy.centre", "Main"), "delete", contents=inside)
    plan = Plan({centre.key: centre}, owned={"toy.centre": 4, "toy.user": 6})
    assert plan.disappearing == 3
    assert guard(plan, stack(), KINDS, None) == []
    plan = Plan({centre.key: centre}, owned={"toy.centre": 4, "toy.user": 5})
    assert guard(plan, stack(), KINDS, None) == [
        OF_KIND.format(2, 6, "toy.user", 30),
    ]
    assert guard(plan, stack(), KINDS, 3) == []
    assert guard(plan, stack(), KINDS, 1)[-1:] == [
        "--allow-deletes says 1, and the plan deletes or replaces 3"
    ]


def test_the_limits_of_the_stack_hold() -> None:
    plan = deleting({"toy.queue": 6}, CENTRE)
    assert guard(plan, stack(), KINDS, None) == []
    narrow = stack(guard=GuardLimits(max_percent=10))
    assert guard(plan, narrow, KINDS, None) == [
        IN_ALL.format(6, 40, 10),
        OF_KIND.format(6, 30, "toy.queue", 10),
    ]
    capped = stack(guard=GuardLimits(max_percent=100, max_deletes=5))
    assert guard(plan, capped, KINDS, None) == [
        "the plan deletes or replaces 6 resources, and `max_deletes` of the stack's guard is 5",
    ]
    assert guard(plan, capped, KINDS, 6) == []
    assert guard(deleting({"toy.queue": 30}, CENTRE), stack(guard=GuardLimits(100)), KINDS, None) == []


def test_with_a_cap_of_none_not_even_one_delete_passes() -> None:
    plan = deleting({"toy.queue": 1}, CENTRE)
    assert len(guard(plan, stack(guard=GuardLimits(max_deletes=0)), KINDS, None)) == 1


# -- deletes within resources that stay ----------------------------------------------------------------------------------


def row(name: str, field: str = "rows") -> Difference:
    """A row that AWS deletes."""
    return Difference(f"{field}[{name}]", {"name": name}, None, deletes=f"{field}[{name}]")


def losing(*resources: tuple[Difference, ...], rows: int = 0, **more: Any) -> Plan:
    """A plan that updates queues Q0, Q1 ... with these differences; their field `rows` has `rows` live rows."""
    actions = [
        Action(Key("toy.queue", f"Q{number}"), "update", each) for number, each in enumerate(resources)
    ]
    return Plan(
        {each.key: each for each in actions},
        owned={"toy.queue": 100},
        rows={("toy.queue", "rows"): rows},
        **more,
    )


def test_deletes_within_what_stays_count_towards_the_cap_and_are_named() -> None:
    plan = losing((row("a"), row("b")), rows=100)
    assert plan.deletes_within == 2
    assert guard(plan, stack(), KINDS, None) == []
    assert guard(plan, stack(guard=GuardLimits(max_deletes=2)), KINDS, None) == []
    capped = stack(guard=GuardLimits(max_deletes=1))
    assert guard(plan, capped, KINDS, None) == [
        (
            "the plan deletes 2 within resources that stay, and `max_deletes` of the stack's guard is 1: "
            "toy.queue/Q0 (rows[a], rows[b])"
        ),
    ]
    assert guard(plan, capped, KINDS, 2) == []


def test_resources_and_what_goes_within_others_are_counted_together() -> None:
    going = Action(Key("toy.queue", "Gone"), "delete")
    plan = losing((row("a"),), rows=100)
    plan = Plan({**plan.actions, going.key: going}, owned=plan.owned, rows=plan.rows)
    both = "the plan deletes or replaces 1 resource and deletes 1 within resources that stay"
    capped = stack(guard=GuardLimits(max_deletes=1))
    assert guard(plan, capped, KINDS, None) == [
        f"{both}, and `max_deletes` of the stack's guard is 1: toy.queue/Q0 (rows[a])",
    ]
    assert guard(plan, capped, KINDS, 1)[1] == f"--allow-deletes says 1, and {both}"
    assert guard(plan, stack(), KINDS, 2) == []


def test_the_share_counts_the_rows_of_a_field_over_all_resources_of_a_kind() -> None:
    plan = losing((row("a"), row("b")), (row("a"), row("b")), rows=13)
    assert guard(plan, stack(), KINDS, None) == [
        (
            "the plan deletes 4 of 13 in the field rows of the resources of kind toy.queue, more than 30%: "
            "toy.queue/Q0 (rows[a], rows[b]), toy.queue/Q1 (rows[a], rows[b])"
        ),
    ]
    assert guard(plan, stack(), KINDS, 4) == []
    assert guard(losing((row("a"), row("b")), (row("a"), row("b")), rows=14), stack(), KINDS, None) == []


def test_one_resource_alone_may_lose_all_within_it_as_it_may_go_itself() -> None:
    assert guard(losing((row("a"), row("b")), rows=2), stack(), KINDS, None) == []


def test_what_another_row_takes_the_place_of_is_no_loss_of_the_share() -> None:
    moved = (row("MONDAY/09:00"), Difference("rows[MONDAY/08:00]", None, {"name": "MONDAY/08:00"}))
    assert guard(losing(moved, moved, rows=2), stack(), KINDS, None) == []
    assert len(guard(losing(moved, moved, rows=2), stack(guard=GuardLimits(max_deletes=1)), KINDS, None)) == 1


def test_a_list_that_is_emptied_counts_each_of_its_rows() -> None:
    emptied = Difference("rows", [{"name": "a"}, {"name": "b"}], [], deletes="rows")
    assert losing((emptied,)).deletes_within == 2
    assert len(guard(losing((emptied,), (emptied,), rows=4), stack(), KINDS, None)) == 1


def test_one_thing_that_several_differences_delete_counts_once() -> None:
    rebuilt = tuple(
        Difference(f"rows[a].{name}", 1, 2, deletes="index a") for name in ("key_schema", "projection")
    )
    assert losing(rebuilt).deletes_within == 1
