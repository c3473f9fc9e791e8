"""How a long-running program is brought to an end between two calls, and never within one."""

from dataclasses import dataclass, field
from threading import Event

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
