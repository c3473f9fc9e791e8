"""Runs a command on a terminal, and answers its question."""

import os
import pty
from collections.abc import Callable, Sequence
from multiprocessing.connection import wait

from tests.fork_server import ForkServer

PATIENCE = 30.0
"""Seconds without output after which the answer is typed again: while the lines of a process are measured, one was lost once."""


def typed_on_a_terminal(
    loaded: ForkServer,
    words: Sequence[str],
    asked: bytes,
    answer: bytes | None,
    meanwhile: Callable[[], object] = lambda: None,
) -> tuple[int, str]:
    """Run a command, and answer the question once it is asked; return the exit code and the output.

    `meanwhile` is called before the answer.
    """
    ours, theirs = pty.openpty()
    ending = loaded.run_on(os.ttyname(theirs), [*words])
    shown, given = b"", b""
    while ending not in (ready := wait([ours, ending], timeout=PATIENCE)):
        if not ready:
            os.write(ours, given)
            continue
        shown += os.read(ours, 65_536)
        if answer is not None and asked in shown:
            meanwhile()
            os.write(ours, answer)
            given, answer = answer, None
    os.close(theirs)
    while part := _read(ours):
        shown += part
    os.close(ours)
    return ending.recv(), shown.decode()


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 65_536)
    except OSError:  # the other end is closed
        return b""
