"""Quotas, latency, lag, limits and injected faults; the same seed gives the same faults."""

from reconciler.sandbox.fault_injection.fault_rules import BadRule, Rule, Rules
from reconciler.sandbox.fault_injection.faults import (
    Attempt,
    Crash,
    Fault,
    FaultKind,
    Plan,
    at,
    cases,
    no_faults,
)
from reconciler.sandbox.fault_injection.lag import Lag
from reconciler.sandbox.fault_injection.resource_quotas import LIMITS
from reconciler.sandbox.fault_injection.sandbox_settings import SandboxSettings, by_words
from reconciler.sandbox.fault_injection.token_buckets import QUOTAS, Quotas
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
    "SandboxSettings",
    "at",
    "by_words",
    "cases",
    "no_faults",
]
