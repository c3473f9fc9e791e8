"""The settings of a subnet.

Source: CreateSubnet, ModifySubnetAttribute, AssociateSubnetCidrBlock (Amazon EC2 API Reference).
"""

from typing import Annotated, Literal

from pydantic import Field

from reconciler.model import Means, Part, Resource, Settings, Wire
from reconciler.resources.ec2.common import Cidr, CidrIpv6, PoolId
from reconciler.resources.identifiers import VpcId, arn_of
from reconciler.resources.lasting import LASTS

Lasting = Annotated[str | None, Field(min_length=1), LASTS]
Flag = Annotated[bool | None, LASTS]
OutpostArn = Annotated[str, *arn_of("outposts.outpost", "outpost/.+", "an Outpost", "outpost/ID")]


class PrivateDnsNameOptionsOnLaunch(Part):
    """The host names of instances in the subnet."""

    hostname_type: Annotated[Literal["ip-name", "resource-name"] | None, LASTS] = None
    enable_resource_name_dns_a_record: Flag = None
    enable_resource_name_dns_aaaa_record: Annotated[
        bool | None, Wire("EnableResourceNameDnsAAAARecord"), LASTS
    ] = None


class Subnet(Resource):
    """A subnet. It has no name in AWS: our mark identifies it, or its address block in its VPC.

    The console shows the tag `Name` as a name; here it is an ordinary tag.
    """

    vpc_id: Annotated[VpcId | None, LASTS] = None
    """Its VPC; if left out, the default VPC of the account."""
    availability_zone: Annotated[Lasting, Means("ec2.availability_zone", "name")] = None
    availability_zone_id: Annotated[Lasting, Means("ec2.availability_zone", "id")] = None
    cidr_block: Annotated[Cidr | None, LASTS] = None
    ipv4_ipam_pool_id: PoolId = None
    ipv4_netmask_length: Annotated[int | None, Field(ge=0, le=32), LASTS] = None
    ipv6_cidr_block: CidrIpv6 | None = None
    ipv6_ipam_pool_id: PoolId = None
    ipv6_netmask_length: Annotated[int | None, Field(ge=0, le=128), LASTS] = None
    ipv6_native: Annotated[bool | None, LASTS] = None
    outpost_arn: Annotated[OutpostArn | None, LASTS] = None
    assign_ipv6_address_on_creation: Flag = None
    enable_dns64: Flag = None
    map_public_ip_on_launch: Flag = None
    private_dns_name_options_on_launch: Annotated[PrivateDnsNameOptionsOnLaunch | None, LASTS] = None
    map_customer_owned_ip_on_launch: Flag = None
    """Whether AWS Outposts assigns addresses from `customer_owned_ipv4_pool`."""
    customer_owned_ipv4_pool: Annotated[Lasting, Means("ec2.coip_pool", "id")] = None
    enable_lni_at_device_index: Annotated[int | None, Field(ge=1, le=15)] = None
    """On AWS Outposts: the device index of local network interfaces."""


DEFAULTS: Settings = {
    "ipv6_native": False,
    "assign_ipv6_address_on_creation": False,
    "enable_dns64": False,
    "map_public_ip_on_launch": False,
    "map_customer_owned_ip_on_launch": False,
    "private_dns_name_options_on_launch": {
        "hostname_type": "ip-name",
        "enable_resource_name_dns_a_record": False,
        "enable_resource_name_dns_aaaa_record": False,
    },
}
"""What EC2 gives a new subnet.

Source: CreateSubnet, ModifySubnetAttribute (Amazon EC2 API Reference).
"""
