"""Mistakes in desired state: collected while reading goes on, and raised together."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from reconciler.desired.words import one_line
from reconciler.stack import Place

MOST = 1_000
"""Mistakes kept; nobody reads more, and a hostile file holds millions."""


@dataclass(frozen=True, slots=True, order=True)
class Mistake:
    """What is wrong at one place, and what to do about it."""

    place: Place
    message: str

    def __str__(self) -> str:
        return one_line(f"{self.place}: {self.message}")


class InvalidStack(Exception):
    """Desired state that cannot be used, with every mistake in it, by file, line and column.

    Of a file that is wrong from end to end only the first mistakes are kept; `more` counts the others.
    """

    def __init__(self, mistakes: Sequence[Mistake], more: int = 0) -> None:
        super().__init__("\n".join(map(str, mistakes)))
        self.mistakes = tuple(mistakes)
        self.more = more


class Refused(Exception):
    """A text or a file that cannot be used, and why, without its place."""


class Trail(NamedTuple):
    """The way from a resource to a value in it; told as `connect.queue/Sales.tags.Team` or `….config[0].day`."""

    above: "Trail | str"
    step: str | int

    def __str__(self) -> str:
        if isinstance(self.step, int):
            return f"{self.above}[{self.step}]"
        above = str(self.above)
        return f"{above}.{self.step}" if above else self.step


class Mistakes:
    """Every mistake so far.

    A place is doubted once a mistake stands there, or where a value could not be made out: nothing further is said of
    its value, since that would only repeat the first mistake in other words.
    """

    def __init__(self) -> None:
        self._found: dict[Mistake, None] = {}
        self._more = 0
        self._doubted: set[Place] = set()

    def add(self, place: Place, message: str, trail: Trail | str = "") -> None:
        """Note a mistake; the same one twice counts once."""
        if len(self._found) >= MOST:
            self._more += 1
            return
        address = str(trail)
        self._found[Mistake(place, one_line(f"{address}: {message}" if address else message))] = None
        self._doubted.add(place)

    def doubt(self, place: Place) -> None:
        """Say nothing further of the value at this place."""
        self._doubted.add(place)

    def doubted(self, place: Place) -> bool:
        """Whether the value at this place is known to be wrong or could not be made out."""
        return place in self._doubted

    def raise_any(self) -> None:
        """Raise `InvalidStack` with all mistakes, if there are any."""
        if self._found:
            raise InvalidStack(sorted(self._found), self._more)
