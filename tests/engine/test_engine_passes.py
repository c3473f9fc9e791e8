"""Whole passes without faults: what is created, corrected and left unchanged."""

from copy import deepcopy
from dataclasses import replace
from typing import Any

import pytest

from reconciler.contract import Reads
from reconciler.errors import Busy, CallError, Late, Refused, Unsure, Waiting
from reconciler.model import Resource
from reconciler.pass_options import NamesNothing
from reconciler.planning.ownership import KEY_MARK, STACK_MARK
from reconciler.stack import GuardLimits, Policy, Stack
from tests.engine.small_harness import Harness, key, marks, messages, outcomes, stack, want
from tests.engine.small_service import (
    ACCOUNT,
    KINDS,
    HoursAdapter,
    Queue,
    QueueAdapter,
)
from tests.engine.small_shop import BACKUP, CET, DAY, SALES, SHOP


def with_queue(**settings: object) -> Stack:
    """The shop, with other settings of Sales."""
    return stack(want("toy.queue/Sales", {**SALES.settings, **settings}), BACKUP, DAY)


# -- create ------------------------------------------------------------------------------------------------------------------


def test_everything_is_made_before_what_refers_to_it(harness: Harness) -> None:
    report = harness.run(SHOP)
    assert report.outcome == "settled"
    assert [each for each in harness.service.journal if each.startswith("create")] == [
        "create centre Main",
        "create hours Day",
        "create queue Backup",
        "create queue Sales",
    ]
    assert outcomes(report) == {"Main": "done", "Day": "done", "Sales": "done", "Backup": "done"}


def test_what_was_made_is_as_written_and_bears_our_mark(settled: Harness) -> None:
    sales = settled.service.live("Sales")
    ids = {name: settled.service.live(name).id for name in ("Day", "Backup")}
    assert sales.tags == marks("Sales")
    assert sales.members == {
        "Name": "Sales",
        "HoursId": ids["Day"],
        "Limit": 5,
        "OverflowId": ids["Backup"],
        "Labels": ["a", "b"],
    }


def test_a_second_pass_has_nothing_to_do(settled: Harness) -> None:
    before = len(settled.service.journal)
    report = settled.run(SHOP)
    assert (report.outcome, report.plan.actions, report.mutating_calls) == ("settled", {}, 0)
    assert len(settled.service.journal) == before


def test_a_ring_is_made_in_two_steps(harness: Harness) -> None:
    cycle = stack(SALES, want("toy.queue/Backup", {"hours": "Day", "overflow": "Sales"}), DAY)
    assert harness.run(cycle).outcome == "settled"
    sales, backup = (harness.service.live(name) for name in ("Sales", "Backup"))
    assert (sales.members["OverflowId"], backup.members["OverflowId"]) == (backup.id, sales.id)
    harness.settle(cycle)


def test_tags_of_the_stack_are_everybodys(harness: Harness) -> None:
    tagged = stack(
        DAY, want("toy.hours/Night", {"zone": "UTC", "tags": {"Team": "b"}}), tags={"Team": "a", "Site": "x"}
    )
    harness.settle(tagged)
    assert harness.service.live("Day").tags == {**marks("Day"), "Team": "a", "Site": "x"}
    assert harness.service.live("Night").tags == {**marks("Night"), "Team": "b", "Site": "x"}


def test_a_field_that_is_ignored_is_sent_once_and_then_left_alone(harness: Harness) -> None:
    once = stack(
        want("toy.queue/Sales", SALES.settings, policy=Policy(ignore=("labels", "limit"))), BACKUP, DAY
    )
    harness.run(once)
    sales = harness.service.live("Sales").members
    assert (sales["Limit"], sales.get("Labels")) == (5, ["a", "b"])
    sales |= {"Limit": 9, "Labels": ["c"]}
    harness.settle(once, passes=0)
    assert (sales["Limit"], sales["Labels"]) == (9, ["c"])


# -- drift -------------------------------------------------------------------------------------------------------------------

DRIFT = {
    "a number": ({"Limit": 9}, ["update queue Sales"]),
    "a field that was taken away": ({"Limit": None}, ["update queue Sales"]),
    "a reference": ({"OverflowId": None}, ["update queue overflow Sales"]),
    "a list": ({"Labels": ["b", "c"]}, ["label Sales a", "unlabel Sales c"]),
    "its name": ({"Name": "Hotline"}, ["update queue Sales"]),
    "two fields of one group": ({"Limit": 9, "Name": "Hotline"}, ["update queue Sales"]),
    "fields of two groups": (
        {"Limit": 9, "HoursId": None},
        ["update queue Sales", "update queue hours Sales"],
    ),
}


