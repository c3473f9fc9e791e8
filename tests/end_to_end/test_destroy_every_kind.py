"""A stack with the sample of every kind is destroyed, and nothing of it is left. It is a part of the long run (`-m whole`)."""

import pytest

from reconciler.testing.stage import REGION
from tests.end_to_end.destroyed import Scene
from tests.faults.harness import Harness
from tests.faults.iam_all_kinds import everything

pytestmark = pytest.mark.whole
OTHERWISE = ("AgentStatus:Training", "apigateway.account:")
"""The beginnings of labels of what AWS does not delete, so that it is disabled, and of what samples have set before."""


def test_nothing_of_any_kind_is_left_and_all_else_is_as_before() -> None:
    with everything() as samples:
        scene = Scene(Harness(samples.box, REGION, samples.clock), samples.stack())
        report, left = scene.destroy()
        assert (report.outcome, left.clean) == ("settled", True), [*left.left, *report.notes]
        assert scene.ours() == []
        assert [line for line in scene.changed() if not line.startswith(OTHERWISE)] == []
