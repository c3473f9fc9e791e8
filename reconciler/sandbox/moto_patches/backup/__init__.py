"""AWS Backup: keeps every setting of vaults, plans and selections, holds recovery points, and refuses what AWS refuses.

Known-lossy: a backup is finished at once, and holds no data; nothing is restored or copied; no schedule starts a backup; changes are
visible at once; logically air-gapped vaults are missing. Report plans stay moto's.
"""

from collections.abc import Mapping

from moto.backup.responses import BackupResponse

from reconciler.sandbox import extension
from reconciler.sandbox.moto_patches.backup.selections import Selections


def install() -> None:
    """Replace moto's vaults and plans."""
    extension.extend("backup", Backup, "moto.backup", BackupResponse.dispatch)


class Backup(Selections):
    """The control plane of vaults, plans and selections."""

    def __init__(self, region_name: str, account_id: str) -> None:
        super().__init__(region_name, account_id)
        self.operations: Mapping[str, extension.Operation] = {
            "CreateBackupVault": self.make_vault,
            "DescribeBackupVault": self.show_vault,
            "ListBackupVaults": self.show_vaults,
            "DeleteBackupVault": self.drop_vault,
            "PutBackupVaultAccessPolicy": self.put_policy,
            "GetBackupVaultAccessPolicy": self.show_policy,
            "DeleteBackupVaultAccessPolicy": self.drop_policy,
            "PutBackupVaultNotifications": self.put_notifications,
            "GetBackupVaultNotifications": self.show_notifications,
            "DeleteBackupVaultNotifications": self.drop_notifications,
            "PutBackupVaultLockConfiguration": self.put_lock,
            "DeleteBackupVaultLockConfiguration": self.drop_lock,
            "StartBackupJob": self.start,
            "DescribeBackupJob": self.show_job,
            "ListRecoveryPointsByBackupVault": self.show_points,
            "DescribeRecoveryPoint": self.show_point,
            "DeleteRecoveryPoint": self.drop_point,
            "CreateBackupPlan": self.make_plan,
            "UpdateBackupPlan": self.change_plan,
            "GetBackupPlan": self.show_plan,
            "ListBackupPlans": self.show_plans,
            "ListBackupPlanVersions": self.show_versions,
            "DeleteBackupPlan": self.drop_plan,
            "CreateBackupSelection": self.make_selection,
            "GetBackupSelection": self.show_selection,
            "ListBackupSelections": self.show_selections,
            "DeleteBackupSelection": self.drop_selection,
            "TagResource": self.tag,
            "UntagResource": self.untag,
            "ListTags": self.show_tags,
        }
