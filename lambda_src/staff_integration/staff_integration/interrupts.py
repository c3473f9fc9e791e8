"""Handles Ctrl-C: one line and exit code 130, whenever and however often it is pressed.

Nothing heavy is imported here, because this is the first module that is loaded.
"""

import _thread
import os
import signal
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from types import FrameType
from typing import Any

INTERRUPTED = 130
"""The exit code that shells use for a process ended by SIGINT."""
SAID = "ended by Ctrl-C\n"
SAME = 1.0
"""Seconds within which another SIGINT counts as the same: a terminal and a parent process may both send one."""
SOON = 0.01
"""Seconds until a SIGINT that Python has dropped is sent again."""


class Interrupts:
    """Handles SIGINT from the first instruction to the end of the process.

    Before the command runs, SIGINT ends the process at once; while it runs, it raises `KeyboardInterrupt`; afterwards it changes nothing.
    """

    def __init__(self) -> None:
        self._working = False
        self._last: float | None = None
        self._unraisable: Callable[[Any], object] = sys.unraisablehook

    def listen(self) -> None:
        """Handle SIGINT from now on; does nothing if it is ignored, or if this is not the main thread."""
        if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
            with suppress(ValueError):
                signal.signal(signal.SIGINT, self.heard)
                self._unraisable, sys.unraisablehook = sys.unraisablehook, self.dropped

    def during(self, work: Callable[[], int]) -> int:
        """Run a command and return its exit code; 130 if it was interrupted."""
        try:
            self._working = True
            code = work()
        except KeyboardInterrupt:
            sys.stderr.write(SAID)
            code = INTERRUPTED
        finally:
            self._working = False
            with suppress(ValueError):
                signal.signal(signal.SIGINT, signal.SIG_IGN)
        return code

    def heard(self, _number: int, _frame: FrameType | None) -> None:
        """Handle one SIGINT.

        Raises:
            KeyboardInterrupt: a command runs.
        """
        now, last = time.monotonic(), self._last
        if last is not None and now - last < SAME:
            return
        self._last = now
        if self._working:
            raise KeyboardInterrupt
        os.write(2, SAID.encode())
        os._exit(INTERRUPTED)

    def dropped(self, unraisable: Any) -> None:
        """Send SIGINT again if Python has dropped it: an exception in a destructor or callback ends nothing.

        Source: https://docs.python.org/3/library/sys.html#sys.unraisablehook
        """
        if not issubclass(unraisable.exc_type, KeyboardInterrupt):
            self._unraisable(unraisable)
            return
        self._last = None
        _thread.start_new_thread(_send_again, ())


def _send_again() -> None:
    time.sleep(SOON)
    _thread.interrupt_main()


interrupts = Interrupts()
"""The handler of this process."""
