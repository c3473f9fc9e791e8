"""Sets the daemon's log to its quietest level in these tests."""

import pytest

from reconciler.logs import configure


@pytest.fixture(autouse=True)
def _quiet(_logs_as_they_come: None) -> None:
    configure(0)
