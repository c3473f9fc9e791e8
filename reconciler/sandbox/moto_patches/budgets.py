"""AWS Budgets: keeps every setting of budgets, their notifications, subscribers and tags, and refuses what AWS refuses.

Known-lossy: nothing is spent, so no notification is in alarm; budgets do not expire; topics are not looked for; actions
are kept and never executed (`budget_actions`).
"""

from collections.abc import Iterator, Mapping
from copy import deepcopy
from datetime import UTC, datetime
from typing import Any

from moto.budgets.responses import BudgetsResponse

from reconciler.sandbox import extension
from reconciler.sandbox.moto_patches.budget_actions import (
    BudgetActions,
    absent,
    check_forecast,
    check_subscribers,
    invalid,
)
from reconciler.sandbox.moto_patches.pages import cut
from reconciler.sandbox.process_state import current
from reconciler.sandbox.sandbox_error import SandboxError

Reply = Mapping[str, Any]
Row = Mapping[str, Any]

PAGE = 100
MOST_NOTIFICATIONS = 10
"""Source: https://docs.aws.amazon.com/cost-management/latest/userguide/management-limits.html"""
LAST = datetime(2087, 6, 15, tzinfo=UTC)
LIMITED = ("COST", "USAGE")
COST_TYPES: Mapping[str, bool] = {
    **dict.fromkeys(
        (
            *("IncludeTax", "IncludeSubscription", "IncludeRefund", "IncludeCredit", "IncludeUpfront"),
            *("IncludeRecurring", "IncludeOtherSubscription", "IncludeSupport", "IncludeDiscount"),
        ),
        True,
    ),
    "UseBlended": False,
    "UseAmortized": False,
}
"""Source: https://docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_budgets_CostTypes.html"""


def install() -> None:
    """Replace moto's budgets."""
    extension.extend("budgets", Budgets, "moto.budgets", BudgetsResponse.dispatch)


