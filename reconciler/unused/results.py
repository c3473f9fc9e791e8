"""What `reconciler unused` finds."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from reconciler.planning.ownership import Owner
from reconciler.stack import Stack


@dataclass(frozen=True, slots=True, order=True)
class CandidateForRemoval:
    """A live resource, or a part of one, that nothing seems to use."""

    kind: str
    name: str
    """Its name in AWS."""
    part: str
    """The part of the resource; empty: all of it."""
    arn: str
    owner: Owner = field(compare=False)
    stack: str = field(compare=False)
    """The stack and environment whose mark it has; empty if nobody's."""
    key: str = field(compare=False)
    """Its name in the files of its stack, by our mark; empty if it has no mark."""
    evidence: str = field(compare=False)

    @property
    def owned_by(self) -> str:
        """The owner in words, with the name in its files if that is another one."""
        words = {Owner.OURS: "this stack", Owner.FOREIGN: f"the stack {self.stack}", Owner.FREE: "nobody"}
        called = f", as {self.key}" if self.key not in ("", self.name) else ""
        return f"{words[self.owner]}{called}"


@dataclass(frozen=True)
class UnusedReport:
    """All candidates of one run, in the order of kinds and names, and what could not be read."""

    stack: Stack
    since: float
    """The begin of the period that the rules look at, in seconds since 1970."""
    until: float
    candidates: Sequence[CandidateForRemoval]
    looked_at: Mapping[str, int]
    """By kind: how many live resources there are."""
    unread: Sequence[str]
    """A line for each kind or resource that could not be read."""
