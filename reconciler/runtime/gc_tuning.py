"""Sets how often Python's garbage collector runs during a pass."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

OBJECTS = 200_000
"""New objects between two collections. A pass makes some hundred thousand objects that live until its end, and little
garbage. With Python's own threshold of 2,000 or less the collector takes a third of the time of a quiet pass."""


def collect_seldom() -> None:
    """Collect garbage only after this many new objects, and never among the objects of the program's start."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(OBJECTS, 10, 10)


@contextmanager
def collecting_nothing() -> Iterator[None]:
    """Collect no garbage while objects are made that live until the program ends, and later never among these."""
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.set_threshold(OBJECTS, 10, 10)
        gc.enable()
