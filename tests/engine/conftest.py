"""A desk to run passes at."""

import pytest
from small_service import Desk


@pytest.fixture
def desk() -> Desk:
    return Desk()
