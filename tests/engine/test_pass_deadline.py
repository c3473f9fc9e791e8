"""A pass after its deadline starts no further work: the rest is waiting, with the reason, and the next pass does it."""

from typing import Any

import pytest

from reconciler.applying import LATE, Quiet
from reconciler.pass_options import Options
from reconciler.pass_report import PassReport
from reconciler.reconcile import SHORTEST, Pass
from reconciler.stack import Stack
from tests.engine.small_faults import Fault
from tests.engine.small_harness import Harness, messages, outcomes, stack, want
from tests.engine.small_service import KINDS

MANY = stack(*(want(f"toy.hours/H{each}", {"zone": "UTC"}) for each in range(40)))


@pytest.fixture
def harness() -> Harness:
    return Harness()


def slow(harness: Harness, monkeypatch: pytest.MonkeyPatch, seconds: float, begins: str = "") -> None:
    """Let each call whose name has this prefix take this many seconds."""
    call = harness.service.call

    def slowly(operation: str, **parameters: Any) -> dict[str, Any]:
        reply = call(operation, **parameters)
        if operation.startswith(begins):
            harness.clock.sleep(seconds)
        return reply

    monkeypatch.setattr(harness.service, "call", slowly)  # like a slow network


def run(harness: Harness, wanted: Stack = MANY, deadline: float | None = None, **more: Any) -> PassReport:
    """One pass with a deadline."""
    one = Pass(wanted, KINDS, harness, harness.clock, Options(), Quiet(), **more)
    one.deadline = deadline
    return one.run()


def test_what_is_left_waits_and_the_next_pass_goes_on(
    harness: Harness, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow(harness, monkeypatch, 10, "create_hours")
    report = run(harness, deadline=45)
    assert report.outcome == "pending"
    assert 0 < len(harness.service.names("hours")) < 40
    assert {said for name, said in messages(report).items() if outcomes(report)[name] == "waiting"} <= {
        LATE,
        "waits for toy.hours/H0",
    }
    for _ in range(20):
        report = run(harness, deadline=60)
        if report.outcome == "settled":
            break
    assert report.outcome == "settled"
    assert len(harness.service.names("hours")) == 40


def test_nothing_is_called_after_the_deadline(harness: Harness, monkeypatch: pytest.MonkeyPatch) -> None:
    slow(harness, monkeypatch, 10)
    began = harness.clock.now()
    at: list[float] = []
    call = harness.service.call

    def noted(operation: str, **parameters: Any) -> dict[str, Any]:
        sent = len(harness.service.calls)
        try:
            return call(operation, **parameters)
        finally:
            if len(harness.service.calls) > sent:
                at.append(harness.clock.now() - began - 10)

    monkeypatch.setattr(harness.service, "call", noted)  # it only observes
    report = run(harness, deadline=65)
    assert at
    assert max(at) < 65
    assert report.seconds < 65 + 10 + 120


def test_what_could_not_be_looked_at_in_time_waits_too(
    harness: Harness, monkeypatch: pytest.MonkeyPatch
) -> None:
    harness.settle(stack())
    slow(harness, monkeypatch, 30)
    report = run(harness, deadline=20)
    assert report.outcome == "pending"
    assert set(outcomes(report).values()) == {"waiting"}
    assert set(messages(report).values()) == {LATE}
    assert report.mutating_calls == 0


def test_a_late_look_is_no_absence_and_prunes_nothing(
    harness: Harness, monkeypatch: pytest.MonkeyPatch
) -> None:
    harness.settle(MANY)
    slow(harness, monkeypatch, 30)
    report = run(harness, stack(prune=True), deadline=20)
    assert (report.mutating_calls, report.outcome) == (0, "pending")
    assert len(harness.service.names("hours")) == 40


def test_a_pass_has_fifteen_minutes_or_twice_what_its_quotas_make_it_take(harness: Harness) -> None:
    said: list[float] = []
    assert run(harness, stack(), allowed=said.append).deadline == SHORTEST
    many = stack(*(want(f"toy.hours/H{each}", {"zone": "UTC"}) for each in range(500)))
    report = run(harness, many, allowed=said.append)  # one second for a call, at the quotas of this harness
    assert report.deadline >= 2 * 500
    assert said[-1] == report.deadline


def test_the_time_of_a_question_is_not_the_passs(harness: Harness) -> None:
    harness.settle(stack(*(want(f"toy.hours/H{each}", {"zone": "UTC"}) for each in range(11))))

    def later(_plan: Any) -> bool:
        harness.clock.sleep(3_600)
        return True

    wanted = stack(*(want(f"toy.hours/H{each}", {"zone": "UTC"}) for each in range(10)), prune=True)
    assert run(harness, wanted, deadline=600, agreed=later).outcome == "settled"


def test_the_next_pass_has_time_of_its_own(harness: Harness, monkeypatch: pytest.MonkeyPatch) -> None:
    slow(harness, monkeypatch, 30)
    run(harness, deadline=20)
    assert harness.service.ends is None


def test_a_storm_of_throttles_does_not_outlast_the_deadline(
    harness: Harness, monkeypatch: pytest.MonkeyPatch
) -> None:
    harness.service.faults.append(Fault("create_*", "throttled", times=10_000))
    slow(harness, monkeypatch, 5)
    report = run(harness, deadline=60)
    assert report.seconds < 60 + 200
