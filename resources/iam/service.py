"""The service AWS Identity and Access Management.

Sources: "Common errors" and the errors of each operation (IAM API Reference); "Actions, resources, and condition keys for
AWS Identity and Access Management" (Service Authorization Reference); "Logging IAM and AWS STS API calls with AWS CloudTrail"
(IAM User Guide). AWS publishes no rate of its operations.
"""

from reconciler.errors import Absent, Busy, InUse, Taken, Waiting
from reconciler.service import Service

IAM = Service(
    name="iam",
    events_from={"aws": "us-east-1", "aws-cn": "cn-north-1", "aws-us-gov": "us-gov-west-1"},
    errors={
        "NoSuchEntity": Absent,
        "EntityAlreadyExists": Taken,
        "DeleteConflict": InUse,
        "ConcurrentModification": Busy,
        "EntityTemporarilyUnmodifiable": Waiting,
    },
    # A role or user in a trust policy does not exist, or is not visible yet.
    errors_by_message={"Invalid principal in policy": Absent},
    # For tags in a create request.
    also_asks={
        "CreateOpenIDConnectProvider": ("iam:TagOpenIDConnectProvider",),
        "CreatePolicy": ("iam:TagPolicy",),
        "CreateRole": ("iam:TagRole",),
    },
    unscoped={
        "iam:GetAccountAuthorizationDetails": "lists all roles and policies",
        "iam:ListOpenIDConnectProviders": "lists all OIDC providers",
        "iam:ListPolicies": "lists all managed policies",
        "iam:ListRoles": "lists all roles",
    },
)
