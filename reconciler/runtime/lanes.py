"""Runs work that waits for AWS: different operations in parallel, work of one operation in order."""

from collections import deque
from collections.abc import Callable, Iterable, Sequence
from threading import Lock
from typing import Generic, TypeVar

from reconciler.runtime.clock import Clock, Job

T = TypeVar("T")

FEW_AT_ONCE = 4
"""The default number of jobs of one lane that run at the same time."""


class Lane(Generic[T]):
    """The work of one operation, which shares a quota; a limited number of jobs run at the same time.

    Jobs may add work to a `growing` lane, and its workers stay until all work is done.
    """

    def __init__(self, items: Iterable[T], width: int, *, growing: bool = False) -> None:
        self.items = deque(items)
        self.growing = growing
        self.width = width if growing else min(width, len(self.items))


def fan_out(clock: Clock, lanes: Sequence[Lane[T]], work: Callable[[T], None]) -> None:
    """Run the jobs of each lane in order, all lanes in parallel.

    The first error ends the work: jobs under way are finished, and no more jobs start.
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
    """All lanes, and how many of their jobs are under way."""

    def __init__(self, clock: Clock, lanes: Sequence[Lane[T]], work: Callable[[T], None]) -> None:
        self._clock = clock
        self._lanes = lanes
        self._work = work
        self._under_way = 0
        self._lock = Lock()

    def worker(self, lane: Lane[T]) -> Job:
        """Run jobs of one lane until no more can be added."""

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
        """Drop the jobs that have not started."""
        for lane in self._lanes:
            lane.items.clear()

    def _over(self) -> bool:
        return not self._under_way and not any(lane.items for lane in self._lanes)
