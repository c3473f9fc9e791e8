"""Alarms on the metrics of instances, load balancers and databases. Known-lossy: nothing is measured, so no state changes.

Source: https://docs.aws.amazon.com/lightsail/latest/userguide/amazon-lightsail-alarms.html
"""

from collections.abc import Mapping, Sequence
from typing import Any

from reconciler.lightsail_offers.metrics import METRICS, MOST_ALARMS, MOST_PERIODS, PERIOD
from reconciler.sandbox.lightsail.core.operations import Operations, Reply, done
from reconciler.sandbox.lightsail.core.plane import Plane
from reconciler.sandbox.lightsail.core.records import Record
from reconciler.sandbox.lightsail.core.refusals import failed, invalid

ALARM = "Alarm"
RESOURCE, METRIC = "monitoredResourceName", "metricName"
FIRING = "ALARM"

operations = Operations()


def view(record: Record) -> dict[str, Any]:
    """Show an alarm with its metric's unit and statistic."""
    settings = dict(record.settings)
    name = settings.pop(RESOURCE)
    unit, statistic = METRICS[settings["monitoredType"]][settings[METRIC]]
    info = {"name": name, "resourceType": settings.pop("monitoredType"), "arn": settings.pop("monitoredArn")}
    return {
        **record.head(),
        **settings,
        "monitoredResourceInfo": info,
        "period": PERIOD,
        "unit": unit,
        "statistic": statistic,
    }


@operations.answers
def put_alarm(plane: Plane, alarmName: str, tags: Sequence[Mapping[str, str]] = (), **members: Any) -> Reply:
    """Create an alarm, or replace all its settings; its state and its tags stay."""
    name, metric = members[RESOURCE], members[METRIC]
    monitored = plane.get_any(name)
    if metric not in METRICS.get(monitored.type, {}):
        raise invalid(f"The metric {metric} is not valid for a {monitored.type}.")
    settings = _valid(members)
    record = plane.find(ALARM, alarmName)
    others = [each for each in plane.every(ALARM) if each is not record and _same(each, name, metric)]
    if len(others) >= MOST_ALARMS:
        raise failed(f"{name} already has {MOST_ALARMS} alarms for the metric {metric}.")
    settings |= {"monitoredType": monitored.type, "monitoredArn": monitored.arn}
    if record is None:
        record = plane.add(ALARM, alarmName, {**settings, "state": "INSUFFICIENT_DATA"}, tags=tags)
    else:
        record.settings = {**settings, "state": record.settings["state"]}
    return done(plane, "PutAlarm", record, name)


@operations.pages("alarms", order=lambda row: str(row["name"]))
def get_alarms(
    plane: Plane, alarmName: str | None = None, monitoredResourceName: str | None = None
) -> Sequence[dict[str, Any]]:
    """Show one alarm, those of a resource, or all."""
    if alarmName is not None:
        return [view(plane.get(ALARM, alarmName))]
    return [
        view(each) for each in plane.every(ALARM) if monitoredResourceName in (None, each.settings[RESOURCE])
    ]


@operations.answers
def delete_alarm(plane: Plane, alarmName: str) -> Reply:
    """Delete an alarm."""
    record = plane.get(ALARM, alarmName)
    plane.remove(record)
    return done(plane, "DeleteAlarm", record)


@operations.answers
def test_alarm(plane: Plane, alarmName: str, state: str) -> Reply:
    """Show a banner and send a notification, which nobody gets here."""
    return done(plane, "TestAlarm", plane.get(ALARM, alarmName), state)


def _same(record: Record, name: str, metric: str) -> bool:
    return bool(record.settings[RESOURCE] == name and record.settings[METRIC] == metric)


def _valid(members: Mapping[str, Any]) -> dict[str, Any]:
    """Return the settings of a request with AWS's defaults; refuse invalid ones."""
    periods = members["evaluationPeriods"]
    points = members.get("datapointsToAlarm", periods)
    if not 1 <= periods <= MOST_PERIODS:
        raise invalid(f"evaluationPeriods must be between 1 and {MOST_PERIODS}: {periods}")
    if not 1 <= points <= periods:
        raise invalid(f"datapointsToAlarm must be between 1 and evaluationPeriods: {points}")
    triggers = members.get("notificationTriggers", [FIRING])
    if FIRING not in triggers:
        raise invalid(f"notificationTriggers must contain {FIRING}.")
    return {
        **members,
        "treatMissingData": members.get("treatMissingData", "missing"),
        "contactProtocols": members.get("contactProtocols", []),
        "notificationTriggers": triggers,
        "notificationEnabled": members.get("notificationEnabled", True),
    }
