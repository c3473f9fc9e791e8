"""A token bucket: a number of requests per second, and a number at once after a pause."""

from dataclasses import dataclass, field

from reconciler.service import Rate

ROUNDING = 1e-6
"""A tolerance for floats: a token that is this close to a whole one counts as whole."""


@dataclass
class TokenBucket:
    """Tokens that are added at a rate, up to its burst; full at first. Times are in seconds of a monotonic clock."""

    rate: Rate
    filled: float
    """When `tokens` was last computed."""
    tokens: float = field(init=False)

    def __post_init__(self) -> None:
        self.tokens = self.rate.burst

    def reserve(self, now: float) -> float:
        """Take one token, possibly a future one; returns the seconds until it is available, 0 for now."""
        self._fill(now)
        self.tokens -= 1
        return max(0.0, -self.tokens / self.rate.per_second)

    def take(self, now: float) -> bool:
        """Take one token if one is available; returns whether it was."""
        self._fill(now)
        if self.tokens < 1 - ROUNDING:
            return False
        self.tokens -= 1
        return True

    def _fill(self, now: float) -> None:
        elapsed = max(0.0, now - self.filled)
        self.tokens = min(self.rate.burst, self.tokens + elapsed * self.rate.per_second)
        self.filled = now
