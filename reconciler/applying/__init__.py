"""Carries out a plan, step by step; the only room that changes AWS."""

from reconciler.applying.outcomes import LATE, TROUBLE, Outcome, Progress, Quiet, Result
from reconciler.applying.walking import Applier

__all__ = ["LATE", "TROUBLE", "Applier", "Outcome", "Progress", "Quiet", "Result"]
