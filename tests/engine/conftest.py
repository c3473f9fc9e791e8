"""A `Desk` with a small service, or a small contact centre, for each test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from reconciler.cache_store import NoCache
from reconciler.sandbox.account import sandboxed
from tests.engine.small_centre import HOUR, MINUTE, Centre
from tests.engine.small_desk import Desk
from tests.engine.small_shop import SHOP


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.fixture
def settled(desk: Desk) -> Desk:
    """A desk with the shop already created."""
    desk.settle(SHOP)
    return desk


@pytest.fixture
def cold(tmp_path: Path) -> Iterator[Centre]:
    """A new centre, without a cache."""
    with sandboxed() as (box, clock):
        centre = Centre(box, clock, tmp_path / "sightings.sqlite")
        centre.open()
        report = centre.run(NoCache())
        assert report.outcome == "settled", report.results
        clock.sleep(HOUR)
        yield centre


@pytest.fixture
def warm(cold: Centre) -> Centre:
    """A centre that a pass has read a minute ago."""
    cold.quiet()
    cold.clock.sleep(MINUTE)
    return cold
