"""The actions of AWS Budgets. Nothing is spent in the sandbox, so that none is executed.

Source: https://docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_budgets_CreateBudgetAction.html
"""

import uuid
from collections.abc import Mapping, Sequence
from copy import deepcopy
from typing import Any

from moto.budgets.models import BudgetsBackend

from reconciler.sandbox.moto_patches.pages import cut
from reconciler.sandbox.sandbox_error import SandboxError

Reply = Mapping[str, Any]
Row = Mapping[str, Any]
PAGE = 100
MOST_EMAILS, MOST_TOPICS = 10, 1
"""Source: https://docs.aws.amazon.com/cost-management/latest/userguide/management-limits.html"""
DEFINED = {
    "APPLY_IAM_POLICY": "IamActionDefinition",
    "APPLY_SCP_POLICY": "ScpActionDefinition",
    "RUN_SSM_DOCUMENTS": "SsmActionDefinition",
}
TARGETS = ("Roles", "Groups", "Users")


class BudgetActions(BudgetsBackend):
    """The operations on actions of budgets."""

    def __init__(self, region_name: str, account_id: str) -> None:
        super().__init__(region_name, account_id)
        self.acted: dict[str, dict[str, dict[str, Any]]] = {}
        """By name of a budget and id of an action."""

    def _budget(self, account: str, name: str) -> dict[str, Any]:
        """A budget; the class of budgets looks it up."""
        raise NotImplementedError

    def make_action(
        self, AccountId: str, BudgetName: str, ResourceTags: Sequence[Row] = (), **settings: Any
    ) -> Reply:
        """CreateBudgetAction."""
        del ResourceTags
        budget = self._budget(AccountId, BudgetName)
        _check(settings, budget)
        id_ = str(uuid.uuid4())
        place = {"ActionId": id_, "BudgetName": BudgetName}
        self.acted.setdefault(BudgetName, {})[id_] = {**place, **deepcopy(settings), "Status": "STANDBY"}
        return {"AccountId": AccountId, **place}

    def change_action(self, AccountId: str, BudgetName: str, ActionId: str, **settings: Any) -> Reply:
        """UpdateBudgetAction: what is left out stays."""
        before = self._action(AccountId, BudgetName, ActionId)
        after = {**before, **deepcopy(settings)}
        _check(after, self._budget(AccountId, BudgetName))
        self.acted[BudgetName][ActionId] = after
        return {"AccountId": AccountId, "BudgetName": BudgetName, "OldAction": before, "NewAction": after}

    def drop_action(self, AccountId: str, BudgetName: str, ActionId: str) -> Reply:
        """DeleteBudgetAction."""
        found = self._action(AccountId, BudgetName, ActionId)
        del self.acted[BudgetName][ActionId]
        return {"AccountId": AccountId, "BudgetName": BudgetName, "Action": found}

    def show_action(self, AccountId: str, BudgetName: str, ActionId: str) -> Reply:
        """DescribeBudgetAction."""
        found = self._action(AccountId, BudgetName, ActionId)
        return {"AccountId": AccountId, "BudgetName": BudgetName, "Action": found}

    def show_actions(
        self, AccountId: str, BudgetName: str, MaxResults: int = PAGE, NextToken: str | None = None
    ) -> Reply:
        """DescribeBudgetActionsForBudget."""
        self._budget(AccountId, BudgetName)
        wrong = SandboxError("InvalidNextTokenException", "Invalid next token")
        rows = [*self.acted.get(BudgetName, {}).values()]
        page, token = cut(rows, lambda each: str(each["ActionId"]), MaxResults, NextToken, wrong)
        return {"Actions": page, "NextToken": token}

    def _action(self, account: str, budget: str, id_: str) -> dict[str, Any]:
        self._budget(account, budget)
        if id_ not in self.acted.get(budget, {}):
            raise absent(f"Unable to find action {id_} - the action doesn't exist.")
        return self.acted[budget][id_]


def invalid(text: str) -> SandboxError:
    """Return the error of an invalid request."""
    return SandboxError("InvalidParameterException", text)


def absent(text: str) -> SandboxError:
    """Return the error of something that does not exist."""
    return SandboxError("NotFoundException", text)


def check_subscribers(subscribers: Sequence[Row]) -> None:
    """Refuse no subscribers, and too many of a sort."""
    sorts = [each["SubscriptionType"] for each in subscribers]
    if not subscribers:
        raise invalid("A notification has at least one subscriber")
    if sorts.count("EMAIL") > MOST_EMAILS or sorts.count("SNS") > MOST_TOPICS:
        text = f"A notification has at most {MOST_EMAILS} addresses and {MOST_TOPICS} topic"
        raise SandboxError("CreationLimitExceededException", text)


def check_forecast(told: Row, budget: Row) -> None:
    """Refuse a notification or an action at a forecast for a budget of days."""
    if told["NotificationType"] == "FORECASTED" and budget["TimeUnit"] == "DAILY":
        raise invalid("FORECASTED notifications are not supported for DAILY budgets")


def _check(action: Row, budget: Row) -> None:
    """Refuse an action that does not fit its type or its budget."""
    check_subscribers(action["Subscribers"])
    wanted, definition = DEFINED[action["ActionType"]], action["Definition"]
    if [name for name, value in definition.items() if value] != [wanted]:
        raise invalid(f"The definition of an action of the type {action['ActionType']} is {wanted}")
    if wanted == "IamActionDefinition" and not any(definition[wanted].get(each) for each in TARGETS):
        raise invalid("An IAM action names roles, groups or users")
    check_forecast(action, budget)
