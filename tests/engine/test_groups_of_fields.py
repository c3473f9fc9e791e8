"""Groups of fields: calls that overwrite other fields, fields that AWS refuses alone, and fields that no call sends."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest

from reconciler.contract import Adapter, Calls, Change, Request, Sends
from reconciler.errors import Waiting
from reconciler.stack import Policy, Stack
from tests.engine.small_faults import Fault
from tests.engine.small_harness import Harness, messages, outcomes, stack, want
from tests.engine.small_service import KINDS, QueueAdapter, Service

DAY = want("toy.hours/Day", {"zone": "UTC"})
NIGHT = want("toy.hours/Night", {"zone": "UTC"})


class Flattening(Service):
    """A service whose `update_queue_hours` removes the note and the labels."""

    def _update(self, operation: str, resource: Any, members: dict[str, Any]) -> dict[str, Any]:
        if operation == "update_queue_hours":
            resource.members.pop("Note", None)
            resource.members.pop("Labels", None)
        return super()._update(operation, resource, members)


class FlatteningAdapter(QueueAdapter):
    """A kind that declares this."""

    updates = (
        Sends("update_queue_hours", ("hours",), overwrites={"note": ("limit",), "labels": ()}),
        Sends("update_queue", ("name", "limit", "note")),
        QueueAdapter.updates[3],
    )


FLATTENING: Mapping[str, Adapter[Any]] = {**KINDS, "toy.queue": FlatteningAdapter()}


def sales(settings: Mapping[str, Any], **said: Any) -> Stack:
    return stack(DAY, NIGHT, want("toy.queue/Sales", settings, **said))


def flattened_harness() -> Harness:
    harness = Harness()
    harness.service = Flattening(harness.clock)
    harness.tally.service = harness.service
    return harness


def test_what_a_call_overwrites_and_nobody_wrote_is_sent_again() -> None:
    harness = flattened_harness()
    harness.settle(sales({"hours": "Day"}), kinds=FLATTENING)
    harness.service.live("Sales").members |= {"Note": "by hand", "Labels": ["x"]}
    harness.settle(sales({"hours": "Night"}), kinds=FLATTENING)
    found = harness.service.live("Sales").members
    assert (found["Note"], found["Labels"]) == ("by hand", ["x"])
    assert found["HoursId"] == harness.service.live("Night").id


def test_what_a_call_overwrites_and_the_files_write_holds_after_one_pass() -> None:
    harness = flattened_harness()
    written = {"hours": "Day", "labels": ["a", "b"], "note": "ours"}
    harness.settle(sales(written), kinds=FLATTENING)
    report = harness.run(sales({**written, "hours": "Night"}), FLATTENING)
    assert report.outcome == "settled"
    found = harness.service.live("Sales").members
    assert (found["Note"], found["Labels"]) == ("ours", ["a", "b"])


def test_what_the_policy_ignores_is_sent_again_as_it_was() -> None:
    harness = flattened_harness()
    written, policy = {"hours": "Day", "note": "ours"}, Policy(ignore=("note",))
    harness.settle(sales(written, policy=policy), kinds=FLATTENING)
    harness.service.live("Sales").members["Note"] = "by hand"
    harness.settle(sales({**written, "hours": "Night"}, policy=policy), kinds=FLATTENING)
    assert harness.service.live("Sales").members["Note"] == "by hand"


def test_what_says_the_same_as_a_written_field_is_not_sent_again() -> None:
    """`limit` and `note` exclude each other here: the written one applies."""
    harness = flattened_harness()
    harness.settle(sales({"hours": "Day", "limit": 3}), kinds=FLATTENING)
    harness.service.live("Sales").members["Note"] = "by hand"
    harness.settle(sales({"hours": "Night", "limit": 3}), kinds=FLATTENING)
    assert "Note" not in harness.service.live("Sales").members


def test_what_was_overwritten_is_sent_again_even_if_nobody_knows_what_became_of_the_call() -> None:
    harness = flattened_harness()
    harness.settle(sales({"hours": "Day"}), kinds=FLATTENING)
    harness.service.live("Sales").members["Note"] = "by hand"
    harness.service.faults = [Fault("update_queue_hours", "lost with effect", times=1)]
    report = harness.run(sales({"hours": "Night"}), FLATTENING)
    assert outcomes(report)["Sales"] == "unsure"
    assert harness.service.live("Sales").members["Note"] == "by hand"


# -- refused alone -----------------------------------------------------------------------------------------------------

ALL = {"hours": "Night", "limit": 5, "labels": ["a"], "overflow": "Other"}
OTHER = want("toy.queue/Other", {"hours": "Day"})


def shop(settings: Mapping[str, Any]) -> Stack:
    return stack(DAY, NIGHT, OTHER, want("toy.queue/Sales", settings))


def test_a_group_that_is_refused_holds_up_no_other_and_each_is_named() -> None:
    harness = Harness()
    harness.settle(shop({"hours": "Day"}))
    harness.service.faults = [Fault("update_queue", "denied"), Fault("update_queue_overflow", "denied")]
    report = harness.run(shop(ALL))
    found = harness.service.live("Sales").members
    assert (found["HoursId"], found["Labels"]) == (harness.service.live("Night").id, ["a"])
    result = report.results[next(key for key in report.results if key.name == "Sales")]
    assert (result.outcome, result.begun) == ("refused", True)
    assert result.message == (
        "update_queue: AccessDeniedException: not authorized; "
        "update_queue_overflow: AccessDeniedException: not authorized; part of it is done"
    )
    harness.settle(shop(ALL))


def test_a_new_resource_gets_all_that_aws_takes() -> None:
    harness = Harness()
    harness.settle(shop({"hours": "Day"}))
    harness.service.faults = [Fault("add_queue_label", "denied")]
    late = want("toy.queue/Late", {"hours": "Day", "labels": ["a", "b"]})
    report = harness.run(stack(DAY, NIGHT, OTHER, want("toy.queue/Sales", {"hours": "Day"}), late))
    assert messages(report)["Late"].startswith("add_queue_label: AccessDeniedException")


def test_the_tags_that_are_refused_hold_up_no_field() -> None:
    harness = Harness()
    harness.settle(shop({"hours": "Day"}))
    harness.service.faults = [Fault("tag", "denied", times=1000)]
    report = harness.run(
        stack(DAY, NIGHT, OTHER, want("toy.queue/Sales", {"hours": "Night"}), tags={"Team": "a"})
    )
    assert outcomes(report)["Sales"] == "refused"
    assert harness.service.live("Sales").members["HoursId"] == harness.service.live("Night").id


def test_nothing_is_changed_on_what_could_not_be_marked() -> None:
    harness = Harness()
    harness.settle(stack(DAY, NIGHT))
    harness.service.add("queue", "Sales", HoursId=harness.service.live("Day").id)
    harness.service.faults = [Fault("tag", "denied")]
    report = harness.run(sales({"hours": "Night"}, adopt=True))
    assert outcomes(report)["Sales"] == "refused"
    assert harness.service.live("Sales").members["HoursId"] == harness.service.live("Day").id


def test_what_needs_a_group_that_was_refused_waits_and_says_for_what() -> None:
    class Ordered(QueueAdapter):
        updates = (
            Sends("update_queue", ("name", "limit", "note")),
            Sends("update_queue_hours", ("hours",), needs=("limit",)),
        )

    kinds = {**KINDS, "toy.queue": Ordered()}
    harness = Harness()
    harness.settle(sales({"hours": "Day"}), kinds=kinds)
    harness.service.faults = [Fault("update_queue", "denied")]
    harness.service.calls.clear()
    report = harness.run(sales({"hours": "Night", "limit": 4}), kinds)
    assert "update_queue_hours" not in harness.service.calls
    assert "update_queue_hours: NotYet: it needs limit" in messages(report)["Sales"]
    harness.settle(sales({"hours": "Night", "limit": 4}), kinds=kinds)


def test_after_aws_gave_no_answer_nothing_more_is_tried_and_that_is_said() -> None:
    harness = Harness()
    harness.settle(shop({"hours": "Day"}))
    harness.service.faults = [Fault("update_queue", "lost", times=1000)]
    report = harness.run(shop(ALL))
    assert outcomes(report)["Sales"] == "unsure"
    assert "not tried: hours, overflow, labels" in messages(report)["Sales"]


def test_what_aws_puts_off_is_waited_for_once_and_not_for_each_group() -> None:
    class InUse(Service):
        def _update(self, operation: str, resource: Any, members: dict[str, Any]) -> dict[str, Any]:
            raise Waiting(operation, "ResourceInUseException", "something holds it")

    harness = Harness()
    harness.settle(shop({"hours": "Day"}))
    harness.service.__class__ = InUse
    report = harness.run(shop(ALL))
    assert outcomes(report)["Sales"] == "waiting"
    assert report.seconds <= 31  # 1, 2, 4, 8 and 15 s
    assert harness.service.live("Sales").members["Labels"] == ["a"]


# -- nothing to send -----------------------------------------------------------------------------------------------------


def mute(change: Change) -> Iterator[Request]:
    """Send no request, even if fields differ."""
    yield from ()


@pytest.fixture
def mute_kinds() -> Callable[[], Mapping[str, Adapter[Any]]]:
    class Mute(QueueAdapter):
        updates = (*QueueAdapter.updates[:3], Calls(mute, ("labels",), ("add_queue_label",)))

    return lambda: {**KINDS, "toy.queue": Mute()}


def test_a_difference_for_which_no_request_comes_out_is_refused_at_once(
    mute_kinds: Callable[[], Mapping[str, Adapter[Any]]],
) -> None:
    harness = Harness()
    harness.settle(sales({"hours": "Day"}))
    report = harness.run(sales({"hours": "Night", "labels": ["a"]}), mute_kinds())
    assert (report.outcome, outcomes(report)["Sales"], report.seconds) == ("failed", "refused", 0.0)
    assert "no request changes labels" in messages(report)["Sales"]
    assert harness.service.live("Sales").members["HoursId"] == harness.service.live("Night").id


def test_what_somebody_put_right_meanwhile_needs_no_request() -> None:
    class Raced(QueueAdapter):
        def get_fields(self, api: Any, sighting: Any, fields: frozenset[str]) -> Any:
            found = {**super().get_fields(api, sighting, fields)}
            if api.live("Sales").members.get("Labels") is None:
                api.live("Sales").members["Labels"] = ["a"]
                return {name: value for name, value in found.items() if name != "Labels"}
            return found

    harness = Harness()
    harness.settle(sales({"hours": "Day"}))
    report = harness.run(sales({"hours": "Day", "labels": ["a"]}), {**KINDS, "toy.queue": Raced()})
    assert (report.outcome, report.mutating_calls) == ("settled", 0)