@pytest.mark.parametrize(("vandalised", "repairs"), DRIFT.values(), ids=DRIFT.keys())
def test_drift_is_repaired(settled: Harness, vandalised: Any, repairs: list[str]) -> None:
    good = settled.service.state()
    sales, before = settled.service.live("Sales"), len(settled.service.journal)
    for member, value in vandalised.items():
        sales.members.pop(member) if value is None else sales.members.update({member: value})
    report = settled.run(SHOP)
    assert (report.outcome, outcomes(report)) == ("settled", {"Sales": "done"})
    assert settled.service.journal[before:] == repairs
    assert settled.service.state() == good


def test_a_mark_that_was_taken_away_is_put_back_where_all_else_is_as_desired(settled: Harness) -> None:
    settled.service.live("Sales").tags.clear()
    report = settled.run(SHOP)
    assert report.plan.actions[SALES.key].verb == "adopt"
    assert settled.service.live("Sales").tags == marks("Sales")


def test_drift_is_only_reported_where_its_author_says_so(settled: Harness) -> None:
    told = stack(want("toy.queue/Sales", SALES.settings, policy=Policy(on_drift="report")), BACKUP, DAY)
    settled.service.live("Sales").members["Limit"] = 9
    report = settled.run(told)
    assert (report.outcome, report.mutating_calls) == ("settled", 0)
    assert outcomes(report) == {"Sales": "unchanged"}
    assert [each.field for each in report.plan.actions[SALES.key].differences] == ["limit"]


def test_only_written_fields_are_touched(settled: Harness) -> None:
    """`note` is sent with `limit`. Sales does not write it, so its live value is sent."""
    sales = settled.service.live("Sales")
    sales.members |= {"Note": "by hand", "Colour": "red"}
    sales.tags["Owner"] = "somebody"
    before = deepcopy(sales)
    settled.settle(with_queue(limit=6))
    before.members["Limit"] = 6
    assert sales == before


def test_a_field_that_is_not_written_is_not_even_read(settled: Harness) -> None:
    bare = stack(want("toy.queue/Sales", {"limit": 5}), BACKUP, DAY)
    before = len(settled.service.calls)
    settled.run(bare)
    described = [each for each in settled.service.calls[before:] if each == "describe_queue"]
    assert len(described) == 1  # of Backup, for its note


def test_null_clears_and_leaving_out_leaves_alone(settled: Harness) -> None:
    settled.settle(with_queue(limit=None, overflow=None, labels=[]))
    sales = settled.service.live("Sales").members
    assert (sales.get("Limit"), sales.get("OverflowId"), sales["Labels"]) == (None, None, [])
    assert settled.service.live("Backup").members["Note"] == "quiet"


def test_others_are_left_byte_for_byte(settled: Harness) -> None:
    service = settled.service
    service.add("queue", "By hand", HoursId=service.live("Day").id, Labels=["x"])
    service.add("queue", "Theirs", {STACK_MARK: "other", KEY_MARK: "Theirs"})
    others = deepcopy([service.live("By hand"), service.live("Theirs")])
    settled.settle(with_queue(limit=7, labels=["z"]))
    settled.settle(stack(DAY, prune=True), passes=2)
    assert [service.live("By hand"), service.live("Theirs")] == others


# -- replace -----------------------------------------------------------------------------------------------------------------


def test_what_aws_cannot_change_is_refused(settled: Harness) -> None:
    report = settled.run(stack(SALES, BACKUP, want("toy.hours/Day", {"zone": "CET"})))
    assert (report.outcome, report.mutating_calls) == ("failed", 0)
    assert messages(report) == {
        "Day": "AWS cannot change zone; `policy: {replace: true}` deletes it and creates it again"
    }


def test_what_aws_cannot_change_is_replaced_on_request(harness: Harness) -> None:
    harness.settle(stack(DAY))
    before = len(harness.service.journal)
    harness.settle(stack(CET))
    assert harness.service.journal[before:] == ["delete hours Day", "create hours Day"]


def test_what_is_in_use_is_not_replaced(settled: Harness) -> None:
    state = settled.service.state()
    report = settled.run(stack(SALES, BACKUP, CET))
    assert outcomes(report) == {"Day": "refused"}
    assert "ResourceInUseException" in messages(report)["Day"]
    said = messages(report)["Day"]
    assert said.endswith(
        "it is used by toy.queue/Backup, toy.queue/Sales; toy.hours/Day can only be replaced while nothing uses it: make those refer to "
        "another resource for one pass, and to toy.hours/Day again after it; or write it under a new name, and "
        "make those refer to that name"
    )
    assert "release" not in said
    assert settled.service.state() == state


