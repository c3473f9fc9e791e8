"""Leaves a resource that fails again and again alone for a while."""

from dataclasses import dataclass, field
from typing import NamedTuple

from reconciler.applying import TROUBLE
from reconciler.reconcile import PassReport
from reconciler.stack import Key

FIRST, LONGEST = 60.0, 3_600.0
"""Seconds of rest after the first failure, doubled with each further one, and the most."""


class Backoff(NamedTuple):
    """How often a resource has failed in a row, and until when it is left alone, on the clock that never jumps."""

    failures: int
    until: float


@dataclass
class FailedResources:
    """The resources of one stack that failed lately."""

    rests: dict[Key, Backoff] = field(default_factory=dict)
    _files_hash: str = ""

    def keys(self, files_hash: str, now: float) -> frozenset[Key]:
        """Which resources are left alone now; none once the files have changed: that may be the remedy."""
        if files_hash != self._files_hash:
            self.rests.clear()
            self._files_hash = files_hash
        return frozenset(key for key, rest in self.rests.items() if rest.until > now)

    def note(self, report: PassReport, now: float) -> None:
        """Remember what failed in a pass, and forget what went well."""
        for key in [key for key in self.rests if report.options.selects(key)]:
            if key not in report.results or report.results[key].outcome not in TROUBLE:
                del self.rests[key]
        for key, result in report.results.items():
            if result.outcome in TROUBLE:
                failures = self.rests[key].failures + 1 if key in self.rests else 1
                pause = min(LONGEST, FIRST * 2.0 ** (failures - 1))
                self.rests[key] = Backoff(failures, now + pause)
