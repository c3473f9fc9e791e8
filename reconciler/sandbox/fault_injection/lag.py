"""How long Amazon Connect's reads lag behind its writes."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Lag:
    """Seconds until Describe, List and Search show a change, each with its own value.

    A new resource is missing until then. With `stale`, an updated resource also shows its old state, and a deleted one
    still exists.
    """

    describe: float = 0.0
    list: float = 0.0
    search: float = 0.0
    stale: bool = False

    @classmethod
    def everywhere(cls, seconds: float) -> "Lag":
        """All reads lag alike, behind every kind of change."""
        return cls(seconds, seconds, seconds, stale=True)

    @property
    def settings(self) -> Mapping[str, float | bool]:
        """The same in the names of the control plane's settings."""
        return {
            "describe_lag": self.describe,
            "list_lag": self.list,
            "search_lag": self.search,
            "stale_reads": self.stale,
        }
