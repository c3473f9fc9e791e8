"""CloudWatch keeps every setting of a metric alarm and refuses what AWS refuses, with a plain client."""

from typing import Any

import pytest

from reconciler.sandbox import Sandbox
from tests.sandbox.refusals import REGION, client_of, refusal, refused

NAME = {"AlarmName": "errors"}
ARN = f"arn:aws:cloudwatch:{REGION}:123456789012:alarm:errors"
TOPIC = f"arn:aws:sns:{REGION}:123456789012:ops"
PLAIN = {
    "MetricName": "Errors",
    "Namespace": "App",
    "Statistic": "Sum",
    "Period": 60,
    "EvaluationPeriods": 3,
    "Threshold": 2.5,
    "ComparisonOperator": "GreaterThanThreshold",
}
INVALID = "ValidationError"
OF_ALL = {
    "AlarmArn": ARN,
    "ActionsEnabled": True,
    "OKActions": [],
    "AlarmActions": [],
    "InsufficientDataActions": [],
    "Dimensions": [],
    "StateValue": "INSUFFICIENT_DATA",
    "StateReason": "Unchecked: Initial alarm creation",
}
STAT = {"Metric": {"MetricName": "Errors", "Namespace": "App"}, "Period": 300, "Stat": "p99"}
QUERIES = [
    {"Id": "m1", "MetricStat": STAT, "ReturnData": False},
    {"Id": "e1", "Expression": "m1 * 2", "Label": "twice", "ReturnData": True},
]
MATHS = {
    **{name: PLAIN[name] for name in ("EvaluationPeriods", "Threshold", "ComparisonOperator")},
    "Metrics": QUERIES,
}
PROMQL = {
    "EvaluationCriteria": {"PromQLCriteria": {"Query": "up == 0", "PendingPeriod": 60}},
    "EvaluationInterval": 60,
}


@pytest.fixture
def cloudwatch(sandbox: Sandbox) -> Any:
    return client_of(sandbox, "cloudwatch")


def alarm_of(cloudwatch: Any, **asked: Any) -> dict[str, Any]:
    """The only alarm, without its times."""
    (alarm,) = cloudwatch.describe_alarms(**asked)["MetricAlarms"]
    for name in ("AlarmConfigurationUpdatedTimestamp", "StateUpdatedTimestamp", "StateTransitionedTimestamp"):
        assert alarm.pop(name)
    return dict(alarm)


def without(*names: str, of: dict[str, Any] = PLAIN) -> dict[str, Any]:
    return {name: value for name, value in of.items() if name not in names}


def test_an_alarm_keeps_every_setting(cloudwatch: Any) -> None:
    whole = {
        **NAME,
        **without("Statistic"),
        "ExtendedStatistic": "tm99",
        "AlarmDescription": "too many",
        "ActionsEnabled": False,
        "OKActions": [TOPIC],
        "AlarmActions": [TOPIC],
        "InsufficientDataActions": [TOPIC],
        "Dimensions": [{"Name": "host", "Value": "a"}],
        "Unit": "Count",
        "DatapointsToAlarm": 2,
        "TreatMissingData": "notBreaching",
        "EvaluateLowSampleCountPercentile": "ignore",
        "EvaluationWindow": {"WallClockWindow": {"Timezone": "Europe/London"}},
        "WarmUpConfiguration": {"WarmUpPeriodDurationInMinutes": 5},
        "ActionConfiguration": {"AlarmTagsPropagation": {"Enabled": True, "IncludedTagKeys": ["team"]}},
    }
    cloudwatch.put_metric_alarm(**whole)
    assert alarm_of(cloudwatch) == {**OF_ALL, **whole}
    cloudwatch.put_metric_alarm(**NAME, **PLAIN)
    assert alarm_of(cloudwatch) == {**OF_ALL, **NAME, **PLAIN}


