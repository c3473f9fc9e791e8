"""Ownership in whole passes: our resources are renamed, adopted, released or deleted; others are not changed."""

from copy import deepcopy
from dataclasses import replace
from typing import Any

import pytest

from reconciler.applying import Quiet
from reconciler.contract import Address, Api, CannotDelete, Delete, Sighting
from reconciler.pass_options import Options
from reconciler.pass_report import PassReport
from reconciler.planning.ownership import PROTECT_MARK, STACK_MARK
from reconciler.reconcile import Pass
from reconciler.stack import Policy, Stack
from tests.engine.small_harness import Harness, marks, messages, outcomes, stack, want
from tests.engine.small_service import (
    ACCOUNT,
    KINDS,
    HoursAdapter,
    QueueAdapter,
    Service,
)
from tests.engine.small_shop import BACKUP, CET, DAY, SALES, SHOP

# -- names, marks and existing ------------------------------------------------------------------------------------------------


def test_renamed_in_the_files_is_renamed_in_aws(settled: Harness) -> None:
    identity = settled.service.live("Backup").id
    renamed = stack(
        want("toy.queue/Sales", {**SALES.settings, "overflow": "Reserve"}),
        want("toy.queue/Reserve", BACKUP.settings, renamed_from="Backup"),
        DAY,
    )
    settled.settle(renamed)
    reserve = settled.service.live("Reserve")
    assert (reserve.id, reserve.tags) == (identity, marks("Reserve"))
    assert settled.service.names("queue") == ["Reserve", "Sales"]


def test_a_name_that_another_of_ours_took_in_the_console_is_free_once_that_is_renamed(
    settled: Harness,
) -> None:
    """The name is in use by another resource of ours, which is not the one to create."""
    backup = settled.service.live("Backup")
    before = deepcopy(backup)
    backup.members["Name"] = "Annex"
    wanted = stack(SALES, BACKUP, DAY, want("toy.queue/Annex", {"hours": "Day", "labels": ["new"]}))
    report = settled.run(wanted)
    assert outcomes(report) == {"Backup": "done", "Annex": "done"}
    assert backup == before
    settled.settle(wanted)
    assert settled.service.names("queue") == ["Backup", "Sales", "Annex"]


def test_what_only_is_referred_to_is_found_and_never_touched(settled: Harness) -> None:
    hand = settled.service.add("hours", "By hand", Zone="CET")
    before = deepcopy(hand)
    existing = want("toy.hours/By hand", existing=True)
    settled.settle(
        stack(want("toy.queue/Sales", {**SALES.settings, "hours": "By hand"}), BACKUP, DAY, existing)
    )
    assert settled.service.live("Sales").members["HoursId"] == hand.id
    assert hand == before


def test_what_only_is_referred_to_and_missing_is_refused(settled: Harness) -> None:
    report = settled.run(stack(SALES, BACKUP, DAY, want("toy.hours/Nowhere", existing=True)))
    assert (report.outcome, messages(report)) == (
        "failed",
        {"Nowhere": "`existing: true`, but AWS has none of this name"},
    )


def test_what_comes_with_a_new_centre_is_found_once_that_is_made(harness: Harness) -> None:
    harness.service.brings = ("Basic Hours",)
    basic = want("toy.hours/Basic Hours", existing=True)
    fresh = stack(want("toy.queue/Sales", {"hours": "Basic Hours"}), basic)
    assert harness.run(fresh).outcome == "settled"
    assert harness.service.live("Sales").members["HoursId"] == "default-Basic Hours"
    harness.settle(fresh, passes=0)


ADOPT: dict[str, tuple[dict[str, Any], dict[str, Any], str]] = {
    "as desired": ({"Zone": "UTC"}, {}, "done"),
    "otherwise": ({"Zone": "UTC", "Name": "Day"}, {}, "done"),
    "with other settings": ({"Zone": "CET"}, {}, "refused"),
}


@pytest.mark.parametrize(("members", "said", "outcome"), ADOPT.values(), ids=ADOPT.keys())
def test_what_lives_unmarked(settled: Harness, members: Any, said: Any, outcome: str) -> None:
    settled.service.add("hours", "Night", **{key: value for key, value in members.items() if key != "Name"})
    report = settled.run(stack(SALES, BACKUP, DAY, want("toy.hours/Night", {"zone": "UTC"}, **said)))
    assert outcomes(report) == {"Night": outcome}
    assert settled.service.names("hours") == ["Day", "Night"]
    assert (settled.service.live("Night").tags == marks("Night")) is (outcome == "done")


def test_what_lives_unmarked_with_other_settings_is_taken_on_request(settled: Harness) -> None:
    settled.service.add("queue", "Found", Limit=1, HoursId=settled.service.live("Day").id)
    wanted = want("toy.queue/Found", {"limit": 2}, adopt=True)
    settled.settle(stack(SALES, BACKUP, DAY, wanted))
    found = settled.service.live("Found")
    assert (found.members["Limit"], found.tags) == (2, marks("Found"))


