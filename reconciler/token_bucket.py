"""A token bucket: so many requests a second, and so many at once after a rest."""

from dataclasses import dataclass, field

from reconciler.service import Rate

ROUNDING = 1e-6
"""Clocks count in floats: a token that is this close to a whole one is a whole one."""


@dataclass
class TokenBucket:
    """Tokens that come at a rate, up to its burst; full at first. Times are seconds of a clock that never goes back."""

    rate: Rate
    filled: float
    """When `tokens` was last computed."""
    tokens: float = field(init=False)

    def __post_init__(self) -> None:
        self.tokens = self.rate.burst

    def reserve(self, now: float) -> float:
        """Take one token, which may be one that comes later; the seconds until then, 0 if it is there."""
        self._fill(now)
        self.tokens -= 1
        return max(0.0, -self.tokens / self.rate.per_second)

    def take(self, now: float) -> bool:
        """Take one token; False, and nothing taken, where none is there."""
        self._fill(now)
        if self.tokens < 1 - ROUNDING:
            return False
        self.tokens -= 1
        return True

    def _fill(self, now: float) -> None:
        elapsed = max(0.0, now - self.filled)
        self.tokens = min(self.rate.burst, self.tokens + elapsed * self.rate.per_second)
        self.filled = now
