"""Ends a long-running program between two calls, never within one."""

import os
import signal
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from threading import Event
from types import FrameType
from typing import Any, Self

from reconciler.runtime.clock import SystemClock
from reconciler.runtime.interrupts import SAME


class Shutdown(BaseException):
    """Raised when the program must end, or may not continue: calls under way are finished, and no more start."""


@dataclass
class Stop:
    """A flag for the end of the program; every thread may set and read it."""

    _asked: Event = field(default_factory=Event)

    def ask(self) -> None:
        """Ask the program to end as soon as the calls under way are finished."""
        self._asked.set()

    @property
    def asked(self) -> bool:
        """Whether the end was asked for."""
        return self._asked.is_set()

    def check(self) -> None:
        """Raise an error if no more calls may start (`reconciler.aws.account.Account.gate`).

        Raises:
            Shutdown: the program has been asked to end.
        """
        if self._asked.is_set():
            raise Shutdown

    def wait(self, seconds: float) -> bool:
        """Wait this many seconds, or until the end is asked for; returns whether it was."""
        return self._asked.wait(max(0.0, seconds))


class StoppableClock(SystemClock):
    """The machine's clock, whose sleeps stop when the program must end."""

    def __init__(self, stop: Stop) -> None:
        self._stop = stop

    def sleep(self, seconds: float) -> None:
        """Sleep.

        Raises:
            Shutdown: the program has been asked to end meanwhile.
        """
        if self._stop.wait(seconds):
            raise Shutdown


class GracefulShutdown:
    """Ends a program between two calls on SIGINT and SIGTERM, after `begin`; a context manager for the main thread.

    A second signal ends it at once (KeyboardInterrupt), unless it comes within `SAME` seconds and so counts as the same.
    """

    def __init__(self, stop: Stop, now: Callable[[], float] = time.monotonic) -> None:
        self._stop = stop
        self._now = now
        self._last = 0.0
        self._before: dict[int, Any] = {}

    def begin(self) -> None:
        """Handle the signals from now on, except those that the program was started to ignore."""
        for number in (signal.SIGINT, signal.SIGTERM):
            if signal.getsignal(number) is not signal.SIG_IGN:
                self._before[number] = signal.signal(number, self._heard)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        while self._before:
            signal.signal(*self._before.popitem())

    def _heard(self, _number: int, _frame: FrameType | None) -> None:
        now, last, asked = self._now(), self._last, self._stop.asked
        self._last = now
        self._stop.ask()
        if asked and now - last >= SAME:
            raise KeyboardInterrupt


class Signals:
    """The signals that a program waits for; a context manager for the main thread.

    A wait on a lock or a queue can miss one: a signal between Python's last check and the wait, or in another thread, does
    not end the wait. Here each signal is a byte in a pipe (https://docs.python.org/3/library/signal.html#signal.set_wakeup_fd).
    """

    def __init__(self, numbers: Iterable[int]) -> None:
        self._numbers = frozenset(numbers)

    def __enter__(self) -> Self:
        self._reader, self._writer = os.pipe()
        os.set_blocking(self._writer, False)
        self._before = {number: signal.signal(number, _heard) for number in self._numbers}
        self._woke_before = signal.set_wakeup_fd(self._writer)
        return self

    def __exit__(self, *_: object) -> None:
        signal.set_wakeup_fd(self._woke_before)
        for number, handler in self._before.items():
            signal.signal(number, handler)
        os.close(self._reader)
        os.close(self._writer)

    def wait(self) -> int:
        """Wait for the next signal; returns its number."""
        while True:
            (number,) = os.read(self._reader, 1)
            if number in self._numbers:
                return number


def _heard(_number: int, _frame: FrameType | None) -> None:
    """Do nothing: Python has already put the signal into the pipe."""