def test_what_is_another_stacks_is_refused_even_on_request(settled: Harness) -> None:
    theirs = settled.service.add("hours", "Night", {STACK_MARK: "other"}, Zone="UTC")
    report = settled.run(stack(SALES, BACKUP, DAY, want("toy.hours/Night", {"zone": "UTC"}, adopt=True)))
    assert messages(report) == {"Night": 'it has the mark of stack "other"'}
    assert theirs.tags == {STACK_MARK: "other"}


def test_two_bearers_of_a_mark_are_told_and_neither_is_touched(settled: Harness) -> None:
    for name in ("A", "B"):
        settled.service.add("queue", name, marks("Twice") if name == "A" else {})
    settled.service.live("B").tags |= marks("Twice")
    state = settled.service.state()
    report = settled.run(stack(SALES, BACKUP, DAY, want("toy.queue/Twice", {"hours": "Day"}), prune=True))
    assert outcomes(report) == {"Twice": "refused"}
    assert messages(report)["Twice"].startswith("two live resources have its mark: arn:toy:queue/")
    assert settled.service.state() == state


def test_a_copy_that_bears_the_mark_too_is_left_alone_and_told_of(settled: Harness) -> None:
    """A copy from the console has the same tags; prune must not delete the copy or the original."""
    copy = settled.service.add("queue", "Copy of Sales", marks("Sales"))
    report = settled.run(stack(SALES, BACKUP, DAY, prune=True))
    assert (report.outcome, report.mutating_calls) == ("settled", 0)
    assert report.notes == (
        "toy.queue/Sales (Copy of Sales) has the mark of another live resource; it is left alone",
    )
    assert copy.died is None
    assert settled.service.live("Sales")


# -- resources that are not in the files any more --------------------------------------------------------------------------------


def test_what_is_no_longer_desired_is_left_alone_and_told_of(settled: Harness) -> None:
    class Tagged(QueueAdapter):
        def seen(self, api: Api, scope: Address, row: Any) -> Sighting:
            return replace(super().seen(api, scope, row), tags=settled.service.live(row["Name"]).tags)

    report = settled.run(stack(BACKUP, DAY), {**KINDS, "toy.queue": Tagged()})
    assert (report.outcome, report.mutating_calls) == ("settled", 0)
    assert report.notes == (
        "toy.queue/Sales (Sales) has our mark and is no longer desired; it is left alone",
    )


WHY_KEPT = {
    "protected by its author": (
        {PROTECT_MARK: "true"},
        {},
        (
            "it has the mark of `policy: {protect: true}`; to delete it, write it in the files again with "
            "`policy: {protect: false}`, apply that, and then remove it"
        ),
    ),
    "protected by its kind": (
        {},
        {"delete": Delete("delete_queue", protected=True)},
        (
            "every toy.queue is protected; to delete it, write it in the files again with "
            "`policy: {protect: false}`, apply that, and then remove it"
        ),
    ),
    "AWS cannot delete it": ({}, {"delete": CannotDelete()}, "AWS has no way to delete a toy.queue"),
}


@pytest.mark.parametrize(("tags", "declared", "why"), WHY_KEPT.values(), ids=WHY_KEPT.keys())
def test_prune_says_why_it_leaves_something_alone_and_what_to_write(
    settled: Harness, tags: Any, declared: Any, why: str
) -> None:
    settled.service.live("Sales").tags.update(tags)
    kept = type("Kept", (QueueAdapter,), declared)()
    report = settled.run(stack(BACKUP, DAY, prune=True), {**KINDS, "toy.queue": kept})
    assert (report.outcome, report.mutating_calls) == ("settled", 0)
    assert report.notes == (
        (
            f"toy.queue/Sales (Sales) has our mark and is no longer desired; it is left alone, because {why}; to remove only "
            "our marks, write `toy.queue/Sales` under `release` in stack.yaml"
        ),
    )


def test_no_tags_are_read_only_to_tell_of_what_is_left_alone(settled: Harness) -> None:
    before = len(settled.service.calls)
    assert settled.run(stack(DAY)).notes == ()
    assert settled.service.calls[before:].count("list_tags") == 2  # of Main and Day


def test_prune_deletes_what_is_ours_children_first(settled: Harness) -> None:
    before = len(settled.service.journal)
    report = settled.run(stack(prune=True))
    assert report.outcome == "settled"
    assert settled.service.journal[before:] == [
        "delete queue Sales",
        "delete queue Backup",
        "delete hours Day",
    ]
    settled.settle(stack(prune=True), passes=0)


def test_prune_waits_until_all_who_referred_have_let_go(settled: Harness) -> None:
    before = len(settled.service.journal)
    settled.settle(stack(want("toy.queue/Sales", {**SALES.settings, "overflow": None}), DAY, prune=True))
    assert settled.service.journal[before:] == ["update queue overflow Sales", "delete queue Backup"]


