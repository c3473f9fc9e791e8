"""Reads a subnet from the reply of DescribeSubnets."""

from collections.abc import Mapping

from reconciler.contract import Attribute, Check, Wired, state_check
from reconciler.model import Means

AT_WORK = ("associating", "disassociating")
ZONE = "ec2.availability_zone"
ATTRIBUTES: Mapping[str, Attribute] = {
    "vpc_id": Attribute("the id of the VPC that it is in", "VpcId", means=Means("ec2.vpc", "id")),
    "cidr_block": Attribute("its block of IPv4 addresses", "CidrBlock"),
    "ipv6_cidr_block": Attribute("its block of IPv6 addresses", "Ipv6CidrBlock", ("ipv6_cidr_block",)),
    "availability_zone": Attribute(
        "the name of its Availability Zone", "AvailabilityZone", means=Means(ZONE, "name")
    ),
    "availability_zone_id": Attribute(
        "the id of its Availability Zone", "AvailabilityZoneId", means=Means(ZONE, "id")
    ),
}

CHECKS: Mapping[str, Check] = {"state": state_check("State", ("available",), "describe_subnets")}


def associations(row: Wired) -> list[Wired]:
    """The IPv6 blocks that are associated, or are being associated."""
    found = row.get("Ipv6CidrBlockAssociationSet") or ()
    return [each for each in found if each["Ipv6CidrBlockState"]["State"] in ("associated", "associating")]


def at_work(row: Wired) -> str | None:
    """The work of AWS on a subnet that has not ended; None if there is none."""
    states = [each["Ipv6CidrBlockState"]["State"] for each in row.get("Ipv6CidrBlockAssociationSet") or ()]
    busy = next((state for state in states if state in AT_WORK), None)
    if busy:
        return f"IPv6 block is {busy}"
    return "subnet is pending" if row.get("State") == "pending" else None
