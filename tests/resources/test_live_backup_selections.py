"""Passes over selections of backup plans: their marks, replaced ones, selections of others, mistakes in the files."""

from typing import Any

import pytest

from reconciler.desired import InvalidStack
from reconciler.resources.backup.selection_marks import packed, unpacked
from tests.resources.live_harness import LiveHarness, messages

ACCOUNT = "123456789012"
TABLE, OTHER = (f"arn:aws:dynamodb:eu-west-2:{ACCOUNT}:table/{each}" for each in ("orders", "tills"))
TRUST = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "backup.amazonaws.com"}}
AROUND: dict[str, Any] = {
    "iam.role": {"backups": {"assume_role_policy_document": {"Version": "2012-10-17", "Statement": [TRUST]}}},
    "backup.vault": {"nightly": {}},
    "backup.plan": {
        "orders": {
            "rules": [{"rule_name": "daily", "target_backup_vault_name": "${backup.vault:nightly#name}"}]
        }
    },
}
ALL_GONE = {"max_percent": 100}


def chosen(*names: str, resources: tuple[str, ...] = (TABLE,), **settings: Any) -> dict[str, Any]:
    one = {"iam_role_arn": "${iam.role:backups}", "resources": [*resources], **settings}
    return {**AROUND, "backup.selection": dict.fromkeys(names, one)}


class Live:
    """What a plain client sees of the plan."""

    def __init__(self, harness: LiveHarness) -> None:
        self.client = harness.client("backup")
        (self.plan,) = self.client.list_backup_plans()["BackupPlansList"]

    @property
    def selections(self) -> dict[str, str]:
        rows = self.client.list_backup_selections(BackupPlanId=self.plan["BackupPlanId"])[
            "BackupSelectionsList"
        ]
        return {row["SelectionId"]: row["SelectionName"] for row in rows}

    @property
    def tagged(self) -> set[str]:
        """The ids of selections that have tags in the plan."""
        tags = self.client.list_tags(ResourceArn=self.plan["BackupPlanArn"])["Tags"]
        return {key.split("/")[1] for key in tags if key.startswith("reconciler:selection/")}

    def by_hand(self, name: str) -> None:
        role = f"arn:aws:iam::{ACCOUNT}:role/backups"
        settings = {"SelectionName": name, "IamRoleArn": role, "Resources": [OTHER]}
        self.client.create_backup_selection(BackupPlanId=self.plan["BackupPlanId"], BackupSelection=settings)


def test_a_removed_selection_is_deleted_and_one_of_others_is_kept(harness: LiveHarness) -> None:
    harness.settle(chosen("tables", "more"))
    live = Live(harness)
    live.by_hand("others")
    harness.settle(chosen("tables"), prune=True, guard=ALL_GONE)
    assert sorted(live.selections.values()) == ["others", "tables"]
    (kept,) = live.tagged
    assert live.selections[kept] == "tables"
    harness.settle(chosen("tables", "new"))
    (new,) = live.tagged - {kept}
    live.client.delete_backup_selection(BackupPlanId=live.plan["BackupPlanId"], SelectionId=new)
    harness.settle(chosen("tables", "newer"))
    assert len(live.tagged) == 3
    # A delete removes what others have left as well.
    harness.settle(chosen("tables"), prune=True, guard=ALL_GONE)
    assert live.tagged == {kept}


def test_a_changed_selection_is_created_before_the_old_one_is_deleted(harness: LiveHarness) -> None:
    harness.settle(chosen("tables"))
    changed = chosen("tables", resources=(TABLE, OTHER))
    assert "AWS cannot change resources" in messages(harness.run(changed))[0]
    replacing = chosen("tables", resources=(TABLE, OTHER), policy={"replace": True})
    harness.run(replacing)
    named = [name for name, _ in harness.calls]
    assert named.index("CreateBackupSelection") < named.index("DeleteBackupSelection")
    harness.settle(replacing)
    assert [*Live(harness).selections.values()] == ["tables"]


def test_a_selection_that_was_deleted_by_hand_is_created_again(harness: LiveHarness) -> None:
    harness.settle(chosen("tables"))
    live = Live(harness)
    (id_,) = live.selections
    live.client.delete_backup_selection(BackupPlanId=live.plan["BackupPlanId"], SelectionId=id_)
    harness.settle(chosen("tables"))
    assert [*live.selections.values()] == ["tables"]


def test_a_plan_is_deleted_with_its_selections(harness: LiveHarness) -> None:
    harness.settle(chosen("tables"))
    kept = {kind: AROUND[kind] for kind in ("iam.role", "backup.vault")}
    report = harness.run(kept, prune=True, guard=ALL_GONE, dry_run=True)
    (action,) = report.plan.actions.values()
    assert [str(each.key) for each in action.contents] == ["backup.selection/tables"]
    assert harness.run(kept, prune=True, guard=ALL_GONE).outcome == "settled"
    assert [name for name, _ in harness.calls] == ["DeleteBackupSelection", "DeleteBackupPlan"]


def test_a_selection_needs_resources_or_tags(harness: LiveHarness) -> None:
    tags = {"string_equals": [{"condition_key": "Stage", "condition_value": "prod"}]}
    with pytest.raises(InvalidStack) as invalid:
        harness.run(chosen("tables", resources=("arn:aws:s3:::*-logs",), conditions=tags))
    text = str(invalid.value)
    assert "expected * for all resources, or an ARN, which may end with *" in text
    assert "expected aws:ResourceTag/ and the key of a tag" in text
    with pytest.raises(InvalidStack, match="a selection needs resources or list_of_tags"):
        harness.run(chosen("tables", resources=()))


@pytest.mark.parametrize("length", [0, 10, 150, 250])
def test_tags_of_any_length_come_back(length: int) -> None:
    tags = {"reconciler:stack": "desk/test", "reconciler:key": "t" * length, "Wörter": "b" * length}
    held = packed("id", tags)
    assert all(len(value) <= 256 for value in held.values())
    assert unpacked("id", {**held, "Team": "shop"}) == tags
    lost = {key: value for key, value in held.items() if key != [*held][-1]}
    assert unpacked("id", lost) == {}
    assert packed("id", {}) == {}
    assert unpacked("id", {"reconciler:selection/id": "1:???"}) == {}
