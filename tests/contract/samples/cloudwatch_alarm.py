"""cloudwatch.alarm."""

from typing import Any

from reconciler.testing import Change, Drift, Sample, Settings

ACCOUNT = "123456789012"
PAGER, DESK, QUIET = (f"arn:aws:sns:eu-west-2:{ACCOUNT}:{each}" for each in ("pager", "desk", "quiet"))
PUT = ("PutMetricAlarm",)


def stat(name: str, **more: Any) -> Settings:
    return {
        "id": name,
        "metric_stat": {
            "metric": {
                "namespace": "Shop",
                "metric_name": name,
                "dimensions": [{"name": "Shop", "value": "London"}],
            },
            "period": 300,
            "stat": "Sum",
            "unit": "Count",
        },
        "return_data": False,
        **more,
    }


OTHER_STAT = {
    "metric": {
        "namespace": "Till",
        "metric_name": "failures",
        "dimensions": [{"name": "Shop", "value": "Paris"}, {"name": "Till", "value": "1"}],
    },
    "period": 60,
    "stat": "p90",
    "unit": "None",
}
RATIO = {
    "id": "ratio",
    "expression": "100 * errors / orders",
    "label": "percent of orders",
    "return_data": True,
}
BAND = {"id": "band", "expression": "ANOMALY_DETECTION_BAND(orders, 2)", "label": "expected"}
AROUND: Settings = {
    "alarm_description": "Too many orders fail",
    "actions_enabled": True,
    "ok_actions": [QUIET],
    "alarm_actions": [PAGER, DESK],
    "insufficient_data_actions": [DESK],
    "treat_missing_data": "notBreaching",
    "warm_up_configuration": {
        "warm_up_period_duration_in_minutes": 30,
        "only_start_evaluating_after_warm_up_period_ends": True,
    },
    "action_configuration": {"alarm_tags_propagation": {"enabled": True, "included_tag_keys": ["Team"]}},
    "tags": {"Team": "shop"},
}
BASE: Settings = {
    **AROUND,
    "metric_name": "errors",
    "namespace": "Shop",
    "statistic": "Sum",
    "dimensions": [{"name": "Shop", "value": "London"}, {"name": "Till", "value": "1"}],
    "period": 300,
    "unit": "Count",
    "evaluation_periods": 3,
    "datapoints_to_alarm": 2,
    "threshold": 10.5,
    "comparison_operator": "GreaterThanThreshold",
    "evaluate_low_sample_count_percentile": "evaluate",
    "evaluation_window": {"wall_clock_window": {"timezone": "Europe/London"}},
}
OF_ONE_METRIC = ("metric_name", "namespace", "statistic", "dimensions", "period", "unit")
OF_THRESHOLDS = (
    "threshold",
    "comparison_operator",
    "evaluation_periods",
    "datapoints_to_alarm",
    "evaluation_window",
)
MATH: Settings = {
    **AROUND,
    "metrics": [stat("errors"), stat("orders", label="orders"), RATIO],
    "evaluation_periods": 3,
    "threshold": 5,
    "comparison_operator": "GreaterThanOrEqualToThreshold",
}
ANOMALIES: Settings = {
    **AROUND,
    "metrics": [stat("orders", return_data=True), BAND, {**BAND, "id": "wide"}],
    "threshold_metric_id": "band",
    "evaluation_periods": 2,
    "comparison_operator": "LessThanLowerOrGreaterThanUpperThreshold",
}


def query(what: str, **more: int) -> Settings:
    return {"prom_ql_criteria": {"query": what, "pending_period": 60, "recovery_period": 120, **more}}


QUERIES: Settings = {
    **AROUND,
    "evaluation_criteria": query("sum(rate(errors[5m])) > 1"),
    "evaluation_interval": 60,
}

AS_IT_IS: Settings = {
    "AlarmDescription": "Too many orders fail",
    "ActionsEnabled": True,
    "OKActions": [QUIET],
    "AlarmActions": [PAGER, DESK],
    "InsufficientDataActions": [DESK],
    "TreatMissingData": "notBreaching",
    "WarmUpConfiguration": {
        "WarmUpPeriodDurationInMinutes": 30,
        "OnlyStartEvaluatingAfterWarmUpPeriodEnds": True,
    },
    "ActionConfiguration": {"AlarmTagsPropagation": {"Enabled": True, "IncludedTagKeys": ["Team"]}},
    "MetricName": "errors",
    "Namespace": "Shop",
    "Statistic": "Sum",
    "Dimensions": [{"Name": "Shop", "Value": "London"}, {"Name": "Till", "Value": "1"}],
    "Period": 300,
    "Unit": "Count",
    "EvaluationPeriods": 3,
    "DatapointsToAlarm": 2,
    "Threshold": 10.5,
    "ComparisonOperator": "GreaterThanThreshold",
    "EvaluateLowSampleCountPercentile": "evaluate",
    "EvaluationWindow": {"WallClockWindow": {"Timezone": "Europe/London"}},
}
"""The base in the form of requests."""

