"""Existing resources that are found by more than a name; cycles of deletes; changes that are already done; one attribute a call."""

import json
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import pytest

from reconciler.applying import Quiet
from reconciler.contract import (
    Assigned,
    Calls,
    Change,
    Delete,
    Reads,
    Request,
    Sends,
    Sighting,
    one_request_per_member,
)
from reconciler.errors import AlreadyDone
from reconciler.model import Settings
from reconciler.pass_options import Options
from reconciler.pass_report import PassReport
from reconciler.reconcile import Pass
from reconciler.stack import Desired, Stack
from reconciler.stack_json import stack_from, stack_text
from tests.engine.small_harness import Harness, marks, messages, outcomes, stack, want
from tests.engine.small_service import (
    ARNS,
    KINDS,
    QueueAdapter,
    Service,
    ToyResource,
)

DAY = want("toy.hours/Day", {"zone": "UTC"})


class Chosen(QueueAdapter):
    """A queue that is found by more than its name."""

    identity = Assigned(
        address="Id", arn_in="Arn", arns=ARNS, chosen_by=frozenset({"id", "name", "tags", "limit"})
    )


KINDS_WITH_CHOICE = {**KINDS, "toy.queue": Chosen()}


def theirs(choice: Settings, name: str = "Theirs") -> Desired:
    return want(f"toy.queue/{name}", existing=True, chosen=choice)


def leads_to(name: str) -> Stack:
    """A queue of ours whose overflow is an existing queue."""
    return stack(DAY, want("toy.queue/Ours", {"hours": "Day", "overflow": name}))


def with_choice(choice: Settings) -> Stack:
    found = leads_to("Theirs")
    return replace(found, resources={**found.resources, theirs(choice).key: theirs(choice)})


@pytest.fixture
def furnished(harness: Harness) -> Harness:
    """Two queues of others, with tags that no list shows."""
    harness.settle(stack(DAY))
    day = harness.service.live("Day").id
    harness.service.add("queue", "North", {"Place": "north", "Team": "x"}, HoursId=day, Limit=1)
    harness.service.add("queue", "South", {"Place": "south", "Team": "x"}, HoursId=day, Limit=2)
    return harness


CHOICES = {
    "its tags": {"tags": {"Place": "south"}},
    "its name": {"name": "South"},
    "a field": {"limit": 2},
    "a field and a tag": {"limit": 2, "tags": {"Team": "x"}},
}


@pytest.mark.parametrize("choice", CHOICES.values(), ids=CHOICES.keys())
def test_what_exists_is_found_by(furnished: Harness, choice: Settings) -> None:
    furnished.settle(with_choice(choice), kinds=KINDS_WITH_CHOICE)
    south = furnished.service.live("South")
    assert furnished.service.live("Ours").members["OverflowId"] == south.id
    assert south.tags == {"Place": "south", "Team": "x"}


def test_what_exists_is_found_by_its_id_and_by_its_arn(furnished: Harness) -> None:
    south = furnished.service.live("South")
    for identity in (south.id, south.arn):
        furnished.settle(with_choice({"id": identity}), kinds=KINDS_WITH_CHOICE)
        assert furnished.service.live("Ours").members["OverflowId"] == south.id


BOTH = "arn:toy:queue/queue-2 and arn:toy:queue/queue-3"
WRONG = {
    "none": ({"limit": 3}, "`existing` asks for limit 3, and AWS has no such toy.queue"),
    "several": (
        {"tags": {"Team": "x"}},
        f"`existing` asks for the tag Team=x, and AWS has 2 such toy.queue: {BOTH}; write more about the one meant",
    ),
}


@pytest.mark.parametrize(("choice", "said"), WRONG.values(), ids=WRONG.keys())
def test_what_exists_and_cannot_be_told_is_refused_and_who_needs_it_too(
    furnished: Harness, choice: Settings, said: str
) -> None:
    report = furnished.run(with_choice(choice), KINDS_WITH_CHOICE)
    assert messages(report)["Theirs"] == said
    assert outcomes(report)["Ours"] != "done"
    assert "Ours" not in furnished.service.names("queue")


