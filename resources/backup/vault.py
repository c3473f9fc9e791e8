"""backup.vault: a vault that holds backups."""

from collections.abc import Collection, Iterable, Mapping
from typing import ClassVar

from reconciler.appearance import Appearance
from reconciler.cloudformation import CloudFormation
from reconciler.contract import Adapter, Address, Api, Create, Delete, Named, Reads, Sighting
from reconciler.forms import Form
from reconciler.permissions import GrantedFor
from reconciler.resources.backup import costs, unused
from reconciler.resources.backup.service import BACKUP
from reconciler.resources.backup.vault_changes import (
    ALONE,
    TAGGING,
    UPDATES,
    impossible,
    remarks,
    require_empty,
)
from reconciler.resources.backup.vault_grants import for_key
from reconciler.resources.backup.vault_model import Vault
from reconciler.resources.backup.vault_problems import problems

OF_SERVICES = "aws/"
DEFAULT = "Default"
"""https://docs.aws.amazon.com/aws-backup/latest/devguide/deleting-a-vault.html"""


class VaultAdapter(Adapter[Vault]):
    """CreateBackupVault, and an operation for each setting. A vault that holds recovery points is not deleted."""

    kind = "backup.vault"
    cloudformation = CloudFormation(
        type="AWS::Backup::BackupVault",
        called={
            "BackupVaultName": "name",
            "BackupVaultTags": "tags",
            "EncryptionKeyArn": "encryption_key_arn",
        },
        not_granted={
            "kms:*": "granted for the written key",
            "backup-storage:Mount": "no action of IAM",
        },
    )
    appearance = Appearance(sort="storage", column=3)
    granted_for: ClassVar[Mapping[str, GrantedFor]] = {"encryption_key_arn": for_key}
    service = BACKUP
    model = Vault
    costs = costs.VAULT
    summary = "a vault for backups, with its key, policy, notifications and lock"
    console = (
        "https://{region}.console.aws.amazon.com/backup/home?region={region}#/backupvaults/details/{name}"
    )
    identity = Named(
        name="BackupVaultName",
        arns=("arn:{partition}:backup:{region}:{account}:backup-vault:{name}",),
        forms=(Form(r"[a-zA-Z0-9\-_]{2,50}", "2 to 50 of a-z, A-Z, 0-9, - and _"),),
    )
    create = Create("create_backup_vault", ("encryption_key_arn",), fixed=frozenset({"encryption_key_arn"}))
    updates = UPDATES
    delete = Delete(
        "delete_backup_vault", protected=True, before=require_empty, calls=("list_backup_vaults",)
    )
    reads = Reads(
        list="list_backup_vaults",
        list_with={"ByVaultType": "BACKUP_VAULT"},
        alone=ALONE,
        listed=frozenset({"encryption_key_arn"}),
        page=1000,
    )
    tagging = TAGGING
    tagging_api_type = "backup:backup-vault"
    unused = unused.VAULT
    problems = staticmethod(problems)
    impossible = staticmethod(impossible)
    remarks = staticmethod(remarks)

    def list(self, api: Api, scope: Address) -> Iterable[Sighting]:
        return (each for each in super().list(api, scope) if not each.name.startswith(OF_SERVICES))

    def not_manageable(self, api: Api) -> Iterable[tuple[str, str]]:
        rows = api.pages(self.reads.list, **self.reads.list_with)
        names = (row["BackupVaultName"] for row in rows)
        return [
            (each, "AWS manages it for another service") for each in names if each.startswith(OF_SERVICES)
        ]

    def made_by_aws(self, sighting: Sighting) -> bool:
        return sighting.name == DEFAULT

    def not_written(self, sighting: Sighting) -> Collection[str]:
        own = sighting.settings.get("EncryptionKeyType") == "CUSTOMER_MANAGED_KMS_KEY"
        return () if own else ("encryption_key_arn",)
