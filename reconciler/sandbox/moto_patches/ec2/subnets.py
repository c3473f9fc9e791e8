"""Subnets: every attribute, IPv6 blocks, filters, pages, and AWS's checks."""

from collections.abc import Mapping
from ipaddress import IPv4Network, IPv6Network
from typing import Any

from moto.ec2.models import EC2Backend
from moto.ec2.models.subnets import Subnet
from moto.moto_api._internal import mock_random

from reconciler.sandbox.moto_patches.ec2.functions import held_by_function
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
from reconciler.sandbox.sandbox_error import not_in_sandbox

LARGEST, SMALLEST = 16, 28
BLOCKS_V6 = range(44, 65, 4)
"""https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html"""

# Attributes that ModifySubnetAttribute sets, and their members in Subnet.
FLAGS = (
    "AssignIpv6AddressOnCreation",
    "MapPublicIpOnLaunch",
    "MapCustomerOwnedIpOnLaunch",
    "EnableDns64",
)
NAMES = {
    "EnableResourceNameDnsARecordOnLaunch": "EnableResourceNameDnsARecord",
    "EnableResourceNameDnsAAAARecordOnLaunch": "EnableResourceNameDnsAAAARecord",
}
# Attributes that must be set together: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifySubnetAttribute.html
TOGETHER = {"CustomerOwnedIpv4Pool": "MapCustomerOwnedIpOnLaunch"}
# Attributes that need an IPv6 block, and their names in AWS's error message.
OF_IPV6 = {
    "AssignIpv6AddressOnCreation": "assign-ipv6-address-on-creation",
    "EnableDns64": "enable-dns64",
    "EnableResourceNameDnsAAAARecordOnLaunch": "enable-resource-name-dns-aaaa-record-on-launch",
}
V6 = "ipv6-cidr-block-association"
NAME_OPTIONS = "private-dns-name-options-on-launch"


def create(ec2: EC2Backend, params: Params) -> Reply:
    """CreateSubnet.

    Source: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateSubnet.html
    """
    tags = tags_for("subnet", params)
    _refuse_pools(params)
    ec2.get_vpc(params["VpcId"])
    block = _block(params)
    block_v6 = _block_v6(ec2, params["VpcId"], params.get("Ipv6CidrBlock"))
    zone = _zone(ec2, params)
    native = bool(params.get("Ipv6Native"))
    refuse_dry_run(params)
    subnet = ec2.create_subnet(
        params["VpcId"], block or "", block_v6, zone, ipv6_native=native, tags={"subnet": tags}
    )
    subnet.default_for_az = False
    subnet.map_public_ip_on_launch = False
    if native:
        _keep(subnet, "HostnameType", "resource-name")
    return {"Subnet": show(ec2, subnet, "associating")}


def describe(ec2: EC2Backend, params: Params) -> Reply:
    """DescribeSubnets."""
    refuse_dry_run(params)
    every = {subnet.id: subnet for zone in ec2.subnets.values() for subnet in zone.values()}
    ids = params.get("SubnetIds") or list(every)
    missing = [each for each in ids if each not in every]
    if len(missing) > 1:
        raise refused("InvalidSubnetID.NotFound", f"The subnet IDs '{', '.join(missing)}' do not exist")
    if missing:
        raise refused("InvalidSubnetID.NotFound", f"The subnet ID '{missing[0]}' does not exist")
    shown = [show(ec2, subnet) for each, subnet in every.items() if each in ids]
    found = found_by(params, shown, FILTERS, lambda row: ec2.tags.get(row["SubnetId"], {}))
    return page("Subnets", found, params)


def modify(ec2: EC2Backend, params: Params) -> Reply:
    """ModifySubnetAttribute: one attribute at a time.

    Source: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifySubnetAttribute.html
    """
    subnet = ec2.get_subnet(params["SubnetId"])
    given = {name: value for name, value in params.items() if name != "SubnetId"}
    attributes = {TOGETHER.get(name, name) for name in given}
    if not given:
        raise refused("MissingParameter", "The request must contain an attribute of the subnet")
    if len(attributes) > 1:
        text = f"Fields for multiple attribute types specified: {', '.join(sorted(attributes))}"
        raise refused("InvalidParameterCombination", text)
    for name, value in given.items():
        _change(subnet, name, value.get("Value") if isinstance(value, Mapping) else value)
    return {}


