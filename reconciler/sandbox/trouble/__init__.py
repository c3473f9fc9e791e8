"""Time and trouble as settings: quotas, latency, lag, limits and injected faults, the same under the same seed."""

from reconciler.sandbox.trouble.faults import Attempt, Crash, Fault, FaultKind, Plan, at, cases, no_faults
from reconciler.sandbox.trouble.lag import Lag
from reconciler.sandbox.trouble.limits import LIMITS
from reconciler.sandbox.trouble.quotas import QUOTAS, Quotas
from reconciler.sandbox.trouble.rules import BadRule, Rule, Rules
from reconciler.sandbox.trouble.settings import Trouble, by_words
from reconciler.service import Rate

__all__ = [
    "LIMITS",
    "QUOTAS",
    "Attempt",
    "BadRule",
    "Crash",
    "Fault",
    "FaultKind",
    "Lag",
    "Plan",
    "Quotas",
    "Rate",
    "Rule",
    "Rules",
    "Trouble",
    "at",
    "by_words",
    "cases",
    "no_faults",
]
