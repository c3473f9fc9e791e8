"""Computes the least IAM policy that the passes of a stack need."""

from reconciler.iam.grants import grants, of_calls, of_checks, of_secrets, of_unused
from reconciler.iam.policy import LONGEST, policy_of, size_advice, size_of, split, too_many, unscoped
from reconciler.iam.services import services_of

__all__ = [
    "LONGEST",
    "grants",
    "of_calls",
    "of_checks",
    "of_secrets",
    "of_unused",
    "policy_of",
    "services_of",
    "size_advice",
    "size_of",
    "split",
    "too_many",
    "unscoped",
]
