"""How long to wait before something is tried again."""

from staff_integration.clock import Chance

FIRST, LONGEST = 1.0, 60.0
"""Seconds."""
MOST = 1500
"""Attempts: with the pauses between them, about a day. Then somebody has to look."""


def pause(attempts: int, chance: Chance, at_least: float = 0) -> float:
    """Seconds until the next attempt: twice as long each time, with half of it drawn by chance.

    Args:
        attempts: how many have failed.
        chance: spreads attempts that have failed together.
        at_least: what the other system asks for.
    """
    longest = min(LONGEST, FIRST * 2.0 ** min(attempts - 1, 10))
    return max(at_least, longest * chance.uniform(0.5, 1))


SHORTEST_REST, LONGEST_REST = 0.5, 4.0
"""Seconds."""


def rest(failures: int) -> float:
    """Seconds in which a system that could not be reached is left alone; short, so that little is late once it is back."""
    return min(LONGEST_REST, SHORTEST_REST * 2.0 ** min(failures - 1, 10))
