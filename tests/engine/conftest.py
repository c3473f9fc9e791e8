"""A `Desk` with a small service, for each test."""

import pytest
from small_desk import Desk
from small_shop import SHOP


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.fixture
def settled(desk: Desk) -> Desk:
    """A desk at which the shop lives already."""
    desk.settle(SHOP)
    return desk
