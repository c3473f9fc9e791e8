"""Measures the current speed of this machine, so that limits of CPU time do not depend on it."""

import json
import time

REFERENCE = 0.020
"""CPU seconds that `_work` takes on the machine on which the bounds were set (CPython 3.11, one quiet core)."""
TRIES = 3


def slowness() -> float:
    """The factor by which work takes longer now than on the reference machine; at least 1."""
    return max(1.0, min(_work() for _ in range(TRIES)) / REFERENCE)


def too_long(seconds: float, most: float) -> bool:
    """Whether these CPU seconds are more than `most` CPU seconds of the reference machine."""
    return seconds > most and seconds > most * slowness()


def _work() -> float:
    """Build, write and read plain data, similar to loading a document; return the CPU seconds."""
    began = time.process_time()
    for _ in range(20):
        rows = [{"name": f"row {number}", "value": number, "tags": ["a", "b"]} for number in range(300)]
        text = json.dumps(rows, indent=1)
        assert len({each["name"] for each in json.loads(text)}) == len(rows)
    return time.process_time() - began
