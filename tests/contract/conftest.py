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
SHORT = (
    "test_it_is_created_and_then_left_alone",
    "test_what_drifts_is_put_back",
    "test_it_is_pruned",
    "test_what_cannot_be_deleted",
    "test_a_create_whose_reply_is_lost",
    "test_its_sample",
)
"""Of all that lives on a stage, the tests that it plays for the kinds of other services; `make contract` plays the others."""
STAGED = ("test_behaviour.py", "test_references_in_every_text.py", "test_transitions_slice.py")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        values = (
            item.callspec.params.values()
            if isinstance(item, pytest.Function) and hasattr(item, "callspec")
            else ()
        )
        kinds = {str(value).partition(" ")[0] for value in values} & known_kinds().keys()
        if (
            item.path.name in STAGED
            and not item.name.startswith(SHORT)
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
