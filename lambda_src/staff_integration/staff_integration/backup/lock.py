"""Locks a database for one kind of work, such as backups, so that one process at a time does it. The lock ends with the process."""

import contextlib
import fcntl
from collections.abc import Callable, Iterator
from pathlib import Path

from sqlalchemy import Engine, text

from staff_integration.clock import Clock

PAUSE = 1.0
"""Seconds between two looks."""


class LockedError(Exception):
    """Raised where another process holds the lock for longer than the caller waits."""


@contextlib.contextmanager
def alone(engine: Engine, clock: Clock, patience: float, what: str = "backup") -> Iterator[None]:
    """Hold the lock of a database for the kind of work `what`; wait up to `patience` seconds for it.

    Raises:
        LockedError: somebody else has it for longer.
    """
    with contextlib.ExitStack() as stack:
        by = _by_file if engine.dialect.name == "sqlite" else _by_name
        take = by(engine, stack, what)
        waited = 0.0
        while not take():
            if waited >= patience:
                raise LockedError
            clock.sleep(PAUSE)
            waited += PAUSE
        yield


def _by_file(engine: Engine, stack: contextlib.ExitStack, what: str) -> Callable[[], bool]:
    with engine.connect():
        pass  # the mistake of a file that cannot be is SQLite's to tell
    stream = stack.enter_context(Path(f"{engine.url.database}.{what}-lock").open("ab"))  # noqa: SIM115  # the stack closes it

    def take() -> bool:
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    return take


def _by_name(engine: Engine, stack: contextlib.ExitStack, what: str) -> Callable[[], bool]:
    # A connection of its own, which is closed with the lock: one of the pool would keep it.
    connection = stack.enter_context(engine.connect())
    stack.callback(connection.invalidate)
    wanted = text("SELECT GET_LOCK(concat('staff-', :what, '-', left(DATABASE(), 40)), 0)")
    return lambda: connection.execute(wanted, {"what": what}).scalar() == 1
