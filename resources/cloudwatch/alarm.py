"""cloudwatch.alarm: watches a metric, and calls actions when its state changes."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, ClassVar

from reconciler.appearance import Appearance
from reconciler.cloudformation import CloudFormation
from reconciler.contract import (
    PAIR,
    Adapter,
    Address,
    Api,
    Create,
    Delete,
    InFiles,
    Named,
    Reads,
    Sends,
    Sighting,
    TagWords,
    Wired,
    tagging,
)
from reconciler.forms import Form
from reconciler.model import Finding
from reconciler.permissions import Grant, GrantedFor, Location
from reconciler.resources.cloudwatch.alarm_model import Alarm
from reconciler.resources.cloudwatch.alarm_problems import ALTERNATIVES, problems
from reconciler.resources.cloudwatch.service import CLOUDWATCH
from reconciler.shapes import fields_of

FIELDS = tuple(name for name in fields_of(Alarm) if name != "tags")
LISTED: Mapping[str, Any] = {"AlarmTypes": ["MetricAlarm"]}
EVENTS = "events.amazonaws.com"
OF_EVENTS = (("StringEquals", "iam:AWSServiceName", (EVENTS,)),)


def for_actions(actions: Iterable[str], location: Location) -> Iterator[Grant]:
    """The service-linked role with which CloudWatch stops, reboots or recovers an instance (PutMetricAlarm, API reference)."""
    if any(each.startswith(f"arn:{location.partition}:automate:") for each in actions):
        role = f"arn:{location.partition}:iam::{location.account}:role/aws-service-role/{EVENTS}/*"
        yield Grant("iam:CreateServiceLinkedRole", role, OF_EVENTS)


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
    summary = "a metric alarm: of one metric, metric math, an anomaly band or a PromQL query"
    identity = Named(
        name="AlarmName",
        arns=("arn:{partition}:cloudwatch:{region}:{account}:alarm:{name}",),
        forms=(Form(r".{1,255}", "1 to 255 characters"),),
    )
    create = Create("put_metric_alarm", FIELDS, upsert=True)
    updates = (Sends("put_metric_alarm", FIELDS, whole=True, alternatives=ALTERNATIVES),)
    delete = Delete("delete_alarms", parameters=lambda alarm: {"AlarmNames": [alarm.name]})
    reads = Reads(called=("describe_alarms",), listed=frozenset(FIELDS), gets_one=True)
    tagging = tagging(TagWords(at="ResourceARN", pair=PAIR))
    tagging_api_type = "cloudwatch:alarm"

    def list(self, api: Api, scope: Address) -> Iterable[Sighting]:
        for row in api.pages("describe_alarms", **LISTED):
            yield self._seen(api, scope, row)

    def find_by_name(self, api: Api, scope: Address, name: str) -> Sighting | None:
        rows = api.pages("describe_alarms", AlarmNames=[name], **LISTED)
        return next((self._seen(api, scope, row) for row in rows), None)

    def get_fields(self, api: Api, sighting: Sighting, fields: frozenset[str]) -> Wired:
        del fields  # one reply shows them all
        return self.get(api, sighting).settings

    def problems(self, files: InFiles) -> Iterable[Finding]:
        return problems(files)

    def _seen(self, api: Api, scope: Address, row: Wired) -> Sighting:
        return self.identity.sighting(api, scope, row["AlarmName"], settings=row)
