"""The settings of a NAT gateway.

Sources: CreateNatGateway, AssociateNatGatewayAddress, AssignPrivateNatGatewayAddress (Amazon EC2 API Reference).
"""

from typing import Annotated, Literal, TypeAlias

from pydantic import Field

from reconciler.forms import Form
from reconciler.model import Means, Part, Resource, Rows, Settings, Unordered, Whole
from reconciler.resources.ec2.common import Ipv4
from reconciler.resources.identifiers import HEX, SubnetId, VpcId
from reconciler.resources.lasting import LASTS

AllocationId: TypeAlias = Annotated[
    str,
    Form(rf"eipalloc-{HEX}", "the id of an elastic IP address, such as ${ec2.elastic_ip:NAME#id}"),
    Means("ec2.elastic_ip", "id"),
]
Zone: TypeAlias = Annotated[str, Field(min_length=1)]


class AvailabilityZoneAddress(Part):
    """The elastic IP addresses of a regional gateway in one Availability Zone, which is named or has an id."""

    availability_zone: Annotated[Zone, Means("ec2.availability_zone", "name")] | None = None
    availability_zone_id: Annotated[Zone, Means("ec2.availability_zone", "id")] | None = None
    allocation_ids: Annotated[list[AllocationId], Field(min_length=1), Unordered()]


class NatGateway(Resource):
    """A NAT gateway. It has no name in AWS: our mark identifies it, or its tag `Name` if it has no mark yet."""

    availability_mode: Annotated[Literal["zonal", "regional"] | None, LASTS] = None
    connectivity_type: Annotated[Literal["public", "private"] | None, LASTS] = None
    subnet_id: Annotated[SubnetId | None, LASTS] = None
    """The subnet that a zonal gateway is in; that of a public one has a route to an internet gateway."""
    vpc_id: Annotated[VpcId | None, LASTS] = None
    """The VPC of a regional gateway."""
    allocation_id: Annotated[AllocationId | None, LASTS] = None
    """The first elastic IP address of a public zonal gateway."""
    private_ip_address: Annotated[Ipv4 | None, LASTS] = None
    """The first private address; if left out, AWS chooses it."""
    secondary_allocation_ids: Annotated[list[AllocationId] | None, Unordered()] = None
    """The further elastic IP addresses; if written, the gateway gets exactly these."""
    secondary_private_ip_addresses: Annotated[list[Ipv4] | None, Unordered()] = None
    """The further private addresses; if written, the gateway gets exactly these."""
    secondary_private_ip_address_count: Annotated[int | None, Field(ge=1, le=31)] = None
    """How many further private addresses a private gateway has, which AWS chooses; null for none."""
    availability_zone_addresses: Annotated[
        list[Annotated[AvailabilityZoneAddress, Whole()]] | None,
        Field(min_length=1),
        Rows(("availability_zone", "availability_zone_id")),
        LASTS,
    ] = None
    """The addresses of a regional gateway in each Availability Zone; if left out, AWS chooses Zones and addresses."""
    max_drain_duration_seconds: Annotated[int | None, Field(ge=1, le=4000)] = None
    """How long the connections of an address last that is taken away; without it 350 seconds. AWS does not show it."""


DEFAULTS: Settings = {
    "availability_mode": "zonal",
    "connectivity_type": "public",
    "secondary_allocation_ids": [],
    "secondary_private_ip_addresses": [],
}
"""What EC2 gives a new NAT gateway.

Source: CreateNatGateway (Amazon EC2 API Reference).
"""
