"""A clock for sandboxes that stands still."""

from dataclasses import dataclass


@dataclass
class HeldClock:
    """Stands still until a test sets `now`, or goes on by `step` seconds with each look."""

    now: float = 1_800_000_000.0
    step: float = 0.0

    def __call__(self) -> float:
        self.now += self.step
        return self.now
