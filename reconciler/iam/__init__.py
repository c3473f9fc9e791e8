"""What IAM has to allow a stack: the least that its passes need, as a policy."""

from reconciler.iam.grants import Account, Grant, grants, of_calls, of_secrets
from reconciler.iam.policy import excess, policy_of

__all__ = ["Account", "Grant", "excess", "grants", "of_calls", "of_secrets", "policy_of"]