def test_release_unmarks_and_deletes_nothing(settled: Harness) -> None:
    before = deepcopy(settled.service.live("Sales").members)
    settled.settle(stack(BACKUP, DAY, release=(SALES.key,), prune=True))
    sales = settled.service.live("Sales")
    assert (sales.members, sales.tags) == (before, {})
    assert settled.run(stack(BACKUP, DAY, prune=True)).notes == ()


def test_environments_that_share_an_account_leave_each_other_alone(settled: Harness) -> None:
    state = settled.service.state()
    second = want("toy.centre/Second", {"size": 3}, policy=Policy(protect=False))
    other = Stack("shop", "test", ACCOUNT, "eu-west-2", {second.key: second}, prune=True)
    report = settled.run(other)
    assert (report.outcome, outcomes(report), report.notes) == ("settled", {"Second": "done"}, ())
    assert settled.service.live("Second").tags[STACK_MARK] == "shop/test"
    assert state.items() <= settled.service.state().items()
    assert settled.run(replace(other, resources={}), allow_deletes=1).outcome == "settled"
    assert settled.service.state() == state
    assert settled.run(SHOP).plan.actions == {}


TAKEN = {
    "its mark was taken away": ({STACK_MARK: None}, "NotOurs", "it no longer has the mark of this stack"),
    "another stack has taken it": (
        {STACK_MARK: "other"},
        "NotOurs",
        "it no longer has the mark of this stack",
    ),
    "it was protected": ({PROTECT_MARK: "true"}, "Protected", "it was protected after the plan was made"),
}


def somebody_tags(harness: Harness, name: str, tags: dict[str, str | None]) -> None:
    """Change tags as another client right after the next change, so that the data of the pass is outdated."""

    def tag(service: Service) -> None:
        service.watch = lambda _service: None
        after = {
            tag: value for tag, value in {**service.live(name).tags, **tags}.items() if value is not None
        }
        service.live(name).tags = after

    harness.service.watch = tag


@pytest.mark.parametrize(("tags", "code", "said"), TAKEN.values(), ids=TAKEN.keys())
def test_what_somebody_took_while_the_pass_went_on_is_not_deleted(
    settled: Harness, tags: dict[str, str | None], code: str, said: str
) -> None:
    somebody_tags(settled, "Backup", tags)
    wanted = stack(want("toy.queue/Sales", {**SALES.settings, "overflow": None}), DAY, prune=True)
    report = settled.run(wanted)
    assert messages(report)["Backup"] == f"delete_queue: {code}: {said}; it is left alone"
    assert "delete_queue" not in settled.service.calls
    settled.settle(wanted, passes=0)


def test_what_somebody_took_since_the_look_is_not_replaced(harness: Harness) -> None:
    def take(_report: PassReport) -> None:
        harness.service.live("Day").tags[STACK_MARK] = "other"

    harness.settle(stack(DAY))
    one = Pass(stack(CET), KINDS, harness, harness.clock, Options(), Quiet(), applying=take)
    assert outcomes(one.run()) == {"Day": "refused"}
    assert harness.service.live("Day").members["Zone"] == "UTC"


def test_what_another_stack_took_meanwhile_keeps_its_mark_when_it_is_released(settled: Harness) -> None:
    somebody_tags(settled, "Sales", {STACK_MARK: "other"})
    note = want("toy.queue/Backup", {**BACKUP.settings, "note": "loud"})
    settled.run(stack(note, DAY, release=(SALES.key,)))
    assert settled.service.live("Sales").tags[STACK_MARK] == "other"


def test_protection_outlives_the_files(harness: Harness) -> None:
    kept = stack(want("toy.hours/Day", DAY.settings, policy=Policy(protect=True)))
    harness.settle(kept)
    assert harness.service.live("Day").tags == {**marks("Day"), PROTECT_MARK: "true"}
    report = harness.run(stack(prune=True))
    assert (report.mutating_calls, len(report.notes)) == (0, 1)


def test_protection_is_lifted_by_saying_so_and_then_taking_it_out(harness: Harness) -> None:
    class Kept(HoursAdapter):
        delete = Delete("delete_hours", protected=True)

    kinds = {**KINDS, "toy.hours": Kept()}
    harness.settle(stack(DAY), kinds=kinds)
    assert harness.run(stack(prune=True), kinds).mutating_calls == 0
    harness.settle(stack(want("toy.hours/Day", DAY.settings, policy=Policy(protect=False))), kinds=kinds)
    harness.settle(stack(prune=True), kinds=kinds)
    assert harness.service.names("hours") == []


def test_protection_that_was_lifted_comes_back_with_the_files(harness: Harness) -> None:
    """A policy that was removed from the files must not apply after the resource is removed from the files."""

    class Kept(HoursAdapter):
        delete = Delete("delete_hours", protected=True)

    kinds = {**KINDS, "toy.hours": Kept()}
    harness.settle(stack(want("toy.hours/Day", DAY.settings, policy=Policy(protect=False))), kinds=kinds)
    harness.settle(stack(DAY), kinds=kinds)
    assert harness.service.live("Day").tags == marks("Day")
    assert harness.run(stack(prune=True), kinds).mutating_calls == 0
    assert harness.service.names("hours") == ["Day"]
