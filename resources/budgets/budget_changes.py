"""The requests that change a budget and its notifications, and what is read before them."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from reconciler.contract import Api, Calls, Change, FieldRead, Request, Sighting, Wired

UPDATE = "update_budget"
NOTICES = "NotificationsWithSubscribers"
LIMITS = ("AutoAdjustData", "PlannedBudgetLimits", "BudgetLimit")
"""Exactly one of these is sent. AWS shows the present limit beside each of the others, so the first one that it shows counts."""
FILTERS = (("FilterExpression", "Metrics"), ("CostFilters", "CostTypes"))
"""One side of these is sent."""
TIMES = ("Start", "End")
DEFAULT_TYPE = "PERCENTAGE"
COST = "COST"
"""The only type of budgets with cost types."""
Pairs = list[tuple[Any, Any]]


def texts(budget: Wired) -> dict[str, Any]:
    """A budget in a reply, with its times as texts."""
    period = budget.get("TimePeriod") or {}
    return {**budget, "TimePeriod": {name: _text(period[name]) for name in TIMES if name in period}}


def _text(moment: Any) -> str:
    if isinstance(moment, datetime):
        return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return str(moment)


def chosen(budget: Mapping[str, Any], written: Iterable[str]) -> dict[str, Any]:
    """A budget with one limit and one sort of filter: the written ones, or those that AWS shows."""
    named, there = set(written), {name for name, value in budget.items() if value}
    ours = [name for name in LIMITS if name in named and name in there]
    limit = next(iter(ours or [name for name in LIMITS if name in there]), None)
    sides = [side for side in FILTERS if named & there & {*side}]
    side = next(iter(sides or [each for each in FILTERS if there & {*each}]), ())
    if budget.get("BudgetType", COST) != COST and "CostTypes" not in named:
        there -= {"CostTypes"}
        budget = {name: value for name, value in budget.items() if name != "CostTypes"}
    left = {*LIMITS, *(name for each in FILTERS for name in each)} - {limit, *side}
    return {name: value for name, value in budget.items() if name not in left and value is not None}


def _put(change: Change) -> Iterator[Request]:
    """Replace all settings by the written ones and the others that AWS shows right before."""
    live, wanted = change.reported["Live"], change.desired.get("Budget") or {}
    # What is null in the files was there before and is not wanted.
    observed = change.observed.get("Budget") or {}
    kept = {name: value for name, value in live.items() if name in wanted or name not in observed}
    members = {_field(name): name for name in {*kept, *wanted}}
    written = [name for field, name in members.items() if field in change.written]
    budget = chosen({**kept, **wanted}, written)
    planned, shown = budget.get("PlannedBudgetLimits"), live.get("PlannedBudgetLimits")
    if planned and shown:  # AWS takes no limits of periods that are over
        budget["PlannedBudgetLimits"] = {
            at: each for at, each in planned.items() if int(at) >= min(map(int, shown))
        }
    name = change.address["BudgetName"]
    yield Request(
        UPDATE, {"AccountId": change.address["AccountId"], "NewBudget": {**budget, "BudgetName": name}}
    )


def _field(member: str) -> str:
    return "".join(f"_{each.lower()}" if each.isupper() else each for each in member).lstrip("_")


def _live(api: Api, change: Change) -> Wired:
    """The budget with the members that a request takes."""
    found = texts(api.call("describe_budget", **change.address, ShowFilterExpression=True)["Budget"])
    taken = api.taken(UPDATE, {"NewBudget": found})["NewBudget"]
    computed = ("CalculatedSpend", "LastUpdatedTime", "HealthStatus")
    live = {name: value for name, value in taken.items() if name not in computed}
    if live.get("AutoAdjustData"):
        live["AutoAdjustData"] = adjusted(live["AutoAdjustData"])
    return {"Live": live}


def adjusted(data: Wired) -> dict[str, Any]:
    """The members of adjustments that a request takes."""
    options = {
        name: value
        for name, value in (data.get("HistoricalOptions") or {}).items()
        if name == "BudgetAdjustmentPeriod"
    }
    more = {"HistoricalOptions": options} if options else {}
    return {"AutoAdjustType": data["AutoAdjustType"], **more}


def notifications(api: Api, sighting: Sighting) -> Wired:
    """The notifications of a budget, each with its subscribers."""
    rows = []
    for row in api.pages("describe_notifications_for_budget", **sighting.address):
        found = {**row, "ThresholdType": row.get("ThresholdType", DEFAULT_TYPE)}
        found.pop("NotificationState", None)
        at: dict[str, Any] = {**sighting.address, "Notification": found}
        rows.append(
            {
                "Notification": found,
                "Subscribers": [*api.pages("describe_subscribers_for_notification", **at)],
            }
        )
    return {NOTICES: rows}


def _put_notifications(change: Change) -> Iterator[Request]:
    """Change a notification into a new one of the same type, add the others, and remove what is left.

    So a budget never has more notifications than AWS allows, and a notification never is without subscribers.
    """
    before, after = (
        {_identity(row["Notification"]): row for row in side.get(NOTICES) or ()}
        for side in (change.observed, change.desired)
    )
    pairs, new, gone = _paired(
        [row for key, row in after.items() if key not in before],
        [row for key, row in before.items() if key not in after],
        lambda row: row["Notification"]["NotificationType"],
    )
    for row, old in pairs:
        both = {"OldNotification": old["Notification"], "NewNotification": row["Notification"]}
        yield Request("update_notification", {**change.address, **both})
        yield from _put_subscribers(change, row, old)
    for row in new:
        yield Request("create_notification", {**change.address, **row})
    for key, row in after.items():
        if key in before:
            yield from _put_subscribers(change, row, before[key])
    for row in gone:
        yield Request("delete_notification", {**change.address, "Notification": row["Notification"]})


def _put_subscribers(change: Change, row: Wired, old: Wired) -> Iterator[Request]:
    at = {**change.address, "Notification": row["Notification"]}
    wanted, found = row["Subscribers"], old["Subscribers"]
    pairs, new, gone = _paired(
        [each for each in wanted if each not in found],
        [each for each in found if each not in wanted],
        lambda each: each["SubscriptionType"],
    )
    for each, former in pairs:
        yield Request("update_subscriber", {**at, "OldSubscriber": former, "NewSubscriber": each})
    for each in new:
        yield Request("create_subscriber", {**at, "Subscriber": each})
    for each in gone:
        yield Request("delete_subscriber", {**at, "Subscriber": each})


def _paired(
    new: list[Any], gone: list[Any], sort: Callable[[Any], str]
) -> tuple[Pairs, list[Any], list[Any]]:
    """Pairs of a new row and an old one of the same sort, and the rest of both."""
    pairs, left = [], [*gone]
    rest = []
    for row in new:
        partner = next((each for each in left if sort(each) == sort(row)), None)
        if partner is None:
            rest.append(row)
        else:
            left.remove(partner)
            pairs.append((row, partner))
    return pairs, rest, left


def _identity(notice: Wired) -> tuple[Any, ...]:
    names = ("NotificationType", "ComparisonOperator", "Threshold", "ThresholdType")
    return tuple(notice.get(name) for name in names)


FIELDS = (
    "budget_type", "time_unit", "budget_limit", "planned_budget_limits", "auto_adjust_data", "time_period", "cost_filters",
    "cost_types", "filter_expression", "metrics", "billing_view_arn",
)  # fmt: skip
UPDATES = (
    Calls(_put, FIELDS, (UPDATE,), looks=_live),
    Calls(
        _put_notifications,
        ("notifications",),
        tuple(
            f"{verb}_{noun}"
            for noun in ("notification", "subscriber")
            for verb in ("create", "update", "delete")
        ),
    ),
)
ALONE: Mapping[str, FieldRead] = {
    "notifications": FieldRead(
        notifications, ("describe_notifications_for_budget", "describe_subscribers_for_notification")
    )
}
