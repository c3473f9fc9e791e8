"""Instances: created, started, stopped, rebooted and deleted.

Sources: the descriptions of the operations in the Amazon Lightsail API Reference.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from reconciler.lightsail_offers import Row
from reconciler.sandbox.lightsail.account.offers import get_offer
from reconciler.sandbox.lightsail.core.courses import GONE
from reconciler.sandbox.lightsail.core.operations import Operations, Reply, Shown, done
from reconciler.sandbox.lightsail.core.plane import Plane
from reconciler.sandbox.lightsail.core.records import Record, moment
from reconciler.sandbox.lightsail.core.refusals import failed, invalid
from reconciler.sandbox.lightsail.instances.add_ons import enabled, require_no_add_ons, shown_add_ons
from reconciler.sandbox.lightsail.instances.attachments import (
    DISK,
    INSTANCE,
    IOPS_PER_GB,
    SETTLED,
    STATIC_IP,
    attached_to,
    release,
    settled_instance,
)
from reconciler.sandbox.lightsail.instances.key_pairs import key_pair_for
from reconciler.sandbox.lightsail.instances.metadata_options import DEFAULT_OPTIONS, shown_options
from reconciler.sandbox.lightsail.instances.public_ports import default_ports, shown_ports

STATE_CODES = {
    "pending": 0,
    "running": 16,
    "shutting-down": 32,
    GONE: 48,
    "stopping": 64,
    "stopped": 80,
    "rebooting": 16,
}
AUTO = "auto"
"""The bundle of StartInstance that stands for the newer generation of the present one."""


def view(plane: Plane, record: Record, includeHealthStatus: bool = False) -> dict[str, Any]:
    """Show an instance as GetInstance does."""
    settings, state = record.settings, plane.state(record)
    bundle = get_offer(plane, "bundles", settings["bundleId"])
    blueprint = get_offer(plane, "blueprints", settings["blueprintId"])
    type_ = settings["ipAddressType"]
    shown = {
        **record.head(),
        "blueprintId": blueprint["blueprint_id"],
        "blueprintName": blueprint["name"],
        "bundleId": bundle["bundle_id"],
        "isStaticIp": attached_to(plane, STATIC_IP, record) != [],
        "privateIpAddress": settings["privateIpAddress"],
        "ipAddressType": type_,
        "ipv6Addresses": [] if type_ == "ipv4" else [settings["ipv6Address"]],
        "hardware": {
            "cpuCount": bundle["cpu_count"],
            "disks": _disks(plane, record, bundle),
            "ramSizeInGb": bundle["ram_size_in_gb"],
        },
        "networking": {
            "monthlyTransfer": {"gbPerMonthAllocated": bundle["transfer_per_month_in_gb"]},
            "ports": shown_ports(record),
        },
        "state": state_of(plane, record),
        "username": blueprint["username"],
        "sshKeyName": settings["sshKeyName"],
        "metadataOptions": shown_options(plane, record),
        "addOns": shown_add_ons(plane, record),
    }
    if type_ != "ipv6" and state != "stopped" and _address(plane, record):
        shown["publicIpAddress"] = _address(plane, record)
    if includeHealthStatus:
        passed: dict[str, Any] = {"status": "ok" if state == "running" else "not-applicable", "details": []}
        shown |= {"instanceStatus": passed, "systemStatus": passed}
    return shown


operations = Operations(Shown(INSTANCE, view, get="GetInstance", list="GetInstances"))


@operations.answers
def create_instances(plane: Plane, instanceNames: Sequence[str], **members: Any) -> Reply:
    """Create instances of an active blueprint and bundle that fit each other."""
    blueprint = get_offer(plane, "blueprints", members["blueprintId"])
    bundle = get_offer(plane, "bundles", members["bundleId"])
    for offer, name in ((blueprint, members["blueprintId"]), (bundle, members["bundleId"])):
        if not offer["is_active"]:
            raise invalid(f"New instances cannot have {name}, which is not active any more.")
    made = make(plane, instanceNames, blueprint, members)
    return {"operations": [plane.note("CreateInstance", record) for record in made]}


def make(plane: Plane, names: Sequence[str], blueprint: Row, members: Mapping[str, Any]) -> list[Record]:
    """Create instances from a blueprint or a snapshot; `members` are those that both requests have."""
    bundle = get_offer(plane, "bundles", members["bundleId"])
    _require_fit(blueprint, bundle, members.get("ipAddressType"))
    if not names:
        raise invalid("At least one name is needed.")
    plane.require_free(names)
    location = plane.zone(members["availabilityZone"])
    add_ons = enabled(plane, members.get("addOns", ()))
    key = key_pair_for(plane, members.get("keyPairName"))
    made = []
    for name in names:
        public, private, v6 = plane.next_addresses()
        settings = {
            "blueprintId": blueprint["blueprint_id"],
            "bundleId": bundle["bundle_id"],
            "userData": members.get("userData", ""),
            "sshKeyName": key,
            "ipAddressType": members.get("ipAddressType") or _address_type(bundle),
            "publicIpAddress": public,
            "privateIpAddress": private,
            "ipv6Address": v6,
            "ports": default_ports(blueprint),
            "metadataOptions": dict(DEFAULT_OPTIONS),
            "addOns": {each: dict(value) for each, value in add_ons.items()},
        }
        course = plane.course("pending", then="running")
        tags = members.get("tags", ())
        made.append(plane.add(INSTANCE, name, settings, location=location, tags=tags, course=course))
    return made


@operations.answers
def delete_instance(plane: Plane, instanceName: str, forceDeleteAddOns: bool = False) -> Reply:
    """Delete an instance; its static IP address and its disks stay, and are free."""
    record = settled_instance(plane, instanceName)
    require_no_add_ons(record, forceDeleteAddOns)
    for type_ in (STATIC_IP, DISK):
        for each in attached_to(plane, type_, record):
            release(each)
    plane.remove(record, "shutting-down")
    return done(plane, "DeleteInstance", record)


@operations.answers
def get_instance_state(plane: Plane, instanceName: str) -> Reply:
    """Show the state alone."""
    return {"state": state_of(plane, plane.get(INSTANCE, instanceName))}


@operations.answers
def start_instance(
    plane: Plane, instanceName: str, attributeUpdates: Mapping[str, str] | None = None
) -> Reply:
    """Start a stopped instance with a new public address, and possibly with the same bundle of another generation."""
    record = plane.get(INSTANCE, instanceName)
    plane.require_state(record, ("stopped",))
    wanted = (attributeUpdates or {}).get("bundleId")
    if wanted is not None:
        record.settings["bundleId"] = _other_generation(plane, record.settings["bundleId"], wanted)
    record.settings["publicIpAddress"] = plane.next_addresses()[0]
    record.course = plane.course("pending", then="running")
    return done(plane, "StartInstance", record)


@operations.answers
def stop_instance(plane: Plane, instanceName: str, force: bool = False) -> Reply:
    """Stop a running instance."""
    record = plane.get(INSTANCE, instanceName)
    plane.require_state(record, ("running", "stopping") if force else ("running",))
    record.course = plane.course("stopping", then="stopped")
    return done(plane, "StopInstance", record)


@operations.answers
def reboot_instance(plane: Plane, instanceName: str) -> Reply:
    """Restart a running instance; it keeps its addresses."""
    record = plane.get(INSTANCE, instanceName)
    plane.require_state(record, ("running",))
    record.course = plane.course("rebooting", then="running")
    return done(plane, "RebootInstance", record)


@operations.answers
def set_ip_address_type(
    plane: Plane,
    resourceType: str,
    resourceName: str,
    ipAddressType: str,
    acceptBundleUpdate: bool = False,
) -> Reply:
    """Change the address type of an instance. To and from IPv6 alone, the bundle changes too."""
    record = plane.get(resourceType, resourceName)
    if resourceType == INSTANCE:
        plane.require_state(record, SETTLED)
        bundle = get_offer(plane, "bundles", record.settings["bundleId"])
        if (ipAddressType == "ipv6") == bool(bundle["public_ipv4_address_count"]):
            if not acceptBundleUpdate:
                raise invalid(
                    "The bundle changes with this IP address type: acceptBundleUpdate must be true."
                )
            if ipAddressType == "ipv6" and attached_to(plane, STATIC_IP, record):
                raise failed(
                    f"Detach the static IP of {record.name} first: an IPv6-only instance cannot have one."
                )
            record.settings["bundleId"] = _with_addresses(plane, bundle, ipAddressType != "ipv6")
    record.settings["ipAddressType"] = ipAddressType
    return done(plane, "SetIpAddressType", record)


def state_of(plane: Plane, record: Record) -> dict[str, Any]:
    """Return code and name of an instance's state."""
    state = plane.state(record)
    return {"code": STATE_CODES[state], "name": "running" if state == "rebooting" else state}