def _change(subnet: Subnet, name: str, value: Any) -> None:
    if value is True and name in OF_IPV6 and not _blocks_v6(subnet):
        written = OF_IPV6[name]
        raise invalid(
            f"Invalid value 'true' for {written}. Cannot set {written} to true unless the subnet ({subnet.id}) has "
            "an IPv6 CIDR block associated with it."
        )
    if name == "AssignIpv6AddressOnCreation":
        subnet.assign_ipv6_address_on_creation = value
    elif name == "MapPublicIpOnLaunch":
        subnet.map_public_ip_on_launch = value
    elif name in NAMES:
        _keep(subnet, NAMES[name], value)
    elif name == "PrivateDnsHostnameTypeOnLaunch":
        _keep(subnet, "HostnameType", value)
    elif name == "DisableLniAtDeviceIndex":
        _keep(subnet, "EnableLniAtDeviceIndex", None)
    else:
        _keep(subnet, name, value)


def delete(ec2: EC2Backend, params: Params) -> Reply:
    """DeleteSubnet; refused if the subnet has network interfaces.

    Source: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteSubnet.html
    """
    subnet = ec2.get_subnet(params["SubnetId"])
    used = any(interface.subnet.id == subnet.id for interface in ec2.enis.values())
    if used or held_by_function(ec2, "SubnetIds", subnet.id):
        text = f"The subnet '{subnet.id}' has dependencies and cannot be deleted."
        raise refused("DependencyViolation", text)
    refuse_dry_run(params)
    ec2.delete_subnet(subnet.id)
    ec2.tags.pop(subnet.id, None)
    for holder in (*ec2.route_tables.values(), *ec2.network_acls.values()):
        associations: dict[str, Any] = vars(holder)["_associations"]
        for association, held in list(associations.items()):
            if subnet.id in {held, getattr(held, "subnet_id", None)}:
                del associations[association]
    return {}


def associate(ec2: EC2Backend, params: Params) -> Reply:
    """AssociateSubnetCidrBlock.

    Source: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AssociateSubnetCidrBlock.html
    """
    _refuse_pools(params)
    subnet = ec2.get_subnet(params["SubnetId"])
    block = _block_v6(ec2, subnet.vpc_id, params.get("Ipv6CidrBlock"))
    if block is None:
        raise refused("MissingParameter", "The request must contain the parameter ipv6CidrBlock")
    made = ec2.associate_subnet_cidr_block(subnet.id, block)
    return {"SubnetId": subnet.id, "Ipv6CidrBlockAssociation": _association(made, "associating")}


def disassociate(ec2: EC2Backend, params: Params) -> Reply:
    """DisassociateSubnetCidrBlock."""
    subnet = ec2.get_subnet_from_ipv6_association(params["AssociationId"])
    if subnet and subnet.assign_ipv6_address_on_creation:
        text = (
            f"The subnet IPv6 CIDR block with association ID {params['AssociationId']} may not be disassociated, "
            "because its subnet has assign-ipv6-address-on-creation set to true."
        )
        raise refused("InvalidCidrBlock.InUse", text)
    subnet_id, gone = ec2.disassociate_subnet_cidr_block(params["AssociationId"])
    del ec2.get_subnet(subnet_id).ipv6_cidr_block_associations[params["AssociationId"]]
    return {"SubnetId": subnet_id, "Ipv6CidrBlockAssociation": _association(gone, "disassociating")}


