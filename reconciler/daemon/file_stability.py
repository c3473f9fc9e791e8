"""Tracks how long the files of a stack have been unchanged: nothing is deleted while they still change."""

from dataclasses import dataclass

PRUNE_AFTER = 30
"""The default seconds for which the files must be unchanged."""
CHANGING = ""
"""The fingerprint of files that cannot be used."""


@dataclass
class FileStability:
    """Since when all loads of the files had the same result; kept only in memory.

    A checkout, a copy or a slow editor removes resources from the files for a short time. So a resource counts as removed
    only after two loads agree that are far enough apart, with no different load between them. Times are in seconds on
    the monotonic clock.
    """

    after: float = PRUNE_AFTER
    _fingerprint: str = CHANGING
    _since: float = float("-inf")
    _last: float = float("-inf")
    """The time when the last load began."""

    def begin(self) -> None:
        """Start again: earlier loads no longer count."""
        self._fingerprint = CHANGING

    def note(self, fingerprint: str, began: float, ended: float) -> None:
        """Note the fingerprint of a load, or CHANGING if the files could not be used."""
        self._last = began
        if fingerprint != self._fingerprint or fingerprint == CHANGING:
            self._fingerprint, self._since = fingerprint, ended

    @property
    def at(self) -> float:
        """The time from which a load with the same result counts as settled."""
        return self._since + self.after

    @property
    def settled(self) -> bool:
        """Whether all loads in the required time had the same result."""
        return self._fingerprint != CHANGING and self._last >= self.at
