"""Vaults: their policies, notifications, locks and tags."""

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from moto.backup.models import BackupBackend
from moto.core.resource_tagging import TaggedResource
from moto.sns.models import sns_backends

from reconciler.sandbox.moto_patches.keys import find_key
from reconciler.sandbox.moto_patches.pages import cut
from reconciler.sandbox.moto_patches.policies import is_there, listed, principals_of
from reconciler.sandbox.process_state import current
from reconciler.sandbox.sandbox_error import SandboxError

Reply = Mapping[str, Any]
PAGE = 1000
MOST_TAGS = 50
SHORTEST_RETENTION, LONGEST_RETENTION = 1, 36_500
COOLING_OFF = 3
"""The least days between the request for a lock and its lock date.

Source: https://docs.aws.amazon.com/aws-backup/latest/devguide/API_PutBackupVaultLockConfiguration.html
"""
HELD = "Backup vault cannot be deleted because it contains recovery points."
FINAL = "The vault lock configuration is immutable: its lock date has passed."


def invalid(text: str) -> SandboxError:
    """Return the error of a wrong value."""
    return SandboxError("InvalidParameterValueException", text)


def not_now(text: str) -> SandboxError:
    """Return the error of a request that does not fit the state of the resource."""
    return SandboxError("InvalidRequestException", text)


def absent(text: str) -> SandboxError:
    """Return the error of something that does not exist."""
    return SandboxError("ResourceNotFoundException", text)


def now() -> datetime:
    """Return the present time of the sandbox."""
    return datetime.fromtimestamp(current().clock(), UTC)


WRONG_TOKEN = invalid("Invalid NextToken.")


