"""backup.plan."""

import json
from typing import Any

from reconciler.testing import Change, Given, Sample

ACCOUNT = "123456789012"
PLACE = f"arn:aws:backup:eu-west-2:{ACCOUNT}:backup-vault"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/scans"
UPDATE = ("UpdateBackupPlan",)
TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Principal": {"Service": "backup.amazonaws.com"}, "Action": "sts:AssumeRole"}
    ],
}


def vault(name: str) -> Given:
    return Given("backup", "create_backup_vault", {"BackupVaultName": name})


def role(name: str) -> Given:
    return Given("iam", "create_role", {"RoleName": name, "AssumeRolePolicyDocument": json.dumps(TRUST)})


DAILY: dict[str, Any] = {
    "rule_name": "daily",
    "target_backup_vault_name": "nightly",
    "target_logically_air_gapped_backup_vault_arn": f"{PLACE}:air-gapped",
    "schedule_expression": "cron(0 3 ? * * *)",
    "schedule_expression_timezone": "Asia/Tokyo",
    "start_window_minutes": 60,
    "completion_window_minutes": 600,
    "lifecycle": {
        "move_to_cold_storage_after_days": 30,
        "delete_after_days": 400,
        "opt_in_to_archive_for_supported_resources": True,
    },
    "recovery_point_tags": {"Team": "shop"},
    "copy_actions": [
        {
            "destination_backup_vault_arn": f"{PLACE}:far-away",
            "lifecycle": {
                "move_to_cold_storage_after_days": 30,
                "delete_after_days": 400,
                "opt_in_to_archive_for_supported_resources": True,
            },
        }
    ],
    "index_actions": [{"resource_types": ["S3"]}],
    "scan_actions": [{"malware_scanner": "GUARDDUTY", "scan_mode": "FULL_SCAN"}],
}
CONTINUOUS = {
    "rule_name": "continuous",
    "target_backup_vault_name": "nightly",
    "enable_continuous_backup": True,
    "lifecycle": {"delete_after_days": 35},
}
OPTIONS = {"resource_type": "EC2", "backup_options": {"WindowsVSS": "enabled"}}
SCANS = {"malware_scanner": "GUARDDUTY", "resource_types": ["EBS", "S3"], "scanner_role_arn": ROLE}

SAMPLE = Sample(
    name="orders",
    given=(vault("nightly"), vault("weekly"), role("scans"), role("more-scans")),
    base={
        "rules": [DAILY, CONTINUOUS],
        "advanced_backup_settings": [OPTIONS],
        "scan_settings": [SCANS],
        "tags": {"Team": "shop"},
    },
    changes=(
        Change("rules", [{**DAILY, "schedule_expression": "cron(0 4 ? * * *)"}, CONTINUOUS], UPDATE),
        Change("rules", [DAILY], UPDATE, "one fewer"),
        Change("rules", [CONTINUOUS, {**DAILY, "rule_name": "often"}], UPDATE, "another"),
        Change(
            "rules", [{**DAILY, "target_backup_vault_name": "weekly"}, CONTINUOUS], UPDATE, "another vault"
        ),
        Change(
            "advanced_backup_settings",
            [{**OPTIONS, "backup_options": {"WindowsVSS": "disabled"}}],
            UPDATE,
        ),
        Change("advanced_backup_settings", None, UPDATE, "taken away"),
        Change(
            "scan_settings", [{**SCANS, "scanner_role_arn": f"{ROLE.replace('scans', 'more-scans')}"}], UPDATE
        ),
        Change("scan_settings", None, UPDATE, "taken away"),
        Change("tags", {"Team": None, "Cost": "42"}, ("TagResource", "UntagResource")),
    ),
    # A request holds the whole plan with its name: `test_live_backup_plans` changes plans by hand.
    drifts=(),
    misfits=dict.fromkeys(
        (
            "rules[].lifecycle: AWS has DeleteAfterEvent as well",
            "rules[].copy_actions[].lifecycle: AWS has DeleteAfterEvent as well",
        ),
        "AWS shows it, and takes it in no request",
    ),
    needed={"rules": "AWS requires it of the structure that holds the plan"},
)
