"""Work that waits for AWS, side by side across operations and in turn within one."""

from collections import deque
from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

from reconciler.clock import Clock, Job

T = TypeVar("T")


def fan_out(clock: Clock, lanes: Iterable[Sequence[T]], work: Callable[[T], None], width: int) -> None:
    """Work off each lane in its order, all lanes side by side, so many of one lane at once.

    A lane is what shares an operation, and so a quota. The first error ends the work: what is under way is finished,
    nothing more is begun.
    """
    queues = [deque(lane) for lane in lanes]
    workers = [_worker(queues, queue, work) for queue in queues for _ in range(min(width, len(queue)))]
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
