"""A Lightsail whose states last ten seconds, with an instance that runs."""

from collections.abc import Iterator

import pytest

from reconciler.runtime.clock import VirtualClock
from reconciler.sandbox import Sandbox
from tests.sandbox.lightsail.servers import SETTLING, Servers


@pytest.fixture
def servers() -> Iterator[Servers]:
    clock = VirtualClock(1_800_000_000.0)
    with Sandbox(clock=clock.now, settling_seconds=SETTLING, sleep=clock.sleep) as box:
        made = Servers(box, clock)
        made.create("web")
        made.settle()
        yield made
