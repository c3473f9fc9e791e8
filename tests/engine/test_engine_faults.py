"""Passes with faults (crashes, lost replies, late effects, throttling, refusals, delays): nothing is lost or duplicated."""

from copy import deepcopy
from typing import Any

import pytest

from reconciler.applying import Result
from reconciler.contract import Api, Sighting
from reconciler.pass_report import PassReport
from reconciler.stack import Policy, Stack
from tests.engine.shop_work import (
    BACKUP,
    CHAIN,
    DAY,
    FAULT_FREE_RUNS,
    NIGHT,
    SALES,
    SHOP,
    WORK,
    FaultFreeRun,
    Work,
    check_between_changes,
    creates_and_deletes,
    harness_for,
    nth_call,
)
from tests.engine.small_faults import Fault, Sort
from tests.engine.small_harness import Harness, messages, outcomes, stack, want
from tests.engine.small_service import KINDS, HoursAdapter, QueueAdapter, Service

CREATE_ALL = FAULT_FREE_RUNS["create all"]

# -- faults at any change ---------------------------------------------------------------------------------------------------


def truthful(harness: Harness, work: Work, expected: FaultFreeRun) -> None:
    """Run one pass with the current faults: it may report settled only if everything is as desired."""
    report = harness.run(work.wanted, work.kinds)
    for key, result in report.results.items():
        if result.outcome == "done" and report.plan.actions[key].verb == "create":
            assert f"create {key.kind.partition('.')[2]} {key.name}" in harness.service.journal
    if report.outcome == "settled":
        harness.service.faultless()
        assert harness.service.state() == expected.state
    else:
        assert report.count("waiting", "refused", "failed", "unsure") > 0


MUTATING = [
    pytest.param(name, index, id=f"{name}, call {index + 1}, {operation}")
    for name, found in FAULT_FREE_RUNS.items()
    for index, operation in enumerate(found.mutating)
]


@pytest.mark.parametrize(("name", "index"), MUTATING)
@pytest.mark.parametrize("sort", ["crash before", "crash after"])
def test_a_crash_at_any_change_is_made_good_by_the_next_pass(name: str, index: int, sort: Sort) -> None:
    """For every change, before and after its effect: in the end everything exists once and was created once."""
    work, expected = WORK[name], FAULT_FREE_RUNS[name]
    harness = harness_for(work)
    check_between_changes(harness)
    harness.run_with(Fault("*", sort, skip=nth_call(expected, index)), work.wanted, work.kinds)
    harness.settle(work.wanted, passes=2, kinds=work.kinds)
    assert harness.service.state() == expected.state
    assert creates_and_deletes(harness.service.journal) == creates_and_deletes(expected.journal)


@pytest.mark.parametrize(("name", "index"), MUTATING)
@pytest.mark.parametrize("sort", ["lost", "lost with effect", "late", "throttled", "denied"])
def test_a_change_that_fails_in_any_way_is_made_good(name: str, index: int, sort: Sort) -> None:
    """The reply is lost with or without effect, the effect is a minute late, or AWS refuses once."""
    work, expected = WORK[name], FAULT_FREE_RUNS[name]
    harness = harness_for(work)
    check_between_changes(harness)
    harness.service.faults = [Fault("*", sort, skip=nth_call(expected, index))]
    truthful(harness, work, expected)
    harness.service.faultless()
    harness.settle(work.wanted, passes=3, kinds=work.kinds)
    assert harness.service.state() == expected.state
    assert creates_and_deletes(harness.service.journal) == creates_and_deletes(expected.journal)


# -- reads that fail -------------------------------------------------------------------------------------------------------

READS = sorted(
    {each for found in FAULT_FREE_RUNS.values() for each in found.calls}
    - {each for found in FAULT_FREE_RUNS.values() for each in found.mutating}
)
NEEDED = {"list_centre", "list_hours", "list_queue", "list_tags", "describe_centre", "describe_queue"}
"""The reads that a pass over existing resources needs."""


