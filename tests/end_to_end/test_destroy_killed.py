"""`destroy` that is killed at a change, or whose calls fail, is started again and comes to the same end.

A sample runs always, for the small stacks; `-m whole` runs every change with every fault.
"""

from collections.abc import Callable, Iterator

import pytest

from reconciler.desired import load
from reconciler.kinds import known_kinds
from reconciler.sandbox.fault_injection import Attempt, FaultKind
from tests.end_to_end.destroyed import Scene, applied
from tests.end_to_end.typed import ROOT

STACKS = {
    "contact_center": ROOT / "desired_state" / "contact_center",
    "minimal_center": ROOT / "desired_state" / "minimal_center",
    "stamp_rally": ROOT / "desired_state" / "stamp_rally",
    "platform": ROOT / "tests" / "faults" / "stacks" / "platform",
}
FAULTS = (FaultKind.CRASH_BEFORE, FaultKind.CRASH_AFTER, FaultKind.TIMEOUT_AFTER, FaultKind.ERROR_500)
SAMPLE = {"contact_center": (3, 11), "minimal_center": (2,), "stamp_rally": (20,), "platform": (2, 7)}
"""By stack: the changes at which the sample is killed; those that keep the instance come first."""


LARGE = {"contact_center", "platform"}
"""These run with `-m whole`, the sample included."""


@pytest.fixture(
    scope="module",
    params=[pytest.param(name, marks=[pytest.mark.whole] * (name in LARGE)) for name in STACKS],
)
def scene(request: pytest.FixtureRequest) -> Iterator[Scene]:
    with applied(load(STACKS[request.param], "dev", known_kinds())) as scene:
        yield scene


def at_change(number: int, kind: FaultKind) -> Callable[[Attempt], FaultKind | None]:
    """A plan that injects a fault into a change; the first one has number 1."""
    changes = 0

    def plan(attempt: Attempt) -> FaultKind | None:
        nonlocal changes
        changes += attempt.mutating
        return kind if attempt.mutating and changes == number else None

    return plan


def check(scene: Scene, number: int, fault: FaultKind, *, protected: bool) -> None:
    """Destroy in two runs, of which the first one has a fault."""
    scene.start_again()
    first = {"also_protected": protected, "given_up": scene.lost() if protected else frozenset()}
    scene.destroy_with(at_change(number, fault), **first)
    report, left = scene.destroy()
    what = f"{fault} at change {number}"
    assert (report.outcome, left.clean) == ("settled", True), (what, [*left.left])
    assert (scene.ours(), scene.changed()) == ([], []), what


def test_killed_at_some_changes(scene: Scene) -> None:
    name = scene.stack.name.replace("-", "_")
    for number, fault in zip(SAMPLE[name], FAULTS[1:], strict=False):
        check(scene, number, fault, protected=name == "stamp_rally")


@pytest.mark.whole
@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("protected", [True, False])
def test_killed_at_every_change(scene: Scene, fault: FaultKind, *, protected: bool) -> None:
    scene.start_again()
    scene.harness.box.journal.clear()
    scene.destroy(also_protected=protected, given_up=scene.lost() if protected else frozenset())
    changes = len(scene.harness.box.journal.mutating())
    for number in range(1, changes + 1):
        check(scene, number, fault, protected=protected)
