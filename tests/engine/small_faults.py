"""Faults of calls to the small service."""

from collections.abc import Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Literal, get_args

Sort = Literal[
    "throttled", "denied", "lost", "lost with effect", "late", "crash before", "crash after", "ignored"
]
SORTS: Sequence[Sort] = [sort for sort in get_args(Sort) if sort != "ignored"]
"""All types except the one that no pass notices."""


class Crash(Exception):
    """A crash of the process of the pass."""


@dataclass
class Fault:
    """A fault of some calls: the first `times` calls after `skip` whose operation matches."""

    operation: str
    sort: Sort
    times: int = 1
    skip: int = 0

    def strikes(self, operation: str) -> bool:
        """Whether the fault applies to this call."""
        if not fnmatchcase(operation, self.operation) or self.times == 0:
            return False
        if self.skip:
            self.skip -= 1
            return False
        self.times -= 1
        return True
