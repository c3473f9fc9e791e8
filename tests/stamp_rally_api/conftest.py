"""One sandbox for all tests of a module; each begins with empty tables and an empty bucket."""

import io
from collections.abc import Iterator

import pytest
from stamp_rally_api import reporting

from reconciler.sandbox import Sandbox
from reconciler.sandbox.account import sandboxed
from tests.stamp_rally_api.rally_calls import Place, functions_in, settle


@pytest.fixture(scope="session")
def stack() -> bytes:
    """The sandbox after a pass over the stack."""
    with sandboxed() as (box, clock):
        settle(box, clock)
        return box.snapshot()


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
