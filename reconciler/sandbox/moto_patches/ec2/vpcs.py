"""VPCs: every block of addresses, attributes one at a time, filters, pages, and AWS's checks."""

from collections.abc import Mapping
from ipaddress import IPv4Network, IPv6Network
from typing import Any

from moto.ec2.models import EC2Backend
from moto.ec2.models.dhcp_options import DHCPOptionsSet
from moto.ec2.models.vpcs import VPC
from moto.ec2.utils import random_ipv6_cidr, random_vpc_cidr_association_id

from reconciler.sandbox.moto_patches.ec2 import flow_logs, groups, nat_gateways
from reconciler.sandbox.moto_patches.ec2.requests import (
    Params,
    Reply,
    Values,
    found_by,
    invalid,
    page,
    refuse_dry_run,
    refused,
    shown_tags,
    tags_for,
    value_of,
)

LARGEST, SMALLEST = 16, 28
"""https://docs.aws.amazon.com/vpc/latest/userguide/vpc-cidr-blocks.html"""
MOST_BLOCKS = 5
"""https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html"""
OF_AMAZON = "Amazon"
"""What AWS shows as the pool of the IPv6 blocks that Amazon provides."""
ATTRIBUTES = {
    "EnableDnsSupport": "enable_dns_support",
    "EnableDnsHostnames": "enable_dns_hostnames",
    "EnableNetworkAddressUsageMetrics": "enable_network_address_usage_metrics",
}
IPV4 = ("CidrBlock", "Ipv4IpamPoolId")
IPV6 = ("AmazonProvidedIpv6CidrBlock", "Ipv6Pool", "Ipv6IpamPoolId")


def create(ec2: EC2Backend, params: Params) -> Reply:
    """CreateVpc.

    Source: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateVpc.html
    """
    tags = tags_for("vpc", params)
    _refuse_pools(params)
    if not params.get("CidrBlock"):
        raise refused("MissingParameter", "Either 'cidrBlock' or 'ipv4IpamPoolId' should be provided.")
    block, tenancy = _block(params["CidrBlock"]), params.get("InstanceTenancy") or "default"
    if tenancy == "host":
        raise invalid("Value (host) for parameter instanceTenancy is invalid.")
    _check_group(params)
    refuse_dry_run(params)
    vpc = ec2.create_vpc(str(block), tenancy)
    vpc.add_tags(tags)
    if params.get("AmazonProvidedIpv6CidrBlock"):
        _add(ec2, vpc, random_ipv6_cidr(), _group(ec2, params))
    return {"Vpc": {**show(ec2, vpc, "associating"), "State": "pending"}}


def describe(ec2: EC2Backend, params: Params) -> Reply:
    """DescribeVpcs."""
    refuse_dry_run(params)
    ids = params.get("VpcIds") or list(ec2.vpcs)
    missing = [each for each in ids if each not in ec2.vpcs]
    if missing:
        plural = "s" if len(missing) > 1 else ""
        text = f"The vpc ID{plural} '{', '.join(missing)}' do{'' if plural else 'es'} not exist"
        raise refused("InvalidVpcID.NotFound", text)
    shown = [show(ec2, vpc) for each, vpc in ec2.vpcs.items() if each in ids]
    found = found_by(params, shown, FILTERS, lambda row: ec2.tags.get(row["VpcId"], {}))
    return page("Vpcs", found, params)


def modify(ec2: EC2Backend, params: Params) -> Reply:
    """ModifyVpcAttribute: one attribute at a time; DNS host names need DNS support.

    Source: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyVpcAttribute.html
    """
    vpc = ec2.get_vpc(params["VpcId"])
    given = {name: params[name]["Value"] for name in ATTRIBUTES if params.get(name)}
    if not given:
        raise refused("MissingParameter", "The request must contain an attribute of the VPC")
    if len(given) > 1:
        text = f"Fields for multiple attribute types specified: {', '.join(sorted(given))}"
        raise refused("InvalidParameterCombination", text)
    if given.get("EnableDnsHostnames") and not vpc.enable_dns_support:
        raise refused(
            "InvalidParameterCombination", "enableDnsHostnames cannot be enabled without enableDnsSupport"
        )
    for name, value in given.items():
        setattr(vpc, ATTRIBUTES[name], value)
    return {}


def modify_tenancy(ec2: EC2Backend, params: Params) -> Reply:
    """ModifyVpcTenancy: only to `default`, the only value that the request may have."""
    ec2.get_vpc(params["VpcId"]).instance_tenancy = params["InstanceTenancy"]
    return {"ReturnValue": True}