@pytest.mark.parametrize("operation", READS)
@pytest.mark.parametrize("sort", ["throttled", "denied", "lost"])
@pytest.mark.parametrize(
    "wanted", [SHOP, stack(SALES, BACKUP, DAY, NIGHT, prune=True)], ids=["settled", "prune"]
)
def test_a_read_that_fails_is_never_taken_as_absence(operation: str, sort: Sort, wanted: Stack) -> None:
    """A resource that cannot be read is neither created again nor deleted, and the pass is not settled."""
    harness = Harness()
    harness.settle(wanted)
    before, harness.service.journal[:] = harness.service.state(), []
    harness.service.faults = [Fault(operation, sort, times=1000)]
    report = harness.run(wanted)
    assert harness.service.journal == []
    assert harness.service.state() == before
    assert report.outcome == ("failed" if operation in NEEDED else "settled")


def test_what_cannot_be_seen_is_told_with_all_that_lives_in_it() -> None:
    harness = Harness()
    harness.settle(SHOP)
    harness.service.faults = [Fault("list_centre", "denied", times=1000)]
    said = "could not be seen: list_centre: AccessDeniedException: not authorized"
    inside = "toy.centre/Main could not be seen"
    assert messages(harness.run(SHOP)) == {"Main": said, "Sales": inside, "Backup": inside, "Day": inside}


def test_what_can_be_seen_is_reconciled_all_the_same() -> None:
    harness = Harness()
    harness.settle(SHOP)
    harness.service.live("Sales").members["Limit"] = 9
    harness.service.faults = [Fault("describe_queue", "denied")]
    report = harness.run(stack(want("toy.queue/Sales", {"limit": 5}), BACKUP, DAY))
    assert harness.service.live("Sales").members["Limit"] == 5
    assert (report.outcome, outcomes(report)) == ("failed", {"Backup": "refused", "Sales": "done"})


@pytest.mark.parametrize("name", WORK)
@pytest.mark.parametrize("sort", ["throttled", "denied", "lost", "late"])
@pytest.mark.parametrize("skip", range(4))
def test_a_dry_run_changes_nothing_whatever_fails(name: str, sort: Sort, skip: int) -> None:
    work = WORK[name]
    harness = harness_for(work)
    before = harness.service.state()
    harness.service.faults = [Fault("*", sort, times=3, skip=skip * 3)]
    assert harness.run(work.wanted, work.kinds, dry_run=True).mutating_calls == 0
    harness.service.faultless()
    assert harness.service.state() == before


# -- if one step fails, the others continue ----------------------------------------------------------------------------------


def test_a_failure_stops_only_what_depends_on_it() -> None:
    harness = Harness()
    late = want("toy.queue/Late", {"hours": "Night", "overflow": "Later"})
    later = want("toy.queue/Later", {"hours": "Night"})
    wanted = stack(DAY, NIGHT, SALES, BACKUP, late, later)
    harness.service.faults = [Fault("create_hours", "denied", times=1, skip=1)]
    report = harness.run(wanted)
    assert report.outcome == "failed"
    assert outcomes(report) == {
        **dict.fromkeys(("Main", "Day", "Sales", "Backup"), "done"),
        "Night": "refused",
        **dict.fromkeys(("Late", "Later"), "waiting"),
    }
    assert messages(report)["Night"] == "create_hours: AccessDeniedException: not authorized"
    assert messages(report)["Late"] == messages(report)["Later"] == "waits for toy.hours/Night"
    harness.settle(wanted)


OUTCOMES = {
    "throttled to the end": (
        "throttled",
        "failed",
        "failed",
        "create_hours: ThrottlingException: rate exceeded",
    ),
    "refused": ("denied", "refused", "failed", "create_hours: AccessDeniedException: not authorized"),
    "crossed on the way, twice": (
        "lost",
        "unsure",
        "failed",
        "create_hours: ReadTimeoutError: the connection broke after the request was sent; not found by name since",
    ),
}


@pytest.mark.parametrize(("sort", "outcome", "whole", "said"), OUTCOMES.values(), ids=OUTCOMES.keys())
def test_what_is_said_of_a_create_that_failed(sort: Sort, outcome: str, whole: str, said: str) -> None:
    harness = Harness()
    harness.service.faults = [Fault("create_hours", sort, times=2)]
    report = harness.run(stack(DAY))
    assert (report.outcome, outcomes(report)["Day"], messages(report)["Day"]) == (whole, outcome, said)


# -- lost replies ----------------------------------------------------------------------------------------------------------


