"""Runs a case in a fork of this process, so that resource limits and leftover state end with it."""

import json
import os
import warnings
from collections.abc import Callable, Sequence
from contextlib import suppress

from tests.faults.document_checks import FIGURES, Figures


def in_child(work: Callable[[], Sequence[str]]) -> Sequence[str]:
    """Run a function in a fork of this process; return its violations and take over its figures."""
    reading, writing = os.pipe()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # other threads are not needed in the fork
        child = os.fork()
    if child == 0:
        with suppress(BaseException), os.fdopen(writing, "w") as out:
            try:
                found = work()
            except BaseException as error:  # noqa: BLE001 -- told, not raised: the copy ends here in any case
                found = [f"{type(error).__name__}: {str(error)[:200]}"]
            json.dump([list(found), FIGURES.slowest, FIGURES.grown], out)
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as answer:
        text = answer.read()
    _, status = os.waitpid(child, 0)
    if status or not text:
        return [f"killed: status {status}"]
    said, took, grown = json.loads(text)
    WORST.slowest, WORST.grown = max(WORST.slowest, took), max(WORST.grown, grown)
    return [str(line) for line in said]


WORST = Figures()
"""The worst figures of the hostile documents."""
