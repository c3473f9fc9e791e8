"""Time and chance, handed in so that tests can control them."""

import random
import secrets
import time
from datetime import UTC, datetime, timedelta, timezone
from typing import Protocol

JAPAN = timezone(timedelta(hours=9), "JST")
"""The time of the calendar of backups, of reports and of last days; without summer time."""


class Clock(Protocol):
    """Tells the time and waits."""

    def now(self) -> datetime:
        """The moment, in UTC."""

    def sleep(self, seconds: float) -> None:
        """Wait."""


class Chance(Protocol):
    """Draws numbers, for jitter only."""

    def uniform(self, a: float, b: float) -> float:
        """A number between two."""


class SystemClock:
    """The clock of the machine."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def sleep(self, seconds: float) -> None:
        time.sleep(seconds)


def system_chance() -> Chance:
    """Numbers from the machine."""
    return random.SystemRandom()


ALPHABET = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"
"""Letters and digits that are not mistaken for each other on paper."""
LENGTH = 16
"""Characters of an initial password: 92 bits."""


def new_password() -> str:
    """An initial password."""
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
