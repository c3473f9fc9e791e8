"""Runs work that waits for AWS in parallel across operations, and in turn within one operation."""

from collections import deque
from collections.abc import Callable, Iterable, Sequence
from threading import Lock
from typing import Generic, TypeVar

from reconciler.runtime.clock import Clock, Job

T = TypeVar("T")

FEW_AT_ONCE = 4
"""How much of one lane is worked on at once where nobody knows better."""


class Lane(Generic[T]):
    """What shares an operation, and so a quota; so many of it are worked on at once.

    To a `growing` lane work may add more while it goes on, and its workers stay until all work is over.
    """

    def __init__(self, items: Iterable[T], width: int, *, growing: bool = False) -> None:
        self.items = deque(items)
        self.growing = growing
        self.width = width if growing else min(width, len(self.items))


def fan_out(clock: Clock, lanes: Sequence[Lane[T]], work: Callable[[T], None]) -> None:
    """Work off each lane in its order, all lanes side by side.

    The first error ends the work: what is under way is finished, nothing more is begun.
    """
    floor = _LaneState(clock, lanes, work)
    workers = [floor.worker(lane) for lane in lanes for _ in range(lane.width)]
    if not workers:
        return
    try:
        clock.side_by_side(workers)
    finally:
        floor.clear()


class _LaneState(Generic[T]):
    """All lanes, and how much of their work is under way."""

    def __init__(self, clock: Clock, lanes: Sequence[Lane[T]], work: Callable[[T], None]) -> None:
        self._clock = clock
        self._lanes = lanes
        self._work = work
        self._under_way = 0
        self._lock = Lock()

    def worker(self, lane: Lane[T]) -> Job:
        """Takes from one lane until nothing can come any more."""

        def job() -> None:
            while True:
                if lane.growing:
                    self._clock.wait_until(lambda: bool(lane.items) or self._over())
                with self._lock:
                    if lane.items:
                        item = lane.items.popleft()
                        self._under_way += 1
                    elif lane.growing and not self._over():
                        continue  # another worker was quicker
                    else:
                        return
                try:
                    self._work(item)
                except BaseException:
                    self.clear()
                    raise
                finally:
                    with self._lock:
                        self._under_way -= 1

        return job

    def clear(self) -> None:
        """Take away what has not been begun."""
        for lane in self._lanes:
            lane.items.clear()

    def _over(self) -> bool:
        return not self._under_way and not any(lane.items for lane in self._lanes)
