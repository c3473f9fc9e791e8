"""Recovery points in vaults, and the jobs that create them."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import NAMESPACE_OID, uuid5

from reconciler.sandbox.moto_patches.backup.vaults import (
    PAGE,
    WRONG_TOKEN,
    Reply,
    Vaults,
    absent,
    invalid,
    not_now,
    now,
)
from reconciler.sandbox.moto_patches.pages import cut
from reconciler.sandbox.moto_patches.policies import is_there

FILTERS = {"ByResourceArn": "ResourceArn", "ByResourceType": "ResourceType"}


class Points(Vaults):
    """The recovery points of one Region."""

    def __init__(self, region_name: str, account_id: str) -> None:
        super().__init__(region_name, account_id)
        self.jobs: dict[str, dict[str, Any]] = {}

    def start(
        self,
        BackupVaultName: str,
        ResourceArn: str,
        IamRoleArn: str,
        Lifecycle: Mapping[str, Any] | None = None,
        RecoveryPointTags: Mapping[str, str] | None = None,
        **_more: Any,
    ) -> Reply:
        """StartBackupJob: the recovery point is there at once. The lock of a vault limits its retention.

        Source: https://docs.aws.amazon.com/aws-backup/latest/devguide/API_StartBackupJob.html
        """
        del RecoveryPointTags
        vault, days = self.vault(BackupVaultName), (Lifecycle or {}).get("DeleteAfterDays")
        self.check_role(IamRoleArn)
        if days is not None and days < vault.get("MinRetentionDays", 1):
            raise invalid("The retention of the backup is shorter than the minimum of the vault lock")
        if vault.get("MaxRetentionDays") and (days is None or days > vault["MaxRetentionDays"]):
            raise invalid("The retention of the backup is longer than the maximum of the vault lock")
        id_ = str(uuid5(NAMESPACE_OID, f"{BackupVaultName} {ResourceArn} {len(self.jobs)}"))
        arn = self.arn(f"recovery-point:{id_}")
        point = {
            "RecoveryPointArn": arn,
            "BackupVaultName": BackupVaultName,
            "BackupVaultArn": vault["BackupVaultArn"],
            "ResourceArn": ResourceArn,
            "ResourceType": ResourceArn.split(":")[2],
            "IamRoleArn": IamRoleArn,
            "Status": "COMPLETED",
            "CreationDate": now(),
            "CompletionDate": now(),
            "EncryptionKeyArn": vault["EncryptionKeyArn"],
            "IsEncrypted": True,
            **({"Lifecycle": dict(Lifecycle)} if Lifecycle else {}),
        }
        self.points.setdefault(BackupVaultName, {})[arn] = point
        shown = ("RecoveryPointArn", "BackupVaultName", "BackupVaultArn", "ResourceArn", "CreationDate")
        self.jobs[id_] = {**{name: point[name] for name in shown}, "BackupJobId": id_, "State": "COMPLETED"}
        return {"BackupJobId": id_, "RecoveryPointArn": arn, "CreationDate": point["CreationDate"]}

    def show_job(self, BackupJobId: str) -> Reply:
        """DescribeBackupJob."""
        if BackupJobId not in self.jobs:
            raise absent(f"Backup job {BackupJobId} does not exist")
        return self.jobs[BackupJobId]

    def show_points(
        self, BackupVaultName: str, NextToken: str | None = None, MaxResults: int = PAGE, **asked: Any
    ) -> Reply:
        """ListRecoveryPointsByBackupVault."""
        self.vault(BackupVaultName)
        found = [
            each
            for each in self.points.get(BackupVaultName, {}).values()
            if all(each[member] == asked[name] for name, member in FILTERS.items() if name in asked)
        ]
        page, token = cut(
            found, lambda each: str(each["RecoveryPointArn"]), MaxResults, NextToken, WRONG_TOKEN
        )
        return {"RecoveryPoints": page, "NextToken": token}

    def show_point(
        self, BackupVaultName: str, RecoveryPointArn: str, BackupVaultAccountId: str | None = None
    ) -> Reply:
        """DescribeRecoveryPoint."""
        del BackupVaultAccountId
        return self._point(BackupVaultName, RecoveryPointArn)

    def drop_point(self, BackupVaultName: str, RecoveryPointArn: str) -> Reply:
        """DeleteRecoveryPoint: not in a locked vault before its retention has passed.

        Source: https://docs.aws.amazon.com/aws-backup/latest/devguide/vault-lock.html
        """
        point = self._point(BackupVaultName, RecoveryPointArn)
        kept = timedelta(days=self.vault(BackupVaultName).get("MinRetentionDays", 0))
        if self.vault(BackupVaultName)["Locked"] and now() < point["CreationDate"] + kept:
            raise not_now("The recovery point cannot be deleted: its backup vault is locked.")
        del self.points[BackupVaultName][RecoveryPointArn]
        return {}

    def _point(self, vault: str, arn: str) -> dict[str, Any]:
        self.vault(vault)
        if arn not in self.points.get(vault, {}):
            raise absent(f"Recovery point {arn} does not exist")
        return self.points[vault][arn]

    def check_role(self, arn: str) -> None:
        """Refuse a role that does not exist.

        Source: https://github.com/hashicorp/terraform-provider-aws/issues/9297
        """
        if not is_there(arn, self.account_id):
            raise invalid(f"The provided role {arn} cannot be assumed by AWS Backup.")