def test_a_create_whose_reply_is_lost_is_found_by_name_and_not_made_again() -> None:
    harness = Harness()
    harness.service.faults = [Fault("create_*", "lost with effect", times=1000)]
    report = harness.run(SHOP)
    assert report.outcome == "settled"
    assert creates_and_deletes(harness.service.journal) == creates_and_deletes(CREATE_ALL.journal)
    assert [each for each in harness.service.calls if each.startswith("create")] == [
        "create_centre",
        "create_hours",
        "create_queue",
        "create_queue",
    ]


def test_a_create_that_did_not_happen_is_tried_once_more() -> None:
    harness = Harness()
    harness.service.faults = [Fault("create_hours", "lost")]
    assert harness.run(stack(DAY)).outcome == "settled"
    assert harness.service.calls.count("create_hours") == 2


def test_after_a_lost_reply_something_of_that_name_that_is_not_ours_is_refused() -> None:
    class Blind(HoursAdapter):
        def list(self, api: Api, scope: Any) -> list[Sighting]:
            return []

    harness = Harness()
    harness.settle(stack())
    theirs = deepcopy(harness.service.add("hours", "Day", {"Owner": "somebody"}, Zone="CET"))
    report = harness.run(stack(DAY), {**KINDS, "toy.hours": Blind()})
    assert outcomes(report) == {"Day": "refused"}
    assert messages(report)["Day"].endswith(
        "without our mark and with other settings; `adopt: true` takes it over"
    )
    assert harness.service.live("Day") == theirs


def test_nobody_knows_when_neither_the_create_nor_the_look_was_answered() -> None:
    """It may exist, so the report must not say that it was refused."""
    harness = Harness()
    harness.service.faults = [
        Fault("create_hours", "lost with effect"),
        Fault("search_hours", "denied", times=1000),
    ]
    report = harness.run(stack(DAY))
    assert outcomes(report)["Day"] == "unsure"
    assert "AccessDeniedException" in messages(report)["Day"]
    harness.service.faultless()
    harness.settle(stack(DAY))


# -- eventual consistency --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seconds", [1, 10, 100])
def test_lists_that_lag_make_nothing_twice(seconds: float) -> None:
    harness = Harness()
    harness.service.list_lag = seconds
    assert harness.run(SHOP).outcome == "settled"
    assert creates_and_deletes(harness.service.journal) == creates_and_deletes(CREATE_ALL.journal)


def test_a_list_that_lags_for_longer_than_a_pass_makes_nothing_twice() -> None:
    """Only two different reads show absence: the name is in use, and another index shows the resource."""
    harness = Harness()
    harness.service.list_lag = 3600.0
    first = harness.run(SHOP)
    assert first.outcome == "pending"
    harness.run(SHOP)
    assert creates_and_deletes(harness.service.journal) == creates_and_deletes(CREATE_ALL.journal)
    harness.clock.sleep(3600)
    harness.settle(SHOP)


@pytest.mark.parametrize("seconds", [1, 10])
def test_what_was_just_made_may_be_absent_for_a_while(seconds: float) -> None:
    harness = Harness()
    harness.service.describe_lag = seconds
    assert harness.run(SHOP).outcome == "settled"


def test_what_is_deleted_may_be_listed_for_a_while() -> None:
    harness = Harness()
    harness.settle(CHAIN)
    harness.clock.sleep(60)
    harness.service.list_lag = 30.0
    report = harness.run(stack(DAY, prune=True))
    assert report.outcome in ("settled", "pending")
    assert harness.service.names("queue") == []
    harness.clock.sleep(60)
    harness.settle(stack(DAY, prune=True))


# -- slow changes ----------------------------------------------------------------------------------------------------------


def test_a_new_centre_is_waited_for_on_the_clock() -> None:
    harness = Harness()
    harness.service.busy_for = 40.0
    report = harness.run(SHOP)
    assert report.outcome == "settled"
    assert 40 <= report.seconds < 70
    assert harness.service.calls.count("describe_centre") < 15


def test_a_centre_that_takes_too_long_is_left_to_the_next_pass() -> None:
    harness = Harness()
    harness.service.busy_for = 400.0
    report = harness.run(SHOP)
    assert report.outcome == "pending"
    assert messages(report) == {
        "Main": "wait: NotReady: centre is CREATING; the next pass continues",
        **dict.fromkeys(("Sales", "Backup", "Day"), "waits for toy.centre/Main"),
    }
    assert report.seconds < 310
    harness.clock.sleep(100)
    harness.settle(SHOP)
    assert creates_and_deletes(harness.service.journal) == creates_and_deletes(CREATE_ALL.journal)


