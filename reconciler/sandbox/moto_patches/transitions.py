"""States that things are in for a while."""

from dataclasses import dataclass
from typing import Self

from reconciler.sandbox.process_state import current


@dataclass
class Transition:
    """A state that passes at a moment of the world's clock."""

    state: str
    until: float

    @classmethod
    def begin(cls, state: str) -> Self:
        """Enter a state that lasts as long as things take to settle in this world."""
        return cls(state, current().clock() + current().settling_seconds)

    @property
    def passed(self) -> bool:
        """Whether the state is over."""
        return current().clock() >= self.until

    @property
    def now(self) -> str:
        """The state, or ACTIVE once it is over."""
        return "ACTIVE" if self.passed else self.state
