"""The servers of the example staff_integration: what others change is named and repaired, and a destroy leaves nothing."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from reconciler.desired import load
from reconciler.kinds import known_kinds
from reconciler.pass_options import Options
from reconciler.sandbox.lightsail.backend import plane_of
from reconciler.stack import Key
from tests.end_to_end.destroyed import Scene, applied
from tests.end_to_end.typed import ROOT
from tests.faults.workloads import with_settings

FOLDER = ROOT / "desired_state" / "staff_integration"
SERVER, DATABASE, ADDRESS = "staff-staging", "staff-staging-database", "staff-staging-address"
BUCKET = "staff-staging-files-123456789012"
ALL_UDP = {"fromPort": 0, "toPort": 65535, "protocol": "udp"}
BAD_DEEDS: dict[str, Callable[[Any], object]] = {
    "public_ports": lambda it: it.open_instance_public_ports(instanceName=SERVER, portInfo=ALL_UDP),
    "metadata_options": lambda it: it.update_instance_metadata_options(
        instanceName=SERVER, httpTokens="optional"
    ),
    "add_ons": lambda it: it.disable_add_on(resourceName=SERVER, addOnType="AutoSnapshot"),
    "tags": lambda it: it.untag_resource(resourceName=SERVER, tagKeys=["Project"]),
    "attached_to": lambda it: it.detach_static_ip(staticIpName=ADDRESS),
    "publicly_accessible": lambda it: it.update_relational_database(
        relationalDatabaseName=DATABASE, publiclyAccessible=True, applyImmediately=True
    ),
    "preferred_backup_window": lambda it: it.update_relational_database(
        relationalDatabaseName=DATABASE, preferredBackupWindow="01:00-01:30", applyImmediately=True
    ),
    "access_rules": lambda it: it.update_bucket(bucketName=BUCKET, accessRules={"getObject": "public"}),
    "versioning": lambda it: it.update_bucket(bucketName=BUCKET, versioning="Suspended"),
    "lightsail.alarm/staff-staging-down": lambda it: it.delete_alarm(alarmName="staff-staging-down"),
}


@pytest.fixture(scope="module")
def applied_once() -> Iterator[Scene]:
    with applied(load(FOLDER, "staging", known_kinds())) as scene:
        yield scene


@pytest.fixture
def scene(applied_once: Scene) -> Scene:
    applied_once.start_again()
    return applied_once


def test_ten_bad_deeds_are_named_and_repaired(scene: Scene) -> None:
    lightsail = scene.harness.box.session(scene.stack.region).client("lightsail")
    for deed in BAD_DEEDS.values():
        deed(lightsail)
        scene.harness.clock.sleep(60)
    plan = scene.harness.run(scene.stack, Options(dry_run=True)).plan
    named = {each.top for action in plan.actions.values() for each in action.differences}
    assert set(BAD_DEEDS) <= {*named, *map(str, plan.actions)}
    for _ in range(3):
        report = scene.harness.run(scene.stack, Options())
        scene.harness.clock.sleep(60)
    assert (report.outcome, report.mutating_calls) == ("settled", 0)


def test_larger_plans_keep_the_data(scene: Scene) -> None:
    box, region = scene.harness.box, scene.stack.region
    plane, lightsail = plane_of(box.account, region), box.session(region).client("lightsail")
    kinds = {SERVER: "Instance", DATABASE: "RelationalDatabase"}
    for name, type_ in kinds.items():
        plane.get(type_, name).data["rows"] = name
    address = lightsail.get_static_ip(staticIpName=ADDRESS)["staticIp"]["ipAddress"]
    larger = with_settings(
        scene.stack,
        {
            Key("lightsail.instance", SERVER): {"bundle_id": "medium_3_0"},
            Key("lightsail.database", DATABASE): {"relational_database_bundle_id": "small_2_0"},
        },
    )
    report = scene.harness.run(larger, Options())
    assert "6 of 6 owned resources of kind lightsail.alarm" in " ".join(report.refusals)
    for _ in range(3):
        report = scene.harness.run(larger, Options(allow_deletes=6))
        scene.harness.clock.sleep(60)
    assert (report.outcome, report.mutating_calls) == ("settled", 0), report.results
    assert [plane.get(type_, f"{name}-2").data for name, type_ in kinds.items()] == [
        {"rows": name} for name in kinds
    ]
    assert lightsail.get_instance(instanceName=f"{SERVER}-2")["instance"]["publicIpAddress"] == address
    watched = {each["monitoredResourceInfo"]["name"] for each in lightsail.get_alarms()["alarms"]}
    assert watched == {f"{SERVER}-2", f"{DATABASE}-2"}
    scene.destroy()
    names = lightsail.get_active_names()["activeNames"]
    assert {each for each in names if "staff" in each and "final" not in each} == set()


def test_nothing_of_it_is_left(scene: Scene) -> None:
    report, left = scene.destroy()
    assert (report.outcome, left.clean) == ("settled", True), [*left.left, *report.notes]
    assert scene.ours() == []
    lightsail = scene.harness.box.session(scene.stack.region).client("lightsail")
    names = set(lightsail.get_active_names()["activeNames"])
    assert {each for each in names if "staff" in each and "final" not in each} == set()
