"""A stack is destroyed as a whole: nothing of it is left, and everything else is untouched."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from reconciler.desired import load
from reconciler.kinds import known_kinds
from reconciler.reports.data import as_data
from reconciler.reports.report_schema import ReportData
from tests.end_to_end.destroyed import Scene, applied, outcomes
from tests.end_to_end.typed import ROOT

FAULTS = ROOT / "tests" / "faults" / "stacks"
EXAMPLES = ROOT / "desired_state"
STACKS = (
    pytest.param(EXAMPLES / "connect_platform", id="connect_platform", marks=pytest.mark.whole),
    pytest.param(EXAMPLES / "contact_center", id="contact_center", marks=pytest.mark.whole),
    pytest.param(EXAMPLES / "minimal_center", id="minimal_center"),
    pytest.param(EXAMPLES / "stamp_rally", id="stamp_rally"),
    pytest.param(FAULTS / "platform", id="platform", marks=pytest.mark.whole),
    pytest.param(FAULTS / "small", id="small"),
)
"""The large ones run with `-m whole`."""
LOGS = "s3/images/"
"""The prefix of the access log of a bucket."""


@pytest.fixture(scope="module", params=STACKS)
def applied_once(request: pytest.FixtureRequest) -> Iterator[Scene]:
    folder: Path = request.param
    with applied(load(folder, "dev", known_kinds())) as scene:
        yield scene


@pytest.fixture
def scene(applied_once: Scene) -> Scene:
    applied_once.start_again()
    return applied_once


def test_nothing_of_the_stack_is_left_and_all_else_is_as_before(scene: Scene) -> None:
    report, left = scene.destroy()
    assert (report.outcome, left.clean) == ("settled", True), [*left.left, *report.notes]
    assert (scene.ours(), scene.changed()) == ([], [])
    assert set(outcomes(report).values()) == {"done"}


def test_it_can_be_destroyed_twice_and_applied_again(scene: Scene) -> None:
    scene.destroy()
    scene.harness.box.journal.clear()
    report, left = scene.destroy()
    assert (report.outcome, left.clean, report.plan.actions) == ("settled", True, {})
    assert scene.harness.box.journal.mutating() == []
    for _ in range(2):
        again = scene.harness.run(scene.stack, report.options)
        scene.harness.clock.sleep(60)
    assert (again.outcome, again.mutating_calls) == ("settled", 0)


def told(report: ReportData) -> list[dict[str, Any]]:
    """What the actions do. A bucket for access logs gets new objects all the time, so these count as one."""
    found = []
    for each in report["actions"]:
        others = [
            {**row, "names": {"a log" if name.startswith(LOGS) else name for name in row["names"]}}
            for row in each.get("others") or ()
        ]
        names = ("kind", "name", "action", "differences", "contents")
        found.append({**{name: each.get(name) for name in names}, "others": others})
    return found


def test_the_dry_run_shows_what_is_then_done(scene: Scene) -> None:
    scene.harness.box.journal.clear()
    planned = as_data(scene.plan())
    assert scene.harness.box.journal.mutating() == []
    report, _ = scene.destroy()
    assert told(as_data(report)) == told(planned)
    assert planned["outcome"] == "pending"


def test_without_the_options_all_that_is_protected_stays_with_what_it_needs(scene: Scene) -> None:
    report, left = scene.destroy(also_protected=False, given_up=frozenset())
    kept = {str(key) for key, _ in left.left}
    assert report.outcome == ("failed" if kept else "settled")
    protected = {key for key, each in outcomes(report).items() if each == "refused"}
    assert kept == protected
    assert len(scene.ours()) == len(kept)
    assert [line for line in scene.changed() if "by hand" in line or "neighbour" in line] == []
    report, left = scene.destroy()
    assert (report.outcome, scene.ours(), scene.changed()) == ("settled", [], [])
