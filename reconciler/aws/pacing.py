"""Token buckets, one for each (account, Region, operation), so that we stay inside AWS's quotas and close to them."""

import math
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Lock

from reconciler.runtime.clock import Clock
from reconciler.service import Rate, Service
from reconciler.token_bucket import TokenBucket

ROUND_TRIP = 0.15
"""Seconds that a call to AWS takes, as a rule."""
FEWEST, MOST = 4, 16
"""So many calls to one service are under way at once, at least where there is so much to do and at the most."""

SHARE = 0.8
"""How much of each quota is ours unless somebody says otherwise."""


@dataclass
class Slots:
    """Lets only so many calls to one service be under way at once."""

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

    `share` is how much of each quota is ours; the rest is left to consoles and other tools.
    """

    clock: Clock
    share: float = SHARE
    quotas: Mapping[str, Mapping[str, Rate]] = field(default_factory=dict)
    """By service and operation: the account's own quotas, which go before the published ones."""
    services: Mapping[str, Service] = field(default_factory=dict)
    """The published rates, by service; one that is not here has the rate of those of which AWS publishes none."""
    buckets: dict[tuple[str, str, str, str], TokenBucket] = field(default_factory=dict)
    waited: float = 0.0
    """Seconds spent waiting, in all."""
    _lock: Lock = field(default_factory=Lock)

    def pace(self, account: str, region: str, service: str, operation: str) -> None:
        """Return when this operation may be called."""
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
        """How many calls to a service are worth having under way at once.

        As many as its bucket lets through, full, in the time that a call takes: more would wait for a token.
        """
        names = self.quotas.get(service, {})
        rates = [self.rate(service, name) for name in ("", *names)]
        return min(
            MOST, max(FEWEST, *(math.ceil(each.burst + each.per_second * ROUND_TRIP) for each in rates))
        )

    def seconds(self, calls: Mapping[tuple[str, str], int]) -> float:
        """How long so many calls by (service, operation) take at quota, operations side by side."""
        spans = [0.0]
        for (service, operation), number in calls.items():
            rate = self.rate(service, operation)
            spans.append((number - rate.burst) / rate.per_second)
        return max(spans)
