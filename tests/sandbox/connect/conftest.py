"""Planes, clocks and contact centres for the tests of the control plane."""

import uuid
from collections.abc import Callable
from random import Random

import pytest

from reconciler.sandbox.connect import ConnectPlane
from tests.sandbox.connect.contact_centre import Centre, Clock, Refused, want_refused


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def make_plane(clock: Clock) -> Callable[..., ConnectPlane]:
    """A function that creates planes that share this clock and have fixed ids."""
    planes: list[ConnectPlane] = []
    random = Random(1)

    def make(region: str = "eu-west-2", account: str = "111111111111") -> ConnectPlane:
        plane = ConnectPlane(region, account)
        plane.now = clock
        plane.uuids = lambda: uuid.UUID(int=random.getrandbits(128), version=4)
        plane.siblings = lambda: planes
        planes.append(plane)
        return plane

    return make


@pytest.fixture
def plane(make_plane: Callable[..., ConnectPlane]) -> ConnectPlane:
    return make_plane()


@pytest.fixture
def make_centre() -> type[Centre]:
    return Centre


@pytest.fixture
def centre(plane: ConnectPlane) -> Centre:
    return Centre(plane)


@pytest.fixture
def refused() -> Refused:
    """`with refused(code) as error:` requires that the block is refused with this code."""
    return want_refused
