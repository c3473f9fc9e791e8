"""Contents, which are deleted with a resource: they are listed, counted, protected, and created again after a replace."""

from dataclasses import replace
from typing import Any

import pytest

from reconciler.applying import Quiet
from reconciler.contract import Delete, Sighting, Unmanaged
from reconciler.pass_options import Options
from reconciler.pass_report import PassReport
from reconciler.planning.contents import Content, within
from reconciler.planning.ownership import KEY_MARK, PROTECT_MARK, STACK_MARK, Owner
from reconciler.planning.world import UnmanagedContents
from reconciler.reconcile import Pass
from reconciler.stack import Desired, GuardLimits, Policy, Stack
from tests.engine.small_faults import Fault
from tests.engine.small_harness import Harness, key, marks, messages, outcomes, stack, want
from tests.engine.small_service import (
    KINDS,
    CentreAdapter,
    HoursAdapter,
    QueueAdapter,
)


class Centre(CentreAdapter):
    """A centre whose size AWS cannot change, and whose deletion deletes its contents."""

    create, updates = replace(CentreAdapter.create, fixed=frozenset({"size"})), ()


class Kept(QueueAdapter):
    delete = Delete("delete_queue", protected=True)


OPEN = {**KINDS, "toy.centre": Centre()}
"""Kinds of which only centres are protected."""
NUMBERS = {**OPEN, "toy.queue": Kept()}
"""Kinds with protected queues, like phone numbers."""
DAY = want("toy.hours/Day", {"zone": "UTC"})
SALES = want("toy.queue/Sales", {"hours": "Day", "limit": 5})
MAIN = key("toy.centre/Main")
MAY_GO = Policy(protect=False, replace=True)


def centre(size: int = 3, policy: Policy = MAY_GO) -> Desired:
    return want("toy.centre/Main", {"size": size}, policy=policy)


def emptied(**said: Any) -> Stack:
    """An empty stack that prunes."""
    return replace(stack(prune=True, **said), resources={})


@pytest.fixture
def harness() -> Harness:
    """A harness with a centre with hours and a queue, whose deletion deletes its contents."""
    found = Harness()
    found.service.cascades = True
    found.settle(stack(centre(), DAY, SALES), kinds=OPEN)
    return found


def contents(report: PassReport) -> dict[str, Owner]:
    return {each.key.name: each.owner for each in report.plan.actions[MAIN].contents}


def test_what_lives_in_what_is_deleted_is_in_the_plan_and_counted(harness: Harness) -> None:
    report = harness.run(emptied(guard=GuardLimits()), OPEN)
    assert contents(report) == {"Day": Owner.OURS, "Sales": Owner.OURS}
    assert (report.outcome, report.mutating_calls) == ("refused", 0)
    assert report.refusals == ("the plan deletes or replaces 3 of 3 owned resources, more than 30%",)
    assert report.hints == ("--allow-deletes 3 approves this plan",)
    assert harness.run(emptied(guard=GuardLimits()), OPEN, allow_deletes=1).mutating_calls == 0
    report = harness.run(emptied(guard=GuardLimits()), OPEN, allow_deletes=3)
    assert (report.outcome, report.mutating_calls) == ("settled", 1)
    assert harness.service.state() == {}


def test_nothing_is_deleted_with_something_protected_in_it(harness: Harness) -> None:
    """Regardless of its own policy and of approved deletes."""
    for options in ({}, {"allow_deletes": 3}):
        report = harness.run(emptied(), NUMBERS, **options)
        assert outcomes(report) == {"Main": "refused"}
        assert messages(report)["Main"].startswith(
            "its contents would be deleted with it, and these must not be deleted: toy.queue/Sales (it is protected); "
        )
    assert harness.service.names("queue") == ["Sales"]


def test_a_mark_protects_what_is_in_it_too(harness: Harness) -> None:
    harness.service.live("Day").tags[PROTECT_MARK] = "true"
    assert "toy.hours/Day (it is protected)" in messages(harness.run(emptied(), OPEN))["Main"]
    assert harness.service.names("centre") == ["Main"]


def test_what_was_unprotected_while_it_was_desired_goes(harness: Harness) -> None:
    free = replace(SALES, policy=Policy(protect=False))
    harness.settle(stack(centre(), DAY, free), kinds=NUMBERS)
    harness.settle(emptied(), kinds=NUMBERS)
    assert harness.service.state() == {}


def test_what_people_made_in_it_is_named_and_counted(harness: Harness) -> None:
    harness.service.add("hours", "By hand", Zone="UTC")
    report = harness.run(emptied(), OPEN, dry_run=True)
    assert contents(report) == {"By hand": Owner.FREE, "Day": Owner.OURS, "Sales": Owner.OURS}
    assert report.plan.disappearing == 4


def test_what_another_stack_has_in_it_keeps_it_alive(harness: Harness) -> None:
    harness.service.add("hours", "Theirs", {STACK_MARK: "other", KEY_MARK: "Night"}, Zone="UTC")
    report = harness.run(emptied(), OPEN)
    assert outcomes(report) == {"Main": "refused"}
    assert 'toy.hours/Theirs (it has the mark of stack "other")' in messages(report)["Main"]
    assert report.mutating_calls == 0


