"""Clocks: the machine's, and a virtual one for tests and simulations; callers pass one to every module."""

import hashlib
import os
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from contextvars import Context
from functools import partial
from heapq import heappop, heappush
from typing import ClassVar, Protocol, TypeAlias

Job: TypeAlias = Callable[[], None]

BOOT: int | None = getattr(time, "CLOCK_BOOTTIME", None)
POLL = 0.02
"""Seconds between checks on another thread; a call to AWS takes five times as long."""


def share_of_name(name: str) -> float:
    """A share from 0 to 1: fixed for each name, and spread evenly over many names, so that they are not due at once."""
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:4], "big") / 2**32


class Clock(Protocol):
    """A clock: time in seconds, sleeping, and jobs that run in parallel."""

    def now(self) -> float:
        """Seconds on a monotonic clock; only differences have a meaning."""
        ...

    def sleep(self, seconds: float) -> None:
        """Return when that many seconds have passed."""
        ...

    def wall(self) -> float:
        """Seconds since 1970, to compare with the times that AWS reports."""
        ...

    def wait_until(self, done: Callable[[], bool]) -> None:
        """Wait until another job has made this true."""
        ...

    def side_by_side(self, jobs: Sequence[Job]) -> None:
        """Run all jobs in parallel and return when all are done; raises the error of the first one that failed."""
        ...


class SystemClock:
    """The machine's own clock; jobs are threads."""

    def now(self) -> float:
        # If possible, a clock that also counts while the machine sleeps: a lease ends in that time.
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

    Jobs are threads, of which only one runs at a time. Another one runs only while this one sleeps: the one that wakes
    first. So every run of the same jobs has the same order.
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
        self._turns = _Turns(jobs, self._now)
        try:
            self._turns.run()
        finally:
            self._turns = None


class Stopped(BaseException):
    """Raised in a job when another parallel job has failed."""


class _Turns:
    """Decides which of the threads that share a virtual clock may run.

    Only the running thread uses this object, so no lock is needed for it; each thread waits at its own gate, which is a
    lock that another thread releases.
    """

    def __init__(self, jobs: Sequence[Job], now: float) -> None:
        self._jobs = jobs
        self._gates: dict[int, threading.Lock] = {}
        """The gates of the jobs that have started, by the number of the job."""
        self._ended = _closed_gate()
        self._ready = deque(range(len(jobs)))
        self._sleeping: list[tuple[float, int, int]] = []
        self._waiting: list[tuple[int, Callable[[], bool]]] = []
        self._naps = 0
        self._now = now
        self._mine = threading.local()
        self._errors: dict[int, BaseException] = {}

    def run(self) -> None:
        """Run the jobs in turn, each in a thread, until none is left, and raise the first job's error."""
        if len(self._jobs) == 1:
            self._start(self._ready.popleft(), self._jobs[0])
            return
        self._pass_on()
        self._ended.acquire()
        for number in sorted(self._errors):
            raise self._errors[number]

    def sleep(self, until: float) -> float:
        """Let others run until that time; returns the time afterwards."""
        number: int = self._mine.number
        self._naps += 1
        heappush(self._sleeping, (until, self._naps, number))
        self._pass_on()
        return self._resumed(number)

    def wait_until(self, done: Callable[[], bool]) -> float:
        """Let others run until that is true; returns the time afterwards."""
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

    def _start(self, number: int, job: Job) -> None:
        self._mine.number, self._gates[number] = number, _closed_gate()
        job()

    def _work(self, number: int, job: Job) -> None:
        try:
            if not self._errors:
                self._start(number, job)
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
            # No job is left that could make it true: the waiting job continues and notices it.
            turn, _ = self._waiting.pop(0)
        else:
            self._ended.release()
            return
        if turn in self._gates:
            self._gates[turn].release()
        else:
            _Worker.idle().work(partial(self._work, turn, self._jobs[turn]))


def _closed_gate() -> threading.Lock:
    gate = threading.Lock()
    gate.acquire()
    return gate


class _Worker:
    """A thread that runs one job after another: starting a thread takes longer than many a job on a virtual clock."""

    _idle: ClassVar[list["_Worker"]] = []

    def __init__(self) -> None:
        self._gate = _closed_gate()
        self._jobs: deque[Job | None] = deque()
        threading.Thread(target=self._run, daemon=True).start()

    @classmethod
    def idle(cls) -> "_Worker":
        """A worker without a job."""
        try:
            return cls._idle.pop()
        except IndexError:
            return cls()

    @classmethod
    def end_idle(cls) -> None:
        """End the threads of the workers without a job."""
        while cls._idle:
            cls._idle.pop().work(None)

    def work(self, job: Job | None) -> None:
        """Run a job, which raises no error, in a context of its own; None ends the thread."""
        self._jobs.append(job)
        self._gate.release()

    def _run(self) -> None:
        while self._gate.acquire() and (job := self._jobs.popleft()):
            Context().run(job)
            del job  # it holds what belongs to the pass
            self._idle.append(self)


def start_new_threads() -> None:
    """Run no further job in a thread that is already there: it does not know a profiler that was set later."""
    _Worker.end_idle()


os.register_at_fork(after_in_child=start_new_threads)  # a forked process has none of the threads
