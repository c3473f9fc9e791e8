"""A larger instance of Lightsail: of a snapshot, with its data and its address; the old one is stopped and stays."""

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

SETTLING = 20.0
WEB: Mapping[str, Any] = {
    "availability_zone": f"{REGION}a",
    "blueprint_id": "ubuntu_22_04",
    "bundle_id": "medium_3_0",
    "public_ports": [{"from_port": 443, "to_port": 443, "protocol": "tcp"}],
    "policy": {"replace": True},
}
MUTATING = 9
"""The mutating calls of a replace."""
MUTATING_WITH_DISKS = 17
"""Those with one disk in the files and one that is in no file."""
LARGER = {**WEB, "bundle_id": "large_3_0"}


def servers(web: Mapping[str, Any]) -> dict[str, Any]:
    return {"lightsail.instance": {"web": web}, "lightsail.static_ip": {"front": {"attached_to": "web"}}}


@pytest.fixture
def harness(tmp_path: Path) -> Iterator[LiveHarness]:
    clock = VirtualClock(1_800_000_000.0)
    with Sandbox(clock=clock.now, sleep=clock.sleep, settling_seconds=SETTLING) as box:
        found = LiveHarness(box, clock, account_in(box, REGION, clock), tmp_path)
        found.settle(servers(WEB))
        mark(found, "web")["data"] = "the orders of today"
        yield found


def mark(harness: LiveHarness, name: str) -> dict[str, str]:
    """What programs have written to the disk of an instance."""
    return plane_of(harness.box.account, REGION).get("Instance", name).data


def require_larger(harness: LiveHarness, address: str) -> None:
    """Check that there is one larger instance with the data and the address, and the old one, stopped."""
    lightsail = harness.client("lightsail")
    harness.clock.sleep(SETTLING)
    rows = {each["name"]: each for each in lightsail.get_instances()["instances"]}
    assert {name: (row["bundleId"], row["state"]["name"]) for name, row in rows.items()} == {
        "web": ("medium_3_0", "stopped"),
        "web-2": ("large_3_0", "running"),
    }
    assert mark(harness, "web-2") == {"data": "the orders of today"}
    assert rows["web-2"]["publicIpAddress"] == address
    assert [port["fromPort"] for port in rows["web-2"]["networking"]["ports"]] == [443]
    assert lightsail.get_instance_snapshots()["instanceSnapshots"] == []


def address_of(harness: LiveHarness) -> str:
    found: str = harness.client("lightsail").get_static_ip(staticIpName="front")["staticIp"]["ipAddress"]
    return found


def test_the_plan_says_how_and_needs_replace(harness: LiveHarness) -> None:
    without = {**LARGER, "policy": {}}
    report = harness.run(servers(without))
    assert "policy: {replace: true}` makes another instance of a snapshot" in messages(report)[0]
    assert harness.calls == []
    report = harness.run(servers(LARGER), dry_run=True)
    assert any("stays until `destroy`" in note for note in report.notes), report.notes
    assert report.plan.deletes == 0


def test_a_larger_instance_has_the_data_and_the_address(harness: LiveHarness) -> None:
    address = address_of(harness)
    harness.run(servers(LARGER))
    assert len(harness.calls) == MUTATING
    require_larger(harness, address)
    harness.require_quiet(servers(LARGER), prune=True)
    lightsail = harness.client("lightsail")
    lightsail.detach_static_ip(staticIpName="front")
    lightsail.attach_static_ip(staticIpName="front", instanceName="web")
    harness.settle(servers(LARGER))  # the old instance is no longer meant by its name
    require_larger(harness, address)
    harness.settle(servers({**WEB, "bundle_id": "xlarge_3_0"}))
    assert mark(harness, "web-3") == {"data": "the orders of today"}


def test_what_names_an_instance_follows_it(harness: LiveHarness) -> None:
    name = "${lightsail.instance:web#name}"
    alarm = {
        "monitored_resource_name": name,
        "metric_name": "CPUUtilization",
        "comparison_operator": "GreaterThanThreshold",
        "threshold": 80.0,
        "evaluation_periods": 3,
    }
    around: dict[str, Any] = {
        "lightsail.alarm": {"busy": alarm},
        "lightsail.bucket": {"acme-files": {"bundle_id": "small_1_0", "resources_receiving_access": [name]}},
        "ssm.parameter": {"/web": {"type": "String", "value": name}},
    }
    harness.settle({**servers(WEB), **around})
    said = messages(harness.run({**servers(LARGER), **around}))[0]
    assert "lightsail.alarm/busy refers to it" in said
    assert "AWS cannot change monitored_resource_name; `policy: {replace: true}` deletes it" in said
    assert harness.calls == []
    around["lightsail.alarm"]["busy"] = {**alarm, "policy": {"replace": True}}
    harness.settle({**servers(LARGER), **around})
    lightsail = harness.client("lightsail")
    (row,) = lightsail.get_buckets(includeConnectedResources=True)["buckets"]
    (watched,) = lightsail.get_alarms()["alarms"]
    assert [each["name"] for each in row["resourcesReceivingAccess"]] == ["web-2"]
    assert watched["monitoredResourceInfo"]["name"] == "web-2"
    assert harness.client("ssm").get_parameter(Name="/web")["Parameter"]["Value"] == "web-2"


