"""Eventually consistent reads: the control plane as it was some seconds ago."""

from __future__ import annotations

import copy
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from reconciler.sandbox.connect.core.plane import Plane
from reconciler.sandbox.connect.core.snapshot import freeze, state_of, thaw
from reconciler.sandbox.journal import is_read


@dataclass
class _Moment:
    """The state of the plane until a time."""

    until: float
    frozen: bytes
    plane: PlaneWithStaleReads | None = None


class Past:
    """The earlier states of a plane that its slowest read can still see."""

    def __init__(self) -> None:
        self._moments: deque[_Moment] = deque()

    def keep(self, plane: PlaneWithStaleReads) -> None:
        """Store the state of the plane before a change."""
        now, oldest = plane.now(), max(plane.describe_lag, plane.list_lag, plane.search_lag)
        while self._moments and self._moments[0].until <= now - oldest:
            self._moments.popleft()
        if not self._moments or self._moments[-1].until < now:
            self._moments.append(_Moment(now, freeze(dict(state_of(plane)), lambda _plane: ())))

    def seen(self, plane: PlaneWithStaleReads, lag: float) -> PlaneWithStaleReads:
        """Return the plane as it was `lag` seconds ago; the plane itself if it has not changed since."""
        then = plane.now() - lag
        moment = next((each for each in self._moments if each.until > then), None)
        if moment is None:
            return plane
        if moment.plane is None:
            was = copy.copy(plane)
            vars(was).update(thaw(moment.frozen, lambda _name: was))
            moment.plane = was
        return moment.plane


class PlaneWithStaleReads(Plane):
    """A plane whose reads may lag behind its writes."""

    def __init__(self, region_name: str, account_id: str) -> None:
        super().__init__(region_name, account_id)
        self.past = Past()


@contextmanager
def seen_by(plane: PlaneWithStaleReads, operation: str) -> Iterator[PlaneWithStaleReads]:
    """Yield the plane that an operation sees: the current one for writes, possibly an earlier state for reads."""
    if not is_read(operation):
        if plane.stale_reads:
            plane.past.keep(plane)
        yield plane
        return
    lag = plane.lag_of(operation)
    seen = plane.past.seen(plane, lag) if plane.stale_reads and lag else plane
    seen.reading_lag = lag
    try:
        yield seen
    finally:
        seen.reading_lag = 0
