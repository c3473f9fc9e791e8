"""Disks and snapshots: in use, copied, restored, and taken automatically.

Sources: the API Reference and the User Guide of Amazon Lightsail.
"""

from collections.abc import Callable

import pytest

from tests.sandbox.lightsail.servers import UBUNTU, ZONE, Servers

DISK = {"diskName": "data", "availabilityZone": ZONE, "sizeInGb": 32}
DAILY = {"addOnType": "AutoSnapshot", "autoSnapshotAddOnRequest": {"snapshotTimeOfDay": "02:00"}}
DAY = 24 * 3600


def with_disk(servers: Servers) -> None:
    """A disk with a mark on the instance, which has a mark, too."""
    servers.client.create_disk(**DISK)
    servers.settle()
    servers.client.attach_disk(diskName="data", instanceName="web", diskPath="/dev/xvdf")
    servers.plane.get("Disk", "data").data["mark"] = "orders"
    servers.plane.get("Instance", "web").data["mark"] = "pages"


def test_a_disk_is_attached_in_its_zone_and_detached_when_stopped(servers: Servers) -> None:
    client = servers.client
    client.create_disk(**DISK, tags=[{"key": "team", "value": "a"}], addOns=[DAILY])
    assert client.get_disk(diskName="data")["disk"]["state"] == "pending"
    attach = {"diskName": "data", "instanceName": "web", "diskPath": "/dev/xvdf"}
    assert "state pending" in servers.refused("attach_disk", **attach)
    servers.settle()
    client.attach_disk(**attach)
    shown = client.get_disks()["disks"][0]
    assert (shown["state"], shown["attachedTo"], shown["path"]) == ("in-use", "web", "/dev/xvdf")
    assert [each["name"] for each in servers.shown()["hardware"]["disks"]] == ["web-system-disk", "data"]
    assert "already attached" in servers.refused("attach_disk", **attach)
    assert "detach it first" in servers.refused("delete_disk", diskName="data", forceDeleteAddOns=True)
    assert "operation needs stopped" in servers.refused("detach_disk", diskName="data")
    client.stop_instance(instanceName="web")
    servers.settle()
    client.detach_disk(diskName="data")
    assert "not attached" in servers.refused("detach_disk", diskName="data")
    assert "forceDeleteAddOns" in servers.refused("delete_disk", diskName="data")
    client.delete_disk(diskName="data", forceDeleteAddOns=True)
    servers.settle()
    assert client.get_disks()["disks"] == []


def test_disks_that_cannot_be_are_refused(servers: Servers) -> None:
    client = servers.client
    assert "between 8 and 16384 GB" in servers.refused("create_disk", **{**DISK, "sizeInGb": 4})
    client.create_disk(**{**DISK, "availabilityZone": f"{ZONE[:-1]}b"})
    servers.settle()
    attach = {"diskName": "data", "instanceName": "web", "diskPath": "/dev/xvdf"}
    assert "different Availability Zones" in servers.refused("attach_disk", **attach)
    assert "for Research" in servers.refused("attach_disk", **attach, autoMounting=True)
    for number in range(16):
        client.create_disk(**{**DISK, "diskName": f"disk-{number}"})
    servers.settle()
    for number in range(15):
        path = f"/dev/xvd{'fghijklmnopqrst'[number]}"
        client.attach_disk(diskName=f"disk-{number}", instanceName="web", diskPath=path)
    more = {"diskName": "disk-15", "instanceName": "web"}
    assert "already has 15 disks" in servers.refused("attach_disk", **more, diskPath="/dev/xvdz")
    assert "path is in use" in servers.refused("attach_disk", **more, diskPath="/dev/xvdf")


def test_an_instance_of_a_snapshot_has_its_data_and_its_disks(servers: Servers) -> None:
    client = servers.client
    with_disk(servers)
    client.create_instance_snapshot(instanceSnapshotName="before", instanceName="web")
    larger = {"instanceSnapshotName": "before", "availabilityZone": ZONE, "bundleId": "large_3_0"}
    assert "state pending" in servers.refused(
        "create_instances_from_snapshot", instanceNames=["new"], **larger
    )
    servers.settle()
    servers.plane.get("Instance", "web").data["mark"] = "later"
    smaller = {**larger, "bundleId": "micro_3_0"}
    assert "too small" in servers.refused("create_instances_from_snapshot", instanceNames=["new"], **smaller)
    mapping = {"new": [{"originalDiskPath": "/dev/xvdf", "newDiskName": "new-data"}]}
    client.create_instances_from_snapshot(instanceNames=["new"], attachedDiskMapping=mapping, **larger)
    client.create_instances_from_snapshot(instanceNames=["other"], **larger)
    servers.settle()
    shown = servers.shown("new")
    assert (shown["bundleId"], shown["blueprintId"]) == ("large_3_0", UBUNTU["blueprintId"])
    assert [each["name"] for each in shown["hardware"]["disks"]] == ["new-system-disk", "new-data"]
    assert servers.shown("other")["hardware"]["disks"][1]["name"] == "data-other"
    assert servers.plane.get("Instance", "new").data == {"mark": "pages"}
    assert servers.plane.get("Disk", "new-data").data == {"mark": "orders"}
    kept = client.get_instance_snapshot(instanceSnapshotName="before")["instanceSnapshot"]
    assert (kept["fromInstanceName"], kept["fromBundleId"], kept["sizeInGb"]) == ("web", "small_3_0", 60)
    assert [each["path"] for each in kept["fromAttachedDisks"]] == ["/dev/xvdf"]
    client.delete_instance_snapshot(instanceSnapshotName="before")
    assert client.get_instance_snapshots()["instanceSnapshots"] == []


