"""A permanent error is a failure, a temporary one is waiting; neither stops steps that do not depend on it."""

from typing import Any

import pytest

from reconciler.errors import Absent, Busy, CallError, Refused, Unreachable, Unsure
from tests.engine.small_harness import Harness, messages, outcomes, stack, want
from tests.engine.small_service import Service

DAY = want("toy.hours/Day", {"zone": "UTC"})
NIGHT = want("toy.hours/Night", {"zone": "CET"})
SALES = want("toy.queue/Sales", {"hours": "Day", "limit": 5})
GOING = want("toy.queue/Going", {"hours": "Night"})


@pytest.fixture
def harness() -> Harness:
    return Harness()


class Forgetful(Service):
    """Answers one operation with a not-found error."""

    lost = ""

    def call(self, operation: str, **parameters: Any) -> dict[str, Any]:
        if operation == self.lost:
            self.calls.append(operation)
            raise Absent(operation, "ResourceNotFoundException", "no such key chain")
        return super().call(operation, **parameters)


def forgetful(harness: Harness, operation: str) -> None:
    """Let the service of a harness answer this operation with a not-found error."""
    old = harness.service
    harness.service = Forgetful(harness.clock, live_resources=old.live_resources)
    harness.tally.service = harness.service
    harness.service.lost = operation


def test_an_update_that_names_what_is_not_there_has_failed(harness: Harness) -> None:
    harness.settle(stack(DAY, SALES))
    forgetful(harness, "update_queue")
    report = harness.run(stack(DAY, want("toy.queue/Sales", {"hours": "Day", "limit": 6})))
    assert (report.outcome, outcomes(report)) == ("failed", {"Sales": "failed"})
    assert "no such key chain" in messages(report)["Sales"]


def test_an_update_of_what_is_gone_meanwhile_waits_for_the_next_pass(
    harness: Harness, monkeypatch: pytest.MonkeyPatch
) -> None:
    harness.settle(stack(DAY, SALES))
    forgetful(harness, "update_queue")
    call = harness.service.call

    def gone(operation: str, **parameters: Any) -> dict[str, Any]:
        if operation == "update_queue":
            harness.service.live("Sales").died = harness.clock.now()
        return call(operation, **parameters)

    monkeypatch.setattr(harness.service, "call", gone)  # like another client
    report = harness.run(stack(DAY, want("toy.queue/Sales", {"hours": "Day", "limit": 6})))
    assert (report.outcome, outcomes(report)) == ("pending", {"Sales": "waiting"})


def test_a_create_that_fails_holds_up_no_delete_of_something_else(harness: Harness) -> None:
    harness.settle(
        stack(DAY, NIGHT, *(want(f"toy.hours/H{each}", {"zone": "UTC"}) for each in range(9)), GOING)
    )
    forgetful(harness, "create_queue")
    kept = [want(f"toy.hours/H{each}", {"zone": "UTC"}) for each in range(9)]
    report = harness.run(stack(DAY, NIGHT, *kept, SALES, prune=True))
    assert outcomes(report) == {"Sales": "failed", "Going": "done"}
    assert harness.service.names("queue") == []


def test_a_delete_waits_for_whoever_could_not_let_go_of_it(harness: Harness) -> None:
    others = [want(f"toy.hours/H{each}", {"zone": "UTC"}) for each in range(9)]
    harness.settle(stack(DAY, NIGHT, *others, want("toy.queue/Sales", {"hours": "Night"})))
    forgetful(harness, "update_queue_hours")
    report = harness.run(stack(DAY, *others, want("toy.queue/Sales", {"hours": "Day"}), prune=True))
    assert outcomes(report) == {"Sales": "failed", "Night": "waiting"}
    assert "delete_hours" not in harness.service.calls


def test_what_is_said_to_exist_and_does_not_is_named(harness: Harness) -> None:
    harness.settle(stack(DAY))
    wanted = stack(
        DAY,
        want("toy.hours/Old", existing=True),
        want("toy.queue/Sales", {"hours": "Old"}),
    )
    report = harness.run(wanted, only=("toy.queue/Sales",))
    assert (report.outcome, outcomes(report)) == ("failed", {"Sales": "refused"})
    assert "toy.hours/Old does not exist" in messages(report)["Sales"]


def test_what_comes_with_a_new_centre_may_be_late(harness: Harness) -> None:
    wanted = stack(want("toy.hours/Old", existing=True), want("toy.queue/Sales", {"hours": "Old"}))
    report = harness.run(wanted)
    assert outcomes(report)["Sales"] == "waiting"


FAILED: dict[str, tuple[CallError, str]] = {
    "nobody listens": (
        Unreachable("get_caller_identity", "EndpointConnectionError", "http://127.0.0.1:9 could not be reached: connection refused"),
        "http://127.0.0.1:9 could not be reached: connection refused",
    ),
    "throttled": (
        Busy("get_caller_identity", "Throttling", "Rate exceeded"),
        "AWS did not confirm the account of these credentials: get_caller_identity: Throttling: Rate exceeded",
    ),
    "a login page": (
        Unsure("get_caller_identity", "UnreadableReply", "the reply is a web page"),
        "AWS did not confirm the account of these credentials: get_caller_identity: UnreadableReply: the reply is a web page",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("error", "said"), FAILED.values(), ids=FAILED.keys())
def test_a_network_that_fails_says_nothing_of_credentials(error: CallError, said: str) -> None:
    report = Harness(error).run(stack(DAY))
    assert (report.outcome, report.refusals, report.results) == ("failed", (said,), {})


def test_credentials_that_have_expired_say_so() -> None:
    expired = Refused(
        "get_caller_identity", "ExpiredToken", "The security token included in the request is expired"
    )
    report = Harness(expired).run(stack(DAY))
    assert report.outcome == "refused"
    assert report.refusals[0].startswith("the credentials have expired: ")
