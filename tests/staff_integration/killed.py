"""Runs a command of the application that kills itself: `python -m tests.staff_integration.killed N COMMAND ...`.

It gets SIGKILL right before its Nth INSERT; with N = 0 it is not killed.
"""

import itertools
import os
import signal
import sys
from typing import Any

from sqlalchemy import Engine, event
from staff_integration.__main__ import main

if __name__ == "__main__":
    number = int(sys.argv.pop(1))
    inserts = itertools.count(1)

    @event.listens_for(Engine, "before_cursor_execute")
    def count(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if statement.startswith("INSERT") and next(inserts) == number:
            os.kill(os.getpid(), signal.SIGKILL)

    main()
