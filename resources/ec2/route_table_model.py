"""The settings of a route table.

Sources: CreateRouteTable, CreateRoute, ReplaceRoute, AssociateRouteTable, EnableVgwRoutePropagation (Amazon EC2 API Reference).
"""

from collections.abc import Mapping
from typing import Annotated, Any, Literal, TypeAlias

from reconciler.forms import Form
from reconciler.model import Means, Part, Resource, Rows, Unique, Unordered, Whole
from reconciler.resources.ec2.common import Cidr, CidrIpv6
from reconciler.resources.ec2.security_group_model import PrefixListId, of_network
from reconciler.resources.identifiers import HEX, SubnetId, VpcId, arn_of
from reconciler.resources.lasting import LASTS

DESTINATIONS = ("destination_cidr_block", "destination_ipv6_cidr_block", "destination_prefix_list_id")
"""The fields that identify a route; exactly one of them is written."""


def id_of(kind: str, prefix: str, noun: str) -> tuple[Form, Means]:
    """The form of the ids of a kind, and the mark that they identify this kind; AWS takes a gateway once it is attached."""
    return Form(rf"{prefix}-{HEX}", f"the id of {noun}, such as {prefix}-0123456789abcdef0"), Means(
        kind, "id"
    )


VpnGatewayId: TypeAlias = Annotated[str, *id_of("ec2.vpn_gateway", "vgw", "a virtual private gateway")]
GatewayId: TypeAlias = Annotated[
    str,
    Form(
        rf"(igw|vgw)-{HEX}",
        "the id of an internet gateway or a virtual private gateway, such as igw-0123456789abcdef0",
    ),
    Means("ec2.internet_gateway", "id", settled=True),
    Means("ec2.vpn_gateway", "id", settled=True),
]


class Route(Part):
    """A route: one destination and one target."""

    destination_cidr_block: Annotated[Cidr, *of_network("cidr_block")] | None = None
    destination_ipv6_cidr_block: Annotated[CidrIpv6, *of_network("ipv6_cidr_block")] | None = None
    destination_prefix_list_id: PrefixListId | None = None
    gateway_id: GatewayId | None = None
    nat_gateway_id: Annotated[str, *id_of("ec2.nat_gateway", "nat", "a NAT gateway")] | None = None
    instance_id: Annotated[str, *id_of("ec2.instance", "i", "an instance")] | None = None
    network_interface_id: (
        Annotated[str, *id_of("ec2.network_interface", "eni", "a network interface")] | None
    ) = None
    vpc_peering_connection_id: (
        Annotated[str, *id_of("ec2.vpc_peering_connection", "pcx", "a peering connection")] | None
    ) = None
    transit_gateway_id: Annotated[str, *id_of("ec2.transit_gateway", "tgw", "a transit gateway")] | None = (
        None
    )
    vpc_endpoint_id: Annotated[str, *id_of("ec2.vpc_endpoint", "vpce", "a VPC endpoint")] | None = None
    """A Gateway Load Balancer endpoint."""
    egress_only_internet_gateway_id: (
        Annotated[str, *id_of("ec2.egress_only_internet_gateway", "eigw", "an egress-only internet gateway")]
        | None
    ) = None
    carrier_gateway_id: Annotated[str, *id_of("ec2.carrier_gateway", "cagw", "a carrier gateway")] | None = (
        None
    )
    local_gateway_id: Annotated[str, *id_of("ec2.local_gateway", "lgw", "a local gateway")] | None = None
    core_network_arn: (
        Annotated[
            str,
            *arn_of("networkmanager.core_network", "core-network/.+", "a core network", "core-network/ID"),
        ]
        | None
    ) = None
    odb_network_arn: (
        Annotated[str, *arn_of("odb.odb_network", "odb-network/.+", "an ODB network", "odb-network/ID")]
        | None
    ) = None
    local_target: Literal[True] | None = None
    """The route within the VPC as AWS creates it, which means the same as no route in the files."""


TARGETS = tuple(name for name in Route.model_fields if name not in DESTINATIONS)
"""The fields for the target; exactly one of them is written."""


def is_local(route: Mapping[str, Any]) -> bool:
    """Whether a route is as AWS creates it with the table."""
    return bool(route.get("local_target"))


class RouteTable(Resource):
    """A route table. AWS's own routes (`local`, propagated ones, those of gateway endpoints) are not in `routes`."""

    vpc_id: Annotated[VpcId | None, LASTS] = None
    routes: Annotated[list[Annotated[Route, Whole()]] | None, Rows(DESTINATIONS, nothing=is_local)] = None
    subnet_ids: Annotated[list[Annotated[SubnetId, Unique(moves=True)]] | None, Unordered()] = None
    """The subnets that use the table explicitly. A subnet of another table is moved without a break."""
    gateway_ids: Annotated[list[Annotated[GatewayId, Unique(moves=True)]] | None, Unordered()] = None
    """The gateways whose inbound traffic the table routes."""
    public_ipv4_pools: Annotated[
        list[
            Annotated[
                str,
                Form(
                    r"ipv4pool-[a-z0-9-]+",
                    "the id of a public IPv4 pool, such as ipv4pool-ec2-0123456789abcdef0",
                ),
                Means("ec2.public_ipv4_pool", "id"),
                Unique(moves=True),
            ]
        ]
        | None,
        Unordered(),
    ] = None
    propagating_vgws: Annotated[list[VpnGatewayId] | None, Unordered()] = None
    """The virtual private gateways that may add routes."""
    main: Annotated[Literal[True] | None, LASTS] = None
    """The main table of its VPC; subnets without a table of their own use it."""