def delete(ec2: EC2Backend, params: Params) -> Reply:
    """DeleteVpc; refused unless everything in the VPC is deleted or detached, except what AWS created with it.

    Source: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteVpc.html
    """
    vpc_id = params["VpcId"]
    vpc = ec2.get_vpc(vpc_id)
    if _has_contents(ec2, vpc_id):
        text = f"The vpc '{vpc_id}' has dependencies and cannot be deleted."
        raise refused("DependencyViolation", text)
    refuse_dry_run(params)
    came_along = list(ec2.groups[vpc_id].values())
    options, vpc.dhcp_options = vpc.dhcp_options, None  # moto deletes them with the VPC
    ec2.delete_vpc(vpc_id)
    if options is not None:
        _use(ec2, options)
    for acl in [each for each in ec2.network_acls.values() if each.vpc_id == vpc_id]:
        del ec2.network_acls[acl.id]
    for group in came_along:
        groups.forget(ec2, group)
    flow_logs.vpc_is_gone(ec2, vpc_id)
    ec2.tags.pop(vpc_id, None)
    return {}


def _has_contents(ec2: EC2Backend, vpc_id: str) -> bool:
    """Return whether something is left in a VPC that its owner created."""
    return (
        any(each.vpc_id == vpc_id for zone in ec2.subnets.values() for each in zone.values())
        or any(each.vpc_id == vpc_id for each in ec2.egress_only_internet_gateways.values())
        or any(not group.is_default for group in ec2.groups[vpc_id].values())
        or any(each.vpc and each.vpc.id == vpc_id for each in ec2.internet_gateways.values())
        or any(each.vpc_id == vpc_id and not each.default for each in ec2.network_acls.values())
        or any(each.vpc_id == vpc_id and each.state != "deleted" for each in ec2.vpc_end_points.values())
        or nat_gateways.in_vpc(ec2, vpc_id)
    )


def associate(ec2: EC2Backend, params: Params) -> Reply:
    """AssociateVpcCidrBlock: one IPv4 or IPv6 block in a request.

    Source: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AssociateVpcCidrBlock.html
    """
    vpc = ec2.get_vpc(params["VpcId"])
    _refuse_pools(params)
    _check_group(params)
    given = [name for name in (*IPV4, *IPV6) if params.get(name)]
    if len(given) != 1:
        code = "InvalidParameterCombination" if given else "MissingParameter"
        raise refused(code, f"Exactly one of {', '.join((*IPV4, *IPV6))} must be specified")
    if given == ["CidrBlock"]:
        block = _block(params["CidrBlock"])
        present = [IPv4Network(each["cidr_block"]) for each in _associated(vpc, ipv6=False)]
        if any(block.overlaps(each) for each in present):
            raise refused("CidrConflict", f"The CIDR '{block}' conflicts with another CIDR block of the VPC")
        _check_room(vpc, len(present))
        made = _add(ec2, vpc, str(block), None)
        return {"VpcId": vpc.id, "CidrBlockAssociation": _shown(made, "associating")}
    group, present_v6 = _group(ec2, params), _associated(vpc, ipv6=True)
    if any(each["ipv6_cidr_block_network_border_group"] == group for each in present_v6):
        raise refused(
            "CidrLimitExceeded",
            f"This network '{vpc.id}' has met its maximum number of allowed CIDRs: 1",
        )
    _check_room(vpc, len(present_v6))
    made = _add(ec2, vpc, random_ipv6_cidr(), group)
    return {"VpcId": vpc.id, "Ipv6CidrBlockAssociation": _shown_v6(made, "associating")}


def disassociate(ec2: EC2Backend, params: Params) -> Reply:
    """DisassociateVpcCidrBlock; refused for the first block, and while a subnet has addresses of the block.

    Source: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DisassociateVpcCidrBlock.html
    """
    id_ = params["AssociationId"]
    vpc = next((each for each in ec2.vpcs.values() if id_ in _rows(each)), None)
    row = _rows(vpc)[id_] if vpc else {}
    if vpc is None or row["cidr_block_state"]["state"] != "associated":
        text = f"The vpc CIDR block association ID '{id_}' does not exist"
        raise refused("InvalidVpcCidrBlockAssociationID.NotFound", text)
    block = row["cidr_block"]
    if block == vpc.cidr_block:
        text = f"The vpc CIDR block with association ID {id_} may not be disassociated. It is the primary IPv4 CIDR block of the VPC"
        raise refused("OperationNotPermitted", text)
    if any(_is_within(each, block) for each in _blocks_of_subnets(ec2, vpc.id)):
        text = f"The vpc currently has a subnet within CIDR block {block}"
        raise refused("InvalidCidrBlock.InUse", text)
    shown = _shown_v6(row, "disassociating") if ":" in block else _shown(row, "disassociating")
    ec2.disassociate_vpc_cidr_block(id_)
    member = "Ipv6CidrBlockAssociation" if ":" in block else "CidrBlockAssociation"
    return {"VpcId": vpc.id, member: shown}


