"""The service AWS Backup.

Sources: "Actions, resources, and condition keys for AWS Backup" (Service Authorization Reference); the errors of each operation
(AWS Backup API Reference). AWS publishes no rates.
"""

from reconciler.errors import Taken, Waiting
from reconciler.service import Service

BACKUP = Service(
    name="backup",
    also_asks={"CreateBackupVault": ("backup-storage:MountCapsule",)},
    unscoped={
        "backup:ListBackupVaults": "lists all vaults",
        "backup:ListBackupPlans": "lists all plans",
        "backup-storage:MountCapsule": "IAM names no resource of the storage of vaults",
    },
    errors={"AlreadyExistsException": Taken},
    errors_by_message={
        # A new role or user is not known everywhere for some seconds.
        "Provided principal is not valid": Waiting,
        "cannot be assumed by AWS Backup": Waiting,
        "is not authorized to call tag:GetResources": Waiting,
    },
)
