"""The results of checks."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from reconciler.stack import Key, Stack

Outcome: TypeAlias = Literal["passed", "failed", "skipped"]
OUTCOMES: tuple[Outcome, ...] = ("passed", "failed", "skipped")


@dataclass(frozen=True, slots=True)
class CheckResult:
    """The result of one check; its texts are safe to show."""

    key: Key
    check: str
    label: str
    """The name of the entry in `smoke.yaml`, or its number among several; empty for the only one."""
    outcome: Outcome
    expected: str = ""
    seen: str = ""
    """What was seen in AWS; empty if nothing was."""
    reason: str = ""
    """Why it is skipped, or why it could not be made."""
    seconds: float = 0.0

    @property
    def name(self) -> str:
        """The name of the check, with its label."""
        return f"{self.check} ({self.label})" if self.label else self.check

    @property
    def said(self) -> str:
        """The result in words."""
        if self.reason:
            return self.reason
        return self.seen if self.outcome == "passed" else f"expected {self.expected}, got {self.seen}"


@dataclass
class SmokeReport:
    """All results of one run, in the order of kinds and names."""

    stack: Stack
    results: Sequence[CheckResult] = ()
    interrupted: bool = False
    """Whether the user ended it before all checks were made."""
    seconds: float = 0.0
    started: float = 0.0
    """Seconds since 1970."""
    counts: Counter[Outcome] = field(init=False)

    def __post_init__(self) -> None:
        self.counts = Counter(each.outcome for each in self.results)

    @property
    def right(self) -> bool:
        """Whether no check failed and all were made."""
        return not self.counts["failed"] and not self.interrupted