class Budgets(BudgetActions):
    """The budgets of one account."""

    def __init__(self, region_name: str, account_id: str) -> None:
        super().__init__(region_name, account_id)
        self.kept: dict[str, dict[str, Any]] = {}
        """By name: the members that DescribeBudget shows."""
        self.noticed: dict[str, list[tuple[dict[str, Any], list[dict[str, str]]]]] = {}
        """By name: the notifications of a budget, each with its subscribers."""
        self.tagged: dict[str, dict[str, str]] = {}
        """By ARN."""
        self.operations: Mapping[str, extension.Operation] = {
            "CreateBudget": self.make,
            "UpdateBudget": self.change,
            "DescribeBudget": self.show,
            "DescribeBudgets": self.show_all,
            "DeleteBudget": self.drop,
            "CreateNotification": self.add,
            "UpdateNotification": self.swap,
            "DeleteNotification": self.remove,
            "DescribeNotificationsForBudget": self.show_notifications,
            "CreateSubscriber": self.subscribe,
            "UpdateSubscriber": self.swap_subscriber,
            "DeleteSubscriber": self.unsubscribe,
            "DescribeSubscribersForNotification": self.show_subscribers,
            "CreateBudgetAction": self.make_action,
            "UpdateBudgetAction": self.change_action,
            "DeleteBudgetAction": self.drop_action,
            "DescribeBudgetAction": self.show_action,
            "DescribeBudgetActionsForBudget": self.show_actions,
            "TagResource": self.tag,
            "UntagResource": self.untag,
            "ListTagsForResource": self.show_tags,
        }

    # -- budgets -----------------------------------------------------------------------------------------------------------

    def make(
        self,
        AccountId: str,
        Budget: Row,
        NotificationsWithSubscribers: list[Row] | None = None,
        ResourceTags: list[Row] | None = None,
    ) -> Reply:
        """CreateBudget.

        Source: https://docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_budgets_CreateBudget.html
        """
        self._check_account(AccountId)
        name = Budget["BudgetName"]
        if name in self.kept:
            text = f"Error creating budget: {name} - the budget already exists."
            raise SandboxError("DuplicateRecordException", text)
        self._check(Budget)
        notices: list[tuple[dict[str, Any], list[dict[str, str]]]] = []
        for each in NotificationsWithSubscribers or []:
            _check_notice(Budget, each["Notification"], notices)
            check_subscribers(each["Subscribers"])
            notices.append((_notice(each["Notification"]), [dict(one) for one in each["Subscribers"]]))
        self.kept[name], self.noticed[name] = _stored(Budget, None), notices
        self.tagged[self._arn(name)] = {each["Key"]: each["Value"] for each in ResourceTags or []}
        return {}

    def change(self, AccountId: str, NewBudget: Row) -> Reply:
        """UpdateBudget: replaces all settings.

        Source: https://docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_budgets_UpdateBudget.html
        """
        before = self._budget(AccountId, NewBudget["BudgetName"])
        self._check(NewBudget)
        self.kept[NewBudget["BudgetName"]] = _stored(NewBudget, before)
        return {}

    def show(self, AccountId: str, BudgetName: str, ShowFilterExpression: bool = False) -> Reply:
        """DescribeBudget."""
        return {"Budget": _shown(self._budget(AccountId, BudgetName), expression=ShowFilterExpression)}

    def show_all(
        self,
        AccountId: str,
        MaxResults: int = PAGE,
        NextToken: str | None = None,
        ShowFilterExpression: bool = False,
    ) -> Reply:
        """DescribeBudgets, sorted by name."""
        self._check_account(AccountId)
        wrong = SandboxError("InvalidNextTokenException", "Invalid next token")
        page, token = cut(
            [*self.kept.values()], lambda each: str(each["BudgetName"]), MaxResults, NextToken, wrong
        )
        return {
            "Budgets": [_shown(each, expression=ShowFilterExpression) for each in page],
            "NextToken": token,
        }

    def drop(self, AccountId: str, BudgetName: str) -> Reply:
        """DeleteBudget: with its notifications and actions."""
        self._budget(AccountId, BudgetName)
        del self.kept[BudgetName], self.noticed[BudgetName]
        self.acted.pop(BudgetName, None)
        self.tagged.pop(self._arn(BudgetName), None)
        return {}

    def _budget(self, account: str, name: str) -> dict[str, Any]:
        self._check_account(account)
        if name not in self.kept:
            raise absent(f"Unable to get budget: {name} - the budget doesn't exist.")
        return self.kept[name]

    def _check_account(self, account: str) -> None:
        if account != self.account_id:
            raise SandboxError("AccessDeniedException", f"Account {account} is not yours.")

    def _check(self, budget: Row) -> None:
        for said in _wrong_in(budget):
            raise invalid(said)

    def _arn(self, name: str) -> str:
        return f"arn:{self.partition}:budgets::{self.account_id}:budget/{name}"

    # -- notifications -----------------------------------------------------------------------------------------------------

    def add(self, AccountId: str, BudgetName: str, Notification: Row, Subscribers: list[Row]) -> Reply:
        """CreateNotification."""
        budget = self._budget(AccountId, BudgetName)
        _check_notice(budget, Notification, self.noticed[BudgetName])
        check_subscribers(Subscribers)
        self.noticed[BudgetName].append((_notice(Notification), [dict(each) for each in Subscribers]))
        return {}

    def swap(self, AccountId: str, BudgetName: str, OldNotification: Row, NewNotification: Row) -> Reply:
        """UpdateNotification: the subscribers stay."""
        budget = self._budget(AccountId, BudgetName)
        place, (_, subscribers) = self._place(BudgetName, OldNotification)
        others = [each for at, each in enumerate(self.noticed[BudgetName]) if at != place]
        _check_notice(budget, NewNotification, others)
        self.noticed[BudgetName][place] = (_notice(NewNotification), subscribers)
        return {}

    def remove(self, AccountId: str, BudgetName: str, Notification: Row) -> Reply:
        """DeleteNotification: with its subscribers."""
        self._budget(AccountId, BudgetName)
        place, _ = self._place(BudgetName, Notification)
        del self.noticed[BudgetName][place]
        return {}

    def show_notifications(
        self, AccountId: str, BudgetName: str, MaxResults: int = PAGE, NextToken: str | None = None
    ) -> Reply:
        """DescribeNotificationsForBudget."""
        self._budget(AccountId, BudgetName)
        del MaxResults, NextToken
        return {"Notifications": [notice for notice, _ in self.noticed[BudgetName]]}

    def subscribe(self, AccountId: str, BudgetName: str, Notification: Row, Subscriber: Row) -> Reply:
        """CreateSubscriber."""
        self._budget(AccountId, BudgetName)
        _, (_, subscribers) = self._place(BudgetName, Notification)
        if Subscriber in subscribers:
            raise SandboxError("DuplicateRecordException", "Error creating subscriber - it already exists.")
        check_subscribers([*subscribers, Subscriber])
        subscribers.append(dict(Subscriber))
        return {}

    def swap_subscriber(
        self, AccountId: str, BudgetName: str, Notification: Row, OldSubscriber: Row, NewSubscriber: Row
    ) -> Reply:
        """UpdateSubscriber."""
        self._budget(AccountId, BudgetName)
        _, (_, subscribers) = self._place(BudgetName, Notification)
        place = _index(subscribers, OldSubscriber)
        after = [*subscribers[:place], dict(NewSubscriber), *subscribers[place + 1 :]]
        if len({tuple(sorted(each.items())) for each in after}) < len(after):
            raise SandboxError("DuplicateRecordException", "Error updating subscriber - it already exists.")
        check_subscribers(after)
        subscribers[:] = after
        return {}

    def unsubscribe(self, AccountId: str, BudgetName: str, Notification: Row, Subscriber: Row) -> Reply:
        """DeleteSubscriber: with the last one, the notification is deleted.

        Source: https://docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_budgets_DeleteSubscriber.html
        """
        self._budget(AccountId, BudgetName)
        place, (_, subscribers) = self._place(BudgetName, Notification)
        del subscribers[_index(subscribers, Subscriber)]
        if not subscribers:
            del self.noticed[BudgetName][place]
        return {}

    def show_subscribers(
        self,
        AccountId: str,
        BudgetName: str,
        Notification: Row,
        MaxResults: int = PAGE,
        NextToken: str | None = None,
    ) -> Reply:
        """DescribeSubscribersForNotification."""
        self._budget(AccountId, BudgetName)
        del MaxResults, NextToken
        return {"Subscribers": self._place(BudgetName, Notification)[1][1]}

    def _place(self, name: str, notice: Row) -> tuple[int, tuple[dict[str, Any], list[dict[str, str]]]]:
        """The position of a notification, and the notification with its subscribers."""
        for place, found in enumerate(self.noticed[name]):
            if _identity(found[0]) == _identity(notice):
                return place, found
        raise absent("Unable to get notification - the notification doesn't exist.")

    # -- tags --------------------------------------------------------------------------------------------------------------

    def tag(self, ResourceARN: str, ResourceTags: list[Row]) -> Reply:
        """TagResource; an existing key gets the new value."""
        self._tags(ResourceARN).update({each["Key"]: each["Value"] for each in ResourceTags})
        return {}

    def untag(self, ResourceARN: str, ResourceTagKeys: list[str]) -> Reply:
        """UntagResource; missing keys are accepted."""
        tags = self._tags(ResourceARN)
        for key in ResourceTagKeys:
            tags.pop(key, None)
        return {}

    def show_tags(self, ResourceARN: str) -> Reply:
        """ListTagsForResource."""
        tags = self._tags(ResourceARN)
        return {"ResourceTags": [{"Key": key, "Value": value} for key, value in tags.items()]}

    def _tags(self, arn: str) -> dict[str, str]:
        if arn not in self.tagged:
            raise absent(f"Unable to find resource {arn}")
        return self.tagged[arn]


