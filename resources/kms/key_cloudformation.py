"""The differences between CloudFormation's schema and the declaration of kms.key, with reasons."""

from reconciler.cloudformation import CloudFormation
from reconciler.resources.kms.key_model import FIXED

BOTH_WAYS = "no operation changes it; CloudFormation does not say so"


CLOUDFORMATION = CloudFormation(
    type="AWS::KMS::Key",
    called={"EnableKeyRotation": "key_rotation_enabled"},
    left_out={
        "BypassPolicyLockoutSafetyCheck": "AWS's check that somebody can still change the policy is always on"
    },
    fixed=dict.fromkeys(FIXED, BOTH_WAYS),
    write_only={
        "pending_window_in_days": "a tag of the key holds it",
        "rotation_period_in_days": "GetKeyRotationStatus shows it",
    },
)
