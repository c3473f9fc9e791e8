"""Ctrl-C on the command line: one quiet end with exit code 130, whenever it is pressed and however often.

Nothing heavy is imported here: it is the first of our modules that is loaded.
"""

import atexit
import os
import signal
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from types import FrameType

INTERRUPTED = 130
"""The exit code that shells use for a process that SIGINT ended."""
SAME = 1.0
"""Seconds within which another SIGINT is the same wish: a terminal and a parent process may both send one."""


class Interrupts:
    """What SIGINT does, from the first of our instructions to the last of the process.

    Before the work and after it, SIGINT ends the process at once. During the work the first one raises
    `KeyboardInterrupt`, so that what is under way is brought to an end; so does one that comes later than `SAME`.
    """

    def __init__(
        self, now: Callable[[], float] = time.monotonic, leave: Callable[[int], object] = os._exit
    ) -> None:
        self.after = ""
        """What follows an interrupted command, for whoever pressed Ctrl-C."""
        self._now = now
        self._leave = leave
        self._working = False
        self._last: float | None = None

    def listen(self) -> None:
        """Answer SIGINT from now on; where it is ignored, or this is not the main thread, nothing changes."""
        if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
            with suppress(ValueError):
                signal.signal(signal.SIGINT, self.heard)
                # Python gives signals back to the system at its very end, which would kill what is done already.
                atexit.register(signal.signal, signal.SIGINT, signal.SIG_IGN)

    def during(self, work: Callable[[], int]) -> int:
        """The exit code of the work; 130 where it was interrupted."""
        try:
            self._working = True
            code = work()
            self._working = False
        except KeyboardInterrupt:
            self._working = False
            code = INTERRUPTED
            # Python 3.11 ends with the signal, not with our code, where it came within `exec` of a text, even though it
            # was caught; the next text that is run makes it forget that.
            exec("")  # noqa: S102 -- nothing is run
        return code

    def lines(self) -> Iterable[str]:
        """What is said of an interrupted command."""
        return [f"interrupted; {self.after}" if self.after else "interrupted"]

    def heard(self, _number: int, _frame: FrameType | None) -> None:
        """Answer one SIGINT.

        Raises:
            KeyboardInterrupt: work is under way.
        """
        now, last = self._now(), self._last
        if last is not None and now - last < SAME:
            return
        self._last = now
        if self._working:
            raise KeyboardInterrupt
        if last is None:
            os.write(2, b"interrupted\n")
        self._leave(INTERRUPTED)


interrupts = Interrupts()
"""Those of this process."""
