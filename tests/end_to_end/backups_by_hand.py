"""The vaults, plans, selections, budgets and trails of an account that somebody filled by hand."""

from tests.end_to_end.request_steps import ACCOUNT, HERE, PAIRS, TEAM, Step, policy

BACKUPS = (
    Step(
        "backup",
        "create_backup_vault",
        {"BackupVaultName": "nightly", "EncryptionKeyArn": "{KEY}", "BackupVaultTags": TEAM},
        {"VAULT": "BackupVaultArn"},
    ),
    Step("backup", "create_backup_vault", {"BackupVaultName": "Default"}),
    Step(
        "backup",
        "create_backup_plan",
        {
            "BackupPlan": {
                "BackupPlanName": "orders",
                "Rules": [
                    {
                        "RuleName": "daily",
                        "TargetBackupVaultName": "nightly",
                        "Lifecycle": {"DeleteAfterDays": 35},
                        "CopyActions": [{"DestinationBackupVaultArn": "{VAULT}"}],
                    }
                ],
            },
            "BackupPlanTags": TEAM,
        },
        {"PLAN": "BackupPlanId"},
    ),
    Step(
        "backup",
        "create_backup_selection",
        {
            "BackupPlanId": "{PLAN}",
            "BackupSelection": {
                "SelectionName": "tables",
                "IamRoleArn": "{ROLE}",
                "Resources": [f"arn:aws:dynamodb:{HERE}:table/Orders"],
            },
        },
    ),
    Step(
        "backup",
        "put_backup_vault_notifications",
        {
            "BackupVaultName": "nightly",
            "SNSTopicArn": "{TOPIC}",
            "BackupVaultEvents": ["BACKUP_JOB_COMPLETED"],
        },
    ),
)
COSTS = (
    Step(
        "budgets",
        "create_budget",
        {
            "AccountId": ACCOUNT,
            "Budget": {
                "BudgetName": "shop",
                "BudgetType": "COST",
                "TimeUnit": "MONTHLY",
                "TimePeriod": {"Start": "2026-12-01T00:00:00Z"},
                "BudgetLimit": {"Amount": "100", "Unit": "USD"},
            },
            "NotificationsWithSubscribers": [
                {
                    "Notification": {
                        "NotificationType": "ACTUAL",
                        "ComparisonOperator": "GREATER_THAN",
                        "Threshold": 80,
                    },
                    "Subscribers": [{"SubscriptionType": "SNS", "Address": "{TOPIC}"}],
                }
            ],
            "ResourceTags": PAIRS,
        },
    ),
)

TRAILS = (
    Step(
        "s3",
        "put_bucket_policy",
        {
            "Bucket": "acme-logs",
            "Policy": policy(
                {
                    "Principal": {"Service": "cloudtrail.amazonaws.com"},
                    "Action": "s3:GetBucketAcl",
                    "Resource": "arn:aws:s3:::acme-logs",
                },
                {
                    "Principal": {"Service": "cloudtrail.amazonaws.com"},
                    "Action": "s3:PutObject",
                    "Resource": f"arn:aws:s3:::acme-logs/AWSLogs/{ACCOUNT}/*",
                },
            ),
        },
    ),
    Step(
        "cloudtrail",
        "create_trail",
        {"Name": "all-events", "S3BucketName": "acme-logs", "IsMultiRegionTrail": True, "TagsList": PAIRS},
    ),
    Step("cloudtrail", "start_logging", {"Name": "all-events"}),
)
