"""Requests before and after a delete: they are sent right before and after it, and not if the delete is refused anyway."""

from collections.abc import Iterable
from typing import Any

import pytest

from reconciler.contract import Api, Delete, Request, Sighting
from reconciler.errors import InUse
from tests.engine.small_faults import Crash, Fault
from tests.engine.small_harness import Harness, messages, outcomes, stack, want
from tests.engine.small_service import KINDS, QueueAdapter
from tests.engine.small_shop import CET


def take_labels_off(api: Api, sighting: Sighting) -> Iterable[Request]:
    """Remove labels, because AWS deletes no queue with labels; a queue with this name is in use by something without a kind."""
    labels = api.call("describe_queue", **sighting.address).get("Labels") or []
    if "in use" in labels:
        raise InUse("delete_queue", "ResourceInUseException", "it is called")
    return [Request("remove_queue_label", {**sighting.address, "Label": each}) for each in labels]


class LabelledQueue(QueueAdapter):
    delete = Delete("delete_queue", before=take_labels_off, calls=("describe_queue", "remove_queue_label"))


LABELLED = {**KINDS, "toy.queue": LabelledQueue()}
DAY = want("toy.hours/Day", {"zone": "UTC"})
SALES = want("toy.queue/Sales", {"hours": "Day", "labels": ["a", "b"]})
GONE = stack(DAY, prune=True)
STEPS = ["describe_queue", "remove_queue_label", "remove_queue_label", "delete_queue"]


@pytest.fixture
def settled(harness: Harness) -> Harness:
    harness.settle(stack(DAY, SALES), kinds=LABELLED)
    harness.service.calls.clear()
    return harness


def changes(harness: Harness) -> list[str]:
    return [each for each in harness.service.calls if each in STEPS]


def test_it_goes_right_before_the_delete(settled: Harness) -> None:
    assert settled.run(GONE, LABELLED).outcome == "settled"
    assert changes(settled) == STEPS
    assert settled.service.names("queue") == []


def test_what_aws_refuses_to_delete_anyway_keeps_all(settled: Harness) -> None:
    settled.service.live("Sales").members["Labels"].append("in use")
    report = settled.run(GONE, LABELLED)
    assert outcomes(report) == {"Sales": "refused"}
    assert "it is called" in messages(report)["Sales"]
    assert settled.service.live("Sales").members["Labels"] == ["a", "b", "in use"]


def test_what_is_ours_no_longer_keeps_all(settled: Harness) -> None:
    def by_another_hand(_plan: Any, _left: Any) -> None:
        settled.service.live("Sales").tags.clear()

    from reconciler.applying import Quiet
    from reconciler.pass_options import Options
    from reconciler.reconcile import Pass

    report = Pass(GONE, LABELLED, settled, settled.clock, Options(), Quiet(), by_another_hand).run()
    assert outcomes(report) == {"Sales": "refused"}
    assert settled.service.live("Sales").members["Labels"] == ["a", "b"]


@pytest.mark.parametrize("operation", ["remove_queue_label", "delete_queue"])
@pytest.mark.parametrize("sort", ["crash before", "crash after"])
def test_a_pass_that_is_killed_on_the_way_is_taken_up(settled: Harness, operation: str, sort: Any) -> None:
    settled.service.faults.append(Fault(operation, sort))
    with pytest.raises(Crash):
        settled.run(GONE, LABELLED)
    assert settled.run(GONE, LABELLED).outcome == "settled"
    assert settled.service.names("queue") == []


def test_a_step_that_is_done_already_does_no_harm(settled: Harness) -> None:
    settled.service.faults.append(Fault("remove_queue_label", "lost with effect"))
    settled.run(GONE, LABELLED)
    assert settled.run(GONE, LABELLED).outcome == "settled"
    assert settled.service.names("queue") == []


# -- after the delete ----------------------------------------------------------------------------------------------------------


def remove_hours_of_its_own(sighting: Sighting) -> Iterable[Request]:
    """Delete the hours that a tag names."""
    return [
        Request(
            "delete_hours", {"CentreId": sighting.address["CentreId"], "Id": (sighting.tags or {})["Own"]}
        )
    ]


class QueueWithHours(QueueAdapter):
    delete = Delete("delete_queue", after=remove_hours_of_its_own, calls=("delete_hours",))


WITH_HOURS = {**KINDS, "toy.queue": QueueWithHours()}


@pytest.fixture
def with_hours(harness: Harness) -> Harness:
    harness.settle(stack(DAY))
    own = harness.service.add("hours", "Own", Zone="UTC")
    harness.settle(
        stack(DAY, want("toy.queue/Sales", {"hours": "Day", "tags": {"Own": own.id}})), kinds=WITH_HOURS
    )
    return harness


@pytest.mark.parametrize("sort", [None, "lost", "lost with effect"])
@pytest.mark.parametrize("operation", ["delete_queue", "delete_hours"])
def test_what_belongs_to_it_goes_right_after_the_delete(
    with_hours: Harness, operation: str, sort: Any
) -> None:
    with_hours.service.faults = [Fault(operation, sort)] if sort else []
    with_hours.settle(GONE, passes=2, kinds=WITH_HOURS)
    order = [each for each in with_hours.service.calls if each.startswith("delete_")]
    assert order.index("delete_queue") < order.index("delete_hours")
    assert (with_hours.service.names("queue"), with_hours.service.names("hours")) == ([], ["Day"])


@pytest.mark.parametrize(("operation", "left"), [("delete_queue", ["Sales"]), ("delete_hours", [])])
def test_what_belongs_to_it_stays_without_the_delete(
    with_hours: Harness, operation: str, left: list[str]
) -> None:
    """If the request after the delete is refused, that is said, and the resource is gone."""
    with_hours.service.faults = [Fault(operation, "denied")]
    report = with_hours.run(GONE, WITH_HOURS)
    assert (outcomes(report), with_hours.service.names("queue")) == ({"Sales": "refused"}, left)
    assert with_hours.service.names("hours") == ["Day", "Own"]


# -- what is replaced ----------------------------------------------------------------------------------------------------------


def test_without_steps_before_its_delete_what_is_replaced_is_looked_at_once(harness: Harness) -> None:
    harness.settle(stack(DAY))
    harness.service.calls.clear()
    assert harness.run(stack(CET)).outcome == "settled"
    assert harness.service.calls.count("describe_hours") == 1
    assert harness.service.mutating == ["delete_hours", "create_hours"]


def test_what_let_go_of_it_in_a_text_may_count_as_a_user_for_a_while(harness: Harness) -> None:
    """AWS sees only after a while that a text no longer refers to it."""
    named = want("toy.queue/Sales", {"hours": "Day", "note": "${toy.hours:Night#arn}"})
    night = want("toy.hours/Night", {"zone": "CET"})
    harness.settle(stack(DAY, night, named))
    other = want("toy.queue/Other", {"hours": "Day", "note": "${toy.queue:Sales}"})
    harness.settle(stack(DAY, night, named, other))
    harness.service.use_lag = 10.0
    report = harness.run(stack(DAY, night, prune=True))
    assert report.outcome == "settled", messages(report)
    assert harness.service.names("queue") == []
