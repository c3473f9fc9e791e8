"""backup.vault."""

from reconciler.testing import Change, Drift, Given, Sample, Settings

ACCOUNT = "123456789012"
ALL = ("BACKUP_JOB_COMPLETED", "COPY_JOB_FAILED", "RESTORE_JOB_COMPLETED")
TOPICS = ("${one_topic}", "${another_topic}")


def policy(action: str) -> Settings:
    return {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": "Account",
                "Effect": "Deny",
                "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"},
                "Action": f"backup:{action}",
                "Resource": "*",
            }
        ],
    }


def telling(*events: str, topic: str = TOPICS[0]) -> Settings:
    return {"sns_topic_arn": topic, "backup_vault_events": [*events]}


PUT, DROP = "PutBackupVaultLockConfiguration", "DeleteBackupVaultLockConfiguration"
TOLD = ("PutBackupVaultNotifications",)
LOCK = {"min_retention_days": 7, "max_retention_days": 365}

SAMPLE = Sample(
    name="nightly",
    given=(
        Given("kms", "create_key", {}, "one_key", "KeyMetadata.Arn"),
        Given("kms", "create_key", {}, "another_key", "KeyMetadata.Arn"),
        *(
            Given(
                "sns",
                "create_topic",
                {"Name": name},
                f"{name}_topic",
                "TopicArn",
                like=f"arn:aws:sns:eu-west-2:{ACCOUNT}:{name}",
            )
            for name in ("one", "another")
        ),
    ),
    base={
        "encryption_key_arn": "${one_key}",
        "access_policy": policy("DeleteRecoveryPoint"),
        "notifications": telling(*ALL),
        "lock_configuration": LOCK,
        "tags": {"Team": "shop"},
    },
    forms={"with a final lock": {"lock_configuration": {**LOCK, "changeable_for_days": 10}}},
    changes=(
        Change("encryption_key_arn", "${another_key}", refused="AWS cannot change encryption_key_arn"),
        Change("access_policy", policy("UpdateRecoveryPointLifecycle"), ("PutBackupVaultAccessPolicy",)),
        Change("access_policy", None, ("DeleteBackupVaultAccessPolicy",), "taken away"),
        Change("notifications", telling(*ALL[1:], topic=TOPICS[1]), TOLD),
        Change("notifications", None, ("DeleteBackupVaultNotifications",), "taken away"),
        Change("lock_configuration", {"min_retention_days": 14}, (PUT,)),
        Change("lock_configuration", {**LOCK, "changeable_for_days": 10}, ("TagResource", PUT), "final"),
        Change("lock_configuration", None, (DROP,), "taken away"),
        Change("tags", {"Team": None, "Cost": "42"}, ("TagResource", "UntagResource")),
    ),
    drifts=(
        Drift("access_policy", "delete_backup_vault_access_policy", {}),
        Drift("notifications", "delete_backup_vault_notifications", {}),
        Drift("lock_configuration", "delete_backup_vault_lock_configuration", {}),
        Drift("lock_configuration", "put_backup_vault_lock_configuration", {"MaxRetentionDays": 30}),
    ),
)
