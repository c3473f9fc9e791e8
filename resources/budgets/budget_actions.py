"""The actions of a budget: how they are read and changed, their mistakes, and their roles in IAM.

Sources: CreateBudgetAction, UpdateBudgetAction (AWS Billing and Cost Management API Reference); "Configuring a budget action" (AWS Cost
Management User Guide)
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from reconciler.contract import RowCall, Wired, by_rows, from_rows
from reconciler.permissions import Grant, Location
from reconciler.resources.budgets.budget_model import Budget
from reconciler.resources.grants import to_pass

FIELD = "actions"
DEFINED: Mapping[str, str] = {
    "APPLY_IAM_POLICY": "iam_action_definition",
    "APPLY_SCP_POLICY": "scp_action_definition",
    "RUN_SSM_DOCUMENTS": "ssm_action_definition",
}
"""By type of an action: the structure that defines it."""
READ = from_rows("describe_budget_actions_for_budget", "Actions")


def _identified(row: Mapping[str, Any], shown: Wired) -> dict[str, Any]:
    """The members of an update: those that change, of the action with this id. Its type stays."""
    sent = {name: value for name, value in row.items() if name != "ActionType"}
    return {"ActionId": shown["ActionId"], **sent}


UPDATE = by_rows(
    Budget,
    FIELD,
    add=RowCall("create_budget_action"),
    update=RowCall("update_budget_action", row=_identified),
    remove=RowCall("delete_budget_action", row=lambda _, shown: {"ActionId": shown["ActionId"]}),
)


def to_pass_roles(actions: Iterable[Mapping[str, Any]], location: Location) -> Iterator[Grant]:
    """The grants to pass the roles of actions to AWS Budgets."""
    del location
    for each in actions:
        yield to_pass(each["execution_role_arn"], "budgets")


def mistakes_in(action: Mapping[str, Any]) -> Iterator[tuple[Any, ...]]:
    """The mistakes in one action: a text, and its place."""
    wanted, definition = DEFINED.get(action["action_type"]), action["definition"]
    if wanted and [name for name, value in definition.items() if value] != [wanted]:
        yield f"an action of the type {action['action_type']} has {wanted} alone", "definition"
    of_iam = definition.get("iam_action_definition")
    if of_iam and not any(of_iam.get(name) for name in ("roles", "groups", "users")):
        yield "name roles, groups or users", "definition", "iam_action_definition"