def test_a_disk_of_a_snapshot_has_its_data(servers: Servers) -> None:
    client = servers.client
    with_disk(servers)
    client.create_disk_snapshot(diskSnapshotName="orders", diskName="data")
    client.create_disk_snapshot(diskSnapshotName="system", instanceName="web")
    assert "either diskName or" in servers.refused("create_disk_snapshot", diskSnapshotName="none")
    servers.settle()
    new = {"availabilityZone": ZONE, "diskName": "copy", "sizeInGb": 16}
    assert "between 32" in servers.refused("create_disk_from_snapshot", diskSnapshotName="orders", **new)
    client.create_disk_from_snapshot(diskSnapshotName="orders", **{**new, "sizeInGb": 64})
    assert servers.plane.get("Disk", "copy").data == {"mark": "orders"}
    shown = {each["name"]: each for each in client.get_disk_snapshots()["diskSnapshots"]}
    assert shown["orders"]["fromDiskName"] == "data"
    assert shown["system"]["fromInstanceName"] == "web"
    assert (
        shown["system"]["state"]
        == client.get_disk_snapshot(diskSnapshotName="orders")["diskSnapshot"]["state"]
    )
    client.delete_disk_snapshot(diskSnapshotName="system")


def test_automatic_snapshots_are_taken_each_day_and_kept_for_seven_days(servers: Servers) -> None:
    client = servers.client
    with_disk(servers)
    client.enable_add_on(resourceName="web", addOnRequest=DAILY)
    assert client.get_auto_snapshots(resourceName="web")["autoSnapshots"] == []
    from_automatic = {"instanceNames": ["new"], "sourceInstanceName": "web", "availabilityZone": ZONE}
    latest = {**from_automatic, "bundleId": "small_3_0", "useLatestRestorableAutoSnapshot": True}
    assert "no automatic snapshots" in servers.refused("create_instances_from_snapshot", **latest)
    for day in range(9):
        servers.plane.get("Instance", "web").data["mark"] = f"day {day}"
        servers.clock.sleep(DAY)
        client.get_instances()
    rows = client.get_auto_snapshots(resourceName="web")["autoSnapshots"]
    assert [row["date"] for row in rows] == [f"2027-01-{day}" for day in range(24, 17, -1)]
    assert {row["createdAt"].astimezone(tz=None).utctimetuple().tm_hour for row in rows} == {2}
    of_a_day = {**from_automatic, "bundleId": "small_3_0", "restoreDate": "2027-01-20"}
    client.create_instances_from_snapshot(**of_a_day)
    assert servers.plane.get("Instance", "new").data == {"mark": "day 4"}
    client.copy_snapshot(
        targetSnapshotName="kept", sourceRegion=ZONE[:-1], sourceResourceName="web", restoreDate="2027-01-19"
    )
    client.delete_auto_snapshot(resourceName="web", date="2027-01-19")
    gone = {"resourceName": "web", "date": "2027-01-19"}
    assert servers.refused("delete_auto_snapshot", **gone).startswith("NotFoundException")
    servers.settle()
    kept = client.get_instance_snapshot(instanceSnapshotName="kept")["instanceSnapshot"]
    assert (kept["isFromAutoSnapshot"], kept["state"]) == (True, "available")


def test_a_snapshot_is_copied_to_another_region(servers: Servers) -> None:
    with_disk(servers)
    servers.client.create_instance_snapshot(instanceSnapshotName="before", instanceName="web")
    servers.settle()
    other = servers.box.session("us-east-1").client("lightsail")
    other.copy_snapshot(targetSnapshotName="copy", sourceRegion=ZONE[:-1], sourceSnapshotName="before")
    servers.settle()
    place = {"availabilityZone": "us-east-1a", "bundleId": "small_3_0"}
    other.create_instances_from_snapshot(instanceNames=["web"], instanceSnapshotName="copy", **place)
    assert servers.plane.elsewhere("us-east-1").get("Instance", "web").data == {"mark": "pages"}


WRONG: tuple[tuple[dict[str, object], str], ...] = (
    ({}, "Give either the name of a snapshot"),
    ({"instanceSnapshotName": "none"}, "InstanceSnapshot does not exist"),
    ({"instanceSnapshotName": "before", "sourceInstanceName": "web"}, "Give either the name"),
    ({"instanceSnapshotName": "before", "restoreDate": "2027-01-19"}, "for automatic snapshots only"),
    ({"sourceInstanceName": "web"}, "Give either restoreDate or"),
)


@pytest.mark.parametrize(("members", "text"), WRONG)
def test_a_source_of_a_new_instance_is_one_snapshot(
    servers: Servers, members: dict[str, object], text: str
) -> None:
    servers.client.create_instance_snapshot(instanceSnapshotName="before", instanceName="web")
    place = {"instanceNames": ["new"], "availabilityZone": ZONE, "bundleId": "small_3_0"}
    assert text in servers.refused("create_instances_from_snapshot", **place, **members)


LEFT: tuple[Callable[[Servers], object], ...] = (
    lambda servers: servers.client.stop_instance(instanceName="web"),
    lambda servers: servers.client.delete_instance(instanceName="web"),
)


@pytest.mark.parametrize("change", LEFT)
def test_an_instance_that_changes_gives_no_snapshot(
    servers: Servers, change: Callable[[Servers], object]
) -> None:
    change(servers)
    said = servers.refused("create_instance_snapshot", instanceSnapshotName="now", instanceName="web")
    assert "operation needs running or stopped" in said
