"""The settings of a metric alarm.

Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html
"""

from typing import Annotated, Literal

from pydantic import Field

from reconciler.forms import Form
from reconciler.model import Cleared, Means, Part, Resource, Rows, Unordered, Whole, Wire
from reconciler.resources.identifiers import ANY_ARN
from reconciler.resources.lasting import lasts
from reconciler.resources.metric_unit import MetricUnit

Namespace = Annotated[
    str, Field(min_length=1, max_length=255), Form(r"[^:].*", "a text that does not begin with a colon")
]
MetricName = Annotated[str, Field(min_length=1, max_length=255)]
QueryId = Annotated[
    str,
    Field(min_length=1, max_length=255),
    Form(r"[a-z][A-Za-z0-9_]*", "a small letter, then a-z, A-Z, 0-9 and _ alone"),
]
EXTENDED = r"(p|tm|wm|tc|ts)(\d{1,2}(\.\d{1,10})?|100)|IQM|(PR|TM|WM|TC|TS)\(\S*:\S*\)"
"""https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Statistics-definitions.html"""
ExtendedStatistic = Annotated[
    str, Form(EXTENDED, "a percentile or another statistic of CloudWatch, such as p99.9, tm90 or TM(10%:90%)")
]
Statistic = Annotated[
    str,
    Form(
        rf"SampleCount|Average|Sum|Minimum|Maximum|{EXTENDED}",
        "SampleCount, Average, Sum, Minimum, Maximum, a percentile such as p99.9, or another statistic of CloudWatch",
    ),
]
Seconds = Annotated[int, Field(ge=1)]
Action = Annotated[
    str,
    ANY_ARN,
    Field(max_length=1024),
    Means("sns.topic"),
    Means("lambda.function"),
    Means("autoscaling.scaling_policy"),
    Means("applicationautoscaling.scaling_policy"),
    Means("ssm_incidents.response_plan"),
    Means("aiops.investigation_group"),
]
"""The ARN of an action: of a topic or a function, or an ARN that AWS defines, such as an action of EC2 or Systems Manager."""
Actions = Annotated[list[Action] | None, Unordered(), Field(max_length=5)]
TagKeys = Annotated[
    list[Annotated[str, Field(min_length=1, max_length=128)]] | None,
    Unordered(),
    Field(min_length=1, max_length=50),
]


class Dimension(Part):
    """A dimension of a metric: a name and a value."""

    name: Annotated[str, Field(min_length=1, max_length=255)]
    value: Annotated[str, Field(min_length=1, max_length=1024)]


Dimensions = Annotated[list[Dimension] | None, Rows(("name",)), Field(max_length=30)]


class Metric(Part):
    """A metric."""

    namespace: Namespace | None = None
    metric_name: MetricName | None = None
    dimensions: Dimensions = None


class MetricStat(Part):
    """A statistic of a metric."""

    metric: Metric
    period: Seconds
    stat: Statistic
    unit: MetricUnit | None = None


class MetricDataQuery(Part):
    """A metric, or an expression over other metrics of the alarm; an anomaly detection band is an expression."""

    id: QueryId
    metric_stat: MetricStat | None = None
    expression: Annotated[str | None, Field(min_length=1, max_length=2048)] = None
    label: str | None = None
    return_data: bool | None = None
    period: Seconds | None = None
    account_id: Annotated[str, Form(r"\d{12}", "an account id of 12 digits")] | None = None


class WallClockWindow(Part):
    """Windows that begin at full hours or days of a time zone."""

    timezone: Annotated[str | None, Field(min_length=1, max_length=50)] = None


class SlidingWindow(Part):
    """Windows that move with the time, AWS's default."""


class EvaluationWindow(Part):
    """Which datapoints are evaluated together; exactly one of the fields is written."""

    wall_clock_window: WallClockWindow | None = None
    sliding_window: SlidingWindow | None = None


class WarmUpConfiguration(Part):
    """The time that a new alarm waits for data."""

    warm_up_period_duration_in_minutes: Annotated[int, Field(ge=1, le=2880)]
    only_start_evaluating_after_warm_up_period_ends: bool | None = None


class PromQLCriteria(Part):
    """A PromQL query; each series of its result is evaluated separately."""

    query: Annotated[str, Field(min_length=1, max_length=10000)]
    pending_period: Annotated[int | None, Field(ge=0, le=86400)] = None
    recovery_period: Annotated[int | None, Field(ge=0, le=86400)] = None


class EvaluationCriteria(Part):
    """A query that is evaluated instead of metrics."""

    prom_ql_criteria: Annotated[PromQLCriteria | None, Wire("PromQLCriteria")] = None


class AlarmTagsPropagation(Part):
    """Whether actions get the tags of the alarm."""

    enabled: bool
    included_tag_keys: TagKeys = None
    excluded_tag_keys: TagKeys = None


class ActionConfiguration(Part):
    """How actions are called."""

    alarm_tags_propagation: AlarmTagsPropagation | None = None


class Alarm(Resource):
    """A metric alarm: on one metric, on metric math, on an anomaly detection band, or on a PromQL query."""

    alarm_description: Annotated[str | None, Field(max_length=1024)] = None
    actions_enabled: Annotated[bool | None, lasts("actions_enabled: true")] = None
    ok_actions: Annotated[Actions, Wire("OKActions")] = None
    alarm_actions: Actions = None
    insufficient_data_actions: Actions = None
    metric_name: MetricName | None = None
    namespace: Namespace | None = None
    statistic: Literal["SampleCount", "Average", "Sum", "Minimum", "Maximum"] | None = None
    extended_statistic: ExtendedStatistic | None = None
    dimensions: Dimensions = None
    period: Seconds | None = None
    unit: MetricUnit | None = None
    evaluation_periods: Annotated[int | None, Field(ge=1)] = None
    datapoints_to_alarm: Annotated[int | None, Field(ge=1)] = None
    threshold: float | None = None
    threshold_metric_id: QueryId | None = None
    comparison_operator: (
        Literal[
            "GreaterThanOrEqualToThreshold",
            "GreaterThanThreshold",
            "LessThanThreshold",
            "LessThanOrEqualToThreshold",
            "LessThanLowerOrGreaterThanUpperThreshold",
            "LessThanLowerThreshold",
            "GreaterThanUpperThreshold",
        ]
        | None
    ) = None
    treat_missing_data: Annotated[
        Literal["breaching", "notBreaching", "ignore", "missing"] | None, Cleared("missing")
    ] = None
    evaluate_low_sample_count_percentile: Literal["evaluate", "ignore"] | None = None
    metrics: Annotated[list[MetricDataQuery] | None, Rows(("id",))] = None
    evaluation_window: Annotated[EvaluationWindow | None, Whole()] = None
    warm_up_configuration: WarmUpConfiguration | None = None
    evaluation_criteria: EvaluationCriteria | None = None
    evaluation_interval: Annotated[int | None, Field(ge=10, le=3600)] = None
    action_configuration: ActionConfiguration | None = None
