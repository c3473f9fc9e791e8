"""States of resources that last for a while."""

from dataclasses import dataclass
from typing import Self

from reconciler.sandbox.process_state import current


@dataclass
class Transition:
    """A state that ends at a time of the sandbox's clock."""

    state: str
    until: float

    @classmethod
    def begin(cls, state: str) -> Self:
        """Start a state that lasts for the sandbox's `settling_seconds`."""
        return cls(state, current().clock() + current().settling_seconds)

    @property
    def passed(self) -> bool:
        """Whether the state is over."""
        return current().clock() >= self.until

    @property
    def now(self) -> str:
        """The state, or ACTIVE once it is over."""
        return "ACTIVE" if self.passed else self.state
