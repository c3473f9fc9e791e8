"""Databases with their parameters, windows and snapshots.

Sources: the API Reference and the User Guide of Amazon Lightsail.
"""

from datetime import timedelta
from typing import Any

import pytest

from tests.sandbox.lightsail.servers import Servers

DB = {"relationalDatabaseName": "db"}
MADE = {
    **DB,
    "relationalDatabaseBlueprintId": "mysql_8_0",
    "relationalDatabaseBundleId": "micro_2_0",
    "masterDatabaseName": "staff",
    "masterUsername": "admin",
    "masterUserPassword": "correct-horse",
    "preferredBackupWindow": "16:00-16:30",
    "preferredMaintenanceWindow": "Tue:17:00-Tue:17:30",
}
FINAL = {"finalRelationalDatabaseSnapshotName": "db-final"}


@pytest.fixture
def with_database(servers: Servers) -> Servers:
    servers.client.create_relational_database(**MADE, tags=[{"key": "team", "value": "a"}])
    return servers


def shown(servers: Servers, name: str = "db") -> dict[str, Any]:
    found: dict[str, Any] = servers.client.get_relational_database(relationalDatabaseName=name)[
        "relationalDatabase"
    ]
    return found


def settle(servers: Servers) -> None:
    servers.settle()
    servers.settle()


def test_a_database_is_created_changed_stopped_and_deleted(with_database: Servers) -> None:
    servers, client = with_database, with_database.client
    assert shown(servers)["state"] == "creating"
    assert "masterEndpoint" not in shown(servers)
    assert "in the state creating" in servers.refused("update_relational_database", **DB)
    servers.settle()
    assert shown(servers)["state"] == "backing-up"
    servers.settle()
    found = shown(servers)
    assert found["state"] == "available"
    assert found["masterEndpoint"]["port"] == 3306
    assert found["preferredMaintenanceWindow"] == "tue:17:00-tue:17:30"
    assert found["publiclyAccessible"] is False
    assert found["tags"] == [{"key": "team", "value": "a"}]
    assert "masterUserPassword" not in found
    client.update_relational_database(**DB, publiclyAccessible=True, masterUserPassword="battery-staple")
    assert shown(servers)["state"] == "modifying"
    passwords = [
        client.get_relational_database_master_user_password(**DB, passwordVersion=version)
        for version in ("CURRENT", "PREVIOUS")
    ]
    assert [each["masterUserPassword"] for each in passwords] == ["battery-staple", "correct-horse"]
    servers.settle()
    client.stop_relational_database(**DB, relationalDatabaseSnapshotName="before-stop")
    servers.settle()
    assert "in the state stopped" in servers.refused("reboot_relational_database", **DB)
    client.start_relational_database(**DB)
    servers.settle()
    assert "Give either" in servers.refused("delete_relational_database", **DB)
    assert "Give either" in servers.refused(
        "delete_relational_database", **DB, **FINAL, skipFinalSnapshot=True
    )
    client.delete_relational_database(**DB, **FINAL)
    assert shown(servers)["state"] == "deleting"
    servers.settle()
    assert servers.refused("get_relational_database", **DB).startswith("NotFoundException")
    kept = client.get_relational_database_snapshots()["relationalDatabaseSnapshots"]
    assert [each["name"] for each in kept] == ["before-stop", "db-final"]
    client.delete_relational_database_snapshot(relationalDatabaseSnapshotName="before-stop")


@pytest.mark.parametrize(
    ("members", "text"),
    [
        ({"relationalDatabaseBlueprintId": "mysql_4_1"}, "blueprint ID is not valid"),
        ({"relationalDatabaseBundleId": "huge_2_0"}, "bundle ID is not valid"),
        ({"masterDatabaseName": "1staff"}, "masterDatabaseName must have"),
        ({"masterUsername": "much_too_long_a_name"}, "masterUsername must have 1 to 16"),
        ({"masterUserPassword": "short"}, "The password must have 8 to 41"),
        ({"masterUserPassword": "with/slash/in/it"}, "other than /"),
        ({"availabilityZone": "us-east-1a"}, "Availability Zone is not valid"),
        ({"preferredBackupWindow": "25:00-25:30"}, "hh24:mi-hh24:mi"),
        ({"preferredBackupWindow": "16:00-16:20"}, "at least 30 minutes"),
        ({"preferredMaintenanceWindow": "xyz:17:00-xyz:17:30"}, "ddd:hh24:mi"),
        ({"preferredMaintenanceWindow": "Tue:16:15-Tue:16:45"}, "must not overlap"),
        ({"relationalDatabaseName": "web"}, "already in use"),
    ],
)
def test_a_database_that_cannot_be_is_refused(servers: Servers, members: dict[str, str], text: str) -> None:
    assert text in servers.refused("create_relational_database", **{**MADE, **members})
    assert servers.client.get_relational_databases()["relationalDatabases"] == []


