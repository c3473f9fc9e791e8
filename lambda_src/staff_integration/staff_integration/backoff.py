"""How long to wait before something is tried again."""

from staff_integration.clock import Chance

FIRST, SHORT, LONGEST = 1.0, 4.0, 60.0
"""Seconds."""
SHORT_ONES = 10
"""Attempts between which there are short pauses, so that little is late after a fault that was short."""
MOST = 1500
"""Attempts: with the pauses between them, about a day. Then somebody has to look."""


def pause(attempts: int, chance: Chance, at_least: float = 0) -> float:
    """Seconds until the next attempt: twice as long each time but short at first, with half of it drawn by chance.

    Args:
        attempts: how many have failed.
        chance: spreads attempts that have failed together.
        at_least: what the other system asks for.
    """
    if attempts <= SHORT_ONES:
        longest = min(SHORT, FIRST * 2.0 ** (attempts - 1))
    else:
        longest = min(LONGEST, SHORT * 2.0 ** min(attempts - SHORT_ONES, 10))
    return max(at_least, longest * chance.uniform(0.5, 1))


SHORTEST_REST, LONGEST_REST = 0.5, 4.0
"""Seconds."""


def rest(failures: int) -> float:
    """Seconds in which a system that could not be reached is left alone; short, so that little is late once it is back."""
    return min(LONGEST_REST, SHORTEST_REST * 2.0 ** min(failures - 1, 10))
