"""A `Harness` with a small service, or a small contact centre, for each test."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from reconciler.cache_store import NoCache
from reconciler.sandbox.account import sandboxed
from tests.engine.small_centre import HOUR, MINUTE, Centre
from tests.engine.small_harness import Harness
from tests.engine.small_shop import SHOP


@pytest.fixture
def harness() -> Harness:
    return Harness()


@pytest.fixture
def settled(harness: Harness) -> Harness:
    """A harness with the shop already created."""
    harness.settle(SHOP)
    return harness


@pytest.fixture(scope="session")
def opened() -> tuple[bytes, float]:
    """The state of a sandbox an hour after the first pass over the centre, and the time."""
    with sandboxed() as (box, clock):
        centre = Centre(box, clock, Path(os.devnull))
        centre.open()
        report = centre.run(NoCache())
        assert report.outcome == "settled", report.results
        clock.sleep(HOUR)
        return box.snapshot(), clock.now()


@pytest.fixture
def cold(opened: tuple[bytes, float], tmp_path: Path) -> Iterator[Centre]:
    """A new centre, without a cache."""
    with sandboxed() as (box, clock):
        state, now = opened
        clock.sleep(now - clock.now())
        box.restore(state)
        yield Centre(box, clock, tmp_path / "sightings.sqlite")


@pytest.fixture
def warm(cold: Centre) -> Centre:
    """A centre that a pass has read a minute ago."""
    cold.quiet()
    cold.clock.sleep(MINUTE)
    return cold
