"""For each kind a sandbox with all that its sample needs (`house`); for each test a place of its own in it (`stage`)."""

import logging
from collections.abc import Iterator
from functools import cache

import pytest
import structlog
from contract_sample import sample_of
from contract_stage import REGION, House, Stage

from reconciler.kinds import known_kinds
from reconciler.sandbox.account import account_in, sandboxed

IN_EVERY_RUN = frozenset({"connect", "dynamodb", "s3"})
"""Services whose kinds `make test` takes through all of the suite."""
LONG = (
    "test_a_field_goes_through_a_transition",
    "test_every_text_takes_references",
    "test_a_change_whose_reply_is_lost",
)
"""The tests that it leaves out for the kinds of other services: `make contract` plays them."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        values = (
            item.callspec.params.values()
            if isinstance(item, pytest.Function) and hasattr(item, "callspec")
            else ()
        )
        kinds = {str(value).partition(" ")[0] for value in values} & known_kinds().keys()
        if (
            item.name.startswith(LONG)
            and kinds
            and IN_EVERY_RUN.isdisjoint(kind.partition(".")[0] for kind in kinds)
        ):
            item.add_marker(pytest.mark.whole)


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
