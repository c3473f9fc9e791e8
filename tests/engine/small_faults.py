"""What goes wrong with calls to the small service."""

from collections.abc import Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Literal, get_args

Sort = Literal[
    "throttled", "denied", "lost", "lost with effect", "late", "crash before", "crash after", "ignored"
]
SORTS: Sequence[Sort] = [sort for sort in get_args(Sort) if sort != "ignored"]
"""All but the one that no pass hears of."""


class Crash(Exception):
    """The machine that the pass runs on is gone."""


@dataclass
class Fault:
    """What happens to some calls: the first `times` after `skip` whose operation matches."""

    operation: str
    sort: Sort
    times: int = 1
    skip: int = 0

    def strikes(self, operation: str) -> bool:
        """Whether this call is one of them."""
        if not fnmatchcase(operation, self.operation) or self.times == 0:
            return False
        if self.skip:
            self.skip -= 1
            return False
        self.times -= 1
        return True
