"""Passes over alarms of Lightsail and where they are told."""

from typing import Any

from reconciler.sandbox.lightsail.backend import plane_of
from reconciler.sandbox.lightsail.monitoring.contact_methods import verify
from tests.resources.live_harness import REGION, LiveHarness, messages

DATABASE = {
    "relational_database_blueprint_id": "mysql_8_0",
    "relational_database_bundle_id": "micro_2_0",
    "master_database_name": "staff",
    "master_username": "admin",
    "skip_final_snapshot": True,
    "policy": {"protect": False},
}


def told(**alarm: Any) -> dict[str, Any]:
    full = {
        "monitored_resource_name": "${lightsail.database:staff#name}",
        "metric_name": "FreeStorageSpace",
        "comparison_operator": "LessThanThreshold",
        "threshold": 5e9,
        "evaluation_periods": 2,
        "contact_protocols": ["Email"],
        **alarm,
    }
    return {
        "lightsail.alarm": {"full": full},
        "lightsail.contact_method": {"ops": {"protocol": "Email", "contact_endpoint": "ops@example.com"}},
        "lightsail.database": {"staff": DATABASE},
    }


def test_an_alarm_is_made_after_what_it_is_about_and_deleted_before(harness: LiveHarness) -> None:
    report = harness.run(told())
    made = [operation for operation, _ in harness.calls if operation != "TagResource"]
    assert made.index("PutAlarm") > made.index("CreateContactMethod")
    assert made.index("PutAlarm") > made.index("CreateRelationalDatabase")
    report = harness.run(told())
    assert (report.outcome, harness.calls) == ("settled", [])
    assert any("follows the link" in each for each in report.notes)
    verify(plane_of(harness.box.account, REGION))
    assert not any("follows the link" in each for each in harness.run(told()).notes)
    harness.settle(told(threshold=6e9))
    lightsail = harness.client("lightsail")
    (shown,) = lightsail.get_alarms()["alarms"]
    assert (shown["threshold"], shown["contactProtocols"]) == (6e9, ["Email"])
    report = harness.run({"ssm.parameter": {}}, prune=True, guard={"max_percent": 100})
    gone = [operation for operation, _ in harness.calls if operation.startswith("Delete")]
    assert gone.index("DeleteAlarm") < gone.index("DeleteRelationalDatabase"), messages(report)
    assert lightsail.get_contact_methods()["contactMethods"] == []


def test_the_alarm_of_another_stack_is_never_overwritten(harness: LiveHarness) -> None:
    harness.settle({"lightsail.database": told()["lightsail.database"]})
    harness.client("lightsail").put_alarm(
        alarmName="full",
        monitoredResourceName="staff",
        metricName="CPUUtilization",
        comparisonOperator="GreaterThanThreshold",
        threshold=1.0,
        evaluationPeriods=1,
        tags=[{"key": "reconciler:stack", "value": "other/test"}, {"key": "reconciler:key", "value": "x"}],
    )
    harness.run(told())
    assert "PutAlarm" not in [operation for operation, _ in harness.calls]


def test_another_address_replaces_a_contact_method(harness: LiveHarness) -> None:
    method = {"protocol": "Email", "contact_endpoint": "ops@example.com"}
    harness.settle({"lightsail.contact_method": {"ops": method}})
    other = {**method, "contact_endpoint": "desk@example.com"}
    report = harness.run({"lightsail.contact_method": {"ops": other}})
    assert "AWS cannot change contact_endpoint" in " ".join(messages(report))
    harness.settle({"lightsail.contact_method": {"ops": {**other, "policy": {"replace": True}}}})
    (shown,) = harness.client("lightsail").get_contact_methods()["contactMethods"]
    assert shown["contactEndpoint"] == "desk@example.com"


def test_alarms_on_further_pages_are_seen(harness: LiveHarness) -> None:
    """botocore has no paginator of GetAlarms and GetBuckets."""
    alarm = told()["lightsail.alarm"]["full"]
    metrics = ("FreeStorageSpace", "DiskQueueDepth", "DatabaseConnections")
    many = {
        **told(),
        "lightsail.alarm": {f"alarm-{metric}": {**alarm, "metric_name": metric} for metric in metrics},
        "lightsail.bucket": {f"acme-{number}": {"bundle_id": "small_1_0"} for number in range(3)},
    }
    harness.settle(many)
    plane_of(harness.box.account, REGION).page_size = 1
    harness.require_quiet(many)
    left = {**many, "lightsail.alarm": {}, "lightsail.bucket": {"acme-0": {"bundle_id": "small_1_0"}}}
    harness.run(left, prune=True, guard={"max_percent": 100})
    assert [operation for operation, _ in harness.calls if operation.startswith("Delete")] == [
        "DeleteAlarm"
    ] * 3
