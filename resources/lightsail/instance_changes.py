"""The requests that change an instance."""

from collections.abc import Iterator
from typing import Any

from reconciler.contract import Calls, Change, Request, Sends, Wired
from reconciler.model import Settings
from reconciler.resources.lightsail.add_ons import ADD_ONS
from reconciler.resources.lightsail.bundles import V6, is_smaller, other_generation, twin
from reconciler.resources.lightsail.instance_copies import disks_of

STOP, START, ADDRESSES = "stop_instance", "start_instance", "set_ip_address_type"
OPTIONS, PORTS = "update_instance_metadata_options", "put_instance_public_ports"


def change_size_and_addresses(change: Change) -> Iterator[Request]:
    """Change the address type, with which a bundle with or without IPv4 comes; change the generation of the bundle.

    AWS changes the generation of a stopped instance when it starts.
    """
    before, after = (side.get("bundleId") for side in (change.observed, change.desired))
    kind = change.desired.get("ipAddressType")
    name = change.address["instanceName"]
    if change.differs("ipAddressType"):
        accept = {"acceptBundleUpdate": True} if V6 in (kind, change.observed.get("ipAddressType")) else {}
        place = {"resourceType": "Instance", "resourceName": name, "ipAddressType": kind}
        yield Request(ADDRESSES, {**place, **accept})
    if before and after and after != before and other_generation(before, after):
        if change.reported.get("state", {}).get("name") != "stopped":
            yield Request(STOP, change.address)
        yield Request(START, {**change.address, "attributeUpdates": {"bundleId": after}})


def change_options(change: Change) -> Iterator[Request]:
    """Send the options that differ; AWS resets `httpTokens` if a request leaves it out."""
    before, after = (side.get("metadataOptions") or {} for side in (change.observed, change.desired))
    new = {name: value for name, value in after.items() if value != before.get(name)}
    tokens: dict[str, Any] = {"httpTokens": after["httpTokens"]} if after.get("httpTokens") else {}
    if new:
        yield Request(OPTIONS, {**change.address, **tokens, **new})


def replaces(field: str, written: Settings, reported: Wired) -> bool:
    """Whether AWS gives an instance another bundle only by making another instance."""
    if field != "bundle_id":
        return False
    live, wanted = str(reported.get("bundleId")), str(written.get(field))
    kind = written.get("ip_address_type")
    with_addresses = kind is not None and kind != reported.get("ipAddressType") and twin(live) == wanted
    return not (other_generation(live, wanted) or with_addresses)


def impossible(field: str, written: Settings, reported: Wired) -> str:
    """Why no snapshot gives an instance this blueprint or this bundle."""
    if field == "blueprint_id":
        return (
            "AWS never changes blueprint_id, and a snapshot keeps it: declare another instance, move the static IP to it, and "
            "remove this one"
        )
    disks = disks_of(reported)
    if field == "availability_zone" and disks:
        return f"AWS moves no disk to another zone: detach {' and '.join(disks)} first"
    live, wanted = str(reported.get("bundleId")), str(written.get(field))
    if field == "bundle_id" and is_smaller(wanted, live):
        return f"the disk of bundle_id {wanted} is smaller than that of {live}, and AWS makes no smaller instance of a snapshot"
    return ""


GROUPS = (
    Calls(change_size_and_addresses, ("bundle_id", "ip_address_type"), (ADDRESSES, STOP, START)),
    Sends(PORTS, ("public_ports",)),
    Calls(change_options, ("metadata_options",), (OPTIONS,)),
    ADD_ONS,
)
