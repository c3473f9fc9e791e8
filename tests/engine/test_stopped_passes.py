"""A pass that is stopped while it changes AWS: completed changes are reported, and the next pass continues."""

from typing import Any

import pytest

from reconciler.applying import Quiet
from reconciler.pass_options import Options
from reconciler.pass_report import PassReport
from reconciler.reconcile import Pass
from reconciler.runtime.shutdown import Shutdown, Stop
from tests.engine.small_harness import Harness, outcomes, stack, want
from tests.engine.small_service import KINDS

DAY = want("toy.hours/Day", {"zone": "UTC"})
SALES = want("toy.queue/Sales", {"hours": "Day", "limit": 5, "labels": ["a", "b"]})
SHOP = stack(DAY, SALES)


def stopped_after(harness: Harness, monkeypatch: pytest.MonkeyPatch, change: str) -> PassReport | None:
    """The report of a pass that is stopped after a change."""
    stop, call = Stop(), harness.service.call

    def gated(operation: str, **parameters: Any) -> Any:
        stop.check()
        reply = call(operation, **parameters)
        if change in harness.service.journal:
            stop.ask()
        return reply

    with monkeypatch.context() as patch:
        patch.setattr(harness.service, "call", gated)
        one = Pass(SHOP, KINDS, harness, harness.clock, Options(), Quiet())
        with pytest.raises(Shutdown):
            one.run()
    return one.broken_off


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ("create hours Day", {"Main": "done", "Day": "done", "Sales": "waiting"}),
        ("create queue Sales", {"Main": "done", "Day": "done", "Sales": "waiting"}),
        ("label Sales b", {"Main": "done", "Day": "done", "Sales": "done"}),
    ],
)
def test_a_stopped_pass_says_what_it_did(
    harness: Harness, monkeypatch: pytest.MonkeyPatch, change: str, expected: dict[str, str]
) -> None:
    report = stopped_after(harness, monkeypatch, change)
    assert report is not None
    assert (report.outcome, outcomes(report)) == ("stopped", expected)
    begun = {key.name for key, result in report.results.items() if result.begun}
    assert begun == ({"Sales"} if change == "create queue Sales" else set())
    assert report.mutating_calls == len(harness.service.mutating)
    harness.settle(SHOP)


def test_a_pass_that_is_stopped_before_its_plan_has_done_nothing(
    harness: Harness, monkeypatch: pytest.MonkeyPatch
) -> None:
    harness.settle(stack())
    assert stopped_after(harness, monkeypatch, "create centre Main") is None
