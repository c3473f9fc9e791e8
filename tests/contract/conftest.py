"""For each kind a sandbox with all that its sample needs (`house`); for each test a place of its own in it (`stage`)."""

import logging
from collections.abc import Iterator
from functools import cache

import pytest
import structlog
from contract_sample import sample_of
from contract_stage import REGION, House, Stage

from reconciler.sandbox.account import account_in, sandboxed


@pytest.fixture(autouse=True, scope="session")
def silence() -> Iterator[None]:
    """No log of ours among the tests' own output."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    yield
    structlog.reset_defaults()


@pytest.fixture(scope="module")
def house(kind: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with sandboxed() as (box, clock):
        account = account_in(box, REGION, clock)
        client = cache(account.session.client)
        directory = tmp_path_factory.mktemp("desired_state")
        yield House(kind, sample_of(kind), box, clock, account, client, directory).furnish()


@pytest.fixture
def stage(house: House) -> Iterator[Stage]:
    stage = house.new_stage()
    yield stage
    stage.leave()
    assert stage.reads <= {*stage.adapter.reads.operations}, "it reads by operations that it does not declare"
