"""A pass after its deadline starts no further work: the rest is waiting, with the reason, and the next pass does it."""

from typing import Any

import pytest

from reconciler.applying import LATE, Quiet
from reconciler.reconcile import SHORTEST, Options, Pass, PassReport
from reconciler.stack import Stack
from tests.engine.small_desk import Desk, messages, outcomes, stack, want
from tests.engine.small_faults import Fault
from tests.engine.small_service import KINDS

MANY = stack(*(want(f"toy.hours/H{each}", {"zone": "UTC"}) for each in range(40)))


@pytest.fixture
def desk() -> Desk:
    return Desk()


def slow(desk: Desk, monkeypatch: pytest.MonkeyPatch, seconds: float, begins: str = "") -> None:
    """Let each call whose name has this prefix take this many seconds."""
    call = desk.service.call

    def slowly(operation: str, **parameters: Any) -> dict[str, Any]:
        reply = call(operation, **parameters)
        if operation.startswith(begins):
            desk.clock.sleep(seconds)
        return reply

    monkeypatch.setattr(desk.service, "call", slowly)  # like a slow network


def run(desk: Desk, wanted: Stack = MANY, deadline: float | None = None, **more: Any) -> PassReport:
    """One pass with a deadline."""
    one = Pass(wanted, KINDS, desk, desk.clock, Options(), Quiet(), **more)
    one.deadline = deadline
    return one.run()


def test_what_is_left_waits_and_the_next_pass_goes_on(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    slow(desk, monkeypatch, 10, "create_hours")
    report = run(desk, deadline=45)
    assert report.outcome == "pending"
    assert 0 < len(desk.service.names("hours")) < 40
    assert {said for name, said in messages(report).items() if outcomes(report)[name] == "waiting"} <= {
        LATE,
        "waits for toy.hours/H0",
    }
    for _ in range(20):
        report = run(desk, deadline=60)
        if report.outcome == "settled":
            break
    assert report.outcome == "settled"
    assert len(desk.service.names("hours")) == 40


def test_nothing_is_called_after_the_deadline(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    slow(desk, monkeypatch, 10)
    began = desk.clock.now()
    at: list[float] = []
    call = desk.service.call

    def noted(operation: str, **parameters: Any) -> dict[str, Any]:
        sent = len(desk.service.calls)
        try:
            return call(operation, **parameters)
        finally:
            if len(desk.service.calls) > sent:
                at.append(desk.clock.now() - began - 10)

    monkeypatch.setattr(desk.service, "call", noted)  # it only observes
    report = run(desk, deadline=65)
    assert at
    assert max(at) < 65
    assert report.seconds < 65 + 10 + 120


def test_what_could_not_be_looked_at_in_time_waits_too(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.settle(stack())
    slow(desk, monkeypatch, 30)
    report = run(desk, deadline=20)
    assert report.outcome == "pending"
    assert set(outcomes(report).values()) == {"waiting"}
    assert set(messages(report).values()) == {LATE}
    assert report.mutating_calls == 0


def test_a_late_look_is_no_absence_and_prunes_nothing(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.settle(MANY)
    slow(desk, monkeypatch, 30)
    report = run(desk, stack(prune=True), deadline=20)
    assert (report.mutating_calls, report.outcome) == (0, "pending")
    assert len(desk.service.names("hours")) == 40


def test_a_pass_has_fifteen_minutes_or_twice_what_its_quotas_make_it_take(desk: Desk) -> None:
    said: list[float] = []
    assert run(desk, stack(), allowed=said.append).deadline == SHORTEST
    many = stack(*(want(f"toy.hours/H{each}", {"zone": "UTC"}) for each in range(500)))
    report = run(desk, many, allowed=said.append)  # one second for a call, at the quotas of this desk
    assert report.deadline >= 2 * 500
    assert said[-1] == report.deadline


def test_the_time_of_a_question_is_not_the_passs(desk: Desk) -> None:
    desk.settle(stack(*(want(f"toy.hours/H{each}", {"zone": "UTC"}) for each in range(11))))

    def later(_plan: Any) -> bool:
        desk.clock.sleep(3_600)
        return True

    wanted = stack(*(want(f"toy.hours/H{each}", {"zone": "UTC"}) for each in range(10)), prune=True)
    assert run(desk, wanted, deadline=600, agreed=later).outcome == "settled"


def test_the_next_pass_has_time_of_its_own(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    slow(desk, monkeypatch, 30)
    run(desk, deadline=20)
    assert desk.service.ends is None


def test_a_storm_of_throttles_does_not_outlast_the_deadline(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.service.faults.append(Fault("create_*", "throttled", times=10_000))
    slow(desk, monkeypatch, 5)
    report = run(desk, deadline=60)
    assert report.seconds < 60 + 200
