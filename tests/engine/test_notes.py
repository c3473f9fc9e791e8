"""Remarks of a kind on live resources that are not differences, in reports of plans and passes."""

from collections.abc import Iterator, Mapping
from typing import Any

from reconciler.contract import Api, Sighting, Wired
from reconciler.planning.ownership import STACK_MARK
from tests.engine.small_harness import Harness, marks, outcomes, stack, want
from tests.engine.small_service import KINDS, QueueAdapter

DAY = want("toy.hours/Day", {"zone": "UTC"})


class Talking(QueueAdapter):
    """A queue with remarks on its live and its desired settings."""

    def get_fields(self, api: Api, sighting: Sighting, fields: frozenset[str]) -> Wired:
        return {**super().get_fields(api, sighting, fields), "Read": api.wall()}

    def remarks(self, written: Mapping[str, Any], reported: Wired) -> Iterator[str]:
        if reported.get("Note") == "slow":
            yield f"its limit of {reported['Limit']} holds at {reported['Read']:.0f}, written {written['limit']}"


TALKING = {**KINDS, "toy.queue": Talking()}


def queue(note: str = "slow", limit: int = 5) -> Any:
    return want("toy.queue/Sales", {"hours": "Day", "limit": limit, "note": note})


def test_it_is_said_of_what_lives_and_makes_no_plan(harness: Harness) -> None:
    made = harness.run(stack(DAY, queue()), TALKING)
    now = f"{harness.clock.wall():.0f}"
    said = (f"toy.queue/Sales: its limit of 5 holds at {now}, written 5",)
    assert (made.outcome, made.notes) == ("settled", said)
    quiet = harness.run(stack(DAY, queue()), TALKING)
    assert (quiet.outcome, quiet.plan.actions, quiet.notes) == ("settled", {}, said)


def test_a_dry_run_says_it_of_what_lives_before_and_a_pass_of_what_lives_after(harness: Harness) -> None:
    harness.settle(stack(DAY, queue()), kinds=TALKING)
    (planned,) = harness.run(stack(DAY, queue(limit=7)), TALKING, dry_run=True).notes
    assert planned.startswith("toy.queue/Sales: its limit of 5 ")
    assert planned.endswith("written 7")
    (done,) = harness.run(stack(DAY, queue(limit=7)), TALKING).notes
    assert done.startswith("toy.queue/Sales: its limit of 7 ")
    assert harness.run(stack(DAY, queue("quick", 7)), TALKING).notes == ()


def test_nothing_is_said_of_what_another_stack_owns(harness: Harness) -> None:
    harness.settle(stack(DAY), kinds=TALKING)
    foreign = {**marks("Sales"), STACK_MARK: "another/dev"}
    harness.service.add("queue", "Sales", foreign, Limit=5, Note="slow")
    report = harness.run(stack(DAY, queue()), TALKING)
    assert (outcomes(report)["Sales"], report.notes) == ("refused", ())
