"""The settings of one sandbox, from a test or the command line: quotas, latency, lag, limits and faults."""

import math
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from unittest.mock import patch

from reconciler.sandbox.fault_injection.fault_rules import Rules, check_names
from reconciler.sandbox.fault_injection.faults import Plan, no_faults
from reconciler.sandbox.fault_injection.lag import Lag
from reconciler.sandbox.fault_injection.resource_quotas import LIMITS
from reconciler.sandbox.fault_injection.token_buckets import QUOTAS, Quotas


@dataclass(frozen=True)
class SandboxSettings:
    """The settings of one sandbox; without values there are no faults and no limits.

    `quotas` are the rates of requests and `limits` the numbers of resources, each as your own set or as the name of a
    published one; `latency` is added to every call, and `timeout` to a call without a reply, both in seconds.
    """

    quotas: Quotas | str = "none"
    latency: float = 0.0
    timeout: float = 0.0
    lag: Lag = field(default_factory=Lag)
    faults: Plan = no_faults
    limits: Mapping[str, int] | str = "none"

    def __post_init__(self) -> None:
        """Raise ValueError for an unknown name, and for negative times."""
        for name, chosen, known in (("quotas", self.quotas, QUOTAS), ("limits", self.limits, LIMITS)):
            if isinstance(chosen, str) and chosen not in known:
                raise ValueError(f"there are no {name} {chosen!r}; there are {', '.join(known)}")
        spans = (self.latency, self.timeout, self.lag.describe, self.lag.list, self.lag.search)
        if any(span < 0 or not math.isfinite(span) for span in spans):
            raise ValueError("latency, timeout and lag are seconds, 0 or more")

    @property
    def request_quotas(self) -> Quotas:
        """The rates, whether they were handed in or named."""
        return QUOTAS[self.quotas] if isinstance(self.quotas, str) else self.quotas

    @property
    def resource_limits(self) -> Mapping[str, int]:
        """The numbers of resources, whether they were handed in or named."""
        return LIMITS[self.limits] if isinstance(self.limits, str) else self.limits

    def require_over_http(self) -> None:
        """Raise ValueError for a rule that no server can follow."""
        for rule in self.faults.rules if isinstance(self.faults, Rules) else ():
            if not rule.fault.kind.over_http:
                raise ValueError(
                    f"fault {rule.fault} works in process only: a server cannot do that to a client"
                )


def by_words(
    *, quotas: str, limits: str, latency: float, lag: float, faults: Sequence[str], seed: int
) -> SandboxSettings:
    """The settings from the words of the command line.

    Raises:
        ValueError: one of the words or numbers is invalid.
    """
    everywhere, plan = Lag.everywhere(lag) if lag else Lag(), Rules(faults, seed)
    for text, rule in zip(faults, plan.rules, strict=True):
        check_names(text, rule)
    return SandboxSettings(quotas=quotas, limits=limits, latency=latency, lag=everywhere, faults=plan)


@contextmanager
def applied(settings: SandboxSettings) -> Iterator[None]:
    """Let the control planes of Amazon Connect that are made from now on lag and have limits as asked."""
    # The plane registers through modules that import this one.
    from reconciler.sandbox.connect import ConnectPlane  # noqa: PLC0415

    changed: dict[str, Any] = {**settings.lag.settings, "default_quotas": settings.resource_limits}
    with patch.multiple(ConnectPlane, **changed):
        yield
