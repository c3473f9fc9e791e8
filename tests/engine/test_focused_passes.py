"""A pass over a few resources after an event: it does not report or change the others."""

from dataclasses import replace

import pytest

from reconciler.pass_report import PassReport
from reconciler.planning.subset import focused
from reconciler.stack import Policy, Stack
from tests.engine.small_harness import Harness, key, marks, messages, outcomes, stack, want
from tests.engine.small_service import KINDS, CentreAdapter

DAY = want("toy.hours/Day", {"zone": "UTC"})
SALES = want("toy.queue/Sales", {"hours": "Day", "limit": 5})
OTHERS = tuple(want(f"toy.queue/Q{number}", {"hours": "Day"}) for number in range(3))
SHOP = stack(DAY, SALES, *OTHERS)


@pytest.fixture
def settled(harness: Harness) -> Harness:
    harness.settle(SHOP)
    return harness


def about(harness: Harness, wanted: Stack, *names: str) -> PassReport:
    keys = frozenset(map(key, names))
    return harness.run(focused(wanted, keys), keys=keys)


def test_nothing_is_said_of_what_is_desired_and_not_looked_at(settled: Harness) -> None:
    report = about(settled, SHOP, "toy.queue/Sales")
    assert (report.outcome, report.notes, report.plan.strays) == ("settled", (), ())


def test_what_goes_by_its_name_for_now_is_not_taken_from_another(settled: Harness) -> None:
    """Another client deleted Sales and renamed Q0 to Sales: it is still Q0, and this pass does not change it."""
    service = settled.service
    service.live("Sales").died = 0.0
    service.live("Q0").members["Name"] = "Sales"
    report = about(settled, SHOP, "toy.queue/Sales")
    assert outcomes(report)["Sales"] == "waiting"
    assert service.live("Sales").tags == marks("Q0")
    settled.settle(SHOP, passes=3)
    assert sorted(service.names("queue")) == ["Q0", "Q1", "Q2", "Sales"]


def test_nothing_is_replaced_whose_contents_the_pass_is_not_about(harness: Harness) -> None:
    class Centre(CentreAdapter):
        create, updates = replace(CentreAdapter.create, fixed=frozenset({"size"})), ()

    kinds = {**KINDS, "toy.centre": Centre()}
    harness.service.cascades = True
    free = Policy(protect=False, replace=True)
    small, large = (want("toy.centre/Main", {"size": size}, policy=free) for size in (3, 4))
    harness.settle(stack(small, DAY, SALES), kinds=kinds)
    wanted, keys = stack(large, DAY, SALES), frozenset({key("toy.centre/Main")})
    report = harness.run(focused(wanted, keys), kinds, keys=keys)
    assert outcomes(report) == {"Main": "refused"}
    assert "toy.queue/Sales (this pass is about other resources)" in messages(report)["Main"]
    assert harness.service.names("queue") == ["Sales"]
    harness.settle(wanted, kinds=kinds)
