"""Fixtures: for each kind a sandbox with all that its sample needs (`house`), for each test its own part of it (`stage`)."""

import logging
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
import structlog

from reconciler.contract import Adapter
from reconciler.sandbox.account import account_in, sandboxed
from reconciler.testing.plugin import kinds_under_test
from reconciler.testing.samples import BASE
from reconciler.testing.stage import REGION, SampleSandbox, Stage
from reconciler.testing.tested import KindsUnderTest


@pytest.fixture(scope="session")
def under_test(pytestconfig: pytest.Config) -> KindsUnderTest:
    """Every kind that the suite tests."""
    return kinds_under_test(pytestconfig)


@pytest.fixture
def adapter(under_test: KindsUnderTest, kind: str) -> Adapter[Any]:
    """The declaration of the kind."""
    return under_test.kinds[kind]


@pytest.fixture(autouse=True, scope="module")
def no_log() -> Iterator[None]:
    """Keep the log of the reconciler out of the output of the tests."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    yield
    structlog.reset_defaults()


@pytest.fixture(scope="module")
def sample_sandbox(
    under_test: KindsUnderTest, kind: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[SampleSandbox]:
    """The sandbox of the kind's sample."""
    with sandboxed() as (box, clock):
        account = account_in(box, REGION, clock)
        client = cache(account.session.client)
        directory = tmp_path_factory.mktemp("desired_state")
        yield (
            SampleSandbox(kind, under_test.sampled[kind], box, clock, account, client, directory)
            .create_surroundings()
            .speed_up()
        )


@pytest.fixture
def stage(sample_sandbox: SampleSandbox) -> Iterator[Stage]:
    """A stage for one test, with its own stack and name."""
    yield from _played(sample_sandbox.new_stage())


@pytest.fixture
def made(request: pytest.FixtureRequest, sample_sandbox: SampleSandbox) -> Iterator[Stage]:
    """A stage on which the resource exists already: in the form that the test changes, or in the base of its sample."""
    change = request.node.callspec.params.get("change")
    yield from _played(sample_sandbox.made_stage(change.form if change else BASE))


def _played(stage: Stage) -> Iterator[Stage]:
    yield stage
    stage.leave()
    assert stage.reads <= {*stage.adapter.reads.operations}, "it calls operations that it does not declare"