def test_what_is_replaced_once_its_last_user_is_gone_is_made_anew_in_the_same_pass(harness: Harness) -> None:
    """The first try finds it in use; the second, after the deletes, must be complete."""
    harness.settle(stack(DAY, want("toy.queue/Old", {"hours": "Day"})))
    before = len(harness.service.journal)
    report = harness.run(stack(CET, prune=True))
    assert report.outcome == "settled"
    assert harness.service.journal[before:] == ["delete queue Old", "delete hours Day", "create hours Day"]
    assert harness.service.live("Day").members["Zone"] == "CET"


def test_what_is_referred_to_as_yet_is_not_deleted_for_the_sake_of_what_is_replaced(settled: Harness) -> None:
    """Sales loses its reference to Backup only after Day is replaced, and Day is in use. AWS may allow to delete Backup."""
    before = len(settled.service.calls)
    sales = want("toy.queue/Sales", {"hours": "Day", "overflow": None})
    report = settled.run(stack(sales, CET, prune=True))
    assert outcomes(report) == {"Day": "refused", "Sales": "waiting", "Backup": "waiting"}
    assert "delete_queue" not in settled.service.calls[before:]


def test_what_nothing_refers_to_is_deleted_though_what_is_replaced_stays_in_use(settled: Harness) -> None:
    settled.settle(stack(want("toy.queue/Sales", {"hours": "Day", "overflow": None}), BACKUP, DAY))
    report = settled.run(stack(want("toy.queue/Sales", {"hours": "Day", "overflow": None}), CET, prune=True))
    assert outcomes(report) == {"Day": "waiting", "Backup": "done"}
    assert "Sales uses Day" in messages(report)["Day"]


def test_of_two_that_are_replaced_the_one_in_use_goes_second_and_both_come_back(harness: Harness) -> None:
    class Fixed(QueueAdapter):
        create, updates = replace(QueueAdapter.create, fixed=frozenset({"limit"})), ()

    def both(zone: str, limit: int) -> Stack:
        again = Policy(replace=True)
        night = want("toy.hours/Night", {"zone": zone}, policy=again)
        return stack(night, want("toy.queue/Late", {"hours": "Night", "limit": limit}, policy=again))

    kinds = {**KINDS, "toy.queue": Fixed()}
    harness.settle(both("UTC", 1), kinds=kinds)
    report = harness.run(both("CET", 2), kinds)
    assert (report.outcome, outcomes(report)) == ("settled", {"Night": "done", "Late": "done"})
    assert harness.service.live("Late").members["HoursId"] == harness.service.live("Night").id


# -- options ------------------------------------------------------------------------------------------------------------------


def test_a_dry_run_changes_nothing_and_says_what_it_would(settled: Harness) -> None:
    state = settled.service.state()
    report = settled.run(with_queue(limit=9), dry_run=True)
    assert (report.outcome, report.mutating_calls) == ("pending", 0)
    assert outcomes(report) == {"Sales": "waiting"}
    assert settled.service.state() == state
    assert settled.run(SHOP, dry_run=True).outcome == "settled"


def test_only_what_is_named_is_changed(settled: Harness) -> None:
    for name in ("Sales", "Backup"):
        settled.service.live(name).members["Limit"] = 9
    changed = stack(
        SALES,
        want("toy.queue/Backup", {**BACKUP.settings, "limit": 1}),
        DAY,
        want("toy.hours/New", {"zone": "UTC"}),
    )
    report = settled.run(changed, only=("toy.queue/S*",))
    assert outcomes(report) == {"Sales": "done"}
    assert settled.service.live("Backup").members["Limit"] == 9
    assert settled.service.names("hours") == ["Day"]


def test_only_holds_for_prune_too(settled: Harness) -> None:
    report = settled.run(stack(DAY, prune=True), only=("toy.queue/Sales",))
    assert settled.service.names("queue") == ["Backup"]
    assert [each.split()[0] for each in report.notes] == ["toy.queue/Backup"]


@pytest.mark.parametrize("pattern", ["toy.queue/Old", "toy.queue/Sale", "toy.hour/*"])
def test_a_pattern_that_names_nothing_changes_nothing(settled: Harness, pattern: str) -> None:
    """With prune, a live resource that is not in the files also has a name."""
    smaller = stack(BACKUP, DAY, prune=True)
    before = list(settled.service.journal)
    with pytest.raises(NamesNothing) as told:
        settled.run(smaller, only=("toy.queue/Sales", pattern))
    assert told.value.patterns == [pattern]
    assert key("toy.queue/Sales") in told.value.known
    assert settled.service.journal == before


