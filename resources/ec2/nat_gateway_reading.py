"""Reads a NAT gateway from the reply of DescribeNatGateways."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from reconciler.contract import Api, Attribute, Check, Sighting, Wired, state_check
from reconciler.errors import Absent, Refused
from reconciler.model import Means, Settings
from reconciler.resources.ec2.common import described

DESCRIBE = "describe_nat_gateways"
LIVE = ("pending", "available")
"""The states of gateways that exist. Others are shown for about an hour.

Source: "Troubleshoot NAT gateways" (Amazon VPC User Guide).
"""
AT_WORK = ("associating", "assigning", "disassociating", "unassigning")
GOING = ("disassociating", "unassigning", "failed")
ZONE, ZONE_ID = "AvailabilityZone", "AvailabilityZoneId"


def addresses(row: Wired) -> list[Wired]:
    """The addresses of a gateway, without those that it loses; the first one comes first."""
    found = [each for each in row.get("NatGatewayAddresses") or () if each.get("Status") not in GOING]
    # AWS does not mark the first one if it is alone.
    return sorted(found, key=lambda each: not each.get("IsPrimary"))


def further(row: Wired) -> list[Wired]:
    """The addresses of a zonal gateway besides the first one."""
    return addresses(row)[1:]


def is_regional(row: Wired) -> bool:
    """Whether a gateway is in all Availability Zones of its VPC."""
    return bool(row.get("AvailabilityMode") == "regional")


def shown(row: Any) -> Wired:
    """A gateway with its addresses in the members of requests."""
    zonal = [] if is_regional(row) else addresses(row)
    first, rest = (zonal[0] if zonal else {}), zonal[1:]
    found: Wired = row | {
        "AllocationId": first.get("AllocationId"),
        "PrivateIpAddress": first.get("PrivateIp"),
        "PublicIp": first.get("PublicIp"),
        "NetworkInterfaceId": first.get("NetworkInterfaceId"),
        "SecondaryAllocationIds": [each["AllocationId"] for each in rest if each.get("AllocationId")],
        "SecondaryPrivateIpAddresses": [each["PrivateIp"] for each in rest if each.get("PrivateIp")],
        "SecondaryPrivateIpAddressCount": len(rest) or None,
        "AvailabilityZoneAddresses": _by_zone(addresses(row)) if is_regional(row) else None,
    }
    return found


def _by_zone(held: Sequence[Wired]) -> list[Wired]:
    """The rows of a regional gateway; its Zones have names here."""
    found: dict[str, list[str]] = {}
    for each in held:
        if each.get("AllocationId"):
            found.setdefault(each[ZONE], []).append(each["AllocationId"])
    return [{ZONE: name, "AllocationIds": ids} for name, ids in found.items()]


def in_written_words(live: Any, written: Settings, reported: Wired) -> Any:
    """The rows of a regional gateway, with the ids of Zones where the files write these."""
    by_id = {row.get("availability_zone_id") for row in written.get("availability_zone_addresses") or ()}
    ids = {each.get(ZONE): each.get(ZONE_ID) for each in reported.get("NatGatewayAddresses") or ()}

    def named(row: Mapping[str, Any]) -> Mapping[str, Any]:
        zone = row.get("availability_zone")
        if zone is None or ids.get(zone) not in by_id:
            return row
        rest = {name: value for name, value in row.items() if name != "availability_zone"}
        return {"availability_zone_id": ids[zone], **rest}

    return None if live is None else [named(row) for row in live]


def gone(api: Api) -> Iterator[Wired]:
    """The gateways that AWS still shows although they are deleted, being deleted, or failed."""
    states = [{"Name": "state", "Values": ["deleting", "deleted", "failed"]}]
    yield from api.pages(DESCRIBE, Filter=states, MaxResults=1000)


def at_work(api: Api, sighting: Sighting) -> str | None:
    """The work of AWS on a gateway that has not ended; None if there is none.

    Raises:
        Refused: AWS could not create it.
    """
    row = described(api, DESCRIBE, "NatGateways", NatGatewayIds=[sighting.id])
    if row["State"] == "failed":
        code, text = row.get("FailureCode") or "failed", row.get("FailureMessage") or sighting.id
        raise Refused("create_nat_gateway", code, text)
    if row["State"] == "pending":
        return "NAT gateway is pending"
    busy = next((each for each in row.get("NatGatewayAddresses") or () if each.get("Status") in AT_WORK), None)  # fmt: skip
    where = busy and (busy.get("PublicIp") or busy.get("PrivateIp") or busy.get("AllocationId"))
    return f"address {where} is {busy['Status']}" if busy else None


def deletion(api: Api, reply: Wired) -> str | None:
    """What AWS is still doing to delete a gateway; None once it is deleted."""
    try:
        row = described(api, DESCRIBE, "NatGateways", NatGatewayIds=[reply["NatGatewayId"]])
    except Absent:
        return None
    return f"NAT gateway is {row['State']}" if row["State"] == "deleting" else None


ATTRIBUTES: Mapping[str, Attribute] = {
    "network_interface_id": Attribute(
        "the id of the network interface of a zonal gateway",
        "NetworkInterfaceId",
        means=Means("ec2.network_interface", "id"),
    ),
    "private_ip": Attribute("its first private address", "PrivateIpAddress"),
    "public_ip": Attribute("the first elastic IP address itself", "PublicIp"),
    "route_table_id": Attribute(
        "the id of the route table that AWS creates with a regional gateway",
        "RouteTableId",
        means=Means("ec2.route_table", "id"),
    ),
    "subnet_id": Attribute("the id of the subnet that it is in", "SubnetId", means=Means("ec2.subnet", "id")),
    "vpc_id": Attribute("the id of the VPC that it is in", "VpcId", means=Means("ec2.vpc", "id")),
}
CHECKS: Mapping[str, Check] = {
    "state": state_check(
        "State", ("available",), DESCRIBE, why=lambda shown: str(shown.get("FailureMessage") or "")
    )
}