def test_what_came_with_its_home_in_this_pass_is_chosen_too(harness: Harness) -> None:
    harness.service.brings = ("Always",)
    wanted = stack(
        want("toy.hours/Default", existing=True, chosen={"name": "Always"}),
        want("toy.queue/Ours", {"hours": "Default"}),
    )
    harness.settle(wanted)
    assert harness.service.live("Ours").members["HoursId"] == harness.service.live("Always").id


def test_a_choice_is_kept_in_the_text_of_a_stack() -> None:
    wanted = with_choice({"tags": {"Place": "south"}})
    assert stack_from(stack_text(wanted)) == wanted


def test_a_stack_of_a_history_before_there_were_choices_is_read() -> None:
    wanted = leads_to("Theirs")
    assert all(len(each) == 9 for each in json.loads(stack_text(wanted))["resources"])
    assert stack_from(stack_text(wanted)) == wanted


# -- names that are unique in a part of an account -------------------------------------------------------------------


class Placed(QueueAdapter):
    """A queue whose name is unique among those of its limit."""

    def same_place(self, settings: Settings, sighting: Sighting) -> bool:
        return bool(settings.get("limit") == sighting.settings.get("Limit"))


def test_a_name_counts_only_in_its_own_place(furnished: Harness) -> None:
    kinds = {**KINDS, "toy.queue": Placed()}
    adopt = want("toy.queue/South", {"hours": "Day", "limit": 2}, adopt=True)
    furnished.settle(stack(DAY, adopt), kinds=kinds)
    assert furnished.service.live("South").tags == {**marks("South"), "Place": "south", "Team": "x"}
    elsewhere = want("toy.queue/North", {"hours": "Day", "limit": 5})
    report = furnished.run(stack(DAY, elsewhere), kinds)
    # In this service names are unique: the create is refused, and the queue of others is not adopted.
    assert outcomes(report)["North"] == "unsure"
    assert furnished.service.live("North").tags == {"Place": "north", "Team": "x"}


# -- cycles of deletes ------------------------------------------------------------------------------------------------


def without(referring: Sighting, goes: Sighting) -> Iterable[Request]:
    if referring.settings.get("OverflowId") == goes.id:
        yield Request("update_queue_overflow", {**referring.address})


class Ringed(QueueAdapter):
    """A queue whose reference to its overflow is removed before the overflow is deleted."""

    delete = Delete("delete_queue", lets_go=without)


RINGED = {**KINDS, "toy.queue": Ringed()}
PAIR = (
    want("toy.queue/A", {"hours": "Day", "overflow": "B"}),
    want("toy.queue/B", {"hours": "Day", "overflow": "A"}),
)


def test_resources_that_refer_to_each_other_are_deleted_in_one_pass(harness: Harness) -> None:
    harness.settle(stack(DAY, *PAIR), kinds=RINGED)
    harness.settle(stack(DAY, prune=True), kinds=RINGED)
    assert harness.service.names("queue") == []
    assert harness.service.calls.count("update_queue_overflow") == 2  # one opened the cycle of creates


def test_one_of_a_ring_that_stays_keeps_what_it_refers_to(harness: Harness) -> None:
    harness.settle(stack(DAY, *PAIR), kinds=RINGED)
    before = harness.service.live("A").members
    report = harness.run(stack(DAY, PAIR[0], want("toy.queue/B", existing=True), prune=True), RINGED)
    assert report.outcome == "settled"
    assert harness.service.live("A").members == before


def test_nothing_lets_go_of_what_somebody_took_meanwhile(harness: Harness) -> None:
    harness.settle(stack(DAY, *PAIR), kinds=RINGED)
    before = {name: dict(harness.service.live(name).members) for name in "AB"}

    def take(_report: PassReport) -> None:
        harness.service.live("A").tags["reconciler:stack"] = "another"

    gone = Pass(stack(DAY, prune=True), RINGED, harness, harness.clock, Options(), Quiet(), applying=take)
    assert set(outcomes(gone.run()).values()) == {"refused"}
    assert {name: harness.service.live(name).members for name in "AB"} == before


