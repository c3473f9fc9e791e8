"""A `LiveDesk` for passes over tables and buckets, for each test."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from live_desk import REGION, LiveDesk

from reconciler.sandbox.account import account_in, sandboxed


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[LiveDesk]:
    with sandboxed() as (box, clock):
        yield LiveDesk(box, clock, account_in(box, REGION, clock), tmp_path)
