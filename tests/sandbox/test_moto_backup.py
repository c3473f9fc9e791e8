"""AWS Backup keeps every setting of vaults, plans and selections, and refuses what AWS refuses, with a plain client."""

import json
from datetime import timedelta
from typing import Any

import pytest

from reconciler.runtime.clock import VirtualClock
from reconciler.sandbox import Sandbox
from reconciler.sandbox.account import sandboxed
from tests.sandbox.refusals import ANYBODY, client_of, refusal, refused

ACCOUNT = "123456789012"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/backups"
TABLE = f"arn:aws:dynamodb:eu-west-2:{ACCOUNT}:table/orders"
WRONG, NOT_NOW, ABSENT = (
    "InvalidParameterValueException",
    "InvalidRequestException",
    "ResourceNotFoundException",
)
TAKEN, HIDDEN = "AlreadyExistsException", "AccessDeniedException"
VAULT = {"BackupVaultName": "nightly"}
RULE: dict[str, Any] = {"RuleName": "daily", "TargetBackupVaultName": "nightly"}
PLAN: dict[str, Any] = {"BackupPlanName": "orders", "Rules": [RULE]}
CHOSEN: dict[str, Any] = {"SelectionName": "tables", "IamRoleArn": ROLE, "Resources": [TABLE]}


@pytest.fixture
def backup(sandbox: Sandbox) -> Any:
    return filled(sandbox)


def filled(sandbox: Sandbox) -> Any:
    """A client, with a role and a vault."""
    policy = json.dumps({"Version": "2012-10-17", "Statement": [ANYBODY]})
    client_of(sandbox, "iam").create_role(RoleName="backups", AssumeRolePolicyDocument=policy)
    found = client_of(sandbox, "backup")
    found.create_backup_vault(**VAULT, BackupVaultTags={"Team": "shop"})
    return found


def allowing(principal: str) -> str:
    statement = {"Effect": "Allow", "Principal": {"AWS": principal}, "Action": "backup:*", "Resource": "*"}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def test_a_vault_keeps_its_settings_and_a_missing_one_is_not_told(backup: Any) -> None:
    """https://github.com/hashicorp/terraform-provider-aws/pull/19749"""
    assert refused(backup, "create_backup_vault", **VAULT) == TAKEN
    (row,) = backup.list_backup_vaults()["BackupVaultList"]
    shown = backup.describe_backup_vault(**VAULT)
    assert {name: shown[name] for name in row} == row
    assert backup.list_tags(ResourceArn=row["BackupVaultArn"])["Tags"] == {"Team": "shop"}
    assert refused(backup, "describe_backup_vault", BackupVaultName="other") == HIDDEN
    assert refused(backup, "get_backup_vault_access_policy", **VAULT) == ABSENT
    backup.put_backup_vault_access_policy(**VAULT, Policy=allowing(ROLE))
    assert json.loads(backup.get_backup_vault_access_policy(**VAULT)["Policy"]) == json.loads(allowing(ROLE))
    wrong = {**VAULT, "Policy": allowing(f"{ROLE}-of-nobody")}
    assert refused(backup, "put_backup_vault_access_policy", **wrong) == WRONG


def test_notifications_need_a_topic(sandbox: Sandbox, backup: Any) -> None:
    """https://github.com/lgallard/terraform-aws-backup/issues/73"""
    topic = f"arn:aws:sns:eu-west-2:{ACCOUNT}:told"
    told = {**VAULT, "SNSTopicArn": topic, "BackupVaultEvents": ["BACKUP_JOB_COMPLETED"]}
    assert refused(backup, "put_backup_vault_notifications", **told) == HIDDEN
    assert refused(backup, "get_backup_vault_notifications", **VAULT) == ABSENT
    client_of(sandbox, "sns").create_topic(Name="told")
    backup.put_backup_vault_notifications(**told)
    shown = backup.get_backup_vault_notifications(**VAULT)
    assert {name: shown[name] for name in told} == told


def test_a_lock_is_final_after_its_date() -> None:
    """https://docs.aws.amazon.com/aws-backup/latest/devguide/API_PutBackupVaultLockConfiguration.html"""
    with sandboxed() as (box, clock):
        _final_lock(filled(box), clock)


def _final_lock(backup: Any, clock: VirtualClock) -> None:
    lock = {**VAULT, "MinRetentionDays": 7}
    put = "put_backup_vault_lock_configuration"
    assert refused(backup, put, **lock, ChangeableForDays=2) == WRONG
    assert refused(backup, put, **lock, MaxRetentionDays=6) == WRONG
    backup.put_backup_vault_lock_configuration(**lock, ChangeableForDays=3)
    vault = backup.describe_backup_vault(**VAULT)
    assert (vault["Locked"], vault["MinRetentionDays"]) == (True, 7)
    assert vault["LockDate"] - vault["CreationDate"] >= timedelta(days=3)
    backup.put_backup_vault_lock_configuration(**lock)
    assert "LockDate" not in backup.describe_backup_vault(**VAULT)
    backup.put_backup_vault_lock_configuration(**lock, ChangeableForDays=3)
    clock.sleep(3 * 86_400)
    assert refused(backup, put, **lock) == NOT_NOW
    assert refused(backup, "delete_backup_vault_lock_configuration", **VAULT) == NOT_NOW


def test_a_vault_with_recovery_points_is_not_deleted() -> None:
    """https://docs.aws.amazon.com/aws-backup/latest/devguide/API_DeleteBackupVault.html"""
    with sandboxed() as (box, clock):
        _full_vault(filled(box), clock)


