"""The requests that change a VPC."""

from collections.abc import Iterator
from ipaddress import ip_network
from typing import Any

from reconciler.contract import Calls, Change, Request, Sends, Wired, row_changes
from reconciler.resources.ec2.vpc_reading import V4, V6, associations_v6

MODIFY = "modify_vpc_attribute"
ADD, REMOVE = "associate_vpc_cidr_block", "disassociate_vpc_cidr_block"
AMAZON, GROUP = "AmazonProvidedIpv6CidrBlock", "Ipv6CidrBlockNetworkBorderGroup"
SUPPORT, HOSTNAMES, METRICS = (
    "EnableDnsSupport",
    "EnableDnsHostnames",
    "EnableNetworkAddressUsageMetrics",
)


def set_attributes(change: Change) -> Iterator[Request]:
    """Set attributes, one in each request. DNS host names need DNS support: they are on only while that is on."""
    off = change.desired.get(HOSTNAMES) is False
    for name in (HOSTNAMES, SUPPORT, METRICS) if off else (SUPPORT, HOSTNAMES, METRICS):
        if change.differs(name):
            yield Request(MODIFY, {**change.address, name: {"Value": change.desired[name]}})


def set_blocks(change: Change) -> Iterator[Request]:
    """Set the secondary IPv4 blocks."""
    yield from _blocks(change, "SecondaryCidrBlocks", "CidrBlock", V4)


def set_blocks_v6(change: Change) -> Iterator[Request]:
    """Set the IPv6 blocks of the author's own pools."""
    yield from _blocks(change, "Ipv6CidrBlocks", "Ipv6CidrBlock", V6)


def _blocks(change: Change, member: str, block: str, listed: str) -> Iterator[Request]:
    """New blocks are added before old ones are removed, unless they overlap: AWS refuses that."""
    rows = row_changes(change, member, lambda row: row[block])
    live = {each[block]: each["AssociationId"] for each in change.reported.get(listed) or ()}
    first = [each for each in rows.gone if any(_overlap(each, new) for new in rows.new)]
    for each in first:
        yield Request(REMOVE, {"AssociationId": live[each]})
    for row in rows.new.values():
        yield Request(ADD, {**change.address, **row})
    for each in rows.gone:
        if each not in first:
            yield Request(REMOVE, {"AssociationId": live[each]})


def _overlap(one: str, other: str) -> bool:
    first, second = ip_network(one), ip_network(other)
    return first.version == second.version and first.overlaps(second)


def set_amazon(change: Change) -> Iterator[Request]:
    """Set the IPv6 block that Amazon provides; a VPC may have one for each network border group."""
    wanted, group = change.desired.get(AMAZON), change.desired.get(GROUP)
    live = associations_v6(change.reported, of_amazon=True)
    stays = [each for each in live if group in (None, each.get("NetworkBorderGroup"))] if wanted else []
    if wanted and not stays:
        yield Request(ADD, {**change.address, AMAZON: True, **({GROUP: group} if group else {})})
    for each in live:
        if each not in stays:
            yield Request(REMOVE, {"AssociationId": each["AssociationId"]})


def loses(field: str, written: Any, reported: Wired) -> str:
    """The IPv6 block of Amazon that a change gives back: AWS gives the VPC another one later."""
    live = associations_v6(reported, of_amazon=True)
    group = written.get("ipv6_cidr_block_network_border_group")
    moves = group is not None and any(each.get("NetworkBorderGroup") != group for each in live)
    gives_back = field == "amazon_provided_ipv6_cidr_block" and not written.get(field)
    if live and (gives_back or (field == "ipv6_cidr_block_network_border_group" and moves)):
        return f"the IPv6 block {live[0]['Ipv6CidrBlock']}"
    return ""


UPDATES = (
    Sends("modify_vpc_tenancy", ("instance_tenancy",)),
    Calls(
        set_attributes,
        ("enable_dns_support", "enable_dns_hostnames", "enable_network_address_usage_metrics"),
        (MODIFY,),
    ),
    Calls(set_blocks, ("secondary_cidr_blocks",), (ADD, REMOVE)),
    Calls(
        set_amazon, ("amazon_provided_ipv6_cidr_block", "ipv6_cidr_block_network_border_group"), (ADD, REMOVE)
    ),
    Calls(set_blocks_v6, ("ipv6_cidr_blocks",), (ADD, REMOVE)),
    Sends("associate_dhcp_options", ("dhcp_options_id",)),
)
