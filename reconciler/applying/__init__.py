"""Carries out a plan, step by step; the only package that changes AWS."""

from reconciler.applying.results import LATE, TROUBLE, Outcome, Progress, Quiet, Result
from reconciler.applying.scheduler import Applier

__all__ = ["LATE", "TROUBLE", "Applier", "Outcome", "Progress", "Quiet", "Result"]
