"""A `LiveDesk` for passes over tables and buckets, for each test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from reconciler.sandbox.account import account_in, sandboxed
from tests.resources.live_harness import REGION, LiveHarness


@pytest.fixture
def harness(tmp_path: Path) -> Iterator[LiveHarness]:
    with sandboxed() as (box, clock):
        yield LiveHarness(box, clock, account_in(box, REGION, clock), tmp_path)