def now() -> datetime:
    """Return the present time of the sandbox."""
    return datetime.fromtimestamp(current().clock(), UTC)


def _start(unit: str) -> datetime:
    """The start of the present period."""
    today = now().replace(hour=0, minute=0, second=0, microsecond=0)
    if unit == "DAILY":
        return today
    month = {"QUARTERLY": (today.month - 1) // 3 * 3 + 1, "ANNUALLY": 1}.get(unit, today.month)
    return today.replace(month=month, day=1)


def _stored(budget: Row, before: Row | None) -> dict[str, Any]:
    """The members of a budget, with AWS's defaults. Amounts have AWS's form: `100` is `100.0`."""
    stored = deepcopy(dict(budget))
    period = {
        "Start": (before or {}).get("TimePeriod", {}).get("Start") or _start(budget["TimeUnit"]),
        "End": LAST,
    }
    given = {name: each.replace(tzinfo=UTC) for name, each in budget.get("TimePeriod", {}).items()}
    stored["TimePeriod"] = {**period, **given}
    planned = stored.get("PlannedBudgetLimits", {})
    if planned:
        stored["BudgetLimit"] = planned[min(planned)]
    elif "AutoAdjustData" in stored:
        stored["BudgetLimit"] = {"Amount": "0", "Unit": "USD"}
    for spend in (*([stored["BudgetLimit"]] if "BudgetLimit" in stored else ()), *planned.values()):
        spend["Amount"] = str(float(spend["Amount"]))
    if budget["BudgetType"] == "COST" and "FilterExpression" not in budget and "Metrics" not in budget:
        stored["CostTypes"] = {**COST_TYPES, **budget.get("CostTypes", {})}
    nothing = {"Amount": "0.0", "Unit": "USD"}
    stored["CalculatedSpend"] = {"ActualSpend": nothing, "ForecastedSpend": nothing}
    stored["LastUpdatedTime"] = now()
    return stored


def _shown(budget: Row, *, expression: bool) -> Reply:
    hidden = () if expression else ("FilterExpression", "Metrics")
    return {name: value for name, value in budget.items() if name not in hidden}


def _wrong_in(budget: Row) -> Iterator[str]:
    """The mistakes in a budget.

    Source: https://docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_budgets_Budget.html
    """
    limits = [name for name in ("BudgetLimit", "PlannedBudgetLimits", "AutoAdjustData") if budget.get(name)]
    if budget["BudgetType"] in LIMITED and not limits:
        yield "Unable to create/update budget - please provide one of the followings: Budget Limit/ Planned Budget Limit/ Auto Adjust Data"
    if len(limits) > 1:
        yield f"Unable to create/update budget - {' and '.join(limits)} cannot be present together"
    expressed = [name for name in ("FilterExpression", "Metrics") if name in budget]
    filtered = [name for name in ("CostFilters", "CostTypes") if budget.get(name)]
    if expressed and filtered:
        yield f"Unable to create/update budget - {expressed[0]} and {filtered[0]} cannot be present together"
    if budget["BudgetType"] != "COST" and budget.get("CostTypes"):
        yield "Unable to create/update budget - only COST budgets have CostTypes"
    period = budget.get("TimePeriod", {})
    start, end = (period.get(name) for name in ("Start", "End"))
    if start and end and end <= start:
        yield "Unable to create/update budget - the start date must come before the end date"
    planned = budget.get("PlannedBudgetLimits")
    if planned and len(planned) != {"MONTHLY": 12, "QUARTERLY": 4}.get(budget["TimeUnit"]):
        yield "Unable to create/update budget - PlannedBudgetLimits has 12 months or 4 quarters"


def _notice(notice: Row) -> dict[str, Any]:
    return {
        "ThresholdType": "PERCENTAGE",
        **notice,
        "Threshold": float(notice["Threshold"]),
        "NotificationState": "OK",
    }


def _identity(notice: Row) -> tuple[Any, ...]:
    names = ("NotificationType", "ComparisonOperator", "Threshold")
    return (*(notice[name] for name in names), notice.get("ThresholdType", "PERCENTAGE"))


def _check_notice(
    budget: Row, notice: Row, others: list[tuple[dict[str, Any], list[dict[str, str]]]]
) -> None:
    """Refuse a notification that exists, one too many, and a forecast for a day.

    Source: https://github.com/JiRaska/open-bank-oss/pull/226
    """
    if any(_identity(found) == _identity(notice) for found, _ in others):
        raise SandboxError("DuplicateRecordException", "Error creating notification - it already exists.")
    if len(others) >= MOST_NOTIFICATIONS:
        text = f"A budget has at most {MOST_NOTIFICATIONS} notifications"
        raise SandboxError("CreationLimitExceededException", text)
    check_forecast(notice, budget)


def _index(subscribers: list[dict[str, str]], subscriber: Row) -> int:
    if subscriber not in subscribers:
        raise absent("Unable to find subscriber - the subscriber doesn't exist.")
    return subscribers.index(dict(subscriber))
