"""Passes over databases of Lightsail: they wait for states, keep data, and show no password."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from reconciler.runtime.clock import VirtualClock
from reconciler.sandbox import Sandbox
from reconciler.sandbox.account import account_in
from reconciler.sandbox.lightsail.backend import plane_of
from tests.resources.live_harness import REGION, LiveHarness, messages

TAKES = 120.0
"""Seconds that each state lasts in these tests."""
TRUST = {"log_bin_trust_function_creators": "1"}
ALL: Mapping[str, Any] = {"prune": True, "guard": {"max_percent": 100}}
DB = {"relationalDatabaseName": "staff"}


@pytest.fixture
def harness(tmp_path: Path) -> Iterator[LiveHarness]:
    clock = VirtualClock()
    with Sandbox(clock=clock.now, sleep=clock.sleep, settling_seconds=TAKES) as box:
        yield LiveHarness(box, clock, account_in(box, REGION, clock), tmp_path)


def staff(**settings: Any) -> dict[str, Any]:
    database = {
        "relational_database_blueprint_id": "mysql_8_0",
        "relational_database_bundle_id": "micro_2_0",
        "master_database_name": "staff",
        "master_username": "admin",
        "master_user_password": {"secret": {"ssm": "/sandbox/password"}},
        "preferred_maintenance_window": "tue:17:00-tue:17:30",
        "parameters": TRUST,
        **settings,
    }
    told = {"type": "String", "value": "${lightsail.database:staff#address}:${lightsail.database:staff#port}"}
    return {"lightsail.database": {"staff": database}, "ssm.parameter": {"/staff/database": told}}


def shown(harness: LiveHarness) -> dict[str, Any]:
    found: dict[str, Any] = harness.client("lightsail").get_relational_database(**DB)["relationalDatabase"]
    return found


def test_a_database_becomes_available_and_is_used_by_its_address(harness: LiveHarness) -> None:
    password = harness.client("ssm").get_parameter(Name="/sandbox/password", WithDecryption=True)
    report = harness.settle(staff())
    assert password["Parameter"]["Value"] not in repr(report)
    assert shown(harness)["publiclyAccessible"] is False
    endpoint = shown(harness)["masterEndpoint"]
    (told,) = harness.client("ssm").get_parameters(Names=["/staff/database"])["Parameters"]
    assert told["Value"] == f"{endpoint['address']}:3306"
    harness.client("lightsail").update_relational_database(**DB, publiclyAccessible=True)
    harness.settle(staff(publicly_accessible=False))
    assert shown(harness)["publiclyAccessible"] is False


def test_what_waits_for_its_window_is_no_difference(harness: LiveHarness) -> None:
    harness.settle(staff())
    later = staff(backup_retention_enabled=False, relational_database_blueprint_id="mysql_8_4")
    report = harness.settle(later)
    assert shown(harness)["backupRetentionEnabled"] is True
    report = harness.run(later)
    assert any("in the maintenance window tue:17:00" in str(each) for each in report.notes)
    at_once = staff(**later["lightsail.database"]["staff"], apply_immediately=True)
    harness.clock.sleep(8 * 24 * 3600)
    harness.require_quiet(at_once)
    assert shown(harness)["backupRetentionEnabled"] is False
    assert shown(harness)["relationalDatabaseBlueprintId"] == "mysql_8_4"


@pytest.mark.parametrize("skips", [False, True])
def test_a_deleted_database_leaves_its_last_snapshot(harness: LiveHarness, skips: bool) -> None:
    harness.settle(staff(skip_final_snapshot=skips, policy={"protect": False}))
    plane = plane_of(harness.box.account, REGION)
    record = plane.get("RelationalDatabase", "staff")
    record.data["row"] = "1"
    report = harness.run({"ssm.parameter": {}}, **ALL)
    assert report.outcome == "settled", messages(report)
    kept = plane.every("RelationalDatabaseSnapshot")
    assert [each.data for each in kept] == ([] if skips else [{"row": "1"}])
    assert [each.name for each in kept] == ([] if skips else [f"staff-final-{record.arn[-8:]}"])
    assert plane.every("RelationalDatabase") == []


def test_a_larger_database_of_a_snapshot_is_adopted_with_its_data(harness: LiveHarness) -> None:
    harness.settle(staff())
    plane = plane_of(harness.box.account, REGION)
    plane.get("RelationalDatabase", "staff").data["row"] = "1"
    lightsail = harness.client("lightsail")
    lightsail.create_relational_database_snapshot(**DB, relationalDatabaseSnapshotName="before")
    harness.clock.sleep(3 * TAKES)
    lightsail.create_relational_database_from_snapshot(
        relationalDatabaseName="larger",
        relationalDatabaseSnapshotName="before",
        relationalDatabaseBundleId="small_2_0",
    )
    settings = staff(relational_database_bundle_id="small_2_0", adopt=True)["lightsail.database"]["staff"]
    harness.settle({"lightsail.database": {"larger": settings}})
    assert plane.get("RelationalDatabase", "larger").data == {"row": "1"}
    assert shown(harness)["state"] == "available"
