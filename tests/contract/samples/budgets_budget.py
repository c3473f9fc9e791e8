"""budgets.budget."""

from typing import Any

from reconciler.testing import Change, Drift, Sample, Settings

ACCOUNT = "123456789012"
TOPIC, OTHER_TOPIC = (f"arn:aws:sns:us-east-1:{ACCOUNT}:{each}" for each in ("costs", "others"))
UPDATE = ("UpdateBudget",)
MONTHS = [str(1893456000 + 31 * 86_400 * number) for number in range(12)]


def spend(amount: float, unit: str = "USD") -> Settings:
    return {"amount": amount, "unit": unit}


def mail(address: str) -> Settings:
    return {"subscription_type": "EMAIL", "address": f"{address}@example.com"}


def sns(arn: str = TOPIC) -> Settings:
    return {"subscription_type": "SNS", "address": arn}


def notice(threshold: float = 80.0, *subscribers: Settings, **more: Any) -> Settings:
    return {
        "notification_type": "ACTUAL",
        "comparison_operator": "GREATER_THAN",
        "threshold": threshold,
        "threshold_type": "PERCENTAGE",
        "subscribers": [*(subscribers or (mail("ops"), sns()))],
        **more,
    }


def deny(policy: str = "deny", threshold: float = 100.0, **more: Any) -> Settings:
    """An action that attaches a policy to a role."""
    return {
        "action_type": "APPLY_IAM_POLICY",
        "notification_type": "ACTUAL",
        "threshold": threshold,
        "threshold_type": "PERCENTAGE",
        "definition": {
            "iam_action_definition": {
                "policy_arn": f"arn:aws:iam::{ACCOUNT}:policy/{policy}",
                "roles": ["deployer"],
                "groups": ["developers"],
                "users": ["ada"],
            }
        },
        "execution_role_arn": f"arn:aws:iam::{ACCOUNT}:role/budgets",
        "approval_model": "AUTOMATIC",
        "subscribers": [mail("ops")],
        **more,
    }


STOP: Settings = {
    **deny(threshold=120.0),
    "action_type": "RUN_SSM_DOCUMENTS",
    "definition": {
        "ssm_action_definition": {
            "action_sub_type": "STOP_EC2_INSTANCES",
            "region": "eu-west-2",
            "instance_ids": ["i-0123456789abcdef0"],
        }
    },
    "approval_model": "MANUAL",
}
OUT: Settings = {
    **deny(threshold=150.0),
    "action_type": "APPLY_SCP_POLICY",
    "definition": {"scp_action_definition": {"policy_id": "p-12345678", "target_ids": [ACCOUNT]}},
}
FORECAST = notice(100.0, notification_type="FORECASTED")
ONLY = {
    "Dimensions": {"Key": "SERVICE", "Values": ["AWS Lambda", "Amazon DynamoDB"], "MatchOptions": ["EQUALS"]}
}
COSTS: dict[str, Any] = {
    "include_tax": False, "include_subscription": False, "use_blended": True, "include_refund": False,
    "include_credit": False, "include_upfront": False, "include_recurring": False, "include_other_subscription": False,
    "include_support": False, "include_discount": False, "use_amortized": True,
}  # fmt: skip
PLAIN: dict[str, Any] = {"budget_type": "COST", "time_unit": "MONTHLY"}
PERIOD = {"start": "2026-01-01T00:00:00Z", "end": "2036-01-01T00:00:00Z"}

