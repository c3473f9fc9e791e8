"""Keeps secrets, so that Secrets Manager is asked seldom and an outage of it is not noticed."""

from collections.abc import Callable
from dataclasses import dataclass

FRESH = 300.0
"""Seconds for which a value is used without asking again."""
RETRY = 60.0
"""Seconds after a failure in which Secrets Manager is not asked again."""


@dataclass
class _Kept:
    value: str | None
    due: float


class SecretCache:
    """Secrets by their names. `fetch` reads one; `now` is a clock in seconds."""

    def __init__(self, fetch: Callable[[str], str], now: Callable[[], float]) -> None:
        self._fetch = fetch
        self._now = now
        self._kept: dict[str, _Kept] = {}
        self.last_error: Exception | None = None
        """Why the last read has failed; None if it has not."""

    def is_due(self, name: str) -> bool:
        """Whether `get` would ask Secrets Manager."""
        return name not in self._kept or self._kept[name].due <= self._now()

    def get(self, name: str) -> str | None:
        """The secret; an old value if it cannot be read now, and None if it never could."""
        if self.is_due(name):
            before = self._kept.get(name)
            try:
                self._kept[name] = _Kept(self._fetch(name), self._now() + FRESH)
                self.last_error = None
            except Exception as error:  # noqa: BLE001  a call must not fail for want of a secret
                self._kept[name] = _Kept(before.value if before else None, self._now() + RETRY)
                self.last_error = error
        return self._kept[name].value
