"""Reads a VPC from the replies of DescribeVpcs and DescribeVpcAttribute."""

from collections.abc import Iterator, Mapping
from typing import Any

from reconciler.contract import Api, Attribute, Check, FieldRead, Sighting, Wired, from_reply, state_check
from reconciler.model import Means, Settings
from reconciler.resources.ec2.common import by, described

OF_AMAZON = "Amazon"
"""What AWS shows as the pool of the block that Amazon provides."""
THERE = ("associating", "associated")
AT_WORK = ("associating", "disassociating")
V4, V6 = "CidrBlockAssociationSet", "Ipv6CidrBlockAssociationSet"


def associations(row: Wired) -> list[Wired]:
    """The IPv4 blocks besides the first one that are associated, or are being associated."""
    found = row.get(V4) or ()
    return [
        each
        for each in found
        if each["CidrBlockState"]["State"] in THERE and each["CidrBlock"] != row["CidrBlock"]
    ]


def associations_v6(row: Wired, *, of_amazon: bool) -> list[Wired]:
    """The IPv6 blocks that are associated, or are being associated: those that Amazon provides, or the others."""
    found = row.get(V6) or ()
    return [
        each
        for each in found
        if each["Ipv6CidrBlockState"]["State"] in THERE and (each.get("Ipv6Pool") == OF_AMAZON) is of_amazon
    ]


def shown(row: Any) -> Wired:
    """A VPC with its blocks in the members of the model."""
    amazon = associations_v6(row, of_amazon=True)
    others = associations_v6(row, of_amazon=False)
    found: Wired = row | {
        "SecondaryCidrBlocks": [{"CidrBlock": each["CidrBlock"]} for each in associations(row)],
        "Ipv6CidrBlocks": [
            {
                "Ipv6CidrBlock": each["Ipv6CidrBlock"],
                **(
                    {"Ipv6Pool": pool} if (pool := each.get("Ipv6Pool") or "").startswith("ipv6pool-") else {}
                ),
            }
            for each in others
        ],
        "AmazonProvidedIpv6CidrBlock": bool(amazon),
        "Ipv6CidrBlockNetworkBorderGroup": amazon[0].get("NetworkBorderGroup") if amazon else None,
    }
    return found


def at_work(row: Wired) -> str | None:
    """The work of AWS on a VPC that has not ended; None if there is none."""
    if row.get("State") == "pending":
        return "VPC is pending"
    states = [
        *(each["CidrBlockState"]["State"] for each in row.get(V4) or ()),
        *(each["Ipv6CidrBlockState"]["State"] for each in row.get(V6) or ()),
    ]
    busy = next((state for state in states if state in AT_WORK), None)
    return f"a block of addresses is {busy}" if busy else None


def attribute_read(member: str) -> FieldRead:
    """The read of one attribute; DescribeVpcAttribute shows one at a time."""
    asked = member[0].lower() + member[1:]
    return from_reply(
        "describe_vpc_attribute",
        lambda reply: {member: reply[member]["Value"]},
        at=lambda sighting: {**sighting.address, "Attribute": asked},
    )


def with_pools(field: str, block: str, pool: str) -> Any:
    """For `compared`: live rows with the pools of the written rows, because AWS does not show pools of IPAM."""

    def compared(value: Any, written: Settings, _reported: Wired) -> Any:
        pools = {row[block]: row[pool] for row in written.get(field) or () if row.get(pool) is not None}
        return [row | ({pool: pools[row[block]]} if row[block] in pools else {}) for row in value or ()]

    return compared


def first_v6(api: Api, sighting: Sighting) -> str | None:
    """The IPv6 block of a VPC, that of Amazon before others."""
    row = described(api, "describe_vpcs", "Vpcs", VpcIds=[sighting.id])
    found = [*associations_v6(row, of_amazon=True), *associations_v6(row, of_amazon=False)]
    return next((each["Ipv6CidrBlock"] for each in found), None)


def came_with(operation: str, id_: str, filter_: str, value: str) -> Any:
    """The id of a resource that AWS created with a VPC."""

    def read(api: Api, sighting: Sighting) -> str | None:
        mine = by("vpc-id", sighting.id)["Filters"]
        rows: Iterator[Any] = api.pages(operation, Filters=[*mine, *by(filter_, value)["Filters"]])
        return next((row[id_] for row in rows), None)

    return read


ATTRIBUTES: Mapping[str, Attribute] = {
    "cidr_block": Attribute(
        "its first block of IPv4 addresses",
        "CidrBlock",
        written=lambda settings: settings.get("cidr_block"),
    ),
    "ipv6_cidr_block": Attribute(
        "its block of IPv6 addresses",
        first_v6,
        ("amazon_provided_ipv6_cidr_block", "ipv6_cidr_blocks", "ipv6_cidr_block_network_border_group"),
    ),
    "default_security_group_id": Attribute(
        "the id of the security group that AWS created with it",
        came_with("describe_security_groups", "GroupId", "group-name", "default"),
        means=Means("ec2.security_group", "id"),
    ),
    "default_network_acl_id": Attribute(
        "the id of the network ACL that AWS created with it",
        came_with("describe_network_acls", "NetworkAclId", "default", "true"),
        means=Means("ec2.network_acl", "id"),
    ),
    "main_route_table_id": Attribute(
        "the id of its main route table",
        came_with("describe_route_tables", "RouteTableId", "association.main", "true"),
        means=Means("ec2.route_table", "id"),
    ),
}
READ_WITH = ("describe_security_groups", "describe_network_acls", "describe_route_tables")
"""The operations that read attributes."""
CHECKS: Mapping[str, Check] = {"state": state_check("State", ("available",), "describe_vpcs")}