def _full_vault(backup: Any, clock: VirtualClock) -> None:
    job = {**VAULT, "ResourceArn": TABLE, "IamRoleArn": ROLE}
    assert refused(backup, "start_backup_job", **{**job, "IamRoleArn": f"{ROLE}-of-nobody"}) == WRONG
    point = backup.start_backup_job(**job)["RecoveryPointArn"]
    assert backup.describe_backup_vault(**VAULT)["NumberOfRecoveryPoints"] == 1
    assert refusal(backup, "delete_backup_vault", **VAULT) == (
        NOT_NOW,
        "Backup vault cannot be deleted because it contains recovery points.",
    )
    backup.put_backup_vault_lock_configuration(**VAULT, MinRetentionDays=7)
    assert refused(backup, "delete_recovery_point", **VAULT, RecoveryPointArn=point) == NOT_NOW
    assert refused(backup, "start_backup_job", **job, Lifecycle={"DeleteAfterDays": 6}) == WRONG
    clock.sleep(7 * 86_400)
    backup.delete_recovery_point(**VAULT, RecoveryPointArn=point)
    backup.delete_backup_vault(**VAULT)
    assert backup.list_backup_vaults()["BackupVaultList"] == []


def test_a_plan_has_versions_and_its_rules_keep_their_ids(backup: Any) -> None:
    """https://docs.aws.amazon.com/aws-backup/latest/devguide/API_UpdateBackupPlan.html"""
    made = backup.create_backup_plan(BackupPlan=PLAN, CreatorRequestId="one")
    again = backup.create_backup_plan(BackupPlan=PLAN, CreatorRequestId="one")
    assert made["BackupPlanId"] == again["BackupPlanId"]
    assert refused(backup, "create_backup_plan", BackupPlan=PLAN) == TAKEN
    at = {"BackupPlanId": made["BackupPlanId"]}
    (rule,) = backup.get_backup_plan(**at)["BackupPlan"]["Rules"]
    assert (rule["StartWindowMinutes"], rule["ScheduleExpression"]) == (480, "cron(0 5 ? * * *)")
    more = [
        {**RULE, "EnableContinuousBackup": True, "Lifecycle": {"DeleteAfterDays": 35}},
        {**RULE, "RuleName": "b"},
    ]
    changed = backup.update_backup_plan(**at, BackupPlan={**PLAN, "Rules": more})
    assert changed["VersionId"] != made["VersionId"]
    ids = [each["RuleId"] for each in backup.get_backup_plan(**at)["BackupPlan"]["Rules"]]
    assert ids[0] == rule["RuleId"] != ids[1]
    old = backup.get_backup_plan(**at, VersionId=made["VersionId"])
    assert len(old["BackupPlan"]["Rules"]) == 1


@pytest.mark.parametrize(
    "rule",
    [
        {"TargetBackupVaultName": "other"},
        {"ScheduleExpression": "every day"},
        {"StartWindowMinutes": 59},
        {"StartWindowMinutes": 60, "CompletionWindowMinutes": 100},
        {"Lifecycle": {"MoveToColdStorageAfterDays": 30, "DeleteAfterDays": 100}},
        {"EnableContinuousBackup": True, "Lifecycle": {"DeleteAfterDays": 36}},
    ],
)
def test_a_wrong_rule_is_refused(backup: Any, rule: dict[str, Any]) -> None:
    """https://docs.aws.amazon.com/aws-backup/latest/devguide/API_BackupRuleInput.html"""
    assert refused(backup, "create_backup_plan", BackupPlan={**PLAN, "Rules": [{**RULE, **rule}]}) == WRONG


def test_a_plan_with_selections_is_not_deleted(backup: Any) -> None:
    """https://docs.aws.amazon.com/aws-backup/latest/devguide/API_DeleteBackupPlan.html"""
    at = {"BackupPlanId": backup.create_backup_plan(BackupPlan=PLAN)["BackupPlanId"]}
    made = backup.create_backup_selection(**at, BackupSelection=CHOSEN, CreatorRequestId="one")
    again = backup.create_backup_selection(**at, BackupSelection=CHOSEN, CreatorRequestId="one")
    assert made["SelectionId"] == again["SelectionId"]
    assert refused(backup, "delete_backup_plan", **at) == NOT_NOW
    (row,) = backup.list_backup_selections(**at)["BackupSelectionsList"]
    assert (row["SelectionName"], row["IamRoleArn"]) == ("tables", ROLE)
    shown = backup.get_backup_selection(**at, SelectionId=row["SelectionId"])
    assert shown["BackupSelection"].items() >= CHOSEN.items()
    assert (
        shown["BackupSelection"]["NotResources"] == shown["BackupSelection"]["Conditions"]["StringLike"] == []
    )
    wrongs: tuple[dict[str, Any], ...] = (
        {"IamRoleArn": f"{ROLE}-of-nobody"},
        {"Resources": []},
        {"Resources": ["arn:aws:s3:::*-logs"]},
    )
    for wrong in wrongs:
        asked = {**at, "BackupSelection": {**CHOSEN, **wrong}}
        assert refused(backup, "create_backup_selection", **asked) == WRONG
    backup.delete_backup_selection(**at, SelectionId=row["SelectionId"])
    backup.delete_backup_plan(**at)
    assert backup.list_backup_plans()["BackupPlansList"] == []
    assert "DeletionDate" in backup.get_backup_plan(**at)
