"""Stops trying a resource for a while if it fails repeatedly."""

from dataclasses import dataclass, field
from typing import NamedTuple

from reconciler.applying import TROUBLE
from reconciler.pass_report import PassReport
from reconciler.runtime.retrying import FAILED_RESOURCE
from reconciler.stack import Key


class Backoff(NamedTuple):
    """How often a resource has failed in a row, and until when it is not tried, on the monotonic clock in seconds."""

    failures: int
    until: float


@dataclass
class FailedResources:
    """The resources of one stack that failed recently."""

    rests: dict[Key, Backoff] = field(default_factory=dict)
    _files_hash: str = ""

    def keys(self, files_hash: str, now: float) -> frozenset[Key]:
        """The resources that are not tried now; none after the files have changed, since that may solve the problem."""
        if files_hash != self._files_hash:
            self.rests.clear()
            self._files_hash = files_hash
        return frozenset(key for key, rest in self.rests.items() if rest.until > now)

    def note(self, report: PassReport, now: float) -> None:
        """Note the resources that failed in a pass, and forget those that succeeded."""
        for key in [key for key in self.rests if report.options.selects(key)]:
            if key not in report.results or report.results[key].outcome not in TROUBLE:
                del self.rests[key]
        for key, result in report.results.items():
            if result.outcome in TROUBLE:
                failures = self.rests[key].failures + 1 if key in self.rests else 1
                self.rests[key] = Backoff(failures, now + FAILED_RESOURCE.pause(failures))
