"""The states of a resource over time."""

from dataclasses import dataclass

GONE = "gone"
"""The last state of a resource that is being deleted: then it does not exist any more."""


@dataclass(frozen=True, slots=True)
class Course:
    """States that last until a time in seconds since 1970, and the one that stays."""

    steps: tuple[tuple[str, float], ...]
    last: str

    def at(self, now: float) -> str:
        """The state at a time."""
        return next((state for state, until in self.steps if now < until), self.last)

    @property
    def end(self) -> float:
        """The time from which the last state stays; 0 if it always did."""
        return self.steps[-1][1] if self.steps else 0.0


def always(state: str) -> Course:
    """A course with one state."""
    return Course((), state)