@pytest.mark.parametrize("settings", [MATHS, PROMQL], ids=["metric math", "PromQL"])
def test_alarms_of_other_forms_keep_every_setting(cloudwatch: Any, settings: dict[str, Any]) -> None:
    cloudwatch.put_metric_alarm(**NAME, **settings)
    state = {"StateValue": "OK"} if settings is PROMQL else {}
    assert alarm_of(cloudwatch) == {**OF_ALL, **NAME, **settings, **state}


def test_an_update_keeps_the_state_and_the_tags(cloudwatch: Any) -> None:
    cloudwatch.put_metric_alarm(**NAME, **PLAIN, Tags=[{"Key": "team", "Value": "a"}])
    cloudwatch.set_alarm_state(**NAME, StateValue="ALARM", StateReason="seen", StateReasonData='{"a": 1}')
    cloudwatch.put_metric_alarm(**NAME, **{**PLAIN, "Threshold": 9.0}, Tags=[{"Key": "team", "Value": "b"}])
    shown = alarm_of(cloudwatch)
    assert (shown["StateValue"], shown["StateReason"], shown["Threshold"]) == ("ALARM", "seen", 9.0)
    assert shown["StateReasonData"] == '{"a": 1}'
    assert cloudwatch.list_tags_for_resource(ResourceARN=ARN)["Tags"] == [{"Key": "team", "Value": "a"}]


def test_a_wrong_alarm_is_refused(cloudwatch: Any) -> None:
    for settings in (
        *(without(name) for name in ("MetricName", "Namespace", "Statistic", "Period", "Threshold")),
        *(without(name) for name in ("EvaluationPeriods", "ComparisonOperator")),
        {**PLAIN, "ExtendedStatistic": "p99"},
        {**PLAIN, "Period": 45},
        {**PLAIN, "EvaluationPeriods": 1441},
        {**PLAIN, "Period": 3600, "EvaluationPeriods": 169},
        {**PLAIN, "DatapointsToAlarm": 4},
        {**PLAIN, "TreatMissingData": "guess"},
        {**PLAIN, "EvaluateLowSampleCountPercentile": "guess"},
        {**PLAIN, "ComparisonOperator": "GreaterThanUpperThreshold"},
        {**PLAIN, "ComparisonOperator": "Equal"},
        {**PLAIN, "ThresholdMetricId": "m1"},
        {**PLAIN, "AlarmActions": ["ops"]},
        {**PLAIN, "AlarmActions": [TOPIC] * 6},
        {**PLAIN, "Namespace": ":App"},
        {**PLAIN, "Metrics": QUERIES},
        {**PLAIN, "EvaluationInterval": 60},
        {**MATHS, "Metrics": [QUERIES[0]]},
        {**MATHS, "Metrics": [*QUERIES, QUERIES[1]]},
        {**MATHS, "Metrics": [{**QUERIES[0], "Id": "M1"}, QUERIES[1]]},
        {**MATHS, "Metrics": [{"Id": "m1", "ReturnData": False}, QUERIES[1]]},
        {**MATHS, "Period": 60},
        {**without("Threshold", of=MATHS), "ThresholdMetricId": "e2"},
        {**PROMQL, "Threshold": 1.0},
        without("EvaluationInterval", of=PROMQL),
    ):
        assert refused(cloudwatch, "put_metric_alarm", **NAME, **settings) == INVALID, settings
    wrong = {**without("Statistic"), "ExtendedStatistic": "median"}
    assert refused(cloudwatch, "put_metric_alarm", **NAME, **wrong) == "InvalidParameterValue"
    assert cloudwatch.describe_alarms()["MetricAlarms"] == []


def test_a_longer_period_is_looked_at_for_a_week(cloudwatch: Any) -> None:
    cloudwatch.put_metric_alarm(**NAME, **{**PLAIN, "Period": 3600, "EvaluationPeriods": 168})
    code, text = refusal(cloudwatch, "put_metric_alarm", **NAME, **{**PLAIN, "EvaluationPeriods": 1441})
    assert (code, text.startswith("Metrics cannot be checked across more than a day")) == (INVALID, True)


