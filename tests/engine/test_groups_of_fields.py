"""Groups of fields: calls that overwrite other fields, fields that AWS refuses alone, and fields that no call sends."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest

from reconciler.contract import Adapter, Calls, Change, Request, Sends
from reconciler.errors import Waiting
from reconciler.stack import Policy, Stack
from tests.engine.small_desk import Desk, messages, outcomes, stack, want
from tests.engine.small_faults import Fault
from tests.engine.small_service import KINDS, QueueAdapter, Service

DAY = want("toy.hours/Day", {"zone": "UTC"})
NIGHT = want("toy.hours/Night", {"zone": "UTC"})


class Flattening(Service):
    """A service whose `update_queue_hours` removes the note and the labels."""

    def _update(self, operation: str, thing: Any, members: dict[str, Any]) -> dict[str, Any]:
        if operation == "update_queue_hours":
            thing.members.pop("Note", None)
            thing.members.pop("Labels", None)
        return super()._update(operation, thing, members)


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


def flattened_desk() -> Desk:
    desk = Desk()
    desk.service = Flattening(desk.clock)
    desk.tally.service = desk.service
    return desk


def test_what_a_call_overwrites_and_nobody_wrote_is_sent_again() -> None:
    desk = flattened_desk()
    desk.settle(sales({"hours": "Day"}), kinds=FLATTENING)
    desk.service.live("Sales").members |= {"Note": "by hand", "Labels": ["x"]}
    desk.settle(sales({"hours": "Night"}), kinds=FLATTENING)
    found = desk.service.live("Sales").members
    assert (found["Note"], found["Labels"]) == ("by hand", ["x"])
    assert found["HoursId"] == desk.service.live("Night").id


def test_what_a_call_overwrites_and_the_files_write_holds_after_one_pass() -> None:
    desk = flattened_desk()
    written = {"hours": "Day", "labels": ["a", "b"], "note": "ours"}
    desk.settle(sales(written), kinds=FLATTENING)
    report = desk.run(sales({**written, "hours": "Night"}), FLATTENING)
    assert report.outcome == "settled"
    found = desk.service.live("Sales").members
    assert (found["Note"], found["Labels"]) == ("ours", ["a", "b"])


def test_what_the_policy_ignores_is_sent_again_as_it_was() -> None:
    desk = flattened_desk()
    written, policy = {"hours": "Day", "note": "ours"}, Policy(ignore=("note",))
    desk.settle(sales(written, policy=policy), kinds=FLATTENING)
    desk.service.live("Sales").members["Note"] = "by hand"
    desk.settle(sales({**written, "hours": "Night"}, policy=policy), kinds=FLATTENING)
    assert desk.service.live("Sales").members["Note"] == "by hand"


def test_what_says_the_same_as_a_written_field_is_not_sent_again() -> None:
    """`limit` and `note` exclude each other here: the written one applies."""
    desk = flattened_desk()
    desk.settle(sales({"hours": "Day", "limit": 3}), kinds=FLATTENING)
    desk.service.live("Sales").members["Note"] = "by hand"
    desk.settle(sales({"hours": "Night", "limit": 3}), kinds=FLATTENING)
    assert "Note" not in desk.service.live("Sales").members


def test_what_was_overwritten_is_sent_again_even_if_nobody_knows_what_became_of_the_call() -> None:
    desk = flattened_desk()
    desk.settle(sales({"hours": "Day"}), kinds=FLATTENING)
    desk.service.live("Sales").members["Note"] = "by hand"
    desk.service.faults = [Fault("update_queue_hours", "lost with effect", times=1)]
    report = desk.run(sales({"hours": "Night"}), FLATTENING)
    assert outcomes(report)["Sales"] == "unsure"
    assert desk.service.live("Sales").members["Note"] == "by hand"


# -- refused alone -----------------------------------------------------------------------------------------------------

ALL = {"hours": "Night", "limit": 5, "labels": ["a"], "overflow": "Other"}
OTHER = want("toy.queue/Other", {"hours": "Day"})


def shop(settings: Mapping[str, Any]) -> Stack:
    return stack(DAY, NIGHT, OTHER, want("toy.queue/Sales", settings))


def test_a_group_that_is_refused_holds_up_no_other_and_each_is_named() -> None:
    desk = Desk()
    desk.settle(shop({"hours": "Day"}))
    desk.service.faults = [Fault("update_queue", "denied"), Fault("update_queue_overflow", "denied")]
    report = desk.run(shop(ALL))
    found = desk.service.live("Sales").members
    assert (found["HoursId"], found["Labels"]) == (desk.service.live("Night").id, ["a"])
    result = report.results[next(key for key in report.results if key.name == "Sales")]
    assert (result.outcome, result.begun) == ("refused", True)
    assert result.message == (
        "update_queue: AccessDeniedException: not authorized; "
        "update_queue_overflow: AccessDeniedException: not authorized; part of it is done"
    )
    desk.settle(shop(ALL))


def test_a_new_resource_gets_all_that_aws_takes() -> None:
    desk = Desk()
    desk.settle(shop({"hours": "Day"}))
    desk.service.faults = [Fault("add_queue_label", "denied")]
    late = want("toy.queue/Late", {"hours": "Day", "labels": ["a", "b"]})
    report = desk.run(stack(DAY, NIGHT, OTHER, want("toy.queue/Sales", {"hours": "Day"}), late))
    assert messages(report)["Late"].startswith("add_queue_label: AccessDeniedException")


def test_the_tags_that_are_refused_hold_up_no_field() -> None:
    desk = Desk()
    desk.settle(shop({"hours": "Day"}))
    desk.service.faults = [Fault("tag", "denied", times=1000)]
    report = desk.run(
        stack(DAY, NIGHT, OTHER, want("toy.queue/Sales", {"hours": "Night"}), tags={"Team": "a"})
    )
    assert outcomes(report)["Sales"] == "refused"
    assert desk.service.live("Sales").members["HoursId"] == desk.service.live("Night").id


def test_nothing_is_changed_on_what_could_not_be_marked() -> None:
    desk = Desk()
    desk.settle(stack(DAY, NIGHT))
    desk.service.add("queue", "Sales", HoursId=desk.service.live("Day").id)
    desk.service.faults = [Fault("tag", "denied")]
    report = desk.run(sales({"hours": "Night"}, adopt=True))
    assert outcomes(report)["Sales"] == "refused"
    assert desk.service.live("Sales").members["HoursId"] == desk.service.live("Day").id


def test_what_needs_a_group_that_was_refused_waits_and_says_for_what() -> None:
    class Ordered(QueueAdapter):
        updates = (
            Sends("update_queue", ("name", "limit", "note")),
            Sends("update_queue_hours", ("hours",), needs=("limit",)),
        )

    kinds = {**KINDS, "toy.queue": Ordered()}
    desk = Desk()
    desk.settle(sales({"hours": "Day"}), kinds=kinds)
    desk.service.faults = [Fault("update_queue", "denied")]
    desk.service.calls.clear()
    report = desk.run(sales({"hours": "Night", "limit": 4}), kinds)
    assert "update_queue_hours" not in desk.service.calls
    assert "update_queue_hours: NotYet: it needs limit" in messages(report)["Sales"]
    desk.settle(sales({"hours": "Night", "limit": 4}), kinds=kinds)


def test_after_aws_gave_no_answer_nothing_more_is_tried_and_that_is_said() -> None:
    desk = Desk()
    desk.settle(shop({"hours": "Day"}))
    desk.service.faults = [Fault("update_queue", "lost", times=1000)]
    report = desk.run(shop(ALL))
    assert outcomes(report)["Sales"] == "unsure"
    assert "not tried: hours, overflow, labels" in messages(report)["Sales"]


def test_what_aws_puts_off_is_waited_for_once_and_not_for_each_group() -> None:
    class InUse(Service):
        def _update(self, operation: str, thing: Any, members: dict[str, Any]) -> dict[str, Any]:
            raise Waiting(operation, "ResourceInUseException", "something holds it")

    desk = Desk()
    desk.settle(shop({"hours": "Day"}))
    desk.service.__class__ = InUse
    report = desk.run(shop(ALL))
    assert outcomes(report)["Sales"] == "waiting"
    assert report.seconds <= 31  # 1, 2, 4, 8 and 15 s
    assert desk.service.live("Sales").members["Labels"] == ["a"]


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
    desk = Desk()
    desk.settle(sales({"hours": "Day"}))
    report = desk.run(sales({"hours": "Night", "labels": ["a"]}), mute_kinds())
    assert (report.outcome, outcomes(report)["Sales"], report.seconds) == ("failed", "refused", 0.0)
    assert "no request changes labels" in messages(report)["Sales"]
    assert desk.service.live("Sales").members["HoursId"] == desk.service.live("Night").id


def test_what_somebody_put_right_meanwhile_needs_no_request() -> None:
    class Raced(QueueAdapter):
        def get_fields(self, api: Any, sighting: Any, fields: frozenset[str]) -> Any:
            found = {**super().get_fields(api, sighting, fields)}
            if api.live("Sales").members.get("Labels") is None:
                api.live("Sales").members["Labels"] = ["a"]
                return {name: value for name, value in found.items() if name != "Labels"}
            return found

    desk = Desk()
    desk.settle(sales({"hours": "Day"}))
    report = desk.run(sales({"hours": "Day", "labels": ["a"]}), {**KINDS, "toy.queue": Raced()})
    assert (report.outcome, report.mutating_calls) == ("settled", 0)