def test_what_somebody_uses_is_refused_at_once_and_its_user_is_named() -> None:
    harness = Harness()
    harness.settle(CHAIN)
    holder = harness.service.add("queue", "By hand", OverflowId=harness.service.live("Sales").id)
    report = harness.run(stack(DAY, prune=True))
    assert outcomes(report) == {"Sales": "refused", "Backup": "refused"}
    assert "By hand uses Sales; it is used by toy.queue/By hand; delete that" in messages(report)["Sales"]
    assert "it is used by toy.queue/Sales" in messages(report)["Backup"]
    assert (report.seconds, harness.service.calls.count("delete_queue")) == (0.0, 2)
    holder.died = harness.clock.now()
    harness.settle(stack(DAY, prune=True))


def test_what_somebody_uses_holds_up_nothing_that_it_does_not_use() -> None:
    harness = Harness()
    night = want("toy.hours/Night", {"zone": "UTC"})
    harness.settle(stack(DAY, night, want("toy.queue/Sales", {"hours": "Day"})))
    harness.service.add("queue", "By hand", OverflowId=harness.service.live("Sales").id)
    report = harness.run(stack(want("toy.hours/Other", {"zone": "UTC"}), prune=True))
    assert outcomes(report) == {"Sales": "refused", "Day": "waiting", "Night": "done", "Other": "done"}
    assert messages(report)["Day"] == "waits for toy.queue/Sales"


def test_a_create_that_fails_holds_up_no_delete_of_what_it_does_not_use() -> None:
    harness = Harness()
    harness.settle(stack(DAY, want("toy.hours/Old", {"zone": "UTC"})))
    harness.service.faults = [Fault("create_queue", "denied", times=9)]
    report = harness.run(stack(DAY, want("toy.queue/Sales", {"hours": "Day"}), prune=True))
    assert outcomes(report) == {"Sales": "refused", "Old": "done"}


def test_what_was_used_by_what_is_just_deleted_is_tried_again_until_aws_has_noticed() -> None:
    harness = Harness()
    harness.settle(stack(DAY, want("toy.queue/Sales", {"hours": "Day"})))
    harness.service.use_lag = 20.0
    report = harness.run(stack(prune=True))
    assert (report.outcome, outcomes(report)) == ("settled", {"Sales": "done", "Day": "done"})
    assert 20 <= report.seconds <= 40


def test_what_aws_has_not_noticed_yet_is_left_to_the_next_pass() -> None:
    harness = Harness()
    harness.settle(stack(DAY, want("toy.queue/Sales", {"hours": "Day"})))
    harness.service.use_lag = 300.0
    report = harness.run(stack(prune=True))
    assert (report.outcome, outcomes(report)) == ("pending", {"Sales": "done", "Day": "waiting"})
    assert report.seconds < 100
    harness.clock.sleep(300)
    harness.settle(stack(prune=True))


def test_a_prune_that_may_not_look_is_not_called_settled() -> None:
    harness = Harness()
    harness.settle(CHAIN)
    harness.service.faults.append(Fault("list_queue*", "denied", times=99))
    report = harness.run(stack(DAY, prune=True))
    assert (report.outcome, report.mutating_calls) == ("failed", 0)
    (blind,) = report.blind
    assert blind.startswith("toy.queue: list_queue")
    harness.service.faultless()
    assert harness.run(stack(DAY)).outcome == "settled"
    harness.settle(stack(DAY, prune=True), passes=2)
    assert harness.service.names("queue") == []


def test_what_somebody_else_deletes_first_is_deleted() -> None:
    harness = Harness()
    harness.settle(CHAIN)
    backup = harness.service.live("Backup")

    def delete_the_other(service: Service) -> None:
        backup.died = service.clock.now()

    harness.service.watch = delete_the_other
    report = harness.run(stack(DAY, prune=True))
    assert (report.outcome, outcomes(report)) == ("settled", {"Sales": "done", "Backup": "done"})
    assert "delete queue Backup" not in harness.service.journal


@pytest.mark.xfail(
    strict=True, reason="each is in use by the other, and no delete lets go of what it refers to first"
)
def test_two_that_refer_to_each_other_are_pruned_together() -> None:
    harness = Harness()
    harness.settle(SHOP)
    harness.settle(stack(DAY, prune=True), passes=3)