SAMPLE = Sample(
    name="shop",
    base={
        **PLAIN,
        "budget_limit": spend(100.5),
        "time_period": PERIOD,
        "cost_filters": {"Service": ["AWS Lambda", "Amazon DynamoDB"], "Region": ["eu-west-2"]},
        "cost_types": COSTS,
        "billing_view_arn": f"arn:aws:billing::{ACCOUNT}:billingview/primary",
        "notifications": [notice(), FORECAST],
        "actions": [deny(), STOP, OUT],
        "tags": {"Team": "shop"},
    },
    forms={
        "planned": {**PLAIN, "planned_budget_limits": {at: spend(10) for at in MONTHS}},
        "adjusted": {
            **PLAIN,
            "auto_adjust_data": {
                "auto_adjust_type": "HISTORICAL",
                "historical_options": {"budget_adjustment_period": 6},
            },
        },
        "by an expression": {
            **PLAIN,
            "budget_limit": spend(100),
            "filter_expression": ONLY,
            "metrics": ["UnblendedCost"],
        },
    },
    changes=(
        Change("budget_type", "USAGE", UPDATE, form="planned"),
        Change("time_unit", "QUARTERLY", UPDATE),
        Change("budget_limit", spend(200), UPDATE),
        Change("planned_budget_limits", {at: spend(20) for at in MONTHS}, UPDATE, form="planned"),
        Change("auto_adjust_data", {"auto_adjust_type": "FORECAST"}, UPDATE, form="adjusted"),
        Change("time_period", {**PERIOD, "end": "2037-01-01T00:00:00Z"}, UPDATE),
        Change("cost_filters", {"Service": ["AWS Lambda"]}, UPDATE),
        Change("cost_filters", None, UPDATE, "taken away"),
        Change("cost_types", {**COSTS, "include_tax": True}, UPDATE),
        Change("filter_expression", {"Not": ONLY}, UPDATE, form="by an expression"),
        Change("filter_expression", None, UPDATE, "taken away", form="by an expression"),
        Change("metrics", ["AmortizedCost"], UPDATE, form="by an expression"),
        Change("billing_view_arn", f"arn:aws:billing::{ACCOUNT}:billingview/other", UPDATE),
        Change("notifications", [notice(90.0), FORECAST], ("UpdateNotification",)),
        Change(
            "notifications", [notice(80.0, mail("new"), sns()), FORECAST], ("UpdateSubscriber",), "another"
        ),
        Change(
            "notifications",
            [notice(80.0, mail("ops"), mail("b"), sns()), FORECAST],
            ("CreateSubscriber",),
            "told",
        ),
        Change("notifications", [notice(80.0, mail("ops")), FORECAST], ("DeleteSubscriber",), "not told"),
        Change("notifications", [notice(), FORECAST, notice(50.0)], ("CreateNotification",), "one more"),
        Change("notifications", None, ("DeleteNotification", "DeleteNotification"), "taken away"),
        Change("actions", [deny("stop"), STOP, OUT], ("UpdateBudgetAction",)),
        Change(
            "actions", [deny(subscribers=[mail("ops"), sns()]), STOP, OUT], ("UpdateBudgetAction",), "told"
        ),
        Change(
            "actions",
            [deny(threshold=90.0), STOP, OUT],
            ("CreateBudgetAction", "DeleteBudgetAction"),
            "at another threshold",
        ),
        Change("actions", None, ("DeleteBudgetAction",) * 3, "taken away"),
        Change("tags", {"Team": None, "Cost": "42"}, ("TagResource", "UntagResource")),
    ),
    drifts=(
        Drift(
            "notifications",
            "delete_notification",
            {
                "Notification": {
                    "NotificationType": "ACTUAL",
                    "ComparisonOperator": "GREATER_THAN",
                    "Threshold": 80.0,
                    "ThresholdType": "PERCENTAGE",
                }
            },
        ),
    ),
    needed={
        **dict.fromkeys(
            ("budget_type", "time_unit"), "AWS requires it of the structure that holds the budget"
        ),
        "AccountId": "each call names the account",
    },
    misfits={
        **dict.fromkeys(
            (
                "auto_adjust_data: AWS has LastAutoAdjustTime as well",
                "auto_adjust_data.historical_options: AWS has LookBackAvailablePeriods as well",
                "notifications[].Notification: AWS has NotificationState as well",
            ),
            "AWS computes it",
        ),
        **dict.fromkeys(
            (f"time_period.{each}: str here, timestamp there" for each in ("start", "end")),
            "boto3 takes the text as well",
        ),
    },
)
