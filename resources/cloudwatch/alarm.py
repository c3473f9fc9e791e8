"""cloudwatch.alarm: a metric alarm with its actions."""

from collections.abc import Iterable, Iterator, Mapping
from typing import ClassVar

from reconciler.appearance import Appearance
from reconciler.cloudformation import CloudFormation
from reconciler.contract import (
    PAIR,
    Adapter,
    Create,
    Delete,
    Named,
    Reads,
    Sends,
    Sighting,
    TagOperations,
    own_fields,
    tagging,
)
from reconciler.forms import Form
from reconciler.model import Settings
from reconciler.permissions import Grant, GrantedFor, Location
from reconciler.resources.cloudwatch import costs, unused
from reconciler.resources.cloudwatch.alarm_checks import CHECKS
from reconciler.resources.cloudwatch.alarm_model import Alarm
from reconciler.resources.cloudwatch.alarm_problems import ALTERNATIVES, problems
from reconciler.resources.cloudwatch.service import CLOUDWATCH
from reconciler.resources.grants import service_linked_role

FIELDS = own_fields(Alarm)


def for_actions(actions: Iterable[str], location: Location) -> Iterator[Grant]:
    """The grants for actions that stop, reboot or recover an instance with a service-linked role (PutMetricAlarm, API reference)."""
    if any(each.startswith(f"arn:{location.partition}:automate:") for each in actions):
        yield service_linked_role("events.amazonaws.com", location)


class AlarmAdapter(Adapter[Alarm]):
    """PutMetricAlarm, which creates an alarm and replaces all its settings."""

    kind = "cloudwatch.alarm"
    cloudformation = CloudFormation(type="AWS::CloudWatch::Alarm")
    appearance = Appearance(column=2)
    granted_for: ClassVar[Mapping[str, GrantedFor]] = dict.fromkeys(
        ("ok_actions", "alarm_actions", "insufficient_data_actions"), for_actions
    )
    service = CLOUDWATCH
    model = Alarm
    costs = costs.ALARM
    summary = "a metric alarm: on one metric, metric math, an anomaly detection band or a PromQL query"
    console = "https://{region}.console.aws.amazon.com/cloudwatch/home?region={region}#alarmsV2:alarm/{name}"
    defaults: ClassVar[Settings] = {"actions_enabled": True}
    identity = Named(
        name="AlarmName",
        arns=("arn:{partition}:cloudwatch:{region}:{account}:alarm:{name}",),
        forms=(Form(r".{1,255}", "1 to 255 characters"),),
    )
    create = Create("put_metric_alarm", FIELDS, upsert=True)
    updates = (Sends("put_metric_alarm", FIELDS, whole=True, alternatives=ALTERNATIVES),)
    delete = Delete("delete_alarms", parameters=lambda alarm: {"AlarmNames": [alarm.name]})
    reads = Reads(
        list="describe_alarms",
        list_with={"AlarmTypes": ["MetricAlarm"]},
        types_in="AlarmTypes",
        rows_in="MetricAlarms",
        named=lambda name: {"AlarmNames": [name]},
        listed=frozenset(FIELDS),
        gets_one=True,
    )
    tagging = tagging(TagOperations(at="ResourceARN", pair=PAIR))
    tagging_api_type = "cloudwatch:alarm"
    checks = CHECKS
    unused = unused.ALARM
    problems = staticmethod(problems)

    def made_by_aws(self, sighting: Sighting) -> bool:
        # Application Auto Scaling creates, changes and deletes these ("Target tracking scaling policies", its User Guide).
        return sighting.name.startswith("TargetTracking-")
