"""The AWS CLI walks every operation of Lightsail that the sandbox answers."""

from pathlib import Path

import pytest

from reconciler.runtime.clock import VirtualClock
from reconciler.sandbox.lightsail.backend import FAMILIES, LightsailPlane
from reconciler.sandbox.lightsail.core.operations import NAMES
from reconciler.sandbox.process_state import ProcessState
from reconciler.sandbox.server import serve
from tests.sandbox.aws_cli.installed import required_aws
from tests.sandbox.aws_cli.walk import START, Step, Walk, script

SCRIPT = Path(__file__).parent / "aws_cli" / "lightsail.txt"
STEPS = [step for step in script(SCRIPT) if isinstance(step, Step)]
HOUR, MINUTE = 3600.0, 60.0


def test_every_operation_has_a_step_with_a_condition() -> None:
    answered = {name for operations in FAMILIES.values() for name in operations.handlers}
    walked = {NAMES[step.command.split()[2].replace("-", "_")] for step in STEPS}
    assert answered - walked == set(), f"write a step for each of these into {SCRIPT.name}"
    assert [step.command for step in STEPS if not step.holds] == []


@pytest.mark.whole
def test_every_step_gets_the_reply_that_it_expects(monkeypatch: pytest.MonkeyPatch) -> None:
    aws = required_aws()
    monkeypatch.setattr(LightsailPlane, "page_size", 2)  # the AWS CLI puts the pages together
    clock = VirtualClock(START)
    world = ProcessState(clock=clock.now, settling_seconds=MINUTE)
    with serve(0, world=world) as server:
        walk = Walk(aws, server.url)
        for step in STEPS:
            walk.take(step)
            clock.sleep(HOUR)