class Vaults(BackupBackend):
    """The vaults of one Region."""

    def __init__(self, region_name: str, account_id: str) -> None:
        super().__init__(region_name, account_id)
        self.kept: dict[str, dict[str, Any]] = {}
        """By name: the members that DescribeBackupVault shows."""
        self.policies: dict[str, str] = {}
        self.noticed: dict[str, Reply] = {}
        self.points: dict[str, dict[str, dict[str, Any]]] = {}
        """By name of the vault, then by ARN: its recovery points."""

    def make_vault(
        self,
        BackupVaultName: str,
        BackupVaultTags: Mapping[str, str] | None = None,
        EncryptionKeyArn: str | None = None,
        CreatorRequestId: str = "",
    ) -> Reply:
        """CreateBackupVault.

        Source: https://docs.aws.amazon.com/aws-backup/latest/devguide/API_CreateBackupVault.html
        """
        if BackupVaultName in self.kept:
            raise SandboxError("AlreadyExistsException", "Backup vault with the same name already exists")
        if EncryptionKeyArn and find_key(self.account_id, self.region_name, EncryptionKeyArn) is None:
            raise invalid("The specified key does not exist")
        _check_tags(BackupVaultTags or {})
        vault = {
            "BackupVaultName": BackupVaultName,
            "BackupVaultArn": self.arn(f"backup-vault:{BackupVaultName}"),
            "VaultType": "BACKUP_VAULT",
            "VaultState": "AVAILABLE",
            "EncryptionKeyArn": EncryptionKeyArn or self._own_key(),
            "EncryptionKeyType": "CUSTOMER_MANAGED_KMS_KEY" if EncryptionKeyArn else "AWS_OWNED_KMS_KEY",
            "CreationDate": now(),
            "CreatorRequestId": CreatorRequestId,
            "Locked": False,
        }
        self.kept[BackupVaultName] = vault
        self.tag_resource(str(vault["BackupVaultArn"]), dict(BackupVaultTags or {}))
        return {name: vault[name] for name in ("BackupVaultName", "BackupVaultArn", "CreationDate")}

    def show_vault(self, BackupVaultName: str, BackupVaultAccountId: str | None = None) -> Reply:
        """DescribeBackupVault."""
        del BackupVaultAccountId
        return self._shown(self.vault(BackupVaultName))

    def show_vaults(
        self,
        ByVaultType: str = "BACKUP_VAULT",
        ByShared: bool = False,
        NextToken: str | None = None,
        MaxResults: int = PAGE,
    ) -> Reply:
        """ListBackupVaults; other accounts share none."""
        found = [] if ByShared or ByVaultType != "BACKUP_VAULT" else [*self.kept.values()]
        page, token = cut(
            found, lambda each: str(each["BackupVaultName"]), MaxResults, NextToken, WRONG_TOKEN
        )
        return {"BackupVaultList": [self._shown(each) for each in page], "NextToken": token}

    def drop_vault(self, BackupVaultName: str) -> Reply:
        """DeleteBackupVault: only an empty vault.

        Source: https://docs.aws.amazon.com/aws-backup/latest/devguide/API_DeleteBackupVault.html
        """
        vault = self.vault(BackupVaultName)
        if self.points.get(BackupVaultName):
            raise not_now(HELD)
        self.tagger.delete_all_tags_for_resource(vault["BackupVaultArn"])
        for each in (self.kept, self.policies, self.noticed, self.points):
            each.pop(BackupVaultName, None)
        return {}

    def vault(self, name: str) -> dict[str, Any]:
        """Return a vault. AWS does not tell who asks for a missing one that it does not exist.

        Source: https://github.com/hashicorp/terraform-provider-aws/pull/19749
        """
        if name not in self.kept:
            text = "Insufficient privileges to perform this action."
            raise SandboxError("AccessDeniedException", text, http_status=403)
        return self.kept[name]

    def _shown(self, vault: Mapping[str, Any]) -> Reply:
        held = self.points.get(vault["BackupVaultName"], {})
        return {**vault, "NumberOfRecoveryPoints": len(held)}

    def _own_key(self) -> str:
        return f"arn:{self.partition}:kms:{self.region_name}:{self.account_id}:key/00000000-0000-0000-0000-00000000bac0"

    # -- policy, notifications, lock -----------------------------------------------------------------------------------------

    def put_policy(self, BackupVaultName: str, Policy: str | None = None) -> Reply:
        """PutBackupVaultAccessPolicy: its principals must exist.

        Source: https://github.com/hashicorp/terraform-provider-aws/issues/33173
        """
        self.vault(BackupVaultName)
        try:
            statements = listed(json.loads(Policy or "")["Statement"])
        except (ValueError, KeyError, TypeError):
            raise invalid("The specified policy is not a valid policy document.") from None
        named = [each for statement in statements for each in listed(principals_of(statement))]
        if not all(is_there(str(each), self.account_id) for each in named):
            raise invalid(
                "Provided principal is not valid. Please input a valid principal and retry the request."
            )
        self.policies[BackupVaultName] = str(Policy)
        return {}

    def show_policy(self, BackupVaultName: str) -> Reply:
        """GetBackupVaultAccessPolicy."""
        vault = self.vault(BackupVaultName)
        if BackupVaultName not in self.policies:
            raise absent(f"Backup Vault {BackupVaultName} has no associated policy")
        return {**_at(vault), "Policy": self.policies[BackupVaultName]}

    def drop_policy(self, BackupVaultName: str) -> Reply:
        """DeleteBackupVaultAccessPolicy."""
        self.vault(BackupVaultName)
        self.policies.pop(BackupVaultName, None)
        return {}

    def put_notifications(
        self, BackupVaultName: str, SNSTopicArn: str, BackupVaultEvents: list[str]
    ) -> Reply:
        """PutBackupVaultNotifications: the topic must exist.

        Source: https://github.com/lgallard/terraform-aws-backup/issues/73
        """
        self.vault(BackupVaultName)
        if not BackupVaultEvents:
            raise invalid("Please select at least one notification")
        region, account = [*SNSTopicArn.split(":"), "", "", "", ""][3:5]
        topics = sns_backends[account][region].topics if account == self.account_id else {SNSTopicArn: None}
        if SNSTopicArn not in topics:
            raise SandboxError("AccessDeniedException", "Insufficient privileges.", http_status=403)
        self.noticed[BackupVaultName] = {"SNSTopicArn": SNSTopicArn, "BackupVaultEvents": BackupVaultEvents}
        return {}

    def show_notifications(self, BackupVaultName: str) -> Reply:
        """GetBackupVaultNotifications.

        Source: https://github.com/pulumi/pulumi-aws/issues/2571
        """
        vault = self.vault(BackupVaultName)
        if BackupVaultName not in self.noticed:
            raise absent(f"Failed reading notifications from database for Backup vault {BackupVaultName}")
        return {**_at(vault), **self.noticed[BackupVaultName]}

    def drop_notifications(self, BackupVaultName: str) -> Reply:
        """DeleteBackupVaultNotifications."""
        self.vault(BackupVaultName)
        self.noticed.pop(BackupVaultName, None)
        return {}

    def put_lock(
        self,
        BackupVaultName: str,
        MinRetentionDays: int | None = None,
        MaxRetentionDays: int | None = None,
        ChangeableForDays: int | None = None,
    ) -> Reply:
        """PutBackupVaultLockConfiguration: replaces the whole configuration until its lock date.

        Source: https://docs.aws.amazon.com/aws-backup/latest/devguide/API_PutBackupVaultLockConfiguration.html
        """
        vault = self._changeable(BackupVaultName)
        least, most = MinRetentionDays or SHORTEST_RETENTION, MaxRetentionDays or LONGEST_RETENTION
        if not SHORTEST_RETENTION <= least <= most <= LONGEST_RETENTION:
            raise invalid("The retention days of a vault lock must be from 1 to 36500, the minimum first")
        if ChangeableForDays is not None and not COOLING_OFF <= ChangeableForDays <= LONGEST_RETENTION:
            raise invalid("ChangeableForDays must be from 3 to 36500")
        vault["Locked"] = True
        days = {"MinRetentionDays": MinRetentionDays, "MaxRetentionDays": MaxRetentionDays}
        until = None if ChangeableForDays is None else now() + timedelta(days=ChangeableForDays)
        for name, value in {**days, "LockDate": until}.items():
            vault.pop(name, None)
            vault.update({} if value is None else {name: value})
        return {}

    def drop_lock(self, BackupVaultName: str) -> Reply:
        """DeleteBackupVaultLockConfiguration: not after the lock date."""
        vault = self._changeable(BackupVaultName)
        vault["Locked"] = False
        for name in ("MinRetentionDays", "MaxRetentionDays", "LockDate"):
            vault.pop(name, None)
        return {}

    def _changeable(self, name: str) -> dict[str, Any]:
        vault = self.vault(name)
        if "LockDate" in vault and now() >= vault["LockDate"]:
            raise not_now(FINAL)
        return vault

    # -- tags ----------------------------------------------------------------------------------------------------------------

    def tag(self, ResourceArn: str, Tags: Mapping[str, str]) -> Reply:
        """TagResource; an existing key gets the new value."""
        self._check_tagged(ResourceArn)
        _check_tags({**self.tagger.get_tag_dict_for_resource(ResourceArn), **Tags})
        self.tag_resource(ResourceArn, dict(Tags))
        return {}

    def untag(self, ResourceArn: str, TagKeyList: list[str]) -> Reply:
        """UntagResource; missing keys are accepted."""
        self._check_tagged(ResourceArn)
        self.untag_resource(ResourceArn, TagKeyList)
        return {}

    def show_tags(self, ResourceArn: str, NextToken: str | None = None, MaxResults: int = PAGE) -> Reply:
        """ListTags."""
        self._check_tagged(ResourceArn)
        tags = self.tagger.get_tag_dict_for_resource(ResourceArn)
        page, token = cut([*tags], str, MaxResults, NextToken, WRONG_TOKEN)
        return {"Tags": {each: tags[each] for each in page}, "NextToken": token}

    def tagged(self) -> Iterator[str]:
        """The ARNs of everything that takes tags."""
        yield from (str(each["BackupVaultArn"]) for each in self.kept.values())

    def iter_tagged_resources(self) -> Iterator[TaggedResource]:
        """Yield what the tagging API finds."""
        for arn in self.tagged():
            type_ = f"backup:{arn.split(':')[5]}"
            yield TaggedResource(
                arn=arn, tags=self.tagger.get_tag_dict_for_resource(arn), resource_type=type_
            )

    def _check_tagged(self, arn: str) -> None:
        if arn not in self.tagged():
            raise absent(f"Resource {arn} does not exist")

    def arn(self, resource: str) -> str:
        """Return the ARN of a resource."""
        return f"arn:{self.partition}:backup:{self.region_name}:{self.account_id}:{resource}"


def _at(vault: Mapping[str, Any]) -> Reply:
    return {name: vault[name] for name in ("BackupVaultName", "BackupVaultArn")}


def _check_tags(tags: Mapping[str, str]) -> None:
    """Refuse too many tags, and keys that AWS keeps."""
    if len(tags) > MOST_TAGS:
        raise invalid(f"A resource can have at most {MOST_TAGS} tags.")
    if any(key.lower().startswith("aws:") for key in tags):
        raise invalid("Tag keys cannot start with aws:")
