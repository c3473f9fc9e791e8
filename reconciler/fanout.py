"""Work that waits for AWS, side by side across operations and in turn within one."""

from collections import deque
from collections.abc import Callable, Iterable, Sequence
from typing import Generic, NamedTuple, TypeVar

from reconciler.clock import Clock, Job

T = TypeVar("T")


class Lane(NamedTuple, Generic[T]):
    """What shares an operation, and so a quota; so many of it are worked on at once."""

    items: Sequence[T]
    width: int


def fan_out(clock: Clock, lanes: Iterable[Lane[T]], work: Callable[[T], None]) -> None:
    """Work off each lane in its order, all lanes side by side.

    The first error ends the work: what is under way is finished, nothing more is begun.
    """
    widths = [(deque(lane.items), lane.width) for lane in lanes]
    queues = [queue for queue, _ in widths]
    workers = [_worker(queues, queue, work) for queue, width in widths for _ in range(min(width, len(queue)))]
    if not workers:
        return
    try:
        clock.side_by_side(workers)
    finally:
        for queue in queues:
            queue.clear()


def _worker(queues: list[deque[T]], queue: deque[T], work: Callable[[T], None]) -> Job:
    def job() -> None:
        while queue:
            try:
                item = queue.popleft()
            except IndexError:  # another worker took the last one
                return
            try:
                work(item)
            except BaseException:
                for each in queues:
                    each.clear()
                raise

    return job