def test_what_is_to_be_released_keeps_it_alive(harness: Harness) -> None:
    report = harness.run(emptied(release=(SALES.key,)), OPEN)
    assert "toy.queue/Sales (the files release it)" in messages(report)["Main"]
    assert harness.service.names("queue") == ["Sales"]


def test_what_aws_made_in_it_is_no_loss(harness: Harness) -> None:
    class Defaults(HoursAdapter):
        def made_by_aws(self, sighting: Sighting) -> bool:
            return sighting.name == "Basic"

    harness.service.add("hours", "Basic", Zone="UTC")
    report = harness.run(emptied(), {**OPEN, "toy.hours": Defaults()}, dry_run=True)
    assert contents(report) == {"Day": Owner.OURS, "Sales": Owner.OURS}


def test_what_cannot_be_looked_into_is_not_deleted(harness: Harness) -> None:
    harness.service.faults.append(Fault("list_queue", "denied"))
    report = harness.run(emptied(), OPEN)
    assert outcomes(report) == {"Main": "refused"}
    assert messages(report)["Main"].startswith("its contents could not be listed: list_queue")
    assert report.mutating_calls == 0


def test_what_came_to_live_in_it_since_the_plan_keeps_it_alive(harness: Harness) -> None:
    def move_in(_report: PassReport) -> None:
        harness.service.add("hours", "Late", Zone="UTC")

    report = Pass(emptied(), OPEN, harness, harness.clock, Options(), Quiet(), applying=move_in).run()
    assert outcomes(report) == {"Main": "refused"}
    assert "the plan does not have all of its contents: Late" in messages(report)["Main"]
    assert harness.service.names("centre") == ["Main"]


def test_what_stays_although_it_is_no_longer_desired_is_named_with_all_that_lives_in_it(
    harness: Harness,
) -> None:
    harness.settle(stack(centre(policy=Policy()), DAY, SALES), kinds=OPEN)
    report = harness.run(emptied(), OPEN)
    assert (report.outcome, report.mutating_calls) == ("settled", 0)
    (note,) = report.notes
    assert note.startswith("toy.centre/Main (Main) has our mark and is no longer desired; it is left alone")
    assert note.endswith(", and so are its contents: toy.hours/Day, toy.queue/Sales")
    harness.service.live("Sales").tags.clear()
    (note,) = harness.run(emptied(), OPEN).notes
    assert note.endswith("toy.queue/Sales (unmarked)")


def test_a_resource_lives_in_what_its_parent_lives_in() -> None:
    inner = replace(SALES, scope=DAY.key)
    wanted = stack(centre(), DAY, inner)
    assert within(wanted, inner.key, {MAIN}) == MAIN
    assert within(wanted, inner.key, {DAY.key, MAIN}) == DAY.key
    assert within(wanted, inner.key, {key("toy.centre/Other")}) is None


# -- replace -------------------------------------------------------------------------------------------------------------


def test_what_lived_in_what_is_replaced_is_made_again_in_the_same_pass(harness: Harness) -> None:
    wanted = stack(centre(4), DAY, SALES)
    report = harness.run(wanted, OPEN)
    assert contents(report) == {"Day": Owner.OURS, "Sales": Owner.OURS}
    assert (report.outcome, outcomes(report)) == (
        "settled",
        {"Main": "done", "Day": "done", "Sales": "done"},
    )
    assert harness.service.live("Main").members["Size"] == 4
    assert harness.service.live("Sales").tags == marks("Sales")
    assert harness.service.live("Sales").scope == harness.service.live("Main").id
    harness.settle(wanted, passes=0, kinds=OPEN)


def test_a_replace_counts_what_lives_in_it(harness: Harness) -> None:
    report = harness.run(stack(centre(4), DAY, SALES, guard=GuardLimits()), OPEN)
    assert report.hints == ("--allow-deletes 3 approves this plan",)
    assert report.mutating_calls == 0


@pytest.mark.parametrize("policy", [Policy(), Policy(protect=True)], ids=["its kind", "the files"])
def test_what_is_protected_in_it_keeps_it_from_being_replaced(harness: Harness, policy: Policy) -> None:
    kinds = NUMBERS if policy.protect is None else OPEN
    report = harness.run(stack(centre(4), DAY, replace(SALES, policy=policy)), kinds)
    assert outcomes(report)["Main"] == "refused"
    assert "toy.queue/Sales (it is protected)" in messages(report)["Main"]
    assert harness.service.live("Main").members["Size"] == 3


def test_strays_in_what_is_replaced_go_with_it_and_are_named(harness: Harness) -> None:
    report = harness.run(stack(centre(4), DAY), OPEN)
    assert contents(report) == {"Day": Owner.OURS, "Sales": Owner.OURS}
    assert (report.outcome, report.notes) == ("settled", ())
    assert harness.service.names("queue") == []