# -- changes that are already done ------------------------------------------------------------------------------------


def all_at_once(change: Change) -> Iterable[Request]:
    """Send all labels in one request; the service accepts all or none."""
    wanted, found = change.desired.get("Labels") or [], change.observed.get("Labels") or []
    new = [each for each in wanted if each not in found]
    if new:
        apart = tuple(Request("add_queue_labels", {**change.address, "Labels": [each]}) for each in new)
        yield Request(
            "add_queue_labels", {**change.address, "Labels": new}, apart=apart if len(new) > 1 else ()
        )


class Labelled(QueueAdapter):
    """A queue that accepts several labels at once."""

    updates = (
        Sends("update_queue", ("name", "limit", "note")),
        Sends("update_queue_hours", ("hours",)),
        Sends("update_queue_overflow", ("overflow",)),
        Calls(all_at_once, ("labels",), ("add_queue_labels",)),
    )


def strict(monkeypatch: pytest.MonkeyPatch, service: Service, others: Iterable[str]) -> None:
    """Let the service add all labels or none; another client adds these first."""
    waiting = list(others)

    def add(operation: str, resource: ToyResource, members: dict[str, Any]) -> dict[str, Any]:
        labels = resource.members.setdefault("Labels", [])
        while waiting:
            labels.append(waiting.pop())
        if set(labels) & set(members["Labels"]):
            raise AlreadyDone(operation, "Duplicate", "it is there already")
        labels += members["Labels"]
        return {}

    monkeypatch.setattr(service, "_add", add)


@pytest.mark.parametrize("others", [[], ["a"], ["a", "b"]], ids=["nothing", "some", "all"])
def test_what_is_there_already_holds_up_nothing(
    harness: Harness, others: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    kinds = {**KINDS, "toy.queue": Labelled()}
    harness.settle(stack(DAY, want("toy.queue/Sales", {"hours": "Day"})), kinds=kinds)
    strict(monkeypatch, harness.service, others)
    labelled = want("toy.queue/Sales", {"hours": "Day", "labels": ["a", "b"]})
    report = harness.run(stack(DAY, labelled), kinds)
    assert (report.outcome, outcomes(report)) == ("settled", {"Sales": "done"})
    assert sorted(harness.service.live("Sales").members["Labels"]) == ["a", "b"]


# -- one attribute a call --------------------------------------------------------------------------------------------


def test_each_attribute_is_a_request_of_its_own_and_only_where_it_differs() -> None:
    requests = one_request_per_member(
        "modify",
        {
            "On": lambda value: {"On": {"Value": value}},
            "Names.Kind": lambda value: {"NameKind": value},
            "Index": lambda value: {"NoIndex": True} if value is None else {"Index": value},
        },
    )
    before = {"On": False, "Names": {"Kind": "ip"}, "Index": 1}
    after = {"On": True, "Names": {"Kind": "ip"}}
    change = Change({"Id": "1"}, "arn:1", before, after, before)
    assert list(requests(change)) == [
        Request("modify", {"Id": "1", "On": {"Value": True}}),
        Request("modify", {"Id": "1", "NoIndex": True}),
    ]


# -- ARNs that no reply contains ---------------------------------------------------------------------------------------


class Computed(QueueAdapter):
    """A queue whose ARN is made of its id."""

    identity = Assigned(address="Id", arns=("arn:{partition}:toy:{region}:{account}:queue/{id}",))
    reads = Reads(listed=frozenset({"hours", "limit", "overflow"}))


def test_an_arn_that_no_reply_holds_is_made_of_the_id(harness: Harness) -> None:
    reply, api = {"Id": "queue-7"}, harness.service
    address, arn = Computed().created(api, {"CentreId": "1"}, reply, {})
    assert (dict(address), arn) == (
        {"CentreId": "1", "Id": "queue-7"},
        "arn:aws:toy:eu-west-2:111111111111:queue/queue-7",
    )