def test_what_may_cause_an_outage_waits_for_the_maintenance_window(with_database: Servers) -> None:
    servers, client = with_database, with_database.client
    settle(servers)
    client.update_relational_database(
        **DB, disableBackupRetention=True, relationalDatabaseBlueprintId="mysql_8_4"
    )
    servers.settle()
    found = shown(servers)
    assert found["pendingModifiedValues"] == {"backupRetentionEnabled": False, "engineVersion": "8.4.5"}
    assert found["backupRetentionEnabled"] is True
    assert found["relationalDatabaseBlueprintId"] == "mysql_8_0"
    client.update_relational_database(**DB, disableBackupRetention=True, applyImmediately=True)
    servers.settle()
    assert shown(servers)["backupRetentionEnabled"] is False
    assert shown(servers)["pendingModifiedValues"] == {"engineVersion": "8.4.5"}
    servers.clock.sleep(timedelta(days=7).total_seconds())
    assert shown(servers)["relationalDatabaseBlueprintId"] == "mysql_8_4"
    assert shown(servers)["pendingModifiedValues"] == {}
    for wrong in (
        {"relationalDatabaseBlueprintId": "mysql_8_0"},
        {"relationalDatabaseBlueprintId": "postgres_16"},
        {"enableBackupRetention": True, "disableBackupRetention": True},
        {"caCertificateIdentifier": "rds-ca-2015"},
        {"masterUserPassword": "battery-staple", "rotateMasterUserPassword": True},
    ):
        assert servers.refused("update_relational_database", **DB, **wrong).startswith(
            "InvalidInputException"
        )


def test_parameters_change_at_once_or_with_a_reboot(with_database: Servers) -> None:
    servers, client = with_database, with_database.client
    settle(servers)
    servers.plane.page_size = 5

    def value(name: str) -> str:
        pages = client.get_paginator("get_relational_database_parameters").paginate(**DB)
        rows = {row["parameterName"]: row for page in pages for row in page["parameters"]}
        return str(rows[name]["parameterValue"])

    trust = {"parameterName": "log_bin_trust_function_creators", "parameterValue": "1"}
    assert value(trust["parameterName"]) == "0"
    client.update_relational_database_parameters(**DB, parameters=[{**trust, "applyMethod": "immediate"}])
    assert value(trust["parameterName"]) == "1"
    assert shown(servers)["parameterApplyStatus"] == "in-sync"
    static = {"parameterName": "innodb_ft_min_token_size", "parameterValue": "2"}
    client.update_relational_database_parameters(
        **DB, parameters=[{**static, "applyMethod": "pending-reboot"}]
    )
    assert shown(servers)["parameterApplyStatus"] == "pending-reboot"
    client.reboot_relational_database(**DB)
    servers.settle()
    assert shown(servers)["parameterApplyStatus"] == "in-sync"
    for wrong, text in (
        ({**static, "applyMethod": "immediate"}, "apply method of a static parameter"),
        ({**trust, "parameterValue": "2"}, "must be one of 0,1"),
        ({**static, "parameterValue": "17"}, "must be one of 0-16"),
        ({"parameterName": "innodb_version", "parameterValue": "9"}, "not modifiable"),
        ({"parameterName": "none", "parameterValue": "9"}, "does not exist"),
        ({"parameterName": "sql_mode"}, "needs a value"),
    ):
        call = "update_relational_database_parameters"
        assert text in servers.refused(call, **DB, parameters=[wrong])


def test_a_larger_database_is_made_of_a_snapshot_with_its_data(with_database: Servers) -> None:
    servers, client = with_database, with_database.client
    settle(servers)
    servers.plane.get("RelationalDatabase", "db").data["row"] = "1"
    client.create_relational_database_snapshot(**DB, relationalDatabaseSnapshotName="snap")
    assert shown(servers)["state"] == "backing-up"
    make = "create_relational_database_from_snapshot"
    new = {"relationalDatabaseName": "new", "relationalDatabaseSnapshotName": "snap"}
    assert "in the state creating" in servers.refused(make, **new)
    settle(servers)
    client.create_relational_database_from_snapshot(**new, relationalDatabaseBundleId="small_ha_2_0")
    found = shown(servers, "new")
    assert found["hardware"]["ramSizeInGb"] == 2.0
    assert found["secondaryAvailabilityZone"] != found["location"]["availabilityZone"]
    assert servers.plane.get("RelationalDatabase", "new").data == {"row": "1"}
    settle(servers)
    again = {"relationalDatabaseName": "again", "sourceRelationalDatabaseName": "new"}
    for wrong, text in (
        ({}, "Give either restoreTime or"),
        ({"restoreTime": 1, "useLatestRestorableTime": True}, "Give either restoreTime or"),
        ({"useLatestRestorableTime": True, "relationalDatabaseBundleId": "micro_2_0"}, "is smaller than"),
        ({"relationalDatabaseSnapshotName": "snap"}, "Give either relationalDatabaseSnapshotName"),
    ):
        assert text in servers.refused(make, **again, **wrong)
    client.create_relational_database_from_snapshot(**again, useLatestRestorableTime=True)
    assert servers.plane.get("RelationalDatabase", "again").data == {"row": "1"}
    names = [each["blueprintId"] for each in client.get_relational_database_blueprints()["blueprints"]]
    assert "mysql_8_0" in names
    assert len(client.get_relational_database_bundles()["bundles"]) == 8