def test_what_comes_with_a_new_one_is_found_anew(harness: Harness) -> None:
    """A resource that is only referred to was in the old centre; there is another one in the new centre."""
    harness.service.brings = ("Basic",)
    harness.service.add("hours", "Basic", Zone="UTC")
    basic = want("toy.hours/Basic", existing=True)
    sales = want("toy.queue/Sales", {"hours": "Basic"})
    harness.settle(stack(centre(), basic, sales), kinds=OPEN)
    assert harness.run(stack(centre(4), basic, sales), OPEN).outcome == "settled"
    assert harness.service.live("Sales").members["HoursId"] == harness.service.live("Basic").id


def test_nothing_is_replaced_whose_contents_the_pass_may_not_make_again(harness: Harness) -> None:
    report = harness.run(stack(centre(4), DAY, SALES), OPEN, only=("toy.centre/Main",))
    assert outcomes(report) == {"Main": "refused"}
    assert "toy.queue/Sales is in it" in messages(report)["Main"]
    assert report.mutating_calls == 0


def test_a_pass_that_is_killed_in_a_replace_is_gone_on_with_by_the_next(harness: Harness) -> None:
    wanted = stack(centre(4), DAY, SALES)
    harness.service.faults.append(Fault("create_centre", "denied"))
    report = harness.run(wanted, OPEN)
    assert (report.outcome, outcomes(report)["Sales"]) == ("failed", "waiting")
    harness.settle(wanted, kinds=OPEN)
    assert set(harness.service.names("queue")) == {"Sales"}


# -- a replace that must not delete contents -----------------------------------------------------------------------------------


def test_a_service_that_does_not_take_contents_along_refuses_and_loses_nothing(harness: Harness) -> None:
    harness.service.cascades = False
    before = harness.service.state()
    report = harness.run(stack(centre(4), DAY, SALES), OPEN)
    assert outcomes(report) == {"Main": "refused", "Day": "waiting", "Sales": "waiting"}
    assert harness.service.state() == before


def test_contents_are_data(harness: Harness) -> None:
    report = harness.run(emptied(), OPEN, dry_run=True)
    assert report.plan.actions[MAIN].contents == (
        Content(DAY.key, Owner.OURS),
        Content(SALES.key, Owner.OURS),
    )


# -- contents without a kind --------------------------------------------------------------------------------------------------


class Full(Centre):
    """A centre with songs and sagas, for which there is no kind."""

    unmanaged = (
        Unmanaged("songs", "list_song", made_by_aws=("Zone", ("AWS",))),
        Unmanaged("sagas", "search_saga", with_defaults=True),
        Unmanaged("poems", "list_poem"),
    )


FULL = {**OPEN, "toy.centre": Full()}


def with_songs(harness: Harness) -> Harness:
    for name, zone in (("Anthem", "UTC"), ("Hold", "AWS")):
        harness.service.add("song", name, Zone=zone)
    harness.service.add("saga", "Edda")
    return harness


@pytest.mark.parametrize("wanted", [emptied(), stack(centre(4), DAY, SALES)], ids=["delete", "replace"])
def test_what_is_not_managed_by_us_is_named_and_counts_for_nothing(harness: Harness, wanted: Stack) -> None:
    report = with_songs(harness).run(wanted, FULL)
    assert report.plan.actions[MAIN].others == (
        UnmanagedContents("songs", ("Anthem",)),
        UnmanagedContents("sagas", ("Edda",), with_defaults=True),
    )
    assert (report.plan.disappearing, report.outcome) == (3, "settled")


def test_what_cannot_be_listed_is_said_and_holds_nothing_up(harness: Harness) -> None:
    harness.service.faults.append(Fault("list_song", "denied", times=9))
    report = harness.run(emptied(), FULL)
    (songs,) = report.plan.actions[MAIN].others
    assert songs == UnmanagedContents("songs", not_listed="list_song: AccessDeniedException: not authorized")
    assert report.outcome == "settled"
    assert harness.service.state() == {}


def test_what_came_since_the_plan_and_is_not_managed_by_us_keeps_it_alive(harness: Harness) -> None:
    def add(_report: PassReport) -> None:
        harness.service.add("song", "Late", Zone="UTC")

    report = Pass(emptied(), FULL, with_songs(harness), harness.clock, Options(), Quiet(), applying=add).run()
    assert outcomes(report) == {"Main": "refused"}
    assert "the plan does not have all of its contents: Late (songs)" in messages(report)["Main"]
    assert harness.service.names("centre") == ["Main"]


def test_what_the_plan_could_not_list_does_not_keep_it_alive_later(harness: Harness) -> None:
    harness.service.faults.append(Fault("list_song", "denied"))
    report = with_songs(harness).run(emptied(), FULL)
    assert (report.outcome, harness.service.names("centre")) == ("settled", [])


def test_no_list_is_asked_for_where_nothing_is_deleted(harness: Harness) -> None:
    before = len(harness.service.calls)
    harness.settle(stack(centre(), DAY, SALES), passes=0, kinds=FULL)
    harness.run(replace(emptied(), prune=False), FULL)
    asked = harness.service.calls[before:]
    assert asked
    assert not {"list_song", "search_saga", "list_poem"} & set(asked)
