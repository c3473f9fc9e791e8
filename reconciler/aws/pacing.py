"""Token buckets, one for each (account, Region, operation): calls stay within AWS's quotas, but close to them."""

import math
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Lock

from reconciler.runtime.clock import Clock
from reconciler.service import Rate, Service
from reconciler.token_bucket import TokenBucket

ROUND_TRIP = 0.15
"""The usual seconds of a call to AWS."""
FEWEST, MOST = 4, 16
"""The least and the most calls to one service that run at the same time, if there is enough work."""

SHARE = 0.8
"""Our default share of each quota."""


@dataclass
class Slots:
    """Limits how many calls to one service run at the same time."""

    most: int = MOST
    taken: int = 0
    _lock: Lock = field(default_factory=Lock)

    @contextmanager
    def one(self, clock: Clock) -> Iterator[None]:
        """Hold one slot; waits on the clock until one is free."""
        while not self._take():
            clock.wait_until(lambda: self.taken < self.most)
        try:
            yield
        finally:
            with self._lock:
                self.taken -= 1

    def _take(self) -> bool:
        with self._lock:
            free = self.taken < self.most
            self.taken += free
            return free


@dataclass
class Pacer:
    """Makes each call wait until its bucket holds a token.

    `share` is our share of each quota, from 0 to 1; the rest is left to consoles and other tools.
    """

    clock: Clock
    share: float = SHARE
    quotas: Mapping[str, Mapping[str, Rate]] = field(default_factory=dict)
    """By service and operation: the account's own quotas, which are used instead of the published ones."""
    services: Mapping[str, Service] = field(default_factory=dict)
    """The published rates, by service; a missing service has the default rate."""
    buckets: dict[tuple[str, str, str, str], TokenBucket] = field(default_factory=dict)
    waited: float = 0.0
    """Total seconds spent waiting."""
    _lock: Lock = field(default_factory=Lock)

    def pace(self, account: str, region: str, service: str, operation: str) -> None:
        """Wait until this operation may be called."""
        key = (account, region, service, operation)
        with self._lock:
            bucket = self.buckets.get(key)
            if bucket is None:
                bucket = self.buckets[key] = TokenBucket(self.rate(service, operation), self.clock.now())
            seconds = bucket.reserve(self.clock.now())
            self.waited += seconds
        if seconds:
            self.clock.sleep(seconds)

    def rate(self, service: str, operation: str) -> Rate:
        """Our share of an operation's quota."""
        published = self.services.get(service) or Service(name=service)
        quota = self.quotas.get(service, {}).get(operation) or published.rate_of(operation)
        return Rate(quota.per_second * self.share, max(1.0, quota.burst * self.share))

    def width(self, service: str) -> int:
        """How many calls to a service may usefully run at the same time.

        As many as a full bucket allows in the time of one call: more calls would only wait for a token.
        """
        names = self.quotas.get(service, {})
        rates = [self.rate(service, name) for name in ("", *names)]
        return min(
            MOST, max(FEWEST, *(math.ceil(each.burst + each.per_second * ROUND_TRIP) for each in rates))
        )

    def seconds(self, calls: Mapping[tuple[str, str], int]) -> float:
        """Seconds that the given numbers of calls by (service, operation) take at quota, operations in parallel."""
        spans = [0.0]
        for (service, operation), number in calls.items():
            rate = self.rate(service, operation)
            spans.append((number - rate.burst) / rate.per_second)
        return max(spans)
