"""Values of the fields of budgets that AWS accepts only together with others."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from reconciler.kinds import known_kinds
from reconciler.testing import Settings
from tests.contract.samples.budgets_budget import (
    ACCOUNT,
    COSTS,
    MONTHS,
    ONLY,
    OUT,
    PERIOD,
    PLAIN,
    STOP,
    deny,
    mail,
    notice,
    sns,
    spend,
)
from tests.faults.field_places import FieldValues, KindValues
from tests.faults.generated_fields import kind_values_of

LIMITED: dict[str, Any] = {**PLAIN, "budget_limit": spend(50.0)}
LIMIT_FIRST: tuple[Settings, Settings, Settings] = ({"budget_limit": spend(50.0)}, {}, {})
"""Another sort of limit, where there is none of this sort."""
NEEDED = frozenset({"budget_limit", "budget_limit.amount", "budget_limit.unit"})
FORECAST = {"auto_adjust_type": "FORECAST"}


def historical(periods: int) -> Settings:
    """A budget whose limit is the average of so many periods."""
    return {
        "auto_adjust_type": "HISTORICAL",
        "historical_options": {"budget_adjustment_period": periods},
    }


def of_actions() -> dict[str, FieldValues]:
    """Values of actions, whose definition belongs to their type; its parts change with the whole action."""

    def whole(first: Settings, second: Settings) -> FieldValues:
        return FieldValues([first], [second], tops=True, edges=(), without="actions")

    def changed(action: Settings, sort: str, **members: Any) -> Settings:
        return {**action, "definition": {sort: {**action["definition"][sort], **members}}}

    members: Mapping[str, tuple[Settings, Mapping[str, Any]]] = {
        "iam_action_definition": (
            deny(),
            {
                "policy_arn": f"arn:aws:iam::{ACCOUNT}:policy/stop",
                **{each: ["x"] for each in ("roles", "groups", "users")},
            },
        ),
        "scp_action_definition": (OUT, {"policy_id": "p-87654321", "target_ids": ["222222222222"]}),
        "ssm_action_definition": (
            STOP,
            {
                "action_sub_type": "STOP_RDS_INSTANCES",
                "region": "eu-west-1",
                "instance_ids": ["i-00000000000000001"],
            },
        ),
    }
    return {
        "actions": FieldValues([deny()], [deny("stop")], edges=()),
        "actions[].action_type": whole(deny(), STOP),
        "actions[].definition": whole(deny(), deny("stop")),
        **{
            f"actions[].definition.{sort}": whole(action, changed(action, sort, **others))
            for sort, (action, others) in members.items()
        },
        **{
            f"actions[].definition.{sort}.{name}": whole(action, changed(action, sort, **{name: value}))
            for sort, (action, others) in members.items()
            for name, value in others.items()
        },
        "actions[].subscribers[].subscription_type": whole(
            deny(subscribers=[mail("ops")]), deny(subscribers=[sns()])
        ),
        "actions[].subscribers[].address": FieldValues("new@example.com", "ops@example.com", edges=()),
    }


def budget() -> KindValues:
    """A budget with a limit; other sorts of limits have a base without it."""
    found = kind_values_of(known_kinds()["budgets.budget"])
    planned, more = ({at: spend(amount) for at in MONTHS} for amount in (10.0, 20.0))
    told, others = [mail("ops"), sns()], [mail("new"), sns()]
    by_path: dict[str, Any] = {
        **found.by_path,
        "budget_type": FieldValues("USAGE", "COST", edges=()),
        "budget_limit": FieldValues(spend(200.0), spend(100.5)),
        "budget_limit.amount": FieldValues(200.0, 100.5),
        "planned_budget_limits": FieldValues(planned, more, edges=(), base=PLAIN, turns=LIMIT_FIRST),
        "auto_adjust_data": FieldValues(FORECAST, historical(6), edges=(), base=PLAIN, turns=LIMIT_FIRST),
        "auto_adjust_data.historical_options.budget_adjustment_period": FieldValues(
            historical(3), historical(6), tops=True, edges=(historical(1), historical(12)), base=PLAIN
        ),
        **{f"cost_types.{name}": FieldValues(value, not value) for name, value in COSTS.items()},
        "time_period.start": FieldValues("2026-02-01T00:00:00Z", PERIOD["start"], edges=()),
        "time_period.end": FieldValues("2037-01-01T00:00:00Z", PERIOD["end"], edges=()),
        "filter_expression": FieldValues(ONLY, {"Not": ONLY}, edges=()),
        "notifications": FieldValues([notice(90.0)], [notice()], edges=()),
        "notifications[].subscribers": FieldValues(others, told, edges=()),
        "notifications[].subscribers[].address": FieldValues("new@example.com", "ops@example.com", edges=()),
        "notifications[].subscribers[].subscription_type": FieldValues(
            [notice(80.0, sns())], [notice(80.0, mail("ops"))], tops=True, edges=()
        ),
    }
    by_path |= of_actions()
    also = {
        "budget_type": ("cost_types",),
        **dict.fromkeys(("filter_expression", "metrics"), ("cost_types",)),
        **dict.fromkeys(("planned_budget_limits", "auto_adjust_data"), ("budget_limit",)),
    }
    return replace(found, base=LIMITED, by_path=by_path, also=also, needed=NEEDED)


VALUES_BY_KIND: Mapping[str, KindValues] = {"budgets.budget": budget()}
