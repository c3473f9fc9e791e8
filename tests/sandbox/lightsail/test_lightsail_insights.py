"""Data of metrics, events and logs of databases, exports of snapshots, and the peering with the default VPC.

Sources: the API Reference of Amazon Lightsail, and the examples of the AWS CLI.
"""

from typing import Any

from moto.ec2.models import ec2_backends

from tests.sandbox.lightsail.servers import Servers
from tests.sandbox.refusals import REGION, client_of

DAY = 24 * 3600
DB = {"relationalDatabaseName": "db"}


def asked(servers: Servers, **members: Any) -> dict[str, Any]:
    now = servers.clock.now()
    times = {"startTime": now - 600, "endTime": now, "period": 300}
    return {**times, "unit": "Count", "statistics": ["Average", "Sum", "SampleCount"], **members}


def test_metrics_have_what_the_sandbox_knows(servers: Servers) -> None:
    client, web = servers.client, {"instanceName": "web"}
    servers.clock.sleep(3600)
    shown = client.get_instance_metric_data(**web, metricName="StatusCheckFailed", **asked(servers))
    assert [(row["average"], row["sum"], row["sampleCount"]) for row in shown["metricData"]] == [
        (0, 0, 1)
    ] * 2
    for other in ({"metricName": "CPUUtilization"}, {"metricName": "StatusCheckFailed", "unit": "Percent"}):
        assert client.get_instance_metric_data(**web, **asked(servers, **other))["metricData"] == []
    client.create_load_balancer(loadBalancerName="front", instancePort=80)
    servers.settle()
    client.attach_instances_to_load_balancer(loadBalancerName="front", instanceNames=["web"])
    servers.settle()
    hosts = asked(servers, metricName="HealthyHostCount")
    shown = client.get_load_balancer_metric_data(loadBalancerName="front", **hosts)
    assert [row["average"] for row in shown["metricData"]] == [1]  # it lives since the last period
    bucket = {"bucketName": "files-of-web"}
    client.create_bucket(**bucket, bundleId="small_1_0")
    client_of(servers.box, "s3").put_object(Bucket="files-of-web", Key="a", Body=b"four")
    now = servers.clock.now()
    day = asked(servers, startTime=now - DAY, endTime=now + DAY, period=DAY, unit="Bytes")
    shown = client.get_bucket_metric_data(**bucket, metricName="BucketSizeBytes", **day)
    assert [row["average"] for row in shown["metricData"]] == [4]
    for wrong, said in (
        ({"startTime": now, "endTime": now}, "start time must be before"),
        ({"period": 90}, "a multiple of 60"),
        ({"startTime": now - 30 * DAY, "period": 60}, "more than 1440 data points"),
    ):
        request = asked(servers, metricName="NetworkIn", **wrong)
        assert said in servers.refused("get_instance_metric_data", **web, **request)


def test_events_and_logs_of_a_database(servers: Servers) -> None:
    client = servers.client
    engine = {"relationalDatabaseBlueprintId": "postgres_16", "relationalDatabaseBundleId": "micro_2_0"}
    client.create_relational_database(**DB, **engine, masterDatabaseName="staff", masterUsername="admin")
    servers.clock.sleep(60)
    client.create_relational_database_snapshot(**DB, relationalDatabaseSnapshotName="db-1")
    servers.clock.sleep(7200)
    client.reboot_relational_database(**DB)
    servers.clock.sleep(60)

    def messages(minutes: int) -> list[str]:
        pages = client.get_paginator("get_relational_database_events").paginate(
            **DB, durationInMinutes=minutes
        )
        return [each["message"] for page in pages for each in page["relationalDatabaseEvents"]]

    assert messages(60) == ["Relational Database restarted"]
    assert messages(180) == [
        "Relational Database created",
        "Backing up Relational Database",
        "Finished Relational Database backup",
        "Relational Database restarted",
    ]
    assert "between 1 and 20160" in servers.refused(
        "get_relational_database_events", **DB, durationInMinutes=0
    )
    assert client.get_relational_database_log_streams(**DB)["logStreams"] == ["postgresql"]
    log = {**DB, "logStreamName": "postgresql"}
    assert client.get_relational_database_log_events(**log)["resourceLogEvents"] == []
    refused = servers.refused("get_relational_database_log_events", **log, startFromHead=True)
    assert "must be false for PostgreSQL" in refused
    assert "NotFound" in servers.refused("get_relational_database_log_events", **DB, logStreamName="error")


def test_snapshots_are_exported(servers: Servers) -> None:
    client = servers.client
    client.create_instance_snapshot(instanceName="web", instanceSnapshotName="web-1")
    assert "pending" in servers.refused("export_snapshot", sourceSnapshotName="web-1")
    servers.settle()
    client.export_snapshot(sourceSnapshotName="web-1")
    (record,) = client.get_export_snapshot_records()["exportSnapshotRecords"]
    assert (record["state"], record["sourceInfo"]["fromResourceName"]) == ("Started", "web")
    servers.settle()
    (record,) = client.get_export_snapshot_records()["exportSnapshotRecords"]
    assert (record["state"], record["destinationInfo"]["service"]) == ("Succeeded", "Aws::EC2::Image")
    assert "cannot be exported: Instance" in servers.refused("export_snapshot", sourceSnapshotName="web")
    assert "NotFound" in servers.refused("export_snapshot", sourceSnapshotName="none")


def test_the_default_vpc_is_peered(servers: Servers) -> None:
    client = servers.client
    assert "is not peered" in servers.refused("unpeer_vpc")
    default = client.peer_vpc()["operation"]["operationDetails"]
    vpcs = ec2_backends[servers.box.account][REGION].vpcs
    assert vpcs[default].is_default
    assert client.is_vpc_peered()["isPeered"] is True
    assert client.unpeer_vpc()["operation"]["operationType"] == "UnpeeredVpc"
    assert client.is_vpc_peered()["isPeered"] is False
    del vpcs[default]
    assert "no default VPC" in servers.refused("peer_vpc")
