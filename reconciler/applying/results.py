"""The result of each action, and who is told of it."""

from dataclasses import dataclass
from typing import Literal, Protocol

from reconciler.planning.plan import Action

Outcome = Literal["done", "unchanged", "waiting", "refused", "failed", "unsure"]

TROUBLE: frozenset[Outcome] = frozenset({"failed", "refused", "unsure"})
"""What does not go away by waiting: somebody has to hear of it."""


LATE = "pass deadline: this pass has no time left; the next pass continues"
"""What is said of what a pass did not begin any more."""

BROKEN_OFF = "the pass was stopped before this step; the next pass continues"
BROKEN_OFF_WITHIN = "the pass was stopped during this step, and part of it is done; the next pass continues"
"""What is said of what a pass that somebody stopped did not do, or not wholly."""


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one action."""

    outcome: Outcome
    message: str = ""
    begun: bool = False
    """Whether part of it was carried out, although it did not end well."""


class Progress(Protocol):
    """Told of every step as it is taken."""

    def step(self, action: Action, part: str) -> None:
        """Say that one step of an action begins."""
        ...


class Quiet:
    """Nobody is told."""

    def step(self, action: Action, part: str) -> None:
        """Say nothing."""
