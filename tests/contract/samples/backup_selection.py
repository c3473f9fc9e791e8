"""backup.selection."""

from typing import Any

from reconciler.testing import Change, Sample, Settings
from tests.contract.samples.backup_plan import ACCOUNT, TRUST

ROLE = f"arn:aws:iam::{ACCOUNT}:role/backups"
TABLE, OTHER_TABLE = (f"arn:aws:dynamodb:eu-west-2:{ACCOUNT}:table/{each}" for each in ("orders", "tills"))
VAULT = "${backup.vault:chosen#name}"


def tagged(value: str) -> Settings:
    return {"condition_type": "STRINGEQUALS", "condition_key": "Backup", "condition_value": value}


def at_stage(value: str) -> list[Settings]:
    return [{"condition_key": "aws:ResourceTag/Stage", "condition_value": value}]


BASE: dict[str, Any] = {
    "iam_role_arn": ROLE,
    "resources": [TABLE, "arn:aws:s3:::orders-*"],
    "not_resources": [OTHER_TABLE],
    "list_of_tags": [tagged("daily")],
    "conditions": {
        "string_equals": at_stage("prod"),
        "string_not_equals": at_stage("dev"),
        "string_like": at_stage("p*"),
        "string_not_like": at_stage("d*"),
    },
    "tags": {"Team": "shop"},
}
FIXED = ("iam_role_arn", "resources", "not_resources", "list_of_tags", "conditions")
OTHERS = (f"{ROLE}-of-others", ["*"], [TABLE], [tagged("weekly")], {"string_like": at_stage("*")})

SAMPLE = Sample(
    name="tables",
    around={
        "iam.role": {key: {"assume_role_policy_document": TRUST} for key in ("backups", "backups-of-others")},
        "backup.vault": {"chosen": {}},
        "backup.plan": {"orders": {"rules": [{"rule_name": "daily", "target_backup_vault_name": VAULT}]}},
    },
    base=BASE,
    changes=(
        *(
            Change(field, other, refused=f"AWS cannot change {field}")
            for field, other in zip(FIXED, OTHERS, strict=True)
        ),
        Change("tags", {"Team": None, "Cost": "42"}, ("TagResource",)),
    ),
    drifts=(),
    needed={"iam_role_arn": "AWS requires it of the structure that holds the selection"},
)
