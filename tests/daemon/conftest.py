"""The tests of the daemon say what it logs only where that is what they are about."""

import pytest

from reconciler.logs import configure


@pytest.fixture(autouse=True)
def _quiet(_logs_as_they_come: None) -> None:
    configure(0)
