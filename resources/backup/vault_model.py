"""The settings of a backup vault.

Sources: CreateBackupVault, PutBackupVaultAccessPolicy, PutBackupVaultNotifications, PutBackupVaultLockConfiguration (AWS Backup API
Reference).
"""

from typing import Annotated, Any, Literal

from pydantic import Field

from reconciler.model import Part, Resource, Unordered, Whole, Wire
from reconciler.resources.identifiers import KeyArn, TopicArn
from reconciler.resources.lasting import LASTS
from reconciler.resources.policy_document import RESOURCE_POLICY

Days = Annotated[int, Field(ge=1, le=36_500)]
VaultEvent = Literal[
    "ACCESS_POINT_AVAILABLE", "ACCESS_POINT_CREATION_FAILED", "ACCESS_POINT_DELETED", "ACCESS_POINT_DELETION_FAILED",
    "ACCESS_POINT_DISASSOCIATED", "ACCESS_POINT_EXPIRED", "BACKUP_JOB_COMPLETED", "BACKUP_JOB_EXPIRED", "BACKUP_JOB_FAILED",
    "BACKUP_JOB_STARTED", "BACKUP_JOB_SUCCESSFUL", "BACKUP_PLAN_CREATED", "BACKUP_PLAN_MODIFIED",
    "CONTINUOUS_BACKUP_INTERRUPTED", "COPY_JOB_FAILED", "COPY_JOB_STARTED", "COPY_JOB_SUCCESSFUL", "EKS_BACKUP_OBJECT_FAILED",
    "EKS_RESTORE_MODIFICATION_FAILED", "EKS_RESTORE_MODIFICATION_SUCCESS", "EKS_RESTORE_OBJECT_FAILED",
    "EKS_RESTORE_OBJECT_SKIPPED", "RECOVERY_POINT_INDEXING_FAILED", "RECOVERY_POINT_INDEX_COMPLETED",
    "RECOVERY_POINT_INDEX_DELETED", "RECOVERY_POINT_MODIFIED", "RESTORE_JOB_COMPLETED", "RESTORE_JOB_FAILED",
    "RESTORE_JOB_STARTED", "RESTORE_JOB_SUCCESSFUL", "S3_BACKUP_OBJECT_FAILED", "S3_RESTORE_OBJECT_FAILED",
]  # fmt: skip


class Notifications(Part):
    """The topic that gets messages about these events of the vault. Its policy lets `backup.amazonaws.com` publish."""

    sns_topic_arn: Annotated[TopicArn, Wire("SNSTopicArn")]
    backup_vault_events: Annotated[list[VaultEvent], Unordered(), Field(min_length=1)]


class LockConfiguration(Part):
    """Nobody deletes a backup of a locked vault before its retention has passed."""

    min_retention_days: Days | None = None
    max_retention_days: Days | None = None
    changeable_for_days: Annotated[int | None, Field(ge=3, le=36_500)] = None
    """The days until the lock is final: nobody can change or remove it then. Without it, the lock can always be removed."""


class Vault(Resource):
    """A backup vault."""

    encryption_key_arn: Annotated[KeyArn | None, LASTS] = None
    access_policy: Annotated[dict[str, Any] | None, RESOURCE_POLICY, Wire("Policy")] = None
    notifications: Annotated[Notifications | None, Whole()] = None
    lock_configuration: Annotated[LockConfiguration | None, Whole()] = None