def test_what_stays_is_deleted_with_the_rest(harness: LiveHarness) -> None:
    free = {"protect": False, "replace": True}
    harness.settle(servers({**WEB, "policy": free}))
    harness.settle(servers({**LARGER, "policy": free}))
    everything: dict[str, Any] = {"prune": True, "guard": {"max_percent": 100}}
    for _ in range(2):  # two resources with the mark of one key: one in a pass
        harness.run({"lightsail.static_ip": {"front": {"attached_to": None}}}, **everything)
    assert harness.client("lightsail").get_instances()["instances"] == []


def with_disks(harness: LiveHarness, web: Mapping[str, Any]) -> dict[str, Any]:
    """The stack with a disk of its own; another disk of the instance is in no file."""
    lightsail = harness.client("lightsail")
    if not lightsail.get_disks()["disks"]:
        lightsail.create_disk(diskName="by-hand", availabilityZone=f"{REGION}a", sizeInGb=8)
        harness.clock.sleep(SETTLING)
        lightsail.attach_disk(diskName="by-hand", instanceName="web", diskPath="/dev/xvdg")
    place = {"attached_to": "web", "path": "/dev/xvdf"}
    data = {"availability_zone": f"{REGION}a", "size_in_gb": 8, **place}
    return {**servers(web), "lightsail.disk": {"data": data}}


DISKS = {
    "by-hand": ("web-2", "/dev/xvdg", []),
    "data": ("web-2", "/dev/xvdf", ["reconciler:key", "reconciler:stack"]),
}


def disks(harness: LiveHarness) -> dict[str, tuple[str, str, list[str]]]:
    """By name: where each disk is, and the keys of its tags."""
    rows = harness.client("lightsail").get_disks()["disks"]
    return {
        row["name"]: (row.get("attachedTo"), row.get("path"), sorted(tag["key"] for tag in row["tags"]))
        for row in rows
    }


def test_disks_move_with_their_instance(harness: LiveHarness) -> None:
    address = address_of(harness)
    harness.settle(with_disks(harness, WEB))
    plane_of(harness.box.account, REGION).get("Disk", "data").data["rows"] = "42"
    elsewhere = {**WEB, "availability_zone": f"{REGION}b"}
    said = " ".join(messages(harness.run(servers(elsewhere))))
    assert "AWS moves no disk to another zone: detach by-hand and data first" in said
    assert harness.calls == []
    report = harness.run(with_disks(harness, LARGER))
    assert report.outcome == "settled", messages(report)
    assert len(harness.calls) == MUTATING_WITH_DISKS
    stopped = next(number for number, (name, _) in enumerate(harness.calls) if name == "StopInstance")
    assert stopped < [name for name, _ in harness.calls].index("CreateInstanceSnapshot")
    harness.require_quiet(with_disks(harness, LARGER))
    require_larger(harness, address)
    assert disks(harness) == DISKS
    assert plane_of(harness.box.account, REGION).get("Disk", "data").data == {"rows": "42"}


@pytest.mark.parametrize("number", range(1, MUTATING_WITH_DISKS + 1))
def test_killed_while_disks_move_it_heals(harness: LiveHarness, number: int) -> None:
    address = address_of(harness)
    harness.settle(with_disks(harness, WEB))
    run_killed(harness, with_disks(harness, LARGER), number, FaultKind.CRASH_AFTER)
    for _ in range(3):
        harness.run(with_disks(harness, LARGER))
    harness.settle(with_disks(harness, LARGER))
    require_larger(harness, address)
    assert disks(harness) == DISKS


@pytest.mark.parametrize("number", range(1, MUTATING + 1))
def test_killed_after_each_call_it_heals(harness: LiveHarness, number: int) -> None:
    address = address_of(harness)
    run_killed(harness, servers(LARGER), number, FaultKind.CRASH_AFTER)
    for _ in range(3):
        harness.run(servers(LARGER))
    harness.settle(servers(LARGER))
    require_larger(harness, address)