SAMPLE = Sample(
    name="Orders fail",
    base=BASE,
    forms={"of metric math": MATH, "of an anomaly band": ANOMALIES, "of a query": QUERIES},
    changes=(
        Change("alarm_description", "Orders fail again", PUT),
        Change("alarm_description", None, PUT, "taken away"),
        Change("actions_enabled", False, PUT),
        Change("ok_actions", [DESK], PUT),
        Change("ok_actions", [], PUT, "none"),
        Change("alarm_actions", [PAGER], PUT),
        Change("insufficient_data_actions", None, PUT, "taken away"),
        Change("insufficient_data_actions", [QUIET], PUT),
        Change("metric_name", "faults", PUT),
        Change("namespace", "Till", PUT),
        Change("statistic", "Average", PUT),
        Change("extended_statistic", "p99", PUT, drops=("statistic",)),
        Change("dimensions", [{"name": "Shop", "value": "Paris"}], PUT),
        Change("dimensions", None, PUT, "of all shops"),
        Change("period", 60, PUT),
        Change("unit", "None", PUT),
        Change("unit", None, PUT, "taken away"),
        Change("evaluation_periods", 4, PUT),
        Change("datapoints_to_alarm", 3, PUT),
        Change("datapoints_to_alarm", None, PUT, "all of them"),
        Change("threshold", 20.0, PUT),
        Change("comparison_operator", "LessThanThreshold", PUT),
        Change("treat_missing_data", "breaching", PUT),
        Change("treat_missing_data", None, PUT, "taken away"),
        Change("evaluate_low_sample_count_percentile", "ignore", PUT),
        Change("evaluation_window", {"sliding_window": {}}, PUT),
        Change("warm_up_configuration", {"warm_up_period_duration_in_minutes": 45}, PUT),
        Change("warm_up_configuration", None, PUT, "taken away"),
        Change(
            "action_configuration",
            {"alarm_tags_propagation": {"enabled": False, "excluded_tag_keys": ["Cost"]}},
            PUT,
        ),
        Change("metrics", [stat("faults"), stat("orders"), RATIO], PUT, form="of metric math"),
        Change(
            "metrics",
            [
                {**stat("errors"), "metric_stat": OTHER_STAT, "account_id": "210987654321"},
                stat("orders", label="all orders"),
                {"id": "ratio", "expression": "SEARCH('orders', 'Sum')", "period": 60, "return_data": True},
            ],
            PUT,
            "otherwise",
            form="of metric math",
        ),
        Change("metrics", MATH["metrics"], PUT, "in place of one metric", drops=OF_ONE_METRIC),
        Change(
            "metrics",
            [
                stat("orders", return_data=True),
                {**BAND, "expression": "ANOMALY_DETECTION_BAND(orders, 3)"},
                {**BAND, "id": "wide"},
            ],
            PUT,
            "of another width",
            form="of an anomaly band",
        ),
        Change("threshold_metric_id", "wide", PUT, form="of an anomaly band"),
        Change("evaluation_criteria", query("sum(rate(faults[5m])) > 2"), PUT, form="of a query"),
        Change(
            "evaluation_criteria",
            query("sum(rate(errors[5m])) > 1", pending_period=0, recovery_period=0),
            PUT,
            "at once",
            form="of a query",
        ),
        Change("evaluation_interval", 120, PUT, form="of a query"),
        Change("tags", {"Team": None, "Cost": "42"}, ("TagResource", "UntagResource")),
    ),
    drifts=(
        Drift("threshold", "put_metric_alarm", {**AS_IT_IS, "Threshold": 99.0}),
        Drift("alarm_actions", "put_metric_alarm", {**AS_IT_IS, "AlarmActions": [QUIET]}),
        Drift("actions_enabled", "put_metric_alarm", {**AS_IT_IS, "ActionsEnabled": False}),
    ),
    no_meaning={
        "metrics[].account_id": "an account; no kind and no attribute stands for one",
        "metrics[].id": "the author chooses it",
        "threshold_metric_id": "an id of its own metrics",
    },
)
