"""The result of each action, and the interface that shows progress."""

from dataclasses import dataclass
from typing import Literal, Protocol

from reconciler.planning.plan import Action

Outcome = Literal["done", "unchanged", "waiting", "refused", "failed", "unsure"]

TROUBLE: frozenset[Outcome] = frozenset({"failed", "refused", "unsure"})
"""Outcomes that do not end by waiting and that a user has to be told."""


LATE = "pass deadline: this pass has no time left; the next pass continues"
"""The message of an action that a pass did not begin before its deadline."""

BROKEN_OFF = "the pass was stopped before this step; the next pass continues"
BROKEN_OFF_WITHIN = "the pass was stopped during this step, and part of it is done; the next pass continues"
"""The message of an action that was under way when the pass was stopped."""


@dataclass(frozen=True, slots=True)
class Result:
    """The result of one action."""

    outcome: Outcome
    message: str = ""
    begun: bool = False
    """Whether a part of it was carried out, although it did not succeed."""


class Progress(Protocol):
    """Shows progress: it is called for every step."""

    def step(self, action: Action, part: str) -> None:
        """Show that one step of an action begins."""
        ...


class Quiet:
    """Shows no progress."""

    def step(self, action: Action, part: str) -> None:
        """Do nothing."""
