"""Passes that end at one of their mutating calls."""

from contextlib import suppress
from typing import Any

from reconciler.sandbox.fault_injection import Attempt, FaultKind
from reconciler.sandbox.fault_injection.faults import Crash
from tests.resources.live_harness import LiveHarness


def run_killed(harness: LiveHarness, resources: Any, number: int, fault: FaultKind) -> None:
    """Run a pass that ends right before or after its n-th mutating call."""
    count = 0

    def kill(attempt: Attempt) -> FaultKind | None:
        nonlocal count
        count += attempt.mutating
        return fault if attempt.mutating and count == number else None

    harness.box.inject(kill)
    with suppress(Crash):
        harness.run(resources)
    harness.box.end_faults()
    assert count >= number
