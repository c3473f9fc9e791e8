"""cloudwatch.composite_alarm."""

from typing import Any

from reconciler.testing import Change, Drift, Given, Sample, Settings
from tests.contract.samples.cloudwatch_alarm import DESK, PAGER, QUIET

PUT = ("PutCompositeAlarm",)
METRIC: Settings = {
    "MetricName": "errors",
    "Namespace": "Shop",
    "Statistic": "Sum",
    "Period": 60,
    "EvaluationPeriods": 3,
    "Threshold": 2.5,
    "ComparisonOperator": "GreaterThanThreshold",
}
RULE = 'ALARM("Orders fail") AND (NOT OK(slow) OR AT_LEAST(50%, NOT ALARM, ("Orders fail", slow)))'
BASE: Settings = {
    "alarm_description": "The shop is down",
    "alarm_rule": RULE,
    "actions_enabled": True,
    "ok_actions": [QUIET],
    "alarm_actions": [PAGER, DESK],
    "insufficient_data_actions": [DESK],
    "actions_suppressor": "deploying",
    "actions_suppressor_wait_period": 60,
    "actions_suppressor_extension_period": 30,
    "action_configuration": {"alarm_tags_propagation": {"enabled": True, "included_tag_keys": ["Team"]}},
    "tags": {"Team": "shop"},
}
LIVE: Settings = {
    "AlarmDescription": "The shop is down",
    "AlarmRule": RULE,
    "ActionsEnabled": True,
    "OKActions": [QUIET],
    "AlarmActions": [PAGER, DESK],
    "InsufficientDataActions": [DESK],
    "ActionsSuppressor": "deploying",
    "ActionsSuppressorWaitPeriod": 60,
    "ActionsSuppressorExtensionPeriod": 30,
    "ActionConfiguration": {"AlarmTagsPropagation": {"Enabled": True, "IncludedTagKeys": ["Team"]}},
}
"""The base in the form of requests."""


def alarm(name: str) -> Given:
    return Given("cloudwatch", "put_metric_alarm", {"AlarmName": name, **METRIC})


def changed(field: str, value: Any, about: str = "") -> Change:
    return Change(field, value, PUT, about)


SAMPLE = Sample(
    name="Shop is down",
    given=tuple(map(alarm, ("Orders fail", "slow", "deploying", "moving"))),
    base=BASE,
    changes=(
        changed("alarm_description", "The shop is down again"),
        changed("alarm_description", None, "taken away"),
        changed("alarm_rule", "AT_LEAST(2, ALARM, (slow, moving, deploying)) OR TRUE"),
        changed("actions_enabled", False),
        changed("ok_actions", [DESK]),
        changed("ok_actions", None, "taken away"),
        changed("alarm_actions", [PAGER]),
        changed("alarm_actions", [], "none"),
        changed("insufficient_data_actions", [QUIET]),
        changed("actions_suppressor", "moving"),
        changed("actions_suppressor_wait_period", 120),
        changed("actions_suppressor_extension_period", 45),
        changed(
            "action_configuration",
            {"alarm_tags_propagation": {"enabled": False, "excluded_tag_keys": ["Cost"]}},
        ),
        changed("action_configuration", None, "taken away"),
        Change("tags", {"Team": None, "Cost": "42"}, ("TagResource", "UntagResource")),
    ),
    drifts=(
        Drift("alarm_rule", "put_composite_alarm", {**LIVE, "AlarmRule": "FALSE"}),
        Drift("alarm_actions", "put_composite_alarm", {**LIVE, "AlarmActions": [QUIET]}),
        Drift("actions_enabled", "put_composite_alarm", {**LIVE, "ActionsEnabled": False}),
    ),
)
