"""Clocks: the machine's, and a virtual one for tests and simulations; every module is handed one."""

import hashlib
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from heapq import heappop, heappush
from typing import Protocol, TypeAlias

Job: TypeAlias = Callable[[], None]

BOOT: int | None = getattr(time, "CLOCK_BOOTTIME", None)
POLL = 0.02
"""Seconds between looks at what another thread does; a call to AWS takes five times as long."""


def share_of_name(name: str) -> float:
    """A share from 0 to 1: the same for the same name, even over many, so that not all of them are due at once."""
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:4], "big") / 2**32


class Clock(Protocol):
    """Seconds that pass, a way to let them, and what happens side by side meanwhile."""

    def now(self) -> float:
        """Seconds on a clock that never jumps; only differences mean anything."""
        ...

    def sleep(self, seconds: float) -> None:
        """Return when that many seconds have passed."""
        ...

    def wall(self) -> float:
        """Seconds since 1970, to compare with the times that AWS reports."""
        ...

    def wait_until(self, done: Callable[[], bool]) -> None:
        """Return when another job has made this true."""
        ...

    def side_by_side(self, jobs: Sequence[Job]) -> None:
        """Carry out all jobs at once and return when all are done; raises what the first one that failed raised."""
        ...


class SystemClock:
    """The machine's own clock; jobs are threads."""

    def now(self) -> float:
        # Where there is one, a clock that counts the sleep of the machine too: a lease runs out meanwhile.
        return time.clock_gettime(BOOT) if BOOT is not None else time.monotonic()

    def sleep(self, seconds: float) -> None:
        time.sleep(max(0.0, seconds))

    def wall(self) -> float:
        return time.time()

    def wait_until(self, done: Callable[[], bool]) -> None:
        while not done():
            time.sleep(POLL)

    def side_by_side(self, jobs: Sequence[Job]) -> None:
        if len(jobs) == 1:
            jobs[0]()
            return
        pool = ThreadPoolExecutor(max(1, len(jobs)))
        interrupted = True
        try:
            futures = [pool.submit(job) for job in jobs]
            wait(futures, return_when=FIRST_EXCEPTION)
            interrupted = False
            for future in futures:
                future.result()
        finally:
            # Not waited for after Ctrl-C: the caller first takes away what the jobs would do next.
            pool.shutdown(wait=not interrupted, cancel_futures=True)


class VirtualClock:
    """A clock on which sleeping takes no time: for tests, simulations and the sandbox.

    Jobs are threads of which only one runs at a time; the turn passes on only while one sleeps, to the one that wakes
    first. So every run of the same jobs is the same run.
    """

    def __init__(self, start: float = 0.0) -> None:
        self._now = start
        self._turns: _Turns | None = None

    def now(self) -> float:
        return self._now

    def sleep(self, seconds: float) -> None:
        until = self._now + max(0.0, seconds)
        if self._turns is None:
            self._now = until
        else:
            self._now = self._turns.sleep(until)

    def wall(self) -> float:
        return self._now

    def wait_until(self, done: Callable[[], bool]) -> None:
        if self._turns is not None:
            self._now = self._turns.wait_until(done)
        elif not done():
            raise RuntimeError("no job is left that could make it true")

    def side_by_side(self, jobs: Sequence[Job]) -> None:
        if self._turns is not None:
            raise RuntimeError("jobs that run side by side cannot start others")
        self._turns = _Turns(len(jobs), self._now)
        try:
            self._turns.run(jobs)
        finally:
            self._turns = None


class Stopped(BaseException):
    """Another job that ran side by side has failed: this one ends where it stands."""


class _Turns:
    """Whose turn it is among threads that share a virtual clock.

    Only the thread whose turn it is touches any of this, so nothing has to be locked; each waits at a gate of its own.
    """

    def __init__(self, number: int, now: float) -> None:
        self._gates = [threading.Semaphore(0) for _ in range(number)]
        self._ended = threading.Semaphore(0)
        self._ready = deque(range(number))
        self._sleeping: list[tuple[float, int, int]] = []
        self._waiting: list[tuple[int, Callable[[], bool]]] = []
        self._naps = 0
        self._now = now
        self._mine = threading.local()
        self._errors: dict[int, BaseException] = {}

    def run(self, jobs: Sequence[Job]) -> None:
        """Start a thread for each job, pass the turn on until none is left, and raise the first job's error."""
        threads = [threading.Thread(target=self._work, args=each, daemon=True) for each in enumerate(jobs)]
        for thread in threads:
            thread.start()
        self._pass_on()
        self._ended.acquire()
        for thread in threads:
            thread.join()
        for number in sorted(self._errors):
            raise self._errors[number]

    def sleep(self, until: float) -> float:
        """Give the turn away until that time; the time when it is back."""
        number: int = self._mine.number
        self._naps += 1
        heappush(self._sleeping, (until, self._naps, number))
        self._pass_on()
        return self._resumed(number)

    def wait_until(self, done: Callable[[], bool]) -> float:
        """Give the turn away until that is true; the time when it is back."""
        number: int = self._mine.number
        if done():
            return self._now
        self._waiting.append((number, done))
        self._pass_on()
        return self._resumed(number)

    def _resumed(self, number: int) -> float:
        self._gates[number].acquire()
        if self._errors:
            raise Stopped
        return self._now

    def _work(self, number: int, job: Job) -> None:
        self._mine.number = number
        try:
            self._resumed(number)
            job()
        except Stopped:
            pass
        except BaseException as error:  # noqa: BLE001 -- it is raised again where the jobs were started
            self._errors[number] = error
        finally:
            self._pass_on()

    def _pass_on(self) -> None:
        if self._waiting:
            self._ready.extend(number for number, done in self._waiting if done())
            self._waiting = [each for each in self._waiting if each[0] not in self._ready]
        if self._ready:
            turn = self._ready.popleft()
        elif self._sleeping:
            until, _, turn = heappop(self._sleeping)
            self._now = max(self._now, until)
        elif self._waiting:
            # Nobody is left who could make it true: whoever waits goes on and finds out.
            turn, _ = self._waiting.pop(0)
        else:
            self._ended.release()
            return
        self._gates[turn].release()