def test_only_what_is_named_waits_for_what_is_not(harness: Harness) -> None:
    report = harness.run(SHOP, only=("toy.hours/*",))
    assert outcomes(report) == {"Day": "waiting"}
    assert messages(report)["Day"].startswith("create: NotYet: toy.centre/Main does not exist yet")
    assert report.mutating_calls == 0


WRONG = {
    "another account": (
        "222222222222",
        "these credentials belong to account 222222222222, but environment dev of stack shop is account 111111111111",
    ),
    "none at all": (
        Refused("get_caller_identity", "NoCredentials", "no AWS credentials were found"),
        "the credentials were not accepted: get_caller_identity: NoCredentials: no AWS credentials were found",
    ),
}


@pytest.mark.parametrize(("belongs_to", "said"), WRONG.values(), ids=WRONG.keys())
@pytest.mark.parametrize("dry_run", [False, True], ids=["apply", "dry run"])
def test_with_the_wrong_credentials_nothing_is_called(belongs_to: Any, said: Any, dry_run: bool) -> None:
    harness = Harness(belongs_to)
    report = harness.run(SHOP, dry_run=dry_run)
    assert (report.outcome, report.refusals) == ("refused", (said,))
    assert harness.service.calls == []
    assert Harness(ACCOUNT).run(SHOP).outcome == "settled"


UNKNOWN = [
    Late("get_caller_identity", "PassDeadline", "https://sts.test did not answer before the pass deadline"),
    Waiting("get_caller_identity", "ResourceNotReadyException", "not yet"),
    Busy("get_caller_identity", "ThrottlingException", "Rate exceeded"),
    Unsure("get_caller_identity", "InternalFailure", "no"),
]


@pytest.mark.parametrize("error", UNKNOWN, ids=[each.code for each in UNKNOWN])
def test_a_pass_that_does_not_learn_whose_credentials_these_are_has_failed(error: CallError) -> None:
    harness = Harness(error)
    report = harness.run(SHOP)
    said = f"AWS did not confirm the account of these credentials: {error}"
    assert (report.outcome, report.refusals, harness.service.calls) == ("failed", (said,), [])


NEW = want("toy.hours/New", {"zone": "UTC"})
TEN = [want(f"toy.hours/H{index}", {"zone": "UTC"}) for index in range(10)]


def test_the_guard_stops_everything_before_the_first_change(harness: Harness) -> None:
    harness.settle(stack(*TEN))
    report = harness.run(stack(*TEN[4:], NEW, prune=True, guard=GuardLimits()))
    assert (report.outcome, report.mutating_calls) == ("refused", 0)
    assert report.refusals == (
        "the plan deletes or replaces 4 of 11 owned resources, more than 30%",
        "the plan deletes or replaces 4 of 10 owned resources of kind toy.hours, more than 30%",
    )
    assert report.hints == ("--allow-deletes 4 approves this plan",)
    assert "New" not in harness.service.names("hours")


def test_the_guard_gives_way_to_the_exact_number(harness: Harness) -> None:
    harness.settle(stack(*TEN))
    fewer = stack(*TEN[4:], prune=True, guard=GuardLimits())
    assert harness.run(fewer, allow_deletes=3).mutating_calls == 0
    assert harness.run(fewer, allow_deletes=4).outcome == "settled"
    assert len(harness.service.names("hours")) == 6


# -- another kind ---------------------------------------------------------------------------------------------------------------


class Plain(Resource):
    zone: str | None = None


def test_what_aws_cannot_tag_is_known_by_its_name(harness: Harness) -> None:
    class Untagged(HoursAdapter):
        model = Plain
        tagging = None
        create = replace(HoursAdapter.create, fixed=frozenset())

    kinds = {**KINDS, "toy.hours": Untagged()}
    harness.settle(stack(DAY), kinds=kinds)
    assert harness.service.live("Day").tags == {}
    assert harness.run(stack(prune=True), kinds).mutating_calls == 0


def test_a_kind_whose_fields_are_all_listed_takes_no_describe(harness: Harness) -> None:
    class Listed(QueueAdapter):
        reads = Reads(listed=frozenset(Queue.model_fields))

    kinds = {**KINDS, "toy.queue": Listed()}
    plain = stack(DAY, want("toy.queue/Sales", {"hours": "Day", "limit": 1}))
    harness.settle(plain, kinds=kinds)
    before = len(harness.service.calls)
    harness.run(plain, kinds)
    assert "describe_queue" not in harness.service.calls[before:]


def test_keys_are_kind_and_name() -> None:
    assert str(key("toy.queue/Sales")) == "toy.queue/Sales"
