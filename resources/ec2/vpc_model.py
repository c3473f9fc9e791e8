"""The settings of a VPC.

Source: CreateVpc, ModifyVpcAttribute, ModifyVpcTenancy, AssociateVpcCidrBlock, AssociateDhcpOptions (Amazon EC2 API
Reference).
"""

from typing import Annotated, Literal

from pydantic import Field

from reconciler.forms import Form
from reconciler.model import Means, Part, Resource, Rows, Settings
from reconciler.resources.ec2.common import Cidr, CidrIpv6, PoolId
from reconciler.resources.identifiers import HEX
from reconciler.resources.lasting import LASTS, lasts

Flag = Annotated[bool | None, LASTS]
OptionsId = Annotated[
    str,
    Form(
        rf"default|dopt-{HEX}", "the id of DHCP options, such as dopt-0123456789abcdef0, or default for none"
    ),
    Means("ec2.dhcp_options", "id"),
]
PublicPoolId = Annotated[
    str,
    Form(
        r"ipv6pool-ec2-[0-9a-f]+",
        "the id of a pool of your own addresses, such as ipv6pool-ec2-0123456789abcdef0",
    ),
    Means("ec2.ipv6_pool", "id"),
]


class SecondaryCidrBlock(Part):
    """A further block of IPv4 addresses. AWS does not show the pool of IPAM that it is from."""

    cidr_block: Cidr
    ipv4_ipam_pool_id: PoolId = None


class Ipv6CidrBlock(Part):
    """A block of IPv6 addresses from a pool of your own addresses, or from a pool of IPAM, which AWS does not show."""

    ipv6_cidr_block: CidrIpv6
    ipv6_pool: PublicPoolId | None = None
    ipv6_ipam_pool_id: PoolId = None


class Vpc(Resource):
    """A VPC. It has no name in AWS: our mark identifies it, or its tag `Name` if it has no mark yet.

    `default` means the default VPC of the account, as in `default: {existing: true}`.
    """

    cidr_block: Annotated[Cidr | None, LASTS] = None
    """Its first block of IPv4 addresses, which AWS cannot change."""
    ipv4_ipam_pool_id: PoolId = None
    ipv4_netmask_length: Annotated[int | None, Field(ge=0, le=32), LASTS] = None
    secondary_cidr_blocks: Annotated[list[SecondaryCidrBlock] | None, Rows(("cidr_block",))] = None
    """If written, the VPC gets exactly these blocks besides the first one."""
    amazon_provided_ipv6_cidr_block: Annotated[bool | None, lasts("false")] = None
    """Whether Amazon provides a block of IPv6 addresses (/56), which AWS chooses."""
    ipv6_cidr_block_network_border_group: Annotated[str | None, Field(min_length=1), LASTS] = None
    """The Zones in which AWS advertises that block; if left out, those of the Region."""
    ipv6_cidr_blocks: Annotated[list[Ipv6CidrBlock] | None, Rows(("ipv6_cidr_block",))] = None
    """If written, the VPC gets exactly these blocks of IPv6 addresses besides the one of Amazon."""
    ipv6_ipam_pool_id: PoolId = None
    ipv6_netmask_length: Annotated[int | None, Field(ge=0, le=128), LASTS] = None
    instance_tenancy: Annotated[Literal["default", "dedicated"] | None, lasts("default")] = None
    enable_dns_support: Flag = None
    enable_dns_hostnames: Flag = None
    enable_network_address_usage_metrics: Flag = None
    dhcp_options_id: Annotated[OptionsId | None, lasts("default")] = None


DEFAULTS: Settings = {
    "instance_tenancy": "default",
    "amazon_provided_ipv6_cidr_block": False,
    "secondary_cidr_blocks": [],
    "ipv6_cidr_blocks": [],
    "enable_dns_support": True,
    "enable_dns_hostnames": False,
    "enable_network_address_usage_metrics": False,
    "dhcp_options_id": "default",
}
"""What EC2 gives a new VPC.

Source: CreateVpc, ModifyVpcAttribute (Amazon EC2 API Reference).
"""
