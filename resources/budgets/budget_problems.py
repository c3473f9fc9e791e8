"""Finds mistakes in the settings of a budget that AWS would refuse, and what its settings need in IAM."""

from collections.abc import Iterator, Mapping
from typing import Any

from reconciler.contract import InFiles, Wired
from reconciler.interpolation import has_reference
from reconciler.model import Finding, Settings
from reconciler.permissions import Grant, Location
from reconciler.resources.budgets.budget_actions import mistakes_in

LIMITS = ("budget_limit", "planned_budget_limits", "auto_adjust_data")
EXPRESSED, FILTERED = ("filter_expression", "metrics"), ("cost_filters", "cost_types")
PERIODS = {"MONTHLY": 12, "QUARTERLY": 4}
LONGEST = {"DAILY": 60, "MONTHLY": 12, "QUARTERLY": 4, "ANNUALLY": 1}
"""The most periods that an adjusted budget is the average of."""


def for_view(view: str, location: Location) -> Iterator[Grant]:
    """The grant to use a billing view (CreateBudget, Service Authorization Reference)."""
    del location
    yield Grant("billing:GetBillingViewData", view)


def as_written(live: Mapping[str, Any] | None, settings: Settings, reported: Wired) -> Any:
    """The live limits, with the written ones of periods that are over: AWS shows them no longer."""
    del reported
    written = settings.get("planned_budget_limits") or {}
    if not live or not all(isinstance(at, str) and at.isdecimal() for at in (*live, *written)):
        return live
    first = min(map(int, live))
    return {**{at: each for at, each in written.items() if int(at) < first}, **live}


def problems(files: InFiles) -> Iterator[Finding]:
    """The mistakes of one budget."""
    values = files.values
    kind, unit = values.get("budget_type"), values.get("time_unit")
    limits = [name for name in LIMITS if values.get(name)]
    if len(limits) > 1:
        yield Finding(f"a budget has either {limits[0]} or this; keep one", (limits[1],))
    if kind in ("COST", "USAGE") and files.lacks(*LIMITS):
        emptied = any(name in files.settings for name in LIMITS)
        needs = f"a {'' if emptied else 'new '}{kind} budget needs one of {', '.join(LIMITS)}"
        yield Finding(needs, warning=not emptied)
    expressed, filtered = ([name for name in side if values.get(name)] for side in (EXPRESSED, FILTERED))
    if expressed and filtered:
        yield Finding(f"AWS takes this only without {expressed[0]}; keep one", (filtered[0],))
    if values.get("cost_types") and kind not in (None, "COST"):
        yield Finding("only COST budgets have cost_types", ("cost_types",))
    planned = values.get("planned_budget_limits")
    if planned and unit in LONGEST and len(planned) != PERIODS.get(unit):
        said = "a MONTHLY budget has the limits of 12 months, a QUARTERLY one those of 4 quarters, and no other has any"
        yield Finding(said, ("planned_budget_limits",))
    yield from _of_period(values.get("time_period") or {})
    yield from _of_adjustment(values.get("auto_adjust_data") or {}, unit)
    for number, row in enumerate(values.get("notifications") or ()):
        for said, *place in _of_told(row, unit):
            yield Finding(said, ("notifications", number, *place))
    for number, row in enumerate(values.get("actions") or ()):
        for said, *place in (*_of_told(row, unit), *mistakes_in(row)):
            yield Finding(said, ("actions", number, *place))


def _of_period(period: Mapping[str, Any]) -> Iterator[Finding]:
    start, end = period.get("start"), period.get("end")
    if start and end and not has_reference(start + end) and end <= start:
        yield Finding("the end must be after start", ("time_period", "end"))


def _of_adjustment(data: Mapping[str, Any], unit: str | None) -> Iterator[Finding]:
    options, path = data.get("historical_options"), ("auto_adjust_data", "historical_options")
    if data.get("auto_adjust_type") == "HISTORICAL" and options is None:
        yield Finding("HISTORICAL needs historical_options", ("auto_adjust_data", "auto_adjust_type"))
    if data.get("auto_adjust_type") == "FORECAST" and options is not None:
        yield Finding("only HISTORICAL has historical_options", path)
    most = LONGEST.get(unit or "")
    if options and most and options["budget_adjustment_period"] > most:
        yield Finding(f"a {unit} budget takes at most {most} periods", (*path, "budget_adjustment_period"))


def _of_told(row: Mapping[str, Any], unit: str | None) -> Iterator[tuple[Any, ...]]:
    """The mistakes that notifications and actions share."""
    if row["notification_type"] == "FORECASTED" and unit == "DAILY":
        yield "AWS forecasts nothing for a day; write ACTUAL", "notification_type"
    sorts = [each["subscription_type"] for each in row["subscribers"]]
    if sorts.count("SNS") > 1:
        yield "at most one topic is told", "subscribers"
    if sorts.count("EMAIL") > 10:
        yield "at most 10 e-mail addresses are told", "subscribers"
    for number, each in enumerate(row["subscribers"]):
        is_arn = each["address"].startswith("arn:")
        if not has_reference(each["address"]) and is_arn != (each["subscription_type"] == "SNS"):
            said = "SNS takes the ARN of a topic" if not is_arn else "EMAIL takes an e-mail address"
            yield said, "subscribers", number, "address"
