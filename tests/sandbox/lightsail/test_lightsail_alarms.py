"""Alarms and contact methods.

Sources: PutAlarm, CreateContactMethod (Amazon Lightsail API Reference); the User Guide of Amazon Lightsail.
"""

from typing import Any

import pytest

from reconciler.sandbox.lightsail.monitoring.contact_methods import verify
from tests.sandbox.lightsail.servers import Servers

ALARM: dict[str, Any] = {
    "alarmName": "busy",
    "metricName": "CPUUtilization",
    "monitoredResourceName": "web",
    "comparisonOperator": "GreaterThanThreshold",
    "threshold": 80.0,
    "evaluationPeriods": 3,
}


def test_an_address_is_verified_and_deleted(servers: Servers) -> None:
    client = servers.client

    def status() -> list[str]:
        return [each["status"] for each in client.get_contact_methods()["contactMethods"]]

    mail = {"protocol": "Email", "contactEndpoint": "ops@example.com"}
    client.create_contact_method(**mail, tags=[{"key": "team", "value": "a"}])
    assert status() == ["PendingVerification"]
    assert "already in use" in servers.refused("create_contact_method", **mail)
    client.send_contact_method_verification(protocol="Email")
    verify(servers.plane)
    assert status() == ["Valid"]
    assert "verified already" in servers.refused("send_contact_method_verification", protocol="Email")
    phone = {"protocol": "SMS", "contactEndpoint": "+442071838750"}
    assert "not supported in eu-west-2" in servers.refused("create_contact_method", **phone)
    ireland = servers.box.session("eu-west-1").client("lightsail")
    ireland.create_contact_method(**phone)
    (shown,) = ireland.get_contact_methods(protocols=["SMS"])["contactMethods"]
    assert (shown["name"], shown["status"], shown["contactEndpoint"]) == ("SMS", "Valid", "+442071838750")
    client.tag_resource(resourceName="Email", tags=[{"key": "cost", "value": "1"}])
    assert len(client.get_contact_methods(protocols=["Email"])["contactMethods"][0]["tags"]) == 2
    client.delete_contact_method(protocol="Email")
    assert status() == []
    wrong = {**mail, "contactEndpoint": "ops"}
    assert "not valid for Email" in servers.refused("create_contact_method", **wrong)


def test_an_alarm_is_put_twice_and_deleted(servers: Servers) -> None:
    client = servers.client
    client.put_alarm(**ALARM, tags=[{"key": "team", "value": "a"}], contactProtocols=["Email"])
    (shown,) = client.get_alarms(alarmName="busy")["alarms"]
    assert shown["monitoredResourceInfo"]["resourceType"] == "Instance"
    expected = {"state": "INSUFFICIENT_DATA", "period": 300, "unit": "Percent", "statistic": "Average"}
    assert shown | expected == shown
    assert shown["notificationTriggers"] == ["ALARM"]
    client.put_alarm(**ALARM, notificationEnabled=False)
    (shown,) = client.get_alarms(monitoredResourceName="web")["alarms"]
    assert (shown["notificationEnabled"], shown["contactProtocols"]) == (False, [])
    assert shown["tags"] == [{"key": "team", "value": "a"}]
    client.test_alarm(alarmName="busy", state="ALARM")
    client.delete_alarm(alarmName="busy")
    assert servers.refused("get_alarms", alarmName="busy").startswith("NotFoundException")


@pytest.mark.parametrize(
    ("members", "text"),
    [
        ({"monitoredResourceName": "none"}, "NotFoundException"),
        ({"metricName": "FreeStorageSpace"}, "not valid for a Instance"),
        ({"evaluationPeriods": 289}, "between 1 and 288"),
        ({"datapointsToAlarm": 4}, "between 1 and evaluationPeriods"),
        ({"notificationTriggers": ["OK"]}, "must contain ALARM"),
    ],
)
def test_an_alarm_that_cannot_be_is_refused(servers: Servers, members: dict[str, Any], text: str) -> None:
    assert text in servers.refused("put_alarm", **{**ALARM, **members})


def test_a_metric_has_two_alarms(servers: Servers) -> None:
    servers.plane.page_size = 1
    for number in range(2):
        servers.client.put_alarm(**{**ALARM, "alarmName": f"busy-{number}"})
    assert "already has 2 alarms" in servers.refused("put_alarm", **ALARM)
    pages = servers.client.get_alarms()
    assert [each["name"] for each in pages["alarms"]] == ["busy-0"]
    rest = servers.client.get_alarms(pageToken=pages["nextPageToken"])["alarms"]
    assert [each["name"] for each in rest] == ["busy-1"]
