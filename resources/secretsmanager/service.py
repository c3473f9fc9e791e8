"""The service AWS Secrets Manager.

Sources: "Actions, resources, and condition keys for AWS Secrets Manager" (Service Authorization Reference); "AWS Secrets Manager
quotas" (https://docs.aws.amazon.com/secretsmanager/latest/userguide/reference_limits.html); the errors of each operation.
"""

from reconciler.errors import Taken, Waiting
from reconciler.service import Rate, Service

SECRETS_MANAGER = Service(
    name="secretsmanager",
    rate=Rate(50, 50),
    rates={"describe_secret": Rate(1000, 1000), "list_secrets": Rate(100, 100)},
    unscoped={
        "secretsmanager:GetRandomPassword": "makes a random password",
        "secretsmanager:ListSecrets": "lists all secrets",
    },
    also_asks={"CreateSecret": ("secretsmanager:TagResource",)},
    errors={"ResourceExistsException": Taken},
    errors_by_message={
        "already scheduled for deletion": Taken,
        # A permission of a function becomes visible some seconds after it was added.
        "cannot invoke the specified Lambda function": Waiting,
    },
)
