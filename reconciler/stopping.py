"""How a long-running program is brought to an end between two calls, and never within one."""

import os
import signal
from collections.abc import Iterable
from dataclasses import dataclass, field
from threading import Event
from types import FrameType
from typing import Self

from reconciler.clock import SystemClock


class Ending(BaseException):
    """The program is to end, or may not go on: the call in flight is finished and nothing more is begun."""


@dataclass
class Stop:
    """Whether the program has been asked to end; any thread may ask."""

    _asked: Event = field(default_factory=Event)

    def ask(self) -> None:
        """End as soon as the calls in flight are finished."""
        self._asked.set()

    @property
    def asked(self) -> bool:
        """Whether somebody asked."""
        return self._asked.is_set()

    def check(self) -> None:
        """Raise where nothing more may be begun (`reconciler.aws.account.Account.gate`).

        Raises:
            Ending: the program has been asked to end.
        """
        if self._asked.is_set():
            raise Ending

    def wait(self, seconds: float) -> bool:
        """Wait for so long, or until somebody asks; whether somebody did."""
        return self._asked.wait(max(0.0, seconds))


class StoppableClock(SystemClock):
    """The machine's clock, on which no sleep outlasts the wish to end."""

    def __init__(self, stop: Stop) -> None:
        self._stop = stop

    def sleep(self, seconds: float) -> None:
        """Sleep.

        Raises:
            Ending: the program has been asked to end meanwhile.
        """
        if self._stop.wait(seconds):
            raise Ending


class Signals:
    """The signals that a program waits for; a context manager, for the main thread.

    A wait on a lock or a queue can lose one: what arrives between Python's last look and the wait itself, or in another
    thread, wakes nobody up. Here each is a byte in a pipe (https://docs.python.org/3/library/signal.html#signal.set_wakeup_fd).
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
        """Wait for the next one; its number."""
        while True:
            (number,) = os.read(self._reader, 1)
            if number in self._numbers:
                return number


def _heard(_number: int, _frame: FrameType | None) -> None:
    """Nothing is left to do: Python has put the signal in the pipe."""