def associate_options(ec2: EC2Backend, params: Params) -> Reply:
    """AssociateDhcpOptions; `default` means no options.

    Source: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AssociateDhcpOptions.html
    """
    vpc, id_ = ec2.get_vpc(params["VpcId"]), params["DhcpOptionsId"]
    before = vpc.dhcp_options
    if id_ != "default" and id_ not in ec2.dhcp_options_sets:
        raise refused("InvalidDhcpOptionID.NotFound", f"The dhcpOption ID '{id_}' does not exist")
    refuse_dry_run(params)
    after = None if id_ == "default" else ec2.dhcp_options_sets[id_]
    vars(vpc)["dhcp_options"] = after  # moto declares it as None
    for options in (before, after):
        if options is not None:
            _use(ec2, options)
    return {}


def _use(ec2: EC2Backend, options: DHCPOptionsSet) -> None:
    """Keep a VPC with a set of options, so that moto refuses to delete the set."""
    vars(options)["vpc"] = next((each for each in ec2.vpcs.values() if each.dhcp_options is options), None)


def show(ec2: EC2Backend, vpc: VPC, state: str = "associated") -> Reply:
    """Return a VPC in the form of replies; `state` is that of its blocks."""
    return {
        "VpcId": vpc.id,
        "OwnerId": ec2.account_id,
        "State": vpc.state,
        "CidrBlock": vpc.cidr_block,
        "InstanceTenancy": vpc.instance_tenancy,
        "IsDefault": vpc.is_default,
        "DhcpOptionsId": vpc.dhcp_options_id,
        "CidrBlockAssociationSet": [
            _shown(each, state) for each in _rows(vpc).values() if ":" not in each["cidr_block"]
        ],
        "Ipv6CidrBlockAssociationSet": [
            _shown_v6(each, state) for each in _rows(vpc).values() if ":" in each["cidr_block"]
        ],
        "BlockPublicAccessStates": {"InternetGatewayBlockMode": "off"},
        "Tags": shown_tags(ec2, vpc.id),
    }


def _rows(vpc: VPC) -> dict[str, Any]:
    rows: dict[str, Any] = vars(vpc)["_cidr_block_association_set"]
    return rows


def _associated(vpc: VPC, *, ipv6: bool) -> list[Any]:
    rows = (each for each in _rows(vpc).values() if (":" in each["cidr_block"]) is ipv6)
    return [each for each in rows if each["cidr_block_state"]["state"] == "associated"]


def _shown(row: Mapping[str, Any], state: str) -> Reply:
    kept = row["cidr_block_state"]["state"]
    return {
        "AssociationId": row["association_id"],
        "CidrBlock": row["cidr_block"],
        "CidrBlockState": {"State": state if kept == "associated" else kept},
    }


def _shown_v6(row: Mapping[str, Any], state: str) -> Reply:
    shown = _shown(row, state)
    return {
        "AssociationId": shown["AssociationId"],
        "Ipv6CidrBlock": shown["CidrBlock"],
        "Ipv6CidrBlockState": shown["CidrBlockState"],
        "NetworkBorderGroup": row["ipv6_cidr_block_network_border_group"],
        "Ipv6Pool": OF_AMAZON,
        "Ipv6AddressAttribute": "public",
        "IpSource": "amazon",
    }


def _add(ec2: EC2Backend, vpc: VPC, block: str, group: str | None) -> Mapping[str, Any]:
    """Add a block to a VPC, with a local route in each of its route tables."""
    rows = _rows(vpc)
    for gone in [id_ for id_, each in rows.items() if each["cidr_block_state"]["state"] != "associated"]:
        del rows[gone]
    made: dict[str, Any] = {
        "association_id": random_vpc_cidr_association_id(),
        "cidr_block": block,
        "cidr_block_state": {"state": "associated", "StatusMessage": None},
        "ipv6_pool": OF_AMAZON,
        "ipv6_cidr_block_network_border_group": group,
    }
    rows[made["association_id"]] = made
    for table in [each for each in ec2.route_tables.values() if each.vpc_id == vpc.id]:
        if ":" in block:
            ec2.create_route(table.id, None, destination_ipv6_cidr_block=block, local=True)
        else:
            ec2.create_route(table.id, block, local=True)
    return made


