"""Passes over budgets: changes by hand, other sorts of limits and filters, notifications, mistakes in the files."""

from typing import Any

import pytest

from reconciler.desired import InvalidStack
from reconciler.resources.budgets.budget_problems import as_written
from tests.resources.live_harness import LiveHarness, fields, messages

HERE = {"AccountId": "123456789012"}
AT = {**HERE, "BudgetName": "shop"}
TOPIC = "arn:aws:sns:us-east-1:123456789012:costs"
PLAIN: dict[str, Any] = {
    "budget_type": "COST",
    "time_unit": "MONTHLY",
    "budget_limit": {"amount": 100, "unit": "USD"},
}


def budget(**settings: Any) -> dict[str, Any]:
    wanted = {name: value for name, value in {**PLAIN, **settings}.items() if value != "left out"}
    return {"budgets.budget": {"shop": wanted}}


def notice(threshold: float, *addresses: str) -> dict[str, Any]:
    return {
        "notification_type": "ACTUAL",
        "comparison_operator": "GREATER_THAN",
        "threshold": threshold,
        "threshold_type": "PERCENTAGE",
        "subscribers": [
            {"subscription_type": "SNS" if each.startswith("arn") else "EMAIL", "address": each}
            for each in addresses
        ],
    }


def live(harness: LiveHarness) -> Any:
    return harness.client("budgets").describe_budget(**AT, ShowFilterExpression=True)["Budget"]


def test_a_limit_lowered_by_hand_is_repaired_and_the_rest_is_kept(harness: LiveHarness) -> None:
    harness.settle(budget())
    by_hand = {
        "BudgetName": "shop",
        "BudgetType": "COST",
        "TimeUnit": "MONTHLY",
        "BudgetLimit": {"Amount": "1", "Unit": "USD"},
        "CostFilters": {"Service": ["AWS Lambda"]},
        "CostTypes": {"IncludeTax": False},
    }
    harness.client("budgets").update_budget(**HERE, NewBudget=by_hand)
    assert fields(harness.settle(budget())) == ["budget_limit.amount"]
    shown = live(harness)
    assert shown["BudgetLimit"] == {"Amount": "100.0", "Unit": "USD"}
    assert (shown["CostFilters"], shown["CostTypes"]["IncludeTax"]) == ({"Service": ["AWS Lambda"]}, False)


def test_another_sort_of_limit_and_of_filter_replaces_the_old_one(harness: LiveHarness) -> None:
    harness.settle(budget(cost_filters={"Service": ["AWS Lambda"]}))
    only = {"And": [{"Dimensions": {"Key": each, "Values": ["x", "y"]}} for each in ("SERVICE", "REGION")]}
    forecast = {"auto_adjust_type": "FORECAST"}
    wanted = budget(
        budget_limit="left out", auto_adjust_data=forecast, filter_expression=only, metrics=["UnblendedCost"]
    )
    harness.settle(wanted)
    shown = live(harness)
    assert not {"CostFilters", "CostTypes"} & shown.keys()
    assert shown["AutoAdjustData"] == {"AutoAdjustType": "FORECAST"}
    turned = {
        "And": [{"Dimensions": {**each["Dimensions"], "Values": ["y", "x"]}} for each in only["And"][::-1]]
    }
    harness.require_quiet(
        {"budgets.budget": {"shop": {**wanted["budgets.budget"]["shop"], "filter_expression": turned}}}
    )
    harness.settle(budget(cost_types={"include_tax": False}, cost_filters={"Region": ["eu-west-2"]}))
    assert not {"FilterExpression", "AutoAdjustData"} & live(harness).keys()


def test_limits_of_months_that_are_over_are_no_difference(harness: LiveHarness) -> None:
    months = [str(1893456000 + 31 * 86_400 * number) for number in range(12)]
    planned = {at: {"amount": 10.0, "unit": "USD"} for at in months}
    harness.settle(budget(budget_limit="left out", planned_budget_limits=planned))
    shown = {at: planned[at] for at in months[1:]}
    written = {"planned_budget_limits": planned}
    assert as_written(shown, written, {}) == planned
    assert as_written(planned, {"planned_budget_limits": shown}, {}) == planned
    few = budget(budget_limit="left out", planned_budget_limits=shown)
    assert "the limits of 12 months" in mistake_of(harness, few)


def mistake_of(harness: LiveHarness, resources: dict[str, Any]) -> str:
    with pytest.raises(InvalidStack) as invalid:
        harness.run(resources)
    return str(invalid.value)


def test_a_notification_and_its_subscribers_are_changed_in_place(harness: LiveHarness) -> None:
    harness.settle(
        budget(notifications=[notice(80.0, "a@example.com", TOPIC), notice(50.0, "a@example.com")])
    )
    harness.settle(
        budget(notifications=[notice(90.0, "b@example.com", TOPIC), notice(50.0, "a@example.com")])
    )
    harness.run(
        budget(notifications=[notice(95.0, "b@example.com", f"{TOPIC}-2"), notice(50.0, "a@example.com")])
    )
    assert [name for name, _ in harness.calls] == ["UpdateNotification", "UpdateSubscriber"]
    harness.client("budgets").create_notification(
        **AT,
        Notification={"NotificationType": "ACTUAL", "ComparisonOperator": "LESS_THAN", "Threshold": 1.0},
        Subscribers=[{"SubscriptionType": "EMAIL", "Address": "c@example.com"}],
    )
    harness.settle(budget(notifications=[notice(95.0, "b@example.com", f"{TOPIC}-2")]))
    assert len(harness.client("budgets").describe_notifications_for_budget(**AT)["Notifications"]) == 1


def test_a_budget_of_somebody_else_is_not_changed(harness: LiveHarness) -> None:
    by_hand = {"BudgetType": "COST", "TimeUnit": "MONTHLY", "BudgetLimit": {"Amount": "1", "Unit": "USD"}}
    harness.client("budgets").create_budget(**HERE, Budget={"BudgetName": "shop", **by_hand})
    assert "`adopt: true` takes it over" in messages(harness.run(budget()))[0]


def test_mistakes_are_found_before_any_call(harness: LiveHarness) -> None:
    wrong = notice(80.0, "a@example.com")
    wrong["subscribers"][0]["subscription_type"] = "SNS"
    unknown = budget(filter_expression={"Dimension": {"Key": "SERVICE", "Values": ["x"]}})
    assert "there is no Dimension; did you mean Dimensions?" in mistake_of(harness, unknown)
    text = mistake_of(
        harness,
        budget(
            time_unit="DAILY",
            auto_adjust_data={"auto_adjust_type": "HISTORICAL"},
            notifications=[wrong, {**notice(1.0, "b@example.com"), "notification_type": "FORECASTED"}],
            metrics=["UnblendedCost"],
            cost_filters={"Service": ["x"]},
            time_period={"start": "2030-01-01T00:00:00Z", "end": "2029-01-01T00:00:00Z"},
        ),
    )
    for said in (
        "a budget has either budget_limit or this; keep one",
        "HISTORICAL needs historical_options",
        "SNS takes the ARN of a topic",
        "AWS forecasts nothing for a day; write ACTUAL",
        "AWS takes this only without metrics; keep one",
        "the end must be after start",
    ):
        assert said in text
