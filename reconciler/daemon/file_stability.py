"""How long the files of a stack have been unchanged: nothing is deleted while they still change."""

from dataclasses import dataclass

PRUNE_AFTER = 30
"""Seconds for which the files have to be the same, where nobody says otherwise."""
CHANGING = ""
"""The fingerprint of files that cannot be used: none."""


@dataclass
class FileStability:
    """Since when every load of the files has found the same; nothing of it outlives the process.

    A checkout, a copy or an editor that writes slowly makes resources vanish from the files for a while. So something
    counts as gone only once two loads, so many seconds apart and with none between them that found anything else,
    agree. Times are in seconds on the clock that never jumps.
    """

    after: float = PRUNE_AFTER
    _fingerprint: str = CHANGING
    _since: float = float("-inf")
    _last: float = float("-inf")
    """When the last load began."""

    def begin(self) -> None:
        """Wait anew: what was seen so far counts no more."""
        self._fingerprint = CHANGING

    def note(self, fingerprint: str, began: float, ended: float) -> None:
        """Take note of a load, CHANGING where the files could not be used."""
        self._last = began
        if fingerprint != self._fingerprint or fingerprint == CHANGING:
            self._fingerprint, self._since = fingerprint, ended

    @property
    def at(self) -> float:
        """When a load that finds the same would settle it."""
        return self._since + self.after

    @property
    def settled(self) -> bool:
        """Whether the last load found what one so many seconds before had found, and every one between them."""
        return self._fingerprint != CHANGING and self._last >= self.at