def show(ec2: EC2Backend, subnet: Subnet, state_v6: str = "associated") -> Reply:
    """Return a subnet in the form of replies; `state_v6` is the state of its IPv6 block."""
    kept = _kept(subnet)
    flags = {
        "AssignIpv6AddressOnCreation": subnet.assign_ipv6_address_on_creation,
        "MapPublicIpOnLaunch": subnet.map_public_ip_on_launch,
    }
    return {
        "SubnetId": subnet.id,
        "SubnetArn": subnet.arn,
        "OwnerId": subnet.owner_id,
        "VpcId": subnet.vpc_id,
        "State": subnet.state,
        "CidrBlock": subnet.cidr_block or None,
        "AvailableIpAddressCount": subnet.available_ip_address_count if subnet.cidr_block else 0,
        "AvailabilityZone": subnet.availability_zone,
        "AvailabilityZoneId": subnet.availability_zone_id,
        "DefaultForAz": subnet.default_for_az,
        **{name: flags.get(name, kept.get(name, False)) for name in FLAGS},
        "CustomerOwnedIpv4Pool": kept.get("CustomerOwnedIpv4Pool"),
        "EnableLniAtDeviceIndex": kept.get("EnableLniAtDeviceIndex"),
        "Ipv6Native": subnet.ipv6_native,
        "Ipv6CidrBlockAssociationSet": [
            _association(each, state_v6) for each in subnet.ipv6_cidr_block_associations.values()
        ],
        "PrivateDnsNameOptionsOnLaunch": {
            "HostnameType": kept.get("HostnameType", "ip-name"),
            **{name: kept.get(name, False) for name in NAMES.values()},
        },
        "Tags": shown_tags(ec2, subnet.id),
    }


def _kept(subnet: Subnet) -> Mapping[str, Any]:
    """Return the settings that moto does not store; they are an attribute of moto's object."""
    kept: Mapping[str, Any] = vars(subnet).get("sandbox_kept", {})
    return kept


def _keep(subnet: Subnet, name: str, value: Any) -> None:
    vars(subnet)["sandbox_kept"] = {**_kept(subnet), name: value}


def _association(each: Mapping[str, Any], state: str) -> Reply:
    return {
        "AssociationId": each["associationId"],
        "Ipv6CidrBlock": each["ipv6CidrBlock"],
        "Ipv6CidrBlockState": {"State": state},
    }


def _refuse_pools(params: Params) -> None:
    """Refuse address pools and Outposts: the sandbox has none."""
    for member in ("Ipv4IpamPoolId", "Ipv6IpamPoolId"):
        if params.get(member):
            text = f"The ipam-pool ID '{params[member]}' does not exist"
            raise refused("InvalidIpamPoolId.NotFound", text)
    if params.get("OutpostArn"):
        raise not_in_sandbox("ec2", "CreateSubnet with OutpostArn")


def _block(params: Params) -> str | None:
    """Return the IPv4 block in its canonical form."""
    written = params.get("CidrBlock")
    if params.get("Ipv6Native"):
        if written:
            raise refused(
                "InvalidParameterCombination",
                "When specifying ipv4 parameters, cidrBlock or ipv4IpamPoolId, you cannot set ipv6Native to true.",
            )
        if not params.get("Ipv6CidrBlock"):
            text = "Either 'ipv6CidrBlock' or 'ipv6IpamPoolId' should be provided."
            raise refused("MissingParameter", text)
        return None
    if not written:
        raise refused("MissingParameter", "Either 'cidrBlock' or 'ipv4IpamPoolId' should be provided.")
    try:
        block = IPv4Network(written, strict=False)
    except ValueError:
        text = f"Value ({written}) for parameter cidrBlock is invalid. This is not a valid CIDR block."
        raise invalid(text) from None
    if "/" not in written or not LARGEST <= block.prefixlen <= SMALLEST:
        raise refused("InvalidSubnet.Range", f"The CIDR '{written}' is invalid.")
    return str(block)


