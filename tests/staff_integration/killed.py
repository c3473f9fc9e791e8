"""Runs a command of the application that kills itself: `python -m tests.staff_integration.killed N COMMAND ...`.

It gets SIGKILL right before its Nth INSERT; with N = 0 it is not killed. If it ends by itself, its last line is the largest memory that it has
had, in KiB: that of `wait4` counts the process that has started it, too.
"""

import atexit
import itertools
import os
import signal
import sys
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event
from staff_integration.__main__ import main


def peak() -> str:
    """The largest resident memory of this process, in KiB.

    Source: VmHWM, https://man7.org/linux/man-pages/man5/proc_pid_status.5.html
    """
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(line.split()[1] for line in lines if line.startswith("VmHWM:"))


if __name__ == "__main__":
    number = int(sys.argv.pop(1))
    inserts = itertools.count(1)

    @event.listens_for(Engine, "before_cursor_execute")
    def count(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if statement.startswith("INSERT") and next(inserts) == number:
            os.kill(os.getpid(), signal.SIGKILL)

    atexit.register(lambda: sys.stdout.write(f"{peak()}\n"))
    main()