def test_alarms_come_in_pages_and_by_filter(cloudwatch: Any) -> None:
    for number in range(5):
        actions = {"OKActions": [TOPIC]} if number == 3 else {}
        cloudwatch.put_metric_alarm(AlarmName=f"a{number}", **PLAIN, **actions)
    cloudwatch.set_alarm_state(AlarmName="a2", StateValue="OK", StateReason="seen")
    pages = list(cloudwatch.get_paginator("describe_alarms").paginate(PaginationConfig={"PageSize": 2}))
    assert [[alarm["AlarmName"] for alarm in page["MetricAlarms"]] for page in pages] == [
        ["a0", "a1"],
        ["a2", "a3"],
        ["a4"],
    ]
    assert alarm_of(cloudwatch, StateValue="OK")["AlarmName"] == "a2"
    assert alarm_of(cloudwatch, ActionPrefix=TOPIC[:20])["AlarmName"] == "a3"
    assert alarm_of(cloudwatch, AlarmNames=["a4", "none"])["AlarmName"] == "a4"
    assert cloudwatch.describe_alarms(AlarmTypes=["CompositeAlarm"])["MetricAlarms"] == []
    assert (
        len(cloudwatch.describe_alarms_for_metric(MetricName="Errors", Namespace="App")["MetricAlarms"]) == 5
    )
    assert refused(cloudwatch, "describe_alarms", NextToken="x") == "InvalidNextToken"
    assert refused(cloudwatch, "describe_alarms", MaxRecords=101) == INVALID
    assert refused(cloudwatch, "describe_alarms", AlarmNames=["a"], AlarmNamePrefix="a") == INVALID


def test_actions_are_switched(cloudwatch: Any) -> None:
    cloudwatch.put_metric_alarm(**NAME, **PLAIN)
    cloudwatch.disable_alarm_actions(AlarmNames=["errors"])
    assert alarm_of(cloudwatch)["ActionsEnabled"] is False
    cloudwatch.enable_alarm_actions(AlarmNames=["errors"])
    assert alarm_of(cloudwatch)["ActionsEnabled"] is True


def test_tags_live_as_long_as_their_alarm(cloudwatch: Any) -> None:
    cloudwatch.put_metric_alarm(**NAME, **PLAIN)
    one = {"ResourceARN": ARN}
    cloudwatch.untag_resource(**one, TagKeys=["none"])
    cloudwatch.tag_resource(**one, Tags=[{"Key": "a", "Value": "1"}, {"Key": "b", "Value": "2"}])
    cloudwatch.tag_resource(**one, Tags=[{"Key": "a", "Value": "3"}])
    cloudwatch.untag_resource(**one, TagKeys=["b"])
    assert cloudwatch.list_tags_for_resource(**one)["Tags"] == [{"Key": "a", "Value": "3"}]
    many = [{"Key": f"k{number}", "Value": ""} for number in range(50)]
    for wrong in (many, [{"Key": "aws:x", "Value": ""}]):
        assert refused(cloudwatch, "tag_resource", **one, Tags=wrong) == "InvalidParameterValue"
    cloudwatch.delete_alarms(AlarmNames=["errors", "none"])
    for call, more in (("list_tags_for_resource", {}), ("tag_resource", {"Tags": many[:1]})):
        assert refused(cloudwatch, call, **one, **more) == "ResourceNotFoundException"
    cloudwatch.put_metric_alarm(**NAME, **PLAIN)
    assert cloudwatch.list_tags_for_resource(**one)["Tags"] == []
    assert (
        refused(cloudwatch, "set_alarm_state", AlarmName="none", StateValue="OK", StateReason="")
        == "ResourceNotFound"
    )