def _block(written: str) -> IPv4Network:
    """Return an IPv4 block in its canonical form."""
    try:
        block = IPv4Network(written, strict=False)
    except ValueError:
        text = f"Value ({written}) for parameter cidrBlock is invalid. This is not a valid CIDR block."
        raise invalid(text) from None
    if "/" not in written or not LARGEST <= block.prefixlen <= SMALLEST:
        raise refused("InvalidVpc.Range", f"The CIDR '{written}' is invalid.")
    return block


def _check_room(vpc: VPC, number: int) -> None:
    if number >= MOST_BLOCKS:
        text = f"This network '{vpc.id}' has met its maximum number of allowed CIDRs: {MOST_BLOCKS}"
        raise refused("CidrLimitExceeded", text)


def _check_group(params: Params) -> None:
    if params.get("Ipv6CidrBlockNetworkBorderGroup") and not params.get("AmazonProvidedIpv6CidrBlock"):
        raise refused(
            "InvalidParameterCombination",
            "Ipv6CidrBlockNetworkBorderGroup can only be used with AmazonProvidedIpv6CidrBlock",
        )


def _group(ec2: EC2Backend, params: Params) -> str:
    """Return the network border group; the Region is the default one."""
    return str(params.get("Ipv6CidrBlockNetworkBorderGroup") or ec2.region_name)


def _refuse_pools(params: Params) -> None:
    """Refuse address pools: the sandbox has none."""
    for member in ("Ipv4IpamPoolId", "Ipv6IpamPoolId"):
        if params.get(member):
            text = f"The ipam-pool ID '{params[member]}' does not exist"
            raise refused("InvalidIpamPoolId.NotFound", text)
    if params.get("Ipv6Pool"):
        raise refused("InvalidPoolID.NotFound", f"The pool ID '{params['Ipv6Pool']}' does not exist")


def _blocks_of_subnets(ec2: EC2Backend, vpc_id: str) -> list[str]:
    subnets = (each for zone in ec2.subnets.values() for each in zone.values() if each.vpc_id == vpc_id)
    return [
        block
        for each in subnets
        for block in (
            each.cidr_block,
            *(row["ipv6CidrBlock"] for row in each.ipv6_cidr_block_associations.values()),
        )
        if block
    ]


def _is_within(block: str, outer: str) -> bool:
    if (":" in block) is not (":" in outer):
        return False
    if ":" in block:
        return IPv6Network(block).subnet_of(IPv6Network(outer))
    return IPv4Network(block).subnet_of(IPv4Network(outer))


def _of_rows(listed: str, *path: str) -> Values:
    def values(row: Any) -> list[Any]:
        found = row[listed]
        for name in path:
            found = [each[name] for each in found]
        return list(found)

    return values


V4, V6 = "CidrBlockAssociationSet", "Ipv6CidrBlockAssociationSet"
# https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeVpcs.html
FILTERS: Mapping[str, Values] = {
    **dict.fromkeys(("cidr", "cidr-block", "cidrBlock"), value_of("CidrBlock")),
    "cidr-block-association.cidr-block": _of_rows(V4, "CidrBlock"),
    "cidr-block-association.association-id": _of_rows(V4, "AssociationId"),
    "cidr-block-association.state": _of_rows(V4, "CidrBlockState", "State"),
    **dict.fromkeys(("dhcp-options-id", "dhcpOptionsId"), value_of("DhcpOptionsId")),
    "ipv6-cidr-block-association.ipv6-cidr-block": _of_rows(V6, "Ipv6CidrBlock"),
    "ipv6-cidr-block-association.ipv6-pool": _of_rows(V6, "Ipv6Pool"),
    "ipv6-cidr-block-association.association-id": _of_rows(V6, "AssociationId"),
    "ipv6-cidr-block-association.state": _of_rows(V6, "Ipv6CidrBlockState", "State"),
    **dict.fromkeys(("is-default", "isDefault"), value_of("IsDefault")),
    "owner-id": value_of("OwnerId"),
    "state": value_of("State"),
    "vpc-id": value_of("VpcId"),
}
