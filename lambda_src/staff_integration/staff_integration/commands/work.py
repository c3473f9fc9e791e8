"""`work`: takes the outbox and tells VoiceDrive and the medical system, until it is told to stop."""

import signal
import sys
import threading
from argparse import ArgumentParser, Namespace
from types import FrameType

from staff_integration import reporting
from staff_integration.assembly import tools_from
from staff_integration.commands import SETTLED, CommandError, Place, port
from staff_integration.database_metrics import served
from staff_integration.worker import Worker


def add(parser: ArgumentParser) -> None:
    """Describe the arguments."""
    parser.add_argument(
        "--workers", type=int, default=1, help="how many work side by side; on SQLite one (default: 1)"
    )
    parser.add_argument(
        "--metrics-port", type=port, help="serve metrics at this port of 127.0.0.1 (default: not)"
    )
    parser.add_argument("--once", action="store_true", help="stop when nothing is due")


def run(place: Place, given: Namespace) -> int:
    """Carry the command out; return the exit code.

    Raises:
        CommandError: the number of workers does not fit the database.
        SettingError: a setting is missing or wrong.
    """
    sessions = place.sessions()
    most = 1 if sessions.kw["bind"].dialect.name == "sqlite" else 32
    if not 1 <= given.workers <= most:
        raise CommandError(f"--workers {given.workers}: on this database there may be 1 to {most}")
    tools = tools_from(place.environment, sessions)
    reporting.write_to(sys.stderr)
    if given.once:
        worker = Worker(tools)
        while worker.step():
            pass
        return SETTLED
    stopped = threading.Event()

    def stop(_signal: int, _frame: FrameType | None) -> None:
        stopped.set()

    for each in (signal.SIGTERM, signal.SIGINT):
        signal.signal(each, stop)
    threads = [
        threading.Thread(target=Worker(tools).run, args=(stopped.is_set,)) for _ in range(given.workers)
    ]
    with served(given.metrics_port, sessions, tools.clock):
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    return SETTLED
