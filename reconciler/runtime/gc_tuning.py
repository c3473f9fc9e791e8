"""Sets how often Python's garbage collector runs during a pass."""

import gc

OBJECTS = 200_000
"""A pass makes some hundred thousand objects that live until its end, and few that need looking for. At Python's own
threshold of 2,000 and less they are gone through again and again, which takes a third of a quiet pass."""


def collect_seldom() -> None:
    """Look for garbage after so many new objects only, and never among what the program began with."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(OBJECTS, 10, 10)
