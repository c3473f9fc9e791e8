"""Metric alarms: keeps every setting, lists in pages, and refuses what AWS refuses. No alarm is ever evaluated."""

from collections.abc import Mapping
from typing import Any

from moto.cloudwatch.models import Alarm
from moto.cloudwatch.responses import CloudWatchResponse

from reconciler.sandbox import extension
from reconciler.sandbox.moto_patches.cloudwatch_composites import Composites, children
from reconciler.sandbox.moto_patches.cloudwatch_dashboards import check_tags, now
from reconciler.sandbox.moto_patches.cloudwatch_rules import ACTIONS, check_alarm, invalid
from reconciler.sandbox.moto_patches.pages import cut
from reconciler.sandbox.sandbox_error import SandboxError

Reply = Mapping[str, Any]
Params = Mapping[str, Any]

PAGE = 50
OF_A_METRIC = ("MetricName", "Namespace", "Statistic", "ExtendedStatistic", "Period", "Unit")


def install() -> None:
    """Replace moto's operations on alarms and dashboards; metrics and insight rules stay moto's."""
    extension.extend("cloudwatch", Alarms, "moto.cloudwatch", CloudWatchResponse.dispatch)


class Alarms(Composites):
    """The control plane of metric alarms and dashboards."""

    def __init__(self, region_name: str, account_id: str) -> None:
        super().__init__(region_name, account_id)
        self.settings: dict[str, dict[str, Any]] = {}
        self.operations: Mapping[str, extension.Operation] = {
            "PutMetricAlarm": self.put,
            "PutCompositeAlarm": self.put_composite,
            "DescribeAlarms": self.show,
            "DescribeAlarmsForMetric": self.show_of_metric,
            "DeleteAlarms": self.drop,
            "SetAlarmState": self.set_state,
            "TagResource": self.tag,
            "UntagResource": self.untag,
            "ListTagsForResource": self.tags_of,
            "PutDashboard": self.put_board,
            "GetDashboard": self.show_board,
            "ListDashboards": self.show_boards,
            "DeleteDashboards": self.drop_boards,
        }

    def put(self, AlarmName: str, Tags: list[dict[str, str]] | None = None, **params: Any) -> None:
        """PutMetricAlarm: creates an alarm, or replaces all its settings except state and tags.

        Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html
        """
        if AlarmName in self.composites:
            raise invalid(f"{AlarmName} is a composite alarm; an alarm of another type cannot have its name")
        check_alarm(params)
        check_tags(Tags or [])
        before = self.alarms.get(AlarmName)
        alarm = self.put_metric_alarm(
            name=AlarmName,
            namespace=params.get("Namespace", ""),
            metric_name=params.get("MetricName", ""),
            comparison_operator=params.get("ComparisonOperator", ""),
            evaluation_periods=params.get("EvaluationPeriods", 0),
            period=params.get("Period", 0),
            threshold=params.get("Threshold", 0.0),
            statistic=params.get("Statistic", ""),
            description=params.get("AlarmDescription", ""),
            dimensions=params.get("Dimensions", []),
            alarm_actions=params.get("AlarmActions", []),
            actions_enabled=params.get("ActionsEnabled", True),
            tags=Tags if before is None else None,
        )
        alarm.configuration_updated_timestamp = now()
        if before is None:
            alarm.state_value = "OK" if "EvaluationCriteria" in params else "INSUFFICIENT_DATA"
            alarm.state_reason_data = ""
            alarm.state_updated_timestamp = now()
            self.settings[AlarmName] = {"StateTransitionedTimestamp": now()}
        else:
            kept = ("history", "state_reason", "state_reason_data", "state_value", "state_updated_timestamp")
            vars(alarm).update({name: getattr(before, name) for name in kept})
        since = self.settings[AlarmName]["StateTransitionedTimestamp"]
        self.settings[AlarmName] = {**params, "StateTransitionedTimestamp": since}

    def show(self, MaxRecords: int = PAGE, NextToken: str | None = None, **asked: Any) -> Reply:
        """DescribeAlarms, sorted by name.

        Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DescribeAlarms.html
        """
        if "AlarmNames" in asked and "AlarmNamePrefix" in asked:
            raise invalid("AlarmNamePrefix and AlarmNames cannot be specified together")
        related = [name for name in ("ChildrenOfAlarmName", "ParentsOfAlarmName") if name in asked]
        if related and len(asked) > 1:
            raise invalid(f"No other parameter can be specified together with {related[0]}")
        types = asked.get("AlarmTypes", ["MetricAlarm"])
        everything = {
            **{name: self._shown(alarm) for name, alarm in self.alarms.items()},
            **self.composites,
        }
        found = [
            alarm
            for alarm in everything.values()
            if (related and self._is_related(alarm, asked))
            or (not related and _type_of(alarm) in types and _is_asked_for(alarm, asked))
        ]
        wrong_token = SandboxError("InvalidNextToken", "The next token specified is invalid.")
        page, token = cut(found, lambda alarm: str(alarm["AlarmName"]), MaxRecords, NextToken, wrong_token)
        return {
            f"{each}s": [alarm for alarm in page if _type_of(alarm) == each]
            for each in ("MetricAlarm", "CompositeAlarm")
        } | {"NextToken": token}

    def _is_related(self, alarm: Params, asked: Params) -> bool:
        name, parent = alarm["AlarmName"], asked.get("ChildrenOfAlarmName")
        if parent is None:
            return name in self.parents_of(asked["ParentsOfAlarmName"])
        named = children(self.composites[parent]) if parent in self.composites else []
        return name in named or alarm["AlarmArn"] in named

    def show_of_metric(self, **asked: Any) -> Reply:
        """DescribeAlarmsForMetric."""
        wanted = {name: asked[name] for name in OF_A_METRIC if name in asked}
        found = [
            alarm
            for name, alarm in sorted(self.alarms.items())
            if wanted.items() <= {key: self.settings[name].get(key) for key in wanted}.items()
            and asked.get("Dimensions", self.settings[name].get("Dimensions"))
            == self.settings[name].get("Dimensions")
        ]
        return {"MetricAlarms": [self._shown(alarm) for alarm in found]}

    def drop(self, AlarmNames: list[str]) -> None:
        """DeleteAlarms; missing names are accepted.

        Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DeleteAlarms.html
        """
        self.drop_composites(AlarmNames)
        for name in AlarmNames:
            if name in self.alarms:
                self.tagger.delete_all_tags_for_resource(self.alarms[name].alarm_arn)
                del self.settings[name]
        self.delete_alarms(AlarmNames)

    def set_state(self, AlarmName: str, StateValue: str, StateReason: str, StateReasonData: str = "") -> None:
        """SetAlarmState."""
        if AlarmName in self.composites:
            alarm = self.composites[AlarmName]
            if StateValue != alarm["StateValue"]:
                alarm["StateTransitionedTimestamp"] = now()
            alarm |= {"StateValue": StateValue, "StateReason": StateReason, "StateUpdatedTimestamp": now()}
            alarm["StateReasonData"] = StateReasonData or "{}"
            return
        before = self.alarms[AlarmName].state_value if AlarmName in self.alarms else None
        self.set_alarm_state(AlarmName, StateReason, StateReasonData or "{}", StateValue)
        self.alarms[AlarmName].state_updated_timestamp = now()
        if StateValue != before:
            self.settings[AlarmName]["StateTransitionedTimestamp"] = now()

    def _shown(self, alarm: Alarm) -> Params:
        return {
            **{name: [] for name in (*ACTIONS, "Dimensions")},
            **self.settings[alarm.name],
            "AlarmName": alarm.name,
            "AlarmArn": alarm.alarm_arn,
            "AlarmConfigurationUpdatedTimestamp": alarm.configuration_updated_timestamp,
            "ActionsEnabled": alarm.actions_enabled,
            "StateValue": alarm.state_value,
            "StateReason": alarm.state_reason,
            "StateReasonData": alarm.state_reason_data or None,
            "StateUpdatedTimestamp": alarm.state_updated_timestamp,
        }


def _type_of(alarm: Params) -> str:
    return "CompositeAlarm" if "AlarmRule" in alarm else "MetricAlarm"


def _is_asked_for(alarm: Params, asked: Params) -> bool:
    actions = [action for name in ACTIONS for action in alarm.get(name, ())]
    prefix = asked.get("ActionPrefix")
    return (
        alarm["AlarmName"].startswith(asked.get("AlarmNamePrefix", ""))
        and alarm["AlarmName"] in asked.get("AlarmNames", [alarm["AlarmName"]])
        and alarm["StateValue"] == asked.get("StateValue", alarm["StateValue"])
        and (prefix is None or any(action.startswith(prefix) for action in actions))
    )
