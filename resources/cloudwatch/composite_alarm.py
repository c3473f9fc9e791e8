"""cloudwatch.composite_alarm: an alarm whose state follows from the states of other alarms."""

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
    TagOperations,
    own_fields,
    tagging,
)
from reconciler.forms import Form
from reconciler.model import Settings
from reconciler.permissions import Grant, GrantedFor, Location
from reconciler.resources.cloudwatch import costs
from reconciler.resources.cloudwatch.alarm_checks import CHECKS
from reconciler.resources.cloudwatch.composite_alarm_model import CompositeAlarm
from reconciler.resources.cloudwatch.composite_alarm_problems import problems
from reconciler.resources.cloudwatch.service import CLOUDWATCH
from reconciler.resources.grants import service_linked_role

FIELDS = own_fields(CompositeAlarm)


def for_actions(actions: Iterable[str], location: Location) -> Iterator[Grant]:
    """The grant for actions that create OpsItems with a service-linked role (PutCompositeAlarm, API reference)."""
    if any(":opsitem:" in each for each in actions):
        yield service_linked_role("ssm.alarms.cloudwatch.amazonaws.com", location)


class CompositeAlarmAdapter(Adapter[CompositeAlarm]):
    """PutCompositeAlarm, which creates an alarm and replaces all its settings."""

    kind = "cloudwatch.composite_alarm"
    cloudformation = CloudFormation(type="AWS::CloudWatch::CompositeAlarm")
    appearance = Appearance(column=2)
    granted_for: ClassVar[Mapping[str, GrantedFor]] = {"alarm_actions": for_actions}
    service = CLOUDWATCH
    model = CompositeAlarm
    costs = costs.COMPOSITE_ALARM
    summary = "an alarm whose state follows from the states of other alarms"
    console = "https://{region}.console.aws.amazon.com/cloudwatch/home?region={region}#alarmsV2:alarm/{name}"
    defaults: ClassVar[Settings] = {"actions_enabled": True}
    identity = Named(
        name="AlarmName",
        arns=("arn:{partition}:cloudwatch:{region}:{account}:alarm:{name}",),
        forms=(Form(r".{1,255}", "1 to 255 characters"),),
    )
    create = Create("put_composite_alarm", FIELDS, needed=frozenset({"alarm_rule"}), upsert=True)
    updates = (Sends("put_composite_alarm", FIELDS, whole=True),)
    delete = Delete("delete_alarms", parameters=lambda alarm: {"AlarmNames": [alarm.name]})
    reads = Reads(
        list="describe_alarms",
        list_with={"AlarmTypes": ["CompositeAlarm"]},
        types_in="AlarmTypes",
        rows_in="CompositeAlarms",
        named=lambda name: {"AlarmNames": [name]},
        listed=frozenset(FIELDS),
        gets_one=True,
    )
    tagging = tagging(TagOperations(at="ResourceARN", pair=PAIR))
    tagging_api_type = "cloudwatch:alarm"
    checks = CHECKS
    problems = staticmethod(problems)
