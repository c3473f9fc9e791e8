"""Resources that AWS cannot delete and that are not in the files any more: they are disabled and lose our marks."""

from typing import Any

import pytest

from reconciler.applying import Quiet
from reconciler.contract import CannotDelete
from reconciler.pass_options import Options
from reconciler.pass_report import PassReport
from reconciler.planning.diff import Difference
from reconciler.planning.ownership import PROTECT_MARK
from reconciler.reconcile import Pass
from reconciler.stack import GuardLimits, Stack
from tests.engine.small_faults import Fault
from tests.engine.small_harness import Harness, key, marks, messages, outcomes, stack, want
from tests.engine.small_service import KINDS, QueueAdapter
from tests.engine.test_whose_it_is import TAKEN


class Lasting(QueueAdapter):
    """A queue that AWS cannot delete; a limit of 0 disables it."""

    delete = CannotDelete(instead={"limit": 0})


LASTING = {**KINDS, "toy.queue": Lasting()}
DAY = want("toy.hours/Day", {"zone": "UTC"})
SALES = want("toy.queue/Sales", {"hours": "Day", "limit": 5})
LATE = want("toy.queue/Late", {"hours": "Day", "limit": 5})
GONE = stack(DAY, SALES, prune=True)


@pytest.fixture
def settled(harness: Harness) -> Harness:
    harness.settle(stack(DAY, SALES, LATE), kinds=LASTING)
    return harness


def run(harness: Harness, wanted: Stack = GONE, **options: Any) -> Any:
    return harness.run(wanted, LASTING, **options)


def test_it_is_switched_off_and_loses_our_marks(settled: Harness) -> None:
    report = run(settled)
    action = report.plan.actions[key("toy.queue/Late")]
    assert (action.verb, action.differences) == ("release", (Difference("limit", 5, 0),))
    assert (report.outcome, outcomes(report)["Late"]) == ("settled", "done")
    late = settled.service.live("Late")
    assert (late.members["Limit"], late.members["HoursId"], late.tags) == (
        0,
        settled.service.live("Day").id,
        {},
    )
    assert settled.service.live("Sales").members["Limit"] == 5
    assert run(settled).plan.actions == {}


def test_without_prune_it_stays_as_it_is(settled: Harness) -> None:
    assert run(settled, stack(DAY, SALES)).plan.actions == {}
    assert settled.service.live("Late").tags == marks("Late")


def test_what_is_off_already_only_loses_our_marks(settled: Harness) -> None:
    settled.service.live("Late").members["Limit"] = 0
    report = run(settled)
    assert report.plan.actions[key("toy.queue/Late")].differences == ()
    assert settled.service.calls.count("update_queue") == 0
    assert settled.service.live("Late").tags == {}


def test_to_release_it_leaves_it_on(settled: Harness) -> None:
    run(settled, stack(DAY, SALES, prune=True, release=(LATE.key,)))
    late = settled.service.live("Late")
    assert (late.members["Limit"], late.tags) == (5, {})


def test_what_aws_refuses_to_switch_off_keeps_our_marks_for_the_next_pass(settled: Harness) -> None:
    settled.service.faults = [Fault("update_queue", "denied", times=1)]
    report = run(settled)
    assert (report.outcome, outcomes(report)["Late"]) == ("failed", "refused")
    assert settled.service.live("Late").tags == marks("Late")
    assert run(settled).outcome == "settled"
    assert settled.service.live("Late").tags == {}


def test_what_is_protected_stays(settled: Harness) -> None:
    settled.service.live("Late").tags[PROTECT_MARK] = "true"
    assert run(settled).mutating_calls == 0


@pytest.mark.parametrize(("tags", "code", "said"), TAKEN.values(), ids=TAKEN.keys())
def test_what_somebody_took_while_the_pass_went_on_stays_on(
    settled: Harness, tags: dict[str, str | None], code: str, said: str
) -> None:
    def take(_report: PassReport) -> None:
        live = settled.service.live("Late")
        live.tags = {tag: value for tag, value in {**live.tags, **tags}.items() if value is not None}

    one = Pass(GONE, LASTING, settled, settled.clock, Options(), Quiet(), applying=take)
    assert messages(one.run())["Late"] == f"release: {code}: {said}; it is left alone"
    assert settled.service.live("Late").members["Limit"] == 5


def test_the_guard_counts_what_is_switched_off(settled: Harness) -> None:
    none = stack(DAY, prune=True, guard=GuardLimits())
    report = run(settled, none)
    assert report.outcome == "refused"
    assert any(
        "deletes or replaces 2 of 2 owned resources of kind toy.queue" in each for each in report.refusals
    )
    assert run(settled, none, allow_deletes=2).outcome == "settled"
