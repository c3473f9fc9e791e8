"""Mistakes in desired state: collected during the load, and raised together."""

import itertools
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from reconciler.desired.phrases import did_you_mean, shortened
from reconciler.runtime.printable import plain_line
from reconciler.stack import Place, Stack

MOST = 1_000
"""How many mistakes are kept; a hostile file may hold millions."""

ENOUGH = 10_000
"""Mistakes after which reading stops."""

LONGEST = 600
"""Characters shown of one mistake; a hostile key may be a megabyte long."""

COMPARED = 10_000
"""How many names are compared to find a similar one, at once and about as many in total: more would take seconds."""


@dataclass(frozen=True, slots=True)
class Pasted:
    """An ARN or an id, as AWS's console shows it, in the place of a name."""

    kind: str
    """The kind of the resource whose name belongs there."""
    text: str
    form: Literal["ARN", "id"]
    trail: str
    """The path of the value, as in the message of its mistake."""
    before: str = ""
    after: str = ""
    """What the files write around the name: `queue: ` before it, or `${queue:` before and `}` after it."""


@dataclass(frozen=True, slots=True, order=True)
class Mistake:
    """One mistake: its place, the problem, and what to do."""

    place: Place
    message: str
    pasted: Pasted | None = field(default=None, compare=False)
    """The ARN or the id that is the mistake; AWS knows the name of its resource."""

    def __str__(self) -> str:
        return plain_line(f"{self.place}: {self.message}")


class InvalidStack(Exception):
    """Desired state that cannot be used, with every mistake in it, by file, line and column.

    If a file has very many mistakes, only the first ones are kept; `more` counts the others that were found until reading
    stopped.
    """

    def __init__(
        self,
        mistakes: Sequence[Mistake],
        more: int = 0,
        warnings: Sequence[Mistake] = (),
        stack: Stack | None = None,
    ) -> None:
        super().__init__("\n".join(map(str, mistakes)))
        self.mistakes = tuple(mistakes)
        self.more = more
        self.warnings = tuple(map(str, warnings))
        """The warnings, a line each."""
        self.stack = stack
        """The stack as far as it could be read, to look up what AWS knows of its mistakes; None if its place is not known."""


class FilesChanging(InvalidStack):
    """Raised when the files of a stack changed during every read."""

    def __init__(self, file: str, times: int) -> None:
        said = (
            f"this file changed while the stack was read, {times} times in a row; "
            "wait until all files are written, and try again"
        )
        super().__init__([Mistake(Place(file, 1, 1), said)])


class Refused(Exception):
    """Raised for a text or a file that cannot be used, with the reason and without its place."""


class ValuePath(NamedTuple):
    """The path from a resource to a value in it; shown as `connect.queue/Sales.tags.Team` or `….config[0].day`."""

    above: "ValuePath | str"
    step: str | int

    def __str__(self) -> str:
        if isinstance(self.step, int):
            return f"{self.above}[{self.step}]"
        above, step = str(self.above), shortened(self.step)
        return f"{above}.{step}" if above else step


def _steps(trail: ValuePath | str) -> tuple[str | int, ...]:
    """The path within the resource."""
    steps: list[str | int] = []
    while isinstance(trail, ValuePath):
        steps.append(trail.step)
        trail = trail.above
    return tuple(steps)


class Mistakes:
    """All mistakes so far.

    A place is doubted once it has a mistake, or if its value could not be read: no further mistake is noted for the value,
    because it would only repeat the first one in other words.
    """

    def __init__(self) -> None:
        self._found: dict[Mistake, None] = {}
        self._warned: dict[Mistake, None] = {}
        self._more = 0
        self._told: set[tuple[Place, str, tuple[str | int, ...]]] = set()
        self._comparisons = COMPARED
        self._doubted: set[Place] = set()
        self.tables: dict[str, Callable[[Place], str]] = {}
        """By path of a CSV file: a function that names the column of a place in it, or returns an empty text."""

    def add(
        self, place: Place, message: str, trail: ValuePath | str = "", pasted: Pasted | None = None
    ) -> None:
        """Note a mistake; the same one twice counts once, also if several resources have it at one place (`for_each`).

        Raises:
            InvalidStack: there are too many mistakes.
        """
        if len(self._found) >= MOST:
            self._more += 1
            if len(self._found) + self._more >= ENOUGH:
                self.raise_any()
            return
        address = str(trail)
        column = self.tables[place.file](place) if place.file in self.tables else ""
        if column:
            address = f"{address} (column {column})" if address else f"column {column}"
        said = f"{address}: {message}" if address else message
        told = place, message, _steps(trail)
        if told in self._told:
            return
        self._told.add(told)
        cut = said if len(said) <= LONGEST else f"{said[:LONGEST]}…"
        self._found[Mistake(place, plain_line(cut), pasted)] = None
        self._doubted.add(place)

    def warn(self, place: Place, message: str, trail: ValuePath | str = "") -> None:
        """Note a warning; the files can still be used."""
        if len(self._warned) < MOST:
            said = f"warning: {trail}: {message}" if str(trail) else f"warning: {message}"
            self._warned[
                Mistake(place, plain_line(said if len(said) <= LONGEST else f"{said[:LONGEST]}…"))
            ] = None

    @property
    def warnings(self) -> tuple[Mistake, ...]:
        """All warnings, sorted by place."""
        return tuple(sorted(self._warned))

    def near(self, word: str, candidates: Iterable[str]) -> str:
        """`; did you mean "x"?` for the most similar candidate, or an empty text; also empty once the search has taken long."""
        if self._comparisons <= 0:
            return ""
        names = list(itertools.islice(candidates, COMPARED + 1))
        if len(names) > COMPARED:
            self._comparisons -= COMPARED // 10
            return ""
        self._comparisons -= len(names)
        return did_you_mean(word, names)

    def doubt(self, place: Place) -> None:
        """Note no further mistakes for the value at this place."""
        self._doubted.add(place)

    def doubted(self, place: Place) -> bool:
        """Whether the value at this place has a mistake or could not be read."""
        return place in self._doubted

    def raise_any(self, stack: Stack | None = None) -> None:
        """Raise `InvalidStack` with all mistakes, if there are any; `stack` is as far as it could be read."""
        if self._found:
            raise InvalidStack(sorted(self._found), self._more, self.warnings, stack)
