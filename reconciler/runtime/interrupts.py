"""Handles Ctrl-C on the command line: a quiet end with exit code 130, whenever and however often it is pressed.

Nothing heavy is imported here, because this is the first of our modules that is loaded.
"""

import _thread
import atexit
import os
import select
import signal
import sys
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from types import FrameType
from typing import Any

INTERRUPTED = 130
"""The exit code that shells use for a process ended by SIGINT."""
SAME = 1.0
"""Seconds within which another SIGINT counts as the same: a terminal and a parent process may both send one."""
SOON = 0.01
"""Seconds until a SIGINT that Python has dropped is sent again."""


def send_again() -> None:
    """Send SIGINT to the main thread a moment later, from another thread."""

    def send() -> None:
        time.sleep(SOON)
        _thread.interrupt_main()

    _thread.start_new_thread(send, ())


def wait_for_input(file: int) -> None:
    """Wait until a file can be read, or a signal comes; the main thread calls it.

    A signal right before a blocking read would wait as long as the read does: Python handles it only afterwards. Here it is
    written to a pipe as well, which ends the wait.

    Source: https://docs.python.org/3/library/signal.html#signal.set_wakeup_fd
    """
    woken, waker = os.pipe()
    os.set_blocking(waker, False)
    before = signal.set_wakeup_fd(waker, warn_on_full_buffer=False)
    try:
        select.select([file, woken], [], [])
    finally:
        signal.set_wakeup_fd(before)
        os.close(woken)
        os.close(waker)


class Interrupts:
    """Handles SIGINT from our first instruction to the end of the process.

    Before and after the work, SIGINT ends the process at once. During the work the first one raises `KeyboardInterrupt`,
    so that calls under way are finished; so does one that comes later than `SAME`.
    """

    def __init__(
        self,
        now: Callable[[], float] = time.monotonic,
        leave: Callable[[int], object] = os._exit,
        again: Callable[[], object] = send_again,
    ) -> None:
        self.after = ""
        """A text for the user after an interrupted command: what happens next."""
        self._now = now
        self._leave = leave
        self._again = again
        self._unraisable: Callable[[Any], object] = sys.unraisablehook
        self._working = False
        self._last: float | None = None

    def listen(self) -> None:
        """Handle SIGINT from now on; does nothing if it is ignored, or if this is not the main thread."""
        if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
            with suppress(ValueError):
                signal.signal(signal.SIGINT, self.heard)
                # Python restores the system's handlers at its end; a signal would then kill a process that is already done.
                atexit.register(signal.signal, signal.SIGINT, signal.SIG_IGN)
                self._unraisable, sys.unraisablehook = sys.unraisablehook, self.dropped

    def dropped(self, unraisable: Any) -> None:
        """Send SIGINT again if Python has dropped it: an exception in a destructor or callback ends nothing.

        Source: https://docs.python.org/3/library/sys.html#sys.unraisablehook
        """
        if not issubclass(unraisable.exc_type, KeyboardInterrupt):
            self._unraisable(unraisable)
            return
        self._last = None
        self._again()

    def during(self, work: Callable[[], int]) -> int:
        """Run the work and return its exit code; 130 if it was interrupted."""
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
        """The lines about an interrupted command."""
        return [f"interrupted; {self.after}" if self.after else "interrupted"]

    def heard(self, _number: int, _frame: FrameType | None) -> None:
        """Handle one SIGINT.

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
"""The handler of this process."""
