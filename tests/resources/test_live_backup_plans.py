"""Passes over backup plans: changes by hand, other plans of the same name, vaults in their order, mistakes in the files."""

from typing import Any

import pytest

from reconciler.desired import InvalidStack
from tests.resources.live_harness import LiveHarness, fields

RULE = {"rule_name": "daily", "target_backup_vault_name": "${backup.vault:nightly#name}"}
VAULT: dict[str, Any] = {"backup.vault": {"nightly": {"policy": {"protect": False}}}}


def plan(*rules: dict[str, Any], **settings: Any) -> dict[str, Any]:
    return {**VAULT, "backup.plan": {"orders": {"rules": list(rules or (RULE,)), **settings}}}


def document(client: Any, id_: str) -> Any:
    return client.get_backup_plan(BackupPlanId=id_)["BackupPlan"]


def ids(client: Any) -> list[str]:
    return [each["BackupPlanId"] for each in client.list_backup_plans()["BackupPlansList"]]


def test_a_change_by_hand_is_repaired_and_other_settings_and_rule_ids_are_kept(harness: LiveHarness) -> None:
    """https://docs.aws.amazon.com/aws-backup/latest/devguide/API_UpdateBackupPlan.html"""
    wanted = plan({**RULE, "lifecycle": {"delete_after_days": 35}})
    harness.settle(wanted)
    backup = harness.client("backup")
    (id_,) = ids(backup)
    before = document(backup, id_)["Rules"][0]
    by_hand = {"RuleName": "daily", "TargetBackupVaultName": "nightly", "StartWindowMinutes": 90}
    extra = {"ResourceType": "EC2", "BackupOptions": {"WindowsVSS": "enabled"}}
    backup.update_backup_plan(
        BackupPlanId=id_,
        BackupPlan={"BackupPlanName": "orders", "Rules": [by_hand], "AdvancedBackupSettings": [extra]},
    )
    assert fields(harness.settle(wanted)) == ["rules[daily].lifecycle"]
    after = document(backup, id_)
    assert after["Rules"][0] == {**before, "StartWindowMinutes": 90}
    assert after["AdvancedBackupSettings"] == [extra]


def test_a_rule_by_hand_in_a_plan_of_ours_is_deleted(harness: LiveHarness) -> None:
    harness.settle(plan())
    backup = harness.client("backup")
    (id_,) = ids(backup)
    rules = [{"RuleName": each, "TargetBackupVaultName": "nightly"} for each in ("daily", "other")]
    backup.update_backup_plan(BackupPlanId=id_, BackupPlan={"BackupPlanName": "orders", "Rules": rules})
    harness.settle(plan())
    assert [each["RuleName"] for each in document(backup, id_)["Rules"]] == ["daily"]


def test_a_plan_is_deleted_before_its_vault_and_stays_deleted(harness: LiveHarness) -> None:
    harness.settle(plan())
    report = harness.run({}, prune=True, guard={"max_percent": 100})
    assert report.outcome == "settled", report.refusals
    assert [each for each, _ in harness.calls] == ["DeleteBackupPlan", "DeleteBackupVault"]
    harness.settle(plan())
    assert len(ids(harness.client("backup"))) == 1


def test_mistakes_are_found_before_any_call(harness: LiveHarness) -> None:
    wrong = {
        **RULE,
        "schedule_expression": "rate(1 day)",
        "start_window_minutes": 600,
        "completion_window_minutes": 630,
        "lifecycle": {"move_to_cold_storage_after_days": 30, "delete_after_days": 100},
    }
    with pytest.raises(InvalidStack) as invalid:
        harness.run(plan(wrong, {**RULE, "rule_name": "b", "start_window_minutes": None}))
    text = str(invalid.value)
    assert "expected a cron expression, as cron(0 5 ? * * *)" in text
    assert "AWS cannot clear this; write `start_window_minutes: 480`" in text
    with pytest.raises(InvalidStack) as invalid:
        harness.run(plan({**wrong, "schedule_expression": "cron(0 5 ? * * *)"}))
    text = str(invalid.value)
    assert "the backup must end at least 60 minutes after the start window of 600 minutes" in text
    assert "AWS keeps a backup in cold storage for at least 90 days: write 120 or more" in text
