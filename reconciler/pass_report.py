"""What a pass found and did, as plain data."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from reconciler.applying import Outcome, Result
from reconciler.model import Settings
from reconciler.pass_options import Options
from reconciler.planning.extra import Extra
from reconciler.planning.plan import Plan
from reconciler.stack import Key, Stack

PassOutcome = Literal["settled", "pending", "failed", "refused", "stopped"]


@dataclass(frozen=True)
class PassReport:
    """All that a pass found and did, as plain data."""

    stack: Stack
    options: Options
    outcome: PassOutcome
    plan: Plan = Plan({})
    results: Mapping[Key, Result] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    blind: tuple[str, ...] = ()
    """Kinds whose resources that are no longer desired could not be listed, and why."""
    refusals: tuple[str, ...] = ()
    """Why nothing was changed: AWS cannot be reached, the account is wrong, or the guard refused."""
    hints: tuple[str, ...] = ()
    """What the user can do about the refusals."""
    before: Mapping[Key, Settings] = field(default_factory=dict)
    """By resource, the values that the pass found in the fields that it was to change."""
    estimated_calls: int = 0
    estimated_seconds: float = 0.0
    """Seconds that the changing calls of apply take at AWS's quotas."""
    extra: Extra | None = None
    """What lives beside the stack; None if it was not looked for."""
    calls: Mapping[str, int] = field(default_factory=dict)
    mutating_calls: int = 0
    throttled: Mapping[str, int] = field(default_factory=dict)
    """The calls that AWS throttled, counted in the same way."""
    deadline: float = 0.0
    """Seconds after which the pass started no further work."""
    seconds: float = 0.0
    started: float = 0.0
    """In seconds since 1970."""

    @property
    def throttled_calls(self) -> int:
        """How many calls AWS throttled."""
        return sum(self.throttled.values())

    @property
    def contents_gone(self) -> int:
        """The number of resources that were deleted with their parent."""
        done = (each for each in self.plan.vanishing if self.results[each.key].outcome == "done")
        return sum(len(action.contents) for action in done)

    def count(self, *outcomes: Outcome) -> int:
        """How many actions ended in one of these outcomes."""
        return sum(result.outcome in outcomes for result in self.results.values())
