"""A `LiveDesk` for passes over tables and buckets, for each test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from reconciler.sandbox.account import account_in, sandboxed
from tests.resources.live_desk import REGION, LiveDesk


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[LiveDesk]:
    with sandboxed() as (box, clock):
        yield LiveDesk(box, clock, account_in(box, REGION, clock), tmp_path)
