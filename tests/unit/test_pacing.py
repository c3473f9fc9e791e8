"""Calls are paced so that no quota is exceeded, and the quota is used completely."""

from typing import Any

import pytest

from reconciler.aws.pacing import Pacer
from reconciler.iam import services_of
from reconciler.kinds import known_kinds
from reconciler.runtime.clock import VirtualClock
from reconciler.service import Rate
from reconciler.token_bucket import TokenBucket

ACCOUNT, REGION = "111111111111", "eu-west-2"
SERVICES = services_of(known_kinds())


def pace(pacer: Pacer, operation: str = "create_user", times: int = 1, service: str = "connect") -> None:
    for _ in range(times):
        pacer.pace(ACCOUNT, REGION, service, operation)


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock()


# 2/s with a burst of 5 lets five calls go at once, and the other 495 at 2/s.
WALLS = {
    "the burst is free": (5, 1.0, 0.0),
    "one more than the burst": (6, 1.0, 0.5),
    "500 calls at the full quota": (500, 1.0, 247.5),
    "500 calls at half of it": (500, 0.5, 497.5),
    "500 calls at the usual share": (500, 0.8, 310.0),
    "a share so small that its burst would be none": (3, 0.1, 10.0),
}


@pytest.mark.parametrize(("calls", "share", "seconds"), WALLS.values(), ids=WALLS.keys())
def test_how_long_calls_take(clock: VirtualClock, calls: int, share: float, seconds: float) -> None:
    pacer = Pacer(clock, share, services=SERVICES)
    pace(pacer, times=calls)
    assert clock.now() == pytest.approx(seconds)
    assert pacer.waited == pytest.approx(seconds)


def test_every_second_holds_no_more_than_the_quota(clock: VirtualClock) -> None:
    """AWS uses the same token bucket: a client with more than 2 calls a second is throttled."""
    pacer, sent = Pacer(clock, share=1.0, services=SERVICES), []
    for index in range(200):
        if index == 100:
            clock.sleep(60)  # a pause fills the bucket up to the burst
        pace(pacer)
        sent.append(clock.now())
    for first, at in enumerate(sent):
        for last in range(first, len(sent)):
            assert last - first + 1 <= 5 + 2 * (sent[last] - at) + 1e-6


@pytest.mark.parametrize(
    "other",
    [
        (ACCOUNT, REGION, "connect", "update_user"),
        (ACCOUNT, REGION, "lambda", "create_user"),
        (ACCOUNT, "us-east-1", "connect", "create_user"),
        ("222222222222", REGION, "connect", "create_user"),
    ],
    ids=["operation", "service", "Region", "account"],
)
def test_buckets_are_independent(clock: VirtualClock, other: Any) -> None:
    pacer = Pacer(clock, share=1.0, services=SERVICES)
    pace(pacer, times=5)
    pacer.pace(*other)
    assert clock.now() == 0.0
    pace(pacer)
    assert clock.now() == 0.5


RATES = {
    "what AWS publishes for one operation": ("connect", "list_integration_associations", Rate(25, 50)),
    "what holds for the service": ("connect", "create_queue", Rate(2, 5)),
    "a service of which nothing is published": ("nothing", "create_thing", Rate(10, 20)),
}


@pytest.mark.parametrize(("service", "operation", "rate"), RATES.values(), ids=RATES.keys())
def test_which_quota_holds(clock: VirtualClock, service: str, operation: str, rate: Any) -> None:
    pacer = Pacer(clock, share=1.0, services=SERVICES)
    pace(pacer, operation, service=service)
    (bucket,) = pacer.buckets.values()
    assert bucket.rate == rate


def test_a_bucket_says_how_long_to_wait() -> None:
    bucket = TokenBucket(Rate(2, 1), filled=0.0)
    assert [bucket.reserve(0.0), bucket.reserve(0.0), bucket.reserve(10.0)] == [0.0, 0.5, 0.0]
