"""The settings of a backup plan.

Source: https://docs.aws.amazon.com/aws-backup/latest/devguide/API_CreateBackupPlan.html
"""

from typing import Annotated, Literal

from pydantic import Field

from reconciler.forms import Form, TimeZone, without
from reconciler.model import Means, Part, Resource, Rows, TagKey, TagValue, Unordered, Whole, Wire
from reconciler.resources.identifiers import RoleArn, arn_of
from reconciler.resources.lasting import lasts
from reconciler.resources.schedule_expression import rule_problem

Word = Annotated[str, Form(r"[a-zA-Z0-9\-_.]{1,50}", "1 to 50 of a-z, A-Z, 0-9, -, _ and .")]
VaultName = Annotated[
    str,
    Form(r"[a-zA-Z0-9\-_]{2,50}", "the name of a vault, such as ${backup.vault:NAME#name}"),
    Means("backup.vault", "name"),
]
VaultArn = Annotated[str, *arn_of("backup.vault", "backup-vault:.+", "a backup vault", "backup-vault:NAME")]
Days = Annotated[int, Field(ge=1, le=36_500)]
Minutes = Annotated[int, Field(ge=60, le=52_560_000)]


def _cron_problem(text: str) -> str:
    """The problem of a schedule; AWS Backup takes no rates."""
    return (
        rule_problem(text) if text.startswith("cron(") else "expected a cron expression, as cron(0 5 ? * * *)"
    )


class Lifecycle(Part):
    """How long a backup is kept, and when it is moved to cold storage."""

    move_to_cold_storage_after_days: Days | None = None
    delete_after_days: Days | None = None
    opt_in_to_archive_for_supported_resources: bool | None = None


class CopyAction(Part):
    """A copy of each backup in another vault."""

    destination_backup_vault_arn: VaultArn
    lifecycle: Annotated[Lifecycle | None, Whole()] = None


class IndexAction(Part):
    """The type of resources whose backups are indexed for search."""

    resource_types: Annotated[list[Literal["EBS", "S3"]], Unordered(), Field(min_length=1, max_length=1)]


class ScanAction(Part):
    """A scan of each backup for malware."""

    malware_scanner: Literal["GUARDDUTY"]
    scan_mode: Literal["FULL_SCAN", "INCREMENTAL_SCAN"]


class Rule(Part):
    """When backups are made, and where they are kept."""

    rule_name: Word
    target_backup_vault_name: VaultName
    target_logically_air_gapped_backup_vault_arn: VaultArn | None = None
    schedule_expression: Annotated[
        Annotated[str, without(_cron_problem)] | None, lasts("schedule_expression: cron(0 5 ? * * *)")
    ] = None
    schedule_expression_timezone: Annotated[
        TimeZone | None, lasts("schedule_expression_timezone: Etc/UTC")
    ] = None
    start_window_minutes: Annotated[Minutes | None, lasts("start_window_minutes: 480")] = None
    completion_window_minutes: Annotated[Minutes | None, lasts("completion_window_minutes: 10080")] = None
    lifecycle: Annotated[Lifecycle | None, Whole()] = None
    recovery_point_tags: Annotated[dict[TagKey, TagValue] | None, Whole(), Field(max_length=10)] = None
    """The tags of each backup."""
    copy_actions: Annotated[
        list[CopyAction] | None, Rows(("destination_backup_vault_arn",)), Field(max_length=5)
    ] = None
    enable_continuous_backup: Annotated[bool | None, lasts("enable_continuous_backup: false")] = None
    """Whether resources that support it can be restored to any time in the last 35 days."""
    index_actions: Annotated[list[IndexAction] | None, Field(max_length=1)] = None
    scan_actions: Annotated[list[ScanAction] | None, Rows(("malware_scanner", "scan_mode"))] = None


class AdvancedBackupSetting(Part):
    """Options for a type of resources, such as `{WindowsVSS: enabled}` for EC2."""

    resource_type: Literal["EC2", "S3"]
    backup_options: Annotated[dict[Word, Word], Whole(), Field(min_length=1)]


class ScanSetting(Part):
    """The role with which GuardDuty scans backups, and the types that it scans."""

    malware_scanner: Literal["GUARDDUTY"]
    resource_types: Annotated[list[Word], Unordered(), Field(min_length=1)]
    scanner_role_arn: RoleArn


class Plan(Resource):
    """A backup plan. `rules` is the whole list."""

    rules: Annotated[
        list[Rule] | None,
        Rows(("rule_name",)),
        Field(min_length=1, max_length=10),
        Wire("BackupPlan.Rules"),
        lasts(),
    ] = None
    advanced_backup_settings: Annotated[
        list[AdvancedBackupSetting] | None,
        Rows(("resource_type",)),
        Wire("BackupPlan.AdvancedBackupSettings"),
    ] = None
    scan_settings: Annotated[
        list[ScanSetting] | None, Rows(("malware_scanner",)), Wire("BackupPlan.ScanSettings")
    ] = None
