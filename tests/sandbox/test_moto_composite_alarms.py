"""CloudWatch keeps every setting of a composite alarm and refuses what AWS refuses, with a plain client."""

from typing import Any

import pytest

from reconciler.sandbox import Sandbox
from tests.sandbox.refusals import REGION, client_of, refusal, refused

METRIC = {
    "MetricName": "Errors",
    "Namespace": "App",
    "Statistic": "Sum",
    "Period": 60,
    "EvaluationPeriods": 3,
    "Threshold": 2.5,
    "ComparisonOperator": "GreaterThanThreshold",
}
HERE = f"arn:aws:cloudwatch:{REGION}:123456789012:alarm"
RULE = 'ALARM("too slow") AND (NOT OK(errors) OR TRUE)'
NAME = {"AlarmName": "shop"}
TOPIC = f"arn:aws:sns:{REGION}:123456789012:ops"
INVALID = "ValidationError"
SUPPRESSED = {
    "ActionsSuppressor": "errors",
    "ActionsSuppressorWaitPeriod": 60,
    "ActionsSuppressorExtensionPeriod": 30,
}
TIMES = ("AlarmConfigurationUpdatedTimestamp", "StateUpdatedTimestamp", "StateTransitionedTimestamp")


@pytest.fixture
def cloudwatch(sandbox: Sandbox) -> Any:
    client = client_of(sandbox, "cloudwatch")
    for name in ("too slow", "errors"):
        client.put_metric_alarm(AlarmName=name, **METRIC)
    return client


def composites(cloudwatch: Any, **asked: Any) -> list[dict[str, Any]]:
    rows = cloudwatch.describe_alarms(AlarmTypes=["CompositeAlarm"], **asked)["CompositeAlarms"]
    return [{name: value for name, value in row.items() if name not in TIMES} for row in rows]


def names(rows: list[dict[str, Any]]) -> list[str]:
    return [row["AlarmName"] for row in rows]


def test_a_composite_alarm_keeps_every_setting(cloudwatch: Any) -> None:
    whole = {
        **NAME,
        **SUPPRESSED,
        "AlarmRule": RULE,
        "AlarmDescription": "the shop is down",
        "ActionsEnabled": False,
        "AlarmActions": [TOPIC],
        "OKActions": [TOPIC],
        "InsufficientDataActions": [TOPIC],
        "ActionConfiguration": {"AlarmTagsPropagation": {"Enabled": True, "IncludedTagKeys": ["Team"]}},
    }
    cloudwatch.put_composite_alarm(**whole)
    state = {"StateValue": "INSUFFICIENT_DATA", "StateReason": "Unchecked: Initial alarm creation"}
    assert composites(cloudwatch) == [{**whole, **state, "AlarmArn": f"{HERE}:shop"}]
    cloudwatch.set_alarm_state(**NAME, StateValue="ALARM", StateReason="by hand")
    cloudwatch.put_composite_alarm(**NAME, AlarmRule="FALSE")
    (alarm,) = composites(cloudwatch, AlarmNames=["shop"])
    assert (alarm["AlarmRule"], alarm["ActionsEnabled"], alarm["StateValue"]) == ("FALSE", True, "ALARM")
    assert "AlarmDescription" not in alarm


def test_metric_and_composite_alarms_are_listed_by_type_and_relation(cloudwatch: Any) -> None:
    """https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DescribeAlarms.html"""
    cloudwatch.put_composite_alarm(**NAME, AlarmRule=f'ALARM("{HERE}:too slow") OR OK(errors)')
    cloudwatch.put_composite_alarm(AlarmName="all", AlarmRule="INSUFFICIENT_DATA(shop)")
    assert names(cloudwatch.describe_alarms()["MetricAlarms"]) == ["errors", "too slow"]
    assert cloudwatch.describe_alarms()["CompositeAlarms"] == []
    both = cloudwatch.describe_alarms(AlarmTypes=["MetricAlarm", "CompositeAlarm"], MaxRecords=3)
    assert (names(both["MetricAlarms"]), names(both["CompositeAlarms"])) == (["errors"], ["all", "shop"])
    below = cloudwatch.describe_alarms(ChildrenOfAlarmName="shop")
    assert names(below["MetricAlarms"]) == ["errors", "too slow"]
    assert names(cloudwatch.describe_alarms(ParentsOfAlarmName="shop")["CompositeAlarms"]) == ["all"]


