"""What IAM has to allow a stack: the least that its passes need, as a policy."""

from reconciler.iam.grants import grants, of_calls, of_secrets
from reconciler.iam.policy import excess, policy_of
from reconciler.iam.services import services_of

__all__ = ["excess", "grants", "of_calls", "of_secrets", "policy_of", "services_of"]
