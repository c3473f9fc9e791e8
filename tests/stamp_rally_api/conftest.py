"""One sandbox for all tests of a module; each begins with empty tables and an empty bucket."""

import io
import time
from collections.abc import Iterator

import pytest
from stamp_rally_api import reporting

from reconciler.runtime.clock import VirtualClock
from reconciler.sandbox import Sandbox
from reconciler.sandbox.account import sandboxed
from tests.stamp_rally_api.rally_calls import BUCKET, REGION, Place, Snapshots, functions_in, settle

SETTLED = 60.0
"""Seconds in which new functions become active."""


@pytest.fixture(scope="session")
def snapshots() -> Snapshots:
    """Snapshots of the sandbox after a pass over the stack."""
    clock = VirtualClock(time.time())
    with Sandbox(clock=clock.now, sleep=clock.sleep) as box:
        settle(box, clock)
        clock.sleep(SETTLED)
        whole = box.snapshot()
        box.session(REGION).client("s3").put_bucket_notification_configuration(
            Bucket=BUCKET, NotificationConfiguration={}
        )
        return Snapshots(whole, box.snapshot(), clock.now())


@pytest.fixture(scope="session")
def stack(snapshots: Snapshots) -> bytes:
    """The sandbox after the pass; no function runs when a picture arrives, because the tests call it themselves."""
    return snapshots.quiet


@pytest.fixture(scope="module")
def box() -> Iterator[Sandbox]:
    with sandboxed() as (made, _):
        yield made


@pytest.fixture
def place(stack: bytes, box: Sandbox, monkeypatch: pytest.MonkeyPatch) -> Iterator[Place]:
    box.restore(stack)
    box.journal.clear()
    found = Place(box)
    with functions_in(found, monkeypatch):
        yield found


@pytest.fixture(autouse=True)
def log(monkeypatch: pytest.MonkeyPatch) -> io.StringIO:
    """What the functions log."""
    stream = io.StringIO()
    monkeypatch.setattr(reporting.logger.registered_handler, "stream", stream)
    return stream