# -- partly done changes ---------------------------------------------------------------------------------------------------

LABELLED = want("toy.queue/Sales", {"hours": "Day", "limit": 5, "labels": ["a"]})


@pytest.mark.parametrize(
    ("lives", "operation", "begun"),
    [
        (stack(DAY), "create_queue", False),
        (stack(DAY), "add_queue_label", True),
        (stack(DAY, want("toy.queue/Sales", {"hours": "Day", "labels": ["a"]})), "update_queue", False),
        # The labels are set although the limit is not.
        (stack(DAY, want("toy.queue/Sales", {"hours": "Day"})), "update_queue", True),
        (stack(DAY, want("toy.queue/Sales", {"hours": "Day"})), "add_queue_label", True),
    ],
)
def test_what_was_begun_and_then_refused_is_told(lives: Stack, operation: str, *, begun: bool) -> None:
    harness = Harness()
    harness.settle(lives)
    harness.service.faults = [Fault(operation, "denied", times=1)]
    result = harness.run(stack(DAY, LABELLED)).results[LABELLED.key]
    said = f"{operation}: AccessDeniedException: not authorized"
    assert result == Result("refused", f"{said}; part of it is done" if begun else said, begun)
    harness.settle(stack(DAY, LABELLED))


def test_what_was_deleted_and_not_made_anew_is_told() -> None:
    harness = Harness()
    harness.settle(stack(DAY))
    harness.service.faults = [Fault("create_hours", "denied", times=1)]
    again = want("toy.hours/Day", {"zone": "CET"}, policy=Policy(replace=True))
    result = harness.run(stack(again)).results[DAY.key]
    assert (result.outcome, result.begun) == ("refused", True)
    assert result.message == "create_hours: AccessDeniedException: not authorized; part of it is done"
    harness.settle(stack(again))


# -- confirm ---------------------------------------------------------------------------------------------------------------


def put_right_under(fault: Fault) -> PassReport:
    """Run a pass that repairs drift, with this fault."""
    harness = Harness()
    harness.settle(SHOP)
    harness.service.live("Sales").members["Limit"] = 9
    harness.service.faults = [fault]
    return harness.run(SHOP)


def test_a_write_that_is_accepted_and_not_kept_is_caught() -> None:
    """An emulator drops a field, or AWS shows it late: a change that is not visible is not reported as done."""
    report = put_right_under(Fault("update_queue", "ignored", times=1000))
    assert (report.outcome, outcomes(report)) == ("pending", {"Sales": "waiting"})
    assert messages(report) == {"Sales": "written, but AWS does not show it yet: limit"}


def test_what_is_written_and_cannot_be_read_again_is_not_called_done() -> None:
    report = put_right_under(Fault("list_queue", "denied", times=1000, skip=1))
    assert report.outcome == "pending"
    assert messages(report)["Sales"].startswith(
        "written, and cannot be confirmed: could not be seen: list_queue"
    )


def test_a_storm_while_a_pass_confirms_ends_its_looks() -> None:
    """Six confirmations with six tries for each read would increase the throttling."""
    report = put_right_under(Fault("list_queue", "throttled", times=1000, skip=1))
    assert report.outcome == "pending"
    assert report.calls["toy:list_queue"] == 3


def test_what_is_slow_to_show_is_looked_for_again() -> None:
    class Slow(QueueAdapter):
        reads_made = 0

        def get_fields(self, api: Api, sighting: Sighting, fields: frozenset[str]) -> dict[str, Any]:
            Slow.reads_made += 1
            found = super().get_fields(api, sighting, fields)
            return {**found, "Labels": []} if Slow.reads_made < 6 else dict(found)

    harness = Harness()
    report = harness.run(stack(SALES, BACKUP, DAY), {**KINDS, "toy.queue": Slow()})
    assert report.outcome == "settled"
    assert report.seconds > 0


def test_nothing_is_confirmed_when_nothing_was_done() -> None:
    harness = Harness()
    harness.settle(SHOP)
    harness.service.calls.clear()
    report = harness.run(SHOP)
    assert report.seconds == 0.0
    assert [each for each in harness.service.calls if each.startswith("list_") and each != "list_tags"] == [
        "list_centre",
        "list_hours",
        "list_queue",
    ]
