"""CloudWatch's checks of metric alarms.

Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from reconciler.sandbox.sandbox_error import SandboxError

Params = Mapping[str, Any]

WAYS = ("MetricName", "Metrics", "EvaluationCriteria")
OF_ONE_METRIC = ("Namespace", "MetricName", "Dimensions", "Period", "Unit", "Statistic", "ExtendedStatistic")
OF_THRESHOLDS = (
    "Threshold",
    "ComparisonOperator",
    "ThresholdMetricId",
    "EvaluationPeriods",
    "DatapointsToAlarm",
)
OF_ANOMALIES = frozenset(
    {"LessThanLowerOrGreaterThanUpperThreshold", "LessThanLowerThreshold", "GreaterThanUpperThreshold"}
)
SHORT_PERIODS = frozenset({10, 20, 30})
MINUTE, HOUR, DAY, WEEK = 60, 3600, 86_400, 604_800
MISSING_DATA = ("breaching", "notBreaching", "ignore", "missing")
LOW_SAMPLES = ("evaluate", "ignore")
ACTIONS = ("OKActions", "AlarmActions", "InsufficientDataActions")
QUERY_ID = re.compile(r"[a-z][A-Za-z0-9_]*")
NUMBER = r"\d{1,3}(\.\d+)?"
EXTENDED = re.compile(
    rf"(p|tm|tc|ts|wm){NUMBER}|IQM|PR\([^)]*:[^)]*\)|(TC|TM|TS|WM)\(({NUMBER}%)?:({NUMBER}%)?\)",
    re.IGNORECASE,
)


def invalid(text: str) -> SandboxError:
    """Return CloudWatch's error for an invalid alarm."""
    return SandboxError("ValidationError", text)


def check_alarm(params: Params) -> None:
    """Check an alarm.

    Raises:
        SandboxError: the first mistake.
    """
    ways = [name for name in WAYS if params.get(name)]
    if len(ways) != 1:
        raise invalid(f"Exactly one of the parameters {', '.join(WAYS)} must be specified")
    if ways[0] == "EvaluationCriteria":
        _refuse_beside(
            params, "EvaluationCriteria", (*OF_ONE_METRIC, "Metrics", *OF_THRESHOLDS, "EvaluationWindow")
        )
        _require(params, ("EvaluationInterval",))
        _check_period("EvaluationInterval", params["EvaluationInterval"])
    else:
        _refuse_beside(params, ways[0], ("EvaluationInterval",))
        _check_threshold(params)
        if ways[0] == "Metrics":
            _refuse_beside(params, "Metrics", OF_ONE_METRIC)
            _check_queries(params["Metrics"], params.get("ThresholdMetricId"))
        else:
            _check_metric(params)
        _check_length(params)
    _check_options(params)


def _refuse_beside(params: Params, given: str, others: Sequence[str]) -> None:
    found = [name for name in others if name in params]
    if found:
        raise invalid(f"The parameters {given} and {found[0]} cannot be specified together")


def _require(params: Params, names: Sequence[str]) -> None:
    for name in names:
        if name not in params:
            raise invalid(f"The parameter {name} is required")


def _check_metric(params: Params) -> None:
    _require(params, ("Namespace", "Period"))
    if ("Statistic" in params) == ("ExtendedStatistic" in params):
        raise invalid("Exactly one of the parameters Statistic or ExtendedStatistic must be specified")
    extended = params.get("ExtendedStatistic")
    if extended is not None and not EXTENDED.fullmatch(extended):
        raise SandboxError(
            "InvalidParameterValue", f"The value {extended} for parameter ExtendedStatistic is not supported."
        )


def _check_threshold(params: Params) -> None:
    _require(params, ("EvaluationPeriods", "ComparisonOperator"))
    if ("Threshold" in params) == ("ThresholdMetricId" in params):
        raise invalid("Exactly one of the parameters Threshold or ThresholdMetricId must be specified")
    if (params["ComparisonOperator"] in OF_ANOMALIES) != ("ThresholdMetricId" in params):
        text = f"The comparison operator {params['ComparisonOperator']} is "
        only = "only" if "Threshold" in params else "not"
        raise invalid(f"{text}{only} supported for alarms based on an anomaly detection model")
    if params.get("DatapointsToAlarm", 1) > params["EvaluationPeriods"]:
        raise invalid("DatapointsToAlarm must be less than or equal to EvaluationPeriods")


def _check_queries(queries: Sequence[Params], threshold: str | None) -> None:
    ids = [query["Id"] for query in queries]
    for query in queries:
        if not QUERY_ID.fullmatch(query["Id"]) or ids.count(query["Id"]) > 1:
            raise invalid(f"The Id {query['Id']} in Metrics must be unique and match {QUERY_ID.pattern}")
        if ("Expression" in query) == ("MetricStat" in query):
            raise invalid(f"The query {query['Id']} must have exactly one of Expression and MetricStat")
    returned = [query["Id"] for query in queries if query.get("ReturnData", True)]
    if threshold is None and len(returned) != 1:
        raise invalid("Exactly one element of the metrics list should return data.")
    if threshold is not None and threshold not in ids:
        raise invalid("Metrics list must contain exactly one metric matching the ThresholdMetricId parameter")


def _periods(params: Params) -> Iterator[int]:
    if "Period" in params:
        yield params["Period"]
    for query in params.get("Metrics", ()):
        found = query.get("Period") or query.get("MetricStat", {}).get("Period")
        if found:
            yield found


def _check_length(params: Params) -> None:
    for period in _periods(params):
        _check_period("Period", period)
        most = DAY if period < HOUR else WEEK
        if period * params["EvaluationPeriods"] > most:
            days = "a day" if most == DAY else "seven days"
            raise invalid(
                f"Metrics cannot be checked across more than {days} (EvaluationPeriods * Period must be <= {most})."
            )


def _check_period(name: str, seconds: int) -> None:
    if seconds not in SHORT_PERIODS and seconds % MINUTE:
        raise invalid(f"{name} must be 10, 20, 30 or a multiple of 60")


def _check_options(params: Params) -> None:
    for name, allowed in (
        ("TreatMissingData", MISSING_DATA),
        ("EvaluateLowSampleCountPercentile", LOW_SAMPLES),
    ):
        if params.get(name, allowed[0]) not in allowed:
            listed = f"{', '.join(allowed[:-1])} and {allowed[-1]}"
            raise invalid(
                f"Option {params[name]} is not supported. Supported options for parameter {name} are {listed}."
            )
    for action in (action for name in ACTIONS for action in params.get(name, ())):
        if not action.startswith("arn:"):
            raise invalid(f"Invalid arn syntax: {action}")
