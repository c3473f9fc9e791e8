"""References in text in whole passes: order, comparison, attributes, deletes and rollback."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, ClassVar

import pytest

from reconciler.contract import Api, Attribute, Sighting
from reconciler.errors import Refused
from reconciler.history import SqliteHistory, record_of, rollback_stack
from reconciler.planning.diff import Difference
from reconciler.planning.ownership import STACK_MARK
from reconciler.stack import GuardLimits, Stack
from reconciler.stack_json import stack_from, stack_text
from tests.engine.small_faults import Fault
from tests.engine.small_harness import Harness, key, marks, messages, outcomes, stack, want
from tests.engine.small_service import KINDS, QueueAdapter

DAY = want("toy.hours/Day", {"zone": "UTC"})
BACKUP = want("toy.queue/Backup", {"hours": "Day", "labels": ["first", "second"]})


def sales(**settings: Any) -> Stack:
    """Sales with these settings, with hours and another queue."""
    return stack(want("toy.queue/Sales", {"hours": "Day", **settings}), DAY, BACKUP)


def differences(harness: Harness, wanted: Stack, name: str = "toy.queue/Sales") -> tuple[Difference, ...]:
    return harness.run(wanted, dry_run=True).plan.actions[key(name)].differences


TEXTS = {
    "the whole text": ("${toy.queue:Backup}", "{Backup.arn}"),
    "within a text": ("to ${toy.queue:Backup}/*", "to {Backup.arn}/*"),
    "several": (
        "${toy.queue:Backup#id}, ${toy.hours:Day}: ${toy.queue:Backup#name}",
        "{Backup.id}, {Day.arn}: Backup",
    ),
    "an attribute that is read": ("${toy.queue:Backup#first_label}.", "first."),
    "what only looks like one": ("$${toy.queue:Backup} $${x} ${y}", "${{toy.queue:Backup}} $${{x}} ${{y}}"),
}


@pytest.mark.parametrize(("written", "live"), TEXTS.values(), ids=TEXTS.keys())
def test_a_text_is_sent_with_what_its_references_stand_for(harness: Harness, written: str, live: str) -> None:
    harness.settle(sales(note=written, labels=["x", written]))
    live_resources = {name: harness.service.live(name) for name in ("Backup", "Day", "Sales")}
    expected = live.format(**live_resources)
    assert live_resources["Sales"].members["Note"] == expected
    assert live_resources["Sales"].members["Labels"] == ["x", expected]


def test_a_tag_is_a_text_too(harness: Harness) -> None:
    wanted = sales(tags={"Stands-in": "${toy.queue:Backup#id}", "Team": "a"})
    harness.settle(wanted)
    assert harness.service.live("Sales").tags["Stands-in"] == harness.service.live("Backup").id
    harness.service.live("Sales").tags["Stands-in"] = "nobody"
    (found,) = differences(harness, wanted)
    assert (found.field, found.observed, found.desired) == (
        "tags.Stands-in",
        "nobody",
        "${toy.queue:Backup#id}",
    )
    harness.settle(wanted)


def test_what_a_text_names_is_made_first(harness: Harness) -> None:
    harness.run(
        stack(
            want("toy.queue/A", {"hours": "Day", "note": "after ${toy.queue:B}"}),
            want("toy.queue/B", {"hours": "Day"}),
            DAY,
        )
    )
    made = [each for each in harness.service.journal if each.startswith("create queue")]
    assert made == ["create queue B", "create queue A"]


def test_a_tag_waits_for_what_it_names(harness: Harness) -> None:
    tags = {"After": "${toy.queue:B}"}
    harness.run(
        stack(want("toy.queue/A", {"hours": "Day", "tags": tags}), want("toy.queue/B", {"hours": "Day"}), DAY)
    )
    made = [each for each in harness.service.journal if each.startswith("create queue")]
    assert made == ["create queue B", "create queue A"]


def test_a_ring_is_opened_at_the_field_that_may_follow(harness: Harness) -> None:
    wanted = stack(
        want("toy.queue/A", {"hours": "Day", "overflow": "B"}),
        want("toy.queue/B", {"hours": "Day", "note": "behind ${toy.queue:A}"}),
        DAY,
    )
    harness.settle(wanted)
    assert harness.service.live("A").members["OverflowId"] == harness.service.live("B").id


# -- comparing ---------------------------------------------------------------------------------------------------------------


def test_a_difference_shows_the_reference_as_it_is_written(harness: Harness) -> None:
    wanted = sales(note="at ${toy.queue:Backup}", labels=["${toy.queue:Backup}", "b"])
    harness.settle(wanted)
    live = harness.service.live("Sales").members
    live["Note"], live["Labels"] = "by hand", [live["Labels"][0], "c"]
    found = {each.field: (each.observed, each.desired) for each in differences(harness, wanted)}
    assert found == {
        "note": ("by hand", "at ${toy.queue:Backup}"),
        "labels": (["${toy.queue:Backup}", "c"], ["${toy.queue:Backup}", "b"]),
    }
    harness.settle(wanted)


def test_an_arn_written_out_is_what_the_reference_stands_for(harness: Harness) -> None:
    harness.settle(sales(note="${toy.queue:Backup}"))
    harness.settle(sales(note=harness.service.live("Backup").arn), passes=0)


def test_a_live_text_that_only_looks_like_the_reference_differs(harness: Harness) -> None:
    wanted = sales(note="${toy.queue:Backup}")
    harness.settle(wanted)
    harness.service.live("Sales").members["Note"] = "${toy.queue:Backup}"
    (found,) = differences(harness, wanted)
    assert (found.observed, found.desired) == ("$${toy.queue:Backup}", "${toy.queue:Backup}")
    harness.settle(wanted)
    assert harness.service.live("Sales").members["Note"] == harness.service.live("Backup").arn


def test_a_reference_to_what_does_not_exist_yet_is_shown_as_it_is_written(harness: Harness) -> None:
    harness.settle(sales(note="plain"))
    wanted = sales(note="${toy.queue:New}")
    more = want("toy.queue/New", {"hours": "Day"})
    wanted = replace(wanted, resources={**wanted.resources, more.key: more})
    (found,) = differences(harness, wanted)
    assert (found.observed, found.desired) == ("plain", "${toy.queue:New}")
    harness.settle(wanted)


def test_a_name_that_is_restored_is_the_one_that_a_text_means(harness: Harness) -> None:
    wanted = sales(note="${toy.queue:Backup#name} ${toy.queue:Backup}")
    harness.settle(wanted)
    harness.service.live("Backup").members["Name"] = "renamed by hand"
    report = harness.run(wanted)
    assert outcomes(report) == {"Backup": "done"}
    harness.settle(wanted)


def test_what_a_text_refers_to_and_was_not_seen_leaves_the_text_alone(harness: Harness) -> None:
    wanted = sales(note="${toy.hours:Day}")
    harness.settle(wanted)
    harness.service.faults.append(Fault("list_hours", "denied", times=9))
    before = len(harness.service.journal)
    report = harness.run(wanted)
    assert "Sales" not in outcomes(report)
    assert harness.service.journal[before:] == []


def test_nothing_new_refers_to_what_is_another_stacks(harness: Harness) -> None:
    harness.settle(stack(DAY))
    harness.service.add("queue", "Theirs", {STACK_MARK: "others/dev"}, HoursId=harness.service.live("Day").id)
    wanted = stack(
        DAY,
        want("toy.queue/Theirs", {"hours": "Day"}),
        want("toy.queue/Sales", {"hours": "Day", "note": "${toy.queue:Theirs}"}),
    )
    report = harness.run(wanted)
    assert outcomes(report) == {"Theirs": "refused", "Sales": "refused"}
    assert "it needs toy.queue/Theirs" in messages(report)["Sales"]


# -- attributes --------------------------------------------------------------------------------------------------------------

LABEL = "${toy.queue:Backup#first_label}"


def test_an_attribute_costs_one_read_a_pass(harness: Harness) -> None:
    harness.settle(sales())
    quiet = harness.run(sales()).calls["toy:describe_queue"]
    harness.settle(sales(limit=3, note=LABEL, labels=[LABEL]))
    assert harness.run(sales(limit=3, note=LABEL, labels=[LABEL])).calls["toy:describe_queue"] <= quiet + 2


def test_an_attribute_that_changes_is_followed(harness: Harness) -> None:
    harness.settle(sales(note=LABEL))
    changed = want("toy.queue/Backup", {"hours": "Day", "labels": ["other"]})
    wanted = sales(note=LABEL)
    wanted = replace(wanted, resources={**wanted.resources, changed.key: changed})
    harness.settle(wanted, passes=2)
    assert harness.service.live("Sales").members["Note"] == "other"


def test_an_attribute_that_its_resource_gets_in_the_same_pass_is_waited_for(harness: Harness) -> None:
    bare = want("toy.queue/Backup", {"hours": "Day"})
    harness.settle(stack(DAY, bare))
    report = harness.run(sales(note=LABEL))
    assert outcomes(report) == {"Backup": "done", "Sales": "done"}
    assert harness.service.live("Sales").members["Note"] == "first"


def test_an_attribute_that_nobody_brings_about_is_refused_by_name(harness: Harness) -> None:
    bare = want("toy.queue/Backup", {"hours": "Day"})
    harness.settle(stack(DAY, bare, want("toy.queue/Sales", {"hours": "Day"})))
    wanted = stack(DAY, bare, want("toy.queue/Sales", {"hours": "Day", "limit": 2, "note": LABEL}))
    report = harness.run(wanted)
    assert outcomes(report) == {"Sales": "refused"}
    assert "toy.queue/Backup has no first_label" in messages(report)["Sales"]


def test_an_attribute_that_cannot_be_read_refuses_only_what_refers_to_it(harness: Harness) -> None:
    harness.settle(sales(note=LABEL))
    wanted = stack(
        DAY,
        BACKUP,
        want("toy.queue/Sales", {"hours": "Day", "limit": 9, "note": LABEL}),
        want("toy.queue/Other", {"hours": "Day"}),
    )
    kinds = {**KINDS, "toy.queue": _Unreadable()}
    report = harness.run(wanted, kinds)
    assert outcomes(report) == {"Sales": "refused", "Other": "done"}
    assert "first_label of toy.queue/Backup could not be read" in messages(report)["Sales"]
    assert "Limit" not in harness.service.live("Sales").members


def _denied(api: Api, sighting: Sighting) -> str | None:
    del api, sighting
    raise Refused("describe_label", "AccessDeniedException", "not authorized")


class _Unreadable(QueueAdapter):
    """Queues with an attribute that AWS does not allow to read."""

    kind = "toy.queue"
    attributes: ClassVar[Mapping[str, Attribute]] = {"first_label": Attribute("its first label", _denied)}


# -- deletes and rollback ----------------------------------------------------------------------------------------------------


def test_what_names_a_resource_in_a_text_is_deleted_before_it(harness: Harness) -> None:
    harness.settle(stack(DAY))
    day = harness.service.live("Day")
    queue = harness.service.add("queue", "Old", marks("Old"), HoursId=day.id)
    harness.service.add("hours", "Zoned", marks("Zoned"), Zone=f"as {queue.arn}/x")
    harness.run(stack(DAY, prune=True, guard=GuardLimits(100)))
    assert [each for each in harness.service.journal if each.startswith("delete")] == [
        "delete hours Zoned",
        "delete queue Old",
    ]


def test_a_rollback_brings_references_back(harness: Harness, tmp_path: Path) -> None:
    history = SqliteHistory(tmp_path / "history.sqlite")
    first, later = sales(note="to ${toy.queue:Backup}"), sales(note="plain")
    numbers = [
        history.add(record_of(harness.run(each), who="ada", trigger="once")) for each in (first, later)
    ]
    back = rollback_stack(history.get(numbers[0]), list(history.since(numbers[0], "shop", "dev")), KINDS)
    assert back.stack.resources[key("toy.queue/Sales")].references["note"] == (key("toy.queue/Backup"),)
    harness.run(back.stack)
    assert harness.service.live("Sales").members["Note"] == f"to {harness.service.live('Backup').arn}"


def test_a_rollback_of_what_the_files_did_not_write_refers_to_what_was_there(
    harness: Harness, tmp_path: Path
) -> None:
    history = SqliteHistory(tmp_path / "history.sqlite")
    history.add(record_of(harness.run(sales(note="to ${toy.queue:Backup}")), who="ada", trigger="once"))
    plain = history.add(record_of(harness.run(sales(limit=1)), who="ada", trigger="once"))
    history.add(record_of(harness.run(sales(limit=1, note="other")), who="ada", trigger="once"))
    back = rollback_stack(history.get(plain), list(history.since(plain, "shop", "dev")), KINDS)
    harness.run(back.stack)
    assert harness.service.live("Sales").members["Note"] == f"to {harness.service.live('Backup').arn}"


def test_a_stack_as_text_keeps_references(harness: Harness) -> None:
    del harness
    wanted = sales(note="to ${toy.queue:Backup#first_label} $${toy.queue:x}", tags={"A": "${toy.hours:Day}"})
    assert stack_from(stack_text(wanted)) == wanted