@pytest.mark.parametrize(
    ("rule", "named"),
    [
        ('AT_LEAST(2, ALARM, (errors, "too slow"))', ["errors", "too slow"]),
        ("at_least(50%, NOT OK, (errors)) and not (false or ALARM (errors))", ["errors"]),
        ('NOT(NOT ALARM("too slow"))', ["too slow"]),
        (r'OK("say \"hi\" (twice)")', [r'say "hi" (twice)']),
    ],
)
def test_rules_that_cloudwatch_takes(cloudwatch: Any, rule: str, named: list[str]) -> None:
    """https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-combining.html"""
    cloudwatch.put_metric_alarm(AlarmName='say "hi" (twice)', **METRIC)
    cloudwatch.put_composite_alarm(**NAME, AlarmRule=rule)
    assert composites(cloudwatch)[0]["AlarmRule"] == rule
    assert names(cloudwatch.describe_alarms(ChildrenOfAlarmName="shop")["MetricAlarms"]) == named
    for name in named:
        assert refused(cloudwatch, "delete_alarms", AlarmNames=[name]) == INVALID


def test_tags_are_set_on_create_only_and_go_with_the_alarm(cloudwatch: Any) -> None:
    arn = {"ResourceARN": f"{HERE}:shop"}
    cloudwatch.put_composite_alarm(**NAME, AlarmRule=RULE, Tags=[{"Key": "Team", "Value": "shop"}])
    cloudwatch.put_composite_alarm(**NAME, AlarmRule=RULE, Tags=[{"Key": "Team", "Value": "till"}])
    cloudwatch.tag_resource(**arn, Tags=[{"Key": "Cost", "Value": "42"}])
    cloudwatch.untag_resource(**arn, TagKeys=["None"])
    tags = cloudwatch.list_tags_for_resource(**arn)["Tags"]
    assert {tag["Key"]: tag["Value"] for tag in tags} == {"Team": "shop", "Cost": "42"}
    cloudwatch.delete_alarms(AlarmNames=["shop"])
    assert refused(cloudwatch, "list_tags_for_resource", **arn) == "ResourceNotFoundException"


def test_an_alarm_that_a_rule_names_is_not_deleted(cloudwatch: Any) -> None:
    """https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DeleteAlarms.html"""
    cloudwatch.put_composite_alarm(**NAME, AlarmRule=RULE)
    code, message = refusal(cloudwatch, "delete_alarms", AlarmNames=["errors"])
    assert (code, "depending on it: [shop]" in message) == (INVALID, True)
    cloudwatch.put_composite_alarm(AlarmName="till", AlarmRule="TRUE")
    assert refused(cloudwatch, "delete_alarms", AlarmNames=["shop", "till"]) == INVALID
    cloudwatch.delete_alarms(AlarmNames=["shop"])
    cloudwatch.delete_alarms(AlarmNames=["errors"])
    assert names(cloudwatch.describe_alarms()["MetricAlarms"]) == ["too slow"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"AlarmRule": "ALARM(none)"},
        {"AlarmRule": "ALARM(errors"},
        {"AlarmRule": "errors)"},
        {"AlarmRule": "errors"},
        {"AlarmRule": "1"},
        {"AlarmRule": "ALARM(too slow)"},
        {"AlarmRule": "ALARM(errors) ALARM(errors)"},
        {"AlarmRule": "ALARM(errors) AND"},
        {"AlarmRule": "AT_LEAST(1, ALARM, errors)"},
        {"AlarmRule": "AT_LEAST(1, ALARM, (errors, none))"},
        {"AlarmRule": " OR ".join(["TRUE", *["(TRUE)"] * 250])},
        {**SUPPRESSED, "ActionsSuppressor": "none"},
        {"ActionsSuppressor": "errors"},
        {"ActionsSuppressorWaitPeriod": 60},
        {"AlarmActions": ["ops"]},
        {"AlarmName": "errors"},
    ],
)
def test_a_wrong_alarm_is_refused(cloudwatch: Any, wrong: dict[str, Any]) -> None:
    """https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutCompositeAlarm.html"""
    assert refused(cloudwatch, "put_composite_alarm", **{**NAME, "AlarmRule": RULE, **wrong}) == INVALID


def test_a_metric_alarm_does_not_take_the_name_of_a_composite_one(cloudwatch: Any) -> None:
    cloudwatch.put_composite_alarm(**NAME, AlarmRule=RULE)
    assert refused(cloudwatch, "put_metric_alarm", **NAME, **METRIC) == INVALID
