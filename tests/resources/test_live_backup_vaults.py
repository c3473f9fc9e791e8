"""Passes over backup vaults: locks that become final, vaults with backups, mistakes in the files."""

import json
from typing import Any

import pytest

from reconciler.desired import InvalidStack
from tests.resources.live_harness import LiveHarness, fields, messages

ACCOUNT = "123456789012"
TABLE = f"arn:aws:dynamodb:eu-west-2:{ACCOUNT}:table/orders"
TRUST = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "backup.amazonaws.com"}}
AT = {"BackupVaultName": "nightly"}
DAY = 86_400


def vault(**settings: Any) -> dict[str, Any]:
    return {"backup.vault": {"nightly": settings}}


def locked(**days: int) -> dict[str, Any]:
    return vault(lock_configuration={"min_retention_days": 7, **days})


def notes(harness: LiveHarness, resources: dict[str, Any]) -> str:
    return "\n".join(harness.run(resources, dry_run=True).notes)


def test_the_plan_says_that_a_lock_becomes_final_and_after_it_refuses_changes(harness: LiveHarness) -> None:
    """https://docs.aws.amazon.com/aws-backup/latest/devguide/vault-lock.html"""
    harness.settle(locked())
    assert "3 days after this pass sets it: nobody can change" in notes(
        harness, locked(changeable_for_days=3)
    )
    harness.settle(locked(changeable_for_days=3))
    assert "until then `lock_configuration: null` removes it" in notes(harness, locked(changeable_for_days=3))
    harness.settle(locked())  # without a lock date again
    harness.settle(locked(changeable_for_days=3))
    harness.clock.sleep(3 * DAY)
    harness.require_quiet(locked(changeable_for_days=3))
    for wanted in (locked(), vault(lock_configuration=None)):
        assert "the lock of this vault is final since" in messages(harness.run(wanted))[0]
        assert harness.calls == []


def test_a_lock_date_by_hand_is_removed(harness: LiveHarness) -> None:
    harness.settle(locked())
    backup = harness.client("backup")
    backup.put_backup_vault_lock_configuration(**AT, MinRetentionDays=7, ChangeableForDays=3)
    assert fields(harness.settle(locked())) == ["lock_configuration.changeable_for_days"]
    assert "LockDate" not in backup.describe_backup_vault(**AT)


def test_a_vault_that_holds_backups_is_not_deleted(harness: LiveHarness) -> None:
    harness.settle(vault(policy={"protect": False}))
    policy = json.dumps({"Version": "2012-10-17", "Statement": [TRUST]})
    role = harness.client("iam").create_role(RoleName="backups", AssumeRolePolicyDocument=policy)["Role"][
        "Arn"
    ]
    backup = harness.client("backup")
    point = backup.start_backup_job(**AT, ResourceArn=TABLE, IamRoleArn=role)["RecoveryPointArn"]
    pruned: dict[str, Any] = {"prune": True, "guard": {"max_deletes": 1}}
    report = harness.run({}, **pruned)
    assert "the vault holds 1 recovery points, and AWS deletes only empty vaults" in messages(report)[0]
    backup.delete_recovery_point(**AT, RecoveryPointArn=point)
    assert harness.run({}, **pruned).outcome == "settled"
    assert backup.list_backup_vaults()["BackupVaultList"] == []


def test_mistakes_are_found_before_any_call(harness: LiveHarness) -> None:
    told = {
        "sns_topic_arn": f"arn:aws:sns:eu-west-2:{ACCOUNT}:x",
        "backup_vault_events": ["BACKUP_JOB_FAILED"],
    }
    wrong = {
        "notifications": told,
        "lock_configuration": {"min_retention_days": 8, "max_retention_days": 7},
        "encryption_key_arn": None,
    }
    with pytest.raises(InvalidStack) as invalid:
        harness.run(vault(**wrong))
    text = str(invalid.value)
    assert "AWS no longer takes the event BACKUP_JOB_FAILED; write BACKUP_JOB_COMPLETED" in text
    assert "the maximum must not be less than min_retention_days" in text
    assert "AWS cannot clear this" in text
