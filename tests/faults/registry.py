"""All rows of the matrix, by letter, and the carrying out of some of their cases."""

import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module

from row import Row

from reconciler.runtime.gc_tuning import collect_seldom

LETTERS = {
    **{letter: f"row_{letter.lower()}" for letter in "ABCDEFGHIJKLMNPQ"},
    "H*": "row_h:HOSTILE",
}
"""The module of each row; none is imported before it is asked for."""
RANDOM = "EF"
DETERMINISTIC = tuple(letter for letter in LETTERS if letter not in RANDOM)
"""The rows that are the same cases every time and are all to be run before anything is released."""


@cache
def row(letter: str) -> Row:
    """The row of a letter."""
    module, _, name = LETTERS[letter].partition(":")
    found: Row = getattr(import_module(module), name or "ROW")
    return found


@dataclass
class Outcome:
    """What became of some cases: their number, the CPU seconds they took, and what they broke, by case."""

    letter: str
    cases: int
    seconds: float
    slowest: float
    wrong: dict[str, list[str]] = field(default_factory=dict)


def hush() -> None:
    """Let nobody log: thousands of cases would bury what they found."""
    import logging

    import structlog

    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))


def leave_sandboxes() -> None:
    """Turn off the sandbox that an earlier row of this process left on: it would answer calls of the next one."""
    if "trial" in sys.modules:
        sys.modules["trial"].Tables.clear()
    if "g_player" in sys.modules:
        sys.modules["g_player"].Theatre.leave()


_last: list[str] = []
"""The letter of the row that this process played last."""


def run(letter: str, names: Sequence[str]) -> Outcome:
    """Carry out some cases of a row, in a process of the pool."""
    collect_seldom()
    hush()  # each time: the hunt for secrets sets the logs up anew
    if _last != [letter]:
        leave_sandboxes()
        _last[:] = [letter]
    chosen, outcome = row(letter), Outcome(letter, 0, 0.0, 0.0)
    for name in names:
        began = time.process_time()
        try:
            wrong = list(chosen.check(name))
        except Exception as error:  # noqa: BLE001 -- a case that cannot be played is a violation too
            wrong = [f"the case itself broke: {type(error).__name__}: {error}"]
        took = time.process_time() - began
        outcome.cases += chosen.each
        outcome.seconds += took
        outcome.slowest = max(outcome.slowest, took)
        if wrong:
            outcome.wrong[name] = wrong
    return outcome


def listed(letters: Sequence[str]) -> dict[str, list[str]]:
    """The names of all cases of these rows."""
    hush()
    return {letter: list(row(letter).cases()) for letter in letters}
