"""Time as it is handed to every room that needs it, so that tests and simulations can hold it."""

import time
from typing import Protocol


class Clock(Protocol):
    """Seconds that pass, and a way to let them."""

    def now(self) -> float:
        """Seconds on a clock that never jumps; only differences mean anything."""
        ...

    def sleep(self, seconds: float) -> None:
        """Return when that many seconds have passed."""
        ...


class SystemClock:
    """The machine's own clock."""

    def now(self) -> float:
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        time.sleep(max(0.0, seconds))


class VirtualClock:
    """A clock on which sleeping takes no time: for tests, simulations and the sandbox."""

    def __init__(self, start: float = 0.0) -> None:
        self._now = start

    def now(self) -> float:
        return self._now

    def sleep(self, seconds: float) -> None:
        self._now += max(0.0, seconds)
