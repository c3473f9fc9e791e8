"""The service AWS Budgets, which is global: its endpoint is in us-east-1, and each call names the account.

Sources: "Actions, resources, and condition keys for AWS Budget Service" (Service Authorization Reference); the errors of each
operation (AWS Billing and Cost Management API Reference). AWS publishes no rates.
"""

from reconciler.errors import Busy, Taken
from reconciler.service import Service

MODIFY, VIEW = "budgets:ModifyBudget", "budgets:ViewBudget"

BUDGETS = Service(
    name="budgets",
    events_from={"aws": "us-east-1"},
    actions={
        **{
            f"{verb}{noun}": MODIFY
            for verb in ("Create", "Update", "Delete")
            for noun in ("Budget", "Notification", "Subscriber")
        },
        **dict.fromkeys(
            (
                "DescribeBudget",
                "DescribeBudgets",
                "DescribeNotificationsForBudget",
                "DescribeSubscribersForNotification",
            ),
            VIEW,
        ),
    },
    also_asks={"CreateBudget": ("budgets:TagResource",)},
    scopes={VIEW: "arn:{partition}:budgets::{account}:budget/*"},
    errors={"DuplicateRecordException": Taken, "ResourceLockedException": Busy},
)
