"""AWS Budgets keeps every setting of budgets and their notifications, and refuses what AWS refuses, with a plain client."""

from typing import Any

import pytest

from reconciler.sandbox import Sandbox
from tests.sandbox.refusals import client_of, refused

HERE = {"AccountId": "123456789012"}
AT = {**HERE, "BudgetName": "shop"}
ARN = "arn:aws:budgets::123456789012:budget/shop"
PLAIN: dict[str, Any] = {
    "BudgetName": "shop",
    "BudgetType": "COST",
    "TimeUnit": "MONTHLY",
    "BudgetLimit": {"Amount": "100", "Unit": "USD"},
}
ACTUAL: dict[str, Any] = {
    "NotificationType": "ACTUAL",
    "ComparisonOperator": "GREATER_THAN",
    "Threshold": 80.0,
}
OPS, OTHERS = ({"SubscriptionType": "EMAIL", "Address": f"{each}@example.com"} for each in ("ops", "others"))
TOPIC = {"SubscriptionType": "SNS", "Address": "arn:aws:sns:us-east-1:123456789012:costs"}
TOLD = [{"Notification": ACTUAL, "Subscribers": [OPS]}]
WRONG, ABSENT, TAKEN = "InvalidParameterException", "NotFoundException", "DuplicateRecordException"
TOO_MANY = "CreationLimitExceededException"


@pytest.fixture
def budgets(sandbox: Sandbox) -> Any:
    found = client_of(sandbox, "budgets")
    found.create_budget(
        **HERE,
        Budget=PLAIN,
        NotificationsWithSubscribers=TOLD,
        ResourceTags=[{"Key": "Team", "Value": "shop"}],
    )
    return found


def test_a_budget_keeps_its_settings_and_an_update_replaces_them(budgets: Any) -> None:
    """https://docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_budgets_UpdateBudget.html"""
    assert refused(budgets, "create_budget", **HERE, Budget=PLAIN) == TAKEN
    shown = budgets.describe_budget(**AT)["Budget"]
    assert (shown["BudgetLimit"]["Amount"], shown["CostTypes"]["IncludeTax"]) == ("100.0", True)
    filtered = {**PLAIN, "CostFilters": {"Service": ["AWS Lambda"]}, "CostTypes": {"IncludeTax": False}}
    budgets.update_budget(**HERE, NewBudget=filtered)
    (shown,) = budgets.describe_budgets(**HERE)["Budgets"]
    assert (shown["CostFilters"], shown["CostTypes"]["IncludeTax"]) == ({"Service": ["AWS Lambda"]}, False)
    only = {"Dimensions": {"Key": "SERVICE", "Values": ["AWS Lambda"]}}
    budgets.update_budget(**HERE, NewBudget={**PLAIN, "FilterExpression": only, "Metrics": ["UnblendedCost"]})
    assert "FilterExpression" not in budgets.describe_budget(**AT)["Budget"]
    shown = budgets.describe_budget(**AT, ShowFilterExpression=True)["Budget"]
    assert (shown["FilterExpression"], "CostTypes" in shown) == (only, False)
    assert refused(budgets, "update_budget", **HERE, NewBudget={**PLAIN, "BudgetName": "other"}) == ABSENT


@pytest.mark.parametrize(
    "settings",
    [
        {"BudgetLimit": None},
        {"AutoAdjustData": {"AutoAdjustType": "FORECAST"}},
        {"CostFilters": {"Service": ["x"]}, "Metrics": ["UnblendedCost"]},
        {"BudgetType": "USAGE", "CostTypes": {"IncludeTax": True}},
        {"BudgetLimit": None, "PlannedBudgetLimits": {"1893456000": {"Amount": "1", "Unit": "USD"}}},
    ],
)
def test_settings_that_exclude_each_other_are_refused(budgets: Any, settings: dict[str, Any]) -> None:
    """https://docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_budgets_CreateBudget.html"""
    wrong = {name: value for name, value in {**PLAIN, **settings}.items() if value is not None}
    assert refused(budgets, "update_budget", **HERE, NewBudget=wrong) == WRONG