def _require_fit(blueprint: Row, bundle: Row, address_type: str | None) -> None:
    if blueprint["platform"] != bundle["supported_platforms"]:
        text = f"The bundle {bundle['bundle_id']} does not support the blueprint {blueprint['blueprint_id']}."
        raise invalid(text)
    if bundle["power"] < blueprint["min_power"]:
        text = f"The blueprint {blueprint['blueprint_id']} needs a bundle with more power than {bundle['bundle_id']}."
        raise invalid(text)
    if address_type and (address_type == "ipv6") == bool(bundle["public_ipv4_address_count"]):
        raise invalid(
            f"The bundle {bundle['bundle_id']} does not support the IP address type {address_type}."
        )


def _address_type(bundle: Row) -> str:
    return "dualstack" if bundle["public_ipv4_address_count"] else "ipv6"


def _address(plane: Plane, record: Record) -> str:
    fixed = attached_to(plane, STATIC_IP, record)
    return str((fixed[0] if fixed else record).settings[("publicIpAddress", "ipAddress")[bool(fixed)]])


def _disks(plane: Plane, record: Record, bundle: Row) -> list[dict[str, Any]]:
    system = {
        "name": f"{record.name}-system-disk",
        "createdAt": moment(record.created),
        "sizeInGb": bundle["disk_size_in_gb"],
        "isSystemDisk": True,
        "iops": 100,
        "path": "/dev/xvda" if bundle["supported_platforms"] == "LINUX_UNIX" else "/dev/sda1",
        "attachedTo": record.name,
        "attachmentState": "attached",
    }
    others = [
        {
            "name": disk.name,
            "arn": disk.arn,
            "createdAt": moment(disk.created),
            "sizeInGb": disk.settings["sizeInGb"],
            "isSystemDisk": False,
            "iops": disk.settings["sizeInGb"] * IOPS_PER_GB,
            "path": disk.settings["path"],
            "attachedTo": record.name,
            "attachmentState": "attached",
        }
        for disk in attached_to(plane, DISK, record)
    ]
    return [system, *others]


def _other_generation(plane: Plane, present: str, wanted: str) -> str:
    """Return the bundle of the same size to which StartInstance may change; refuse others."""
    size, _, generation = present.rpartition("_3_0" if present.endswith("_3_0") else "_2_0")
    del generation
    allowed = {f"{size}_2_0", f"{size}_3_0"}
    found = f"{size}_3_0" if wanted == AUTO else get_offer(plane, "bundles", wanted)["bundle_id"]
    if found not in allowed:
        raise invalid(f"An instance with the bundle {present} cannot be changed to {wanted}; use a snapshot.")
    return str(found)


def _with_addresses(plane: Plane, bundle: Row, v4: bool) -> str:
    """Return the bundle of the same size with or without a public IPv4 address."""
    name = str(bundle["bundle_id"])
    size = name.replace("_ipv6", "") if v4 else name.replace("_3_0", "_ipv6_3_0")
    return str(get_offer(plane, "bundles", size)["bundle_id"])