def _block_v6(ec2: EC2Backend, vpc_id: str, written: str | None) -> str | None:
    """Return an IPv6 block in its canonical form; refuse one outside the VPC's blocks or in use by another subnet."""
    if not written:
        return None
    try:
        block = IPv6Network(written)
    except ValueError:
        raise invalid(f"invalid value for parameter ipv6-cidr-block: {written}") from None
    of_vpc = [
        IPv6Network(each["cidr_block"])
        for each in ec2.get_vpc(vpc_id).get_cidr_block_association_set(ipv6=True)
    ]
    if block.prefixlen not in BLOCKS_V6 or not any(block.subnet_of(each) for each in of_vpc):
        raise refused("InvalidSubnet.Range", f"The CIDR '{written}' is invalid.")
    for subnet in (each for zone in ec2.subnets.values() for each in zone.values()):
        if any(block.overlaps(IPv6Network(taken)) for taken in _blocks_v6(subnet)):
            raise refused("InvalidSubnet.Conflict", f"The CIDR '{written}' conflicts with another subnet")
    return str(block)


def _blocks_v6(subnet: Subnet) -> list[str]:
    return [each["ipv6CidrBlock"] for each in subnet.ipv6_cidr_block_associations.values()]


def _zone(ec2: EC2Backend, params: Params) -> str:
    """Return the name of the zone, or of a random zone if the request names none."""
    zones = {zone.name: zone.zone_id for zone in ec2.describe_availability_zones()}
    for member, choice in (("AvailabilityZone", zones.keys()), ("AvailabilityZoneId", zones.values())):
        wanted = params.get(member)
        if wanted and wanted not in choice:
            parameter = member[0].lower() + member[1:]
            raise invalid(
                f"Value ({wanted}) for parameter {parameter} is invalid. Subnets can currently only be created in "
                f"the following availability zones: {', '.join(choice)}."
            )
        if wanted:
            return next(name for name, zone_id in zones.items() if wanted in {name, zone_id})
    return str(mock_random.choice(list(zones)))


def _within(name: str, *members: str) -> Values:
    def values(row: Any) -> list[Any]:
        rows = row[name] if isinstance(row[name], list) else [row[name]]
        for member in members:
            rows = [each[member] for each in rows]
        return list(rows)

    return values


# https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeSubnets.html
FILTERS: Mapping[str, Values] = {
    **dict.fromkeys(("availability-zone", "availabilityZone"), value_of("AvailabilityZone")),
    **dict.fromkeys(("availability-zone-id", "availabilityZoneId"), value_of("AvailabilityZoneId")),
    "available-ip-address-count": value_of("AvailableIpAddressCount"),
    **dict.fromkeys(("cidr-block", "cidr", "cidrBlock"), value_of("CidrBlock")),
    "customer-owned-ipv4-pool": value_of("CustomerOwnedIpv4Pool"),
    **dict.fromkeys(("default-for-az", "defaultForAz"), value_of("DefaultForAz")),
    "enable-dns64": value_of("EnableDns64"),
    "enable-lni-at-device-index": value_of("EnableLniAtDeviceIndex"),
    f"{V6}.ipv6-cidr-block": _within("Ipv6CidrBlockAssociationSet", "Ipv6CidrBlock"),
    f"{V6}.association-id": _within("Ipv6CidrBlockAssociationSet", "AssociationId"),
    f"{V6}.state": _within("Ipv6CidrBlockAssociationSet", "Ipv6CidrBlockState", "State"),
    "ipv6-native": value_of("Ipv6Native"),
    "map-customer-owned-ip-on-launch": value_of("MapCustomerOwnedIpOnLaunch"),
    "map-public-ip-on-launch": value_of("MapPublicIpOnLaunch"),
    "outpost-arn": lambda _: [],
    "owner-id": value_of("OwnerId"),
    f"{NAME_OPTIONS}.hostname-type": _within("PrivateDnsNameOptionsOnLaunch", "HostnameType"),
    f"{NAME_OPTIONS}.enable-resource-name-dns-a-record": _within(
        "PrivateDnsNameOptionsOnLaunch", "EnableResourceNameDnsARecord"
    ),
    f"{NAME_OPTIONS}.enable-resource-name-dns-aaaa-record": _within(
        "PrivateDnsNameOptionsOnLaunch", "EnableResourceNameDnsAAAARecord"
    ),
    "state": value_of("State"),
    "subnet-arn": value_of("SubnetArn"),
    "subnet-id": value_of("SubnetId"),
    "vpc-id": value_of("VpcId"),
}
