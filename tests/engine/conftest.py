"""A `Desk` with a small service, for each test."""

import pytest
from small_desk import Desk


@pytest.fixture
def desk() -> Desk:
    return Desk()
