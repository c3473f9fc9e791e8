"""A larger database of Lightsail: of a snapshot, with its data and under another name; the old one is stopped and stays."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from reconciler.runtime.clock import VirtualClock
from reconciler.sandbox import Sandbox
from reconciler.sandbox.account import account_in
from reconciler.sandbox.fault_injection import FaultKind
from reconciler.sandbox.lightsail.backend import plane_of
from tests.resources.killed_passes import run_killed
from tests.resources.live_harness import REGION, LiveHarness, messages

TAKES = 60.0
DATABASE: Mapping[str, Any] = {
    "relational_database_blueprint_id": "mysql_8_0",
    "relational_database_bundle_id": "micro_2_0",
    "master_database_name": "staff",
    "master_username": "admin",
    "master_user_password": {"secret": {"ssm": "/sandbox/password"}},
    "preferred_maintenance_window": "tue:17:00-tue:17:30",
    "parameters": {"log_bin_trust_function_creators": "1"},
    "policy": {"replace": True},
}
LARGER = {**DATABASE, "relational_database_bundle_id": "small_2_0"}
ALARM = {
    "monitored_resource_name": "${lightsail.database:staff#name}",
    "metric_name": "CPUUtilization",
    "comparison_operator": "GreaterThanThreshold",
    "threshold": 80.0,
    "evaluation_periods": 3,
    "policy": {"replace": True},
}
MUTATING = 11
"""The mutating calls of a replace."""


def staff(database: Mapping[str, Any]) -> dict[str, Any]:
    told = {"type": "String", "value": "${lightsail.database:staff#address}"}
    return {
        "lightsail.database": {"staff": database},
        "lightsail.alarm": {"busy": ALARM},
        "ssm.parameter": {"/staff/database": told},
    }


@pytest.fixture
def harness(tmp_path: Path) -> Iterator[LiveHarness]:
    clock = VirtualClock(1_800_000_000.0)
    with Sandbox(clock=clock.now, sleep=clock.sleep) as box:
        found = LiveHarness(box, clock, account_in(box, REGION, clock), tmp_path)
        found.settle(staff(DATABASE))
        plane_of(box.account, REGION).get("RelationalDatabase", "staff").data["orders"] = "of today"
        box.world.settling_seconds = TAKES
        yield found


def require_larger(harness: LiveHarness) -> None:
    """Check that there is one larger database with the data and all settings, and the old one, stopped."""
    lightsail, plane = harness.client("lightsail"), plane_of(harness.box.account, REGION)
    harness.clock.sleep(3 * TAKES)
    rows = {each["name"]: each for each in lightsail.get_relational_databases()["relationalDatabases"]}
    assert {name: (row["relationalDatabaseBundleId"], row["state"]) for name, row in rows.items()} == {
        "staff": ("micro_2_0", "stopped"),
        "staff-2": ("small_2_0", "available"),
    }
    records = [plane.get("RelationalDatabase", name) for name in rows]
    assert [each.data for each in records] == [{"orders": "of today"}] * 2
    assert len({each.settings["masterUserPassword"] for each in records}) == 1
    assert rows["staff-2"]["preferredMaintenanceWindow"] == "tue:17:00-tue:17:30"
    assert records[1].settings["parameters"]["log_bin_trust_function_creators"] == "1"
    told = harness.client("ssm").get_parameter(Name="/staff/database")["Parameter"]["Value"]
    assert told == rows["staff-2"]["masterEndpoint"]["address"]
    assert lightsail.get_alarms()["alarms"][0]["monitoredResourceInfo"]["name"] == "staff-2"
    assert lightsail.get_relational_database_snapshots()["relationalDatabaseSnapshots"] == []


def test_the_plan_says_how_and_needs_replace(harness: LiveHarness) -> None:
    report = harness.run(staff({**LARGER, "policy": {}}))
    assert (
        "policy: {replace: true}` makes another database of a snapshot, with another address"
        in messages(report)[0]
    )
    assert harness.calls == []
    report = harness.run(staff(LARGER), dry_run=True)
    assert any("with another address for clients (#address)" in note for note in report.notes)
    for change, said in (
        (
            {"relational_database_bundle_id": "micro_2_0"},
            "the disk of micro_2_0 is smaller than that of small_2_0",
        ),
        ({"master_username": "owner"}, "AWS never changes master_username, and a snapshot keeps it"),
        (
            {"relational_database_blueprint_id": "postgres_16", "parameters": {}},
            "AWS never changes relational_database_blueprint_id",
        ),
    ):
        plane = plane_of(harness.box.account, REGION).get("RelationalDatabase", "staff")
        plane.settings["relationalDatabaseBundleId"] = "small_2_0"
        assert said in messages(harness.run(staff({**LARGER, **change})))[0]
        assert harness.calls == []


def test_a_larger_database_has_the_data_and_the_settings(harness: LiveHarness) -> None:
    report = harness.run(staff(LARGER))
    assert report.outcome == "settled", messages(report)
    assert len(harness.calls) == MUTATING
    require_larger(harness)
    harness.require_quiet(staff(LARGER), prune=True)
    harness.settle(staff({**LARGER, "relational_database_bundle_id": "medium_2_0"}))
    assert plane_of(harness.box.account, REGION).get("RelationalDatabase", "staff-3").data == {
        "orders": "of today"
    }
    free = {
        "lightsail.database": {
            "staff": {**LARGER, "relational_database_bundle_id": "medium_2_0", "policy": {"protect": False}}
        }
    }
    harness.run(free)
    everything: dict[str, Any] = {"prune": True, "guard": {"max_percent": 100}}
    for _ in range(3):
        harness.run({"ssm.parameter": {}}, **everything)
    left = harness.client("lightsail").get_active_names()["activeNames"]
    assert [each.partition("-final-")[0] for each in left] == ["staff", "staff-2", "staff-3"]


@pytest.mark.parametrize("number", range(1, MUTATING + 1))
def test_killed_after_each_call_it_heals(harness: LiveHarness, number: int) -> None:
    run_killed(harness, staff(LARGER), number, FaultKind.CRASH_AFTER)
    for _ in range(4):
        harness.run(staff(LARGER))
    harness.settle(staff(LARGER))
    require_larger(harness)
