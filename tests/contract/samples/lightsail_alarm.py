"""lightsail.alarm."""

from typing import Any

from reconciler.testing import Change, Drift, Given, Sample

PUT = ("PutAlarm",)
DATABASE: dict[str, Any] = {
    "relationalDatabaseBlueprintId": "mysql_8_0",
    "relationalDatabaseBundleId": "micro_2_0",
    "masterDatabaseName": "staff",
    "masterUsername": "admin",
}
LIVE: dict[str, Any] = {
    "metricName": "CPUUtilization",
    "monitoredResourceName": "staff-one",
    "comparisonOperator": "GreaterThanThreshold",
    "evaluationPeriods": 3,
    "datapointsToAlarm": 2,
    "treatMissingData": "breaching",
    "contactProtocols": ["Email"],
    "notificationTriggers": ["ALARM", "OK"],
}


def given(name: str) -> Given:
    return Given("lightsail", "create_relational_database", {**DATABASE, "relationalDatabaseName": name})


SAMPLE = Sample(
    name="busy",
    given=(given("staff-one"), given("staff-two")),
    base={
        "monitored_resource_name": "staff-one",
        "metric_name": "CPUUtilization",
        "comparison_operator": "GreaterThanThreshold",
        "threshold": 80.0,
        "evaluation_periods": 3,
        "datapoints_to_alarm": 2,
        "treat_missing_data": "breaching",
        "contact_protocols": ["Email"],
        "notification_triggers": ["ALARM", "OK"],
        "notification_enabled": True,
        "tags": {"Team": "staff"},
    },
    changes=(
        Change("monitored_resource_name", "staff-two", refused="AWS cannot change monitored_resource_name"),
        Change("metric_name", "DatabaseConnections", refused="AWS cannot change metric_name"),
        Change("comparison_operator", "LessThanThreshold", PUT),
        Change("threshold", 90.0, PUT),
        Change("evaluation_periods", 4, PUT),
        Change("datapoints_to_alarm", 3, PUT),
        Change("treat_missing_data", "ignore", PUT),
        Change("contact_protocols", ["Email", "SMS"], PUT),
        Change("contact_protocols", None, PUT, "taken away"),
        Change("notification_triggers", ["ALARM"], PUT),
        Change("notification_enabled", False, PUT),
        Change("tags", {"Team": None, "Cost": "42"}, ("TagResource", "UntagResource")),
    ),
    drifts=(Drift("threshold", "put_alarm", {**LIVE, "threshold": 1.0}),),
)