def test_notifications_and_subscribers_are_changed_one_by_one(budgets: Any) -> None:
    """https://docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_budgets_DeleteSubscriber.html"""
    assert refused(budgets, "create_notification", **AT, Notification=ACTUAL, Subscribers=[OPS]) == TAKEN
    higher = {**ACTUAL, "Threshold": 90.0}
    budgets.update_notification(**AT, OldNotification=ACTUAL, NewNotification=higher)
    at = {**AT, "Notification": higher}
    budgets.create_subscriber(**at, Subscriber=TOPIC)
    other_topic = {**TOPIC, "Address": f"{TOPIC['Address']}-2"}
    assert refused(budgets, "create_subscriber", **at, Subscriber=other_topic) == TOO_MANY
    budgets.update_subscriber(**at, OldSubscriber=OPS, NewSubscriber=OTHERS)
    assert budgets.describe_subscribers_for_notification(**at)["Subscribers"] == [OTHERS, TOPIC]
    for each in (OTHERS, TOPIC):
        budgets.delete_subscriber(**at, Subscriber=each)
    assert budgets.describe_notifications_for_budget(**AT)["Notifications"] == []
    assert refused(budgets, "delete_notification", **at) == ABSENT
    daily = {**PLAIN, "TimeUnit": "DAILY"}
    budgets.update_budget(**HERE, NewBudget=daily)
    forecast = {**ACTUAL, "NotificationType": "FORECASTED"}
    assert refused(budgets, "create_notification", **AT, Notification=forecast, Subscribers=[OPS]) == WRONG


def test_actions_fit_their_type_and_go_with_the_budget(budgets: Any) -> None:
    """https://docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_budgets_CreateBudgetAction.html"""
    of_iam = {"PolicyArn": "arn:aws:iam::aws:policy/AWSDenyAll", "Roles": ["deployer"]}
    action: dict[str, Any] = {
        **AT,
        "NotificationType": "ACTUAL",
        "ActionType": "APPLY_IAM_POLICY",
        "ActionThreshold": {"ActionThresholdValue": 100.0, "ActionThresholdType": "PERCENTAGE"},
        "Definition": {"IamActionDefinition": of_iam},
        "ExecutionRoleArn": f"arn:aws:iam::{AT['AccountId']}:role/budgets",
        "ApprovalModel": "MANUAL",
        "Subscribers": [OPS],
    }
    scp = {"ScpActionDefinition": {"PolicyId": "p-12345678", "TargetIds": [AT["AccountId"]]}}
    to_nobody = {"IamActionDefinition": {"PolicyArn": of_iam["PolicyArn"]}}
    for wrong in ({"ActionType": "APPLY_SCP_POLICY"}, {"Definition": scp}, {"Definition": to_nobody}):
        assert refused(budgets, "create_budget_action", **{**action, **wrong}) == WRONG
    assert refused(budgets, "create_budget_action", **{**action, "BudgetName": "other"}) == ABSENT
    at = {**AT, "ActionId": budgets.create_budget_action(**action)["ActionId"]}
    changed = budgets.update_budget_action(**at, ApprovalModel="AUTOMATIC")
    assert [changed[each]["ApprovalModel"] for each in ("OldAction", "NewAction")] == ["MANUAL", "AUTOMATIC"]
    (shown,) = budgets.describe_budget_actions_for_budget(**AT)["Actions"]
    assert shown == budgets.describe_budget_action(**at)["Action"] == changed["NewAction"]
    assert (shown["Status"], shown["Definition"]) == ("STANDBY", action["Definition"])
    budgets.delete_budget_action(**at)
    for operation in ("describe_budget_action", "update_budget_action", "delete_budget_action"):
        assert refused(budgets, operation, **at) == ABSENT
    budgets.create_budget_action(**action)
    budgets.delete_budget(**AT)
    budgets.create_budget(**HERE, Budget=PLAIN)
    assert budgets.describe_budget_actions_for_budget(**AT)["Actions"] == []


def test_tags_are_set_by_arn_and_go_with_the_budget(budgets: Any) -> None:
    """https://docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_budgets_TagResource.html"""
    budgets.tag_resource(ResourceARN=ARN, ResourceTags=[{"Key": "Cost", "Value": "42"}])
    budgets.untag_resource(ResourceARN=ARN, ResourceTagKeys=["Team"])
    assert budgets.list_tags_for_resource(ResourceARN=ARN)["ResourceTags"] == [{"Key": "Cost", "Value": "42"}]
    budgets.delete_budget(**AT)
    assert refused(budgets, "list_tags_for_resource", ResourceARN=ARN) == ABSENT
    assert budgets.describe_budgets(**HERE)["Budgets"] == []
