"""What the restore drills of several services share: the names of their copies, their time limit, and a copy that is left."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from reconciler.errors import Absent, CallError

TIME_LIMIT = 4 * 3600.0
"""Seconds after which a drill gives up."""
STAMP, STAMP_LENGTH = "%Y%m%d%H%M%S", 14


@dataclass(frozen=True)
class CopyNames:
    """The names of the copies of a resource: the beginning of its name, a mark, and the time."""

    mark: str
    longest: int
    """The most characters of a name."""

    def beginning(self, name: str) -> str:
        """What the names of all copies of a resource begin with."""
        return name[: self.longest - len(self.mark) - STAMP_LENGTH] + self.mark

    def at(self, name: str, moment: float) -> str:
        """The name of a copy that is made at a time, in seconds since 1970."""
        return f"{self.beginning(name)}{datetime.fromtimestamp(moment, UTC):{STAMP}}"


def delete(copy: str, remove: Callable[[], object]) -> str:
    """Delete a copy; returns what to do if that fails, else an empty text."""
    try:
        remove()
    except Absent:
        return ""
    except CallError as error:
        return f"; the copy {copy} is left: {error}; the next drill deletes it"
    return ""
