"""budgets.budget: a budget with its notifications."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any, ClassVar

from reconciler.appearance import Appearance
from reconciler.contract import (
    FREE,
    PAIR,
    Adapter,
    Address,
    Api,
    Create,
    Delete,
    Reads,
    Sighting,
    TagOperations,
    Wired,
    tagging,
)
from reconciler.forms import Form
from reconciler.model import Settings
from reconciler.permissions import GrantedFor
from reconciler.resources.budgets import budget_actions
from reconciler.resources.budgets.budget_changes import ALONE, FIELDS, UPDATES, chosen, texts
from reconciler.resources.budgets.budget_cloudformation import CLOUDFORMATION
from reconciler.resources.budgets.budget_identity import ACCOUNT, NAME, OfAccount
from reconciler.resources.budgets.budget_model import Budget
from reconciler.resources.budgets.budget_problems import as_written, for_view, problems
from reconciler.resources.budgets.service import BUDGETS

COST_TYPES = dict.fromkeys(
    (
        *("include_tax", "include_subscription", "include_refund", "include_credit", "include_upfront"),
        *("include_recurring", "include_other_subscription", "include_support", "include_discount"),
    ),
    True,
)


class BudgetAdapter(Adapter[Budget]):
    """CreateBudget, UpdateBudget, and operations for notifications, subscribers and actions."""

    kind = "budgets.budget"
    cloudformation = CLOUDFORMATION
    appearance = Appearance(column=2)
    granted_for: ClassVar[Mapping[str, GrantedFor]] = {
        "billing_view_arn": for_view,
        budget_actions.FIELD: budget_actions.to_pass_roles,
    }
    service = BUDGETS
    model = Budget
    costs = FREE
    summary = "a budget of the account with its notifications"
    console = "https://console.aws.amazon.com/costmanagement/home#/budgets/details?name={name}"
    defaults: ClassVar[Settings] = {
        "time_period": {"end": "2087-06-15T00:00:00Z"},
        "cost_types": {**COST_TYPES, "use_blended": False, "use_amortized": False},
    }
    identity = OfAccount(
        address=NAME,
        name="Budget.BudgetName",
        arns=(
            "arn:{partition}:budgets::{account}:budget/{name}",
            "arn:{partition}:budgets::{account}:budget/{name}/action/*",
        ),
        forms=(
            Form(r".{1,100}", "1 to 100 characters"),
            Form(r"[^:\\]*", "a name without : and \\"),
            Form(r"(?!.*/action/).*", "a name without /action/"),
            Form(r"(?!.*<[sS][cC][rR][iI][pP][tT]>).*", "a name without <script>"),
        ),
    )
    create = Create(
        "create_budget", (*FIELDS, "notifications"), needed=frozenset({"budget_type", "time_unit"})
    )
    updates = (*UPDATES, budget_actions.UPDATE)
    delete = Delete("delete_budget")
    reads = Reads(
        list="describe_budgets",
        get="describe_budget",
        alone={**ALONE, budget_actions.FIELD: budget_actions.READ},
        listed=frozenset(FIELDS),
        details=frozenset({"notifications", budget_actions.FIELD}),
    )
    tagging = tagging(
        TagOperations(
            at="ResourceARN",
            in_create="ResourceTags",
            shown="ResourceTags",
            tags="ResourceTags",
            keys="ResourceTagKeys",
            pair=PAIR,
        )
    )
    problems = staticmethod(problems)
    compared = {"planned_budget_limits": as_written}

    def list(self, api: Api, scope: Address) -> Iterable[Sighting]:
        rows = api.pages(self.reads.list, **{ACCOUNT: api.account}, ShowFilterExpression=True)
        return (self.seen(api, scope, row) for row in rows)

    def seen(self, api: Api, scope: Address, row: Any) -> Sighting:
        return self.identity.seen(api, scope, row, settings=self.shown(row))

    def describe(self, api: Api, sighting: Sighting) -> Wired:
        return self.shown(api.call(self.reads.get, **sighting.address, ShowFilterExpression=True)["Budget"])

    def shown(self, row: Any) -> Wired:
        return {"Budget": texts(row)}

    def prepare(self, api: Api, parameters: dict[str, Any]) -> dict[str, Any]:
        return {ACCOUNT: api.account, **parameters}

    def not_written(self, sighting: Sighting) -> Collection[str]:
        shown = sighting.settings.get("Budget") or {}
        sent = {"BudgetLimit": "budget_limit", "CostTypes": "cost_types", "CostFilters": "cost_filters"}
        kept = chosen(shown, ())
        return [field for member, field in sent.items() if member in shown and member not in kept]
