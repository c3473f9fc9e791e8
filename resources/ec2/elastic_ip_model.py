"""The settings of an elastic IP address.

Sources: AllocateAddress, AssociateAddress, ModifyAddressAttribute (Amazon EC2 API Reference).
"""

from typing import Annotated

from pydantic import Field

from reconciler.forms import Form
from reconciler.model import Means, Resource, Settings
from reconciler.resources.ec2.common import Ipv4, PoolId
from reconciler.resources.identifiers import HEX
from reconciler.resources.lasting import LASTS

HEX_ID = "[0-9a-f]+"
DomainName = Annotated[
    str,
    Form(
        r"(?=.{1,253}$)([a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?\.)+[a-z][a-z0-9-]*[a-z0-9]",
        "a domain name in lower case without a final dot, such as mail.example.com",
    ),
]
"""Each label has up to 63 characters."""


class ElasticIp(Resource):
    """An elastic IP address. It has no name in AWS: our mark identifies it, or its tag `Name` if it has no mark yet."""

    address: Annotated[Ipv4 | None, LASTS] = None
    """The address itself: a released one to recover, or one of a pool of your own. If left out, AWS chooses it."""
    public_ipv4_pool: Annotated[
        Annotated[
            str,
            Form(
                rf"amazon|ipv4pool-ec2-{HEX_ID}",
                "the id of a pool of your own addresses, such as ipv4pool-ec2-0123456789abcdef0, or amazon",
            ),
            Means("ec2.public_ipv4_pool", "id"),
        ]
        | None,
        LASTS,
    ] = None
    ipam_pool_id: PoolId = None
    customer_owned_ipv4_pool: Annotated[
        Annotated[
            str,
            Form(
                rf"ipv4pool-coip-{HEX_ID}",
                "the id of a pool of an Outpost, such as ipv4pool-coip-0123456789abcdef0",
            ),
            Means("ec2.coip_pool", "id"),
        ]
        | None,
        LASTS,
    ] = None
    network_border_group: Annotated[str | None, Field(min_length=1), LASTS] = None
    """The Zones from which AWS advertises the address; if left out, those of the Region."""
    domain_name: DomainName | None = None
    """The name of its reverse DNS record. A record of this name must lead to the address already."""
    instance_id: (
        Annotated[
            str,
            Form(rf"i-{HEX}", "the id of an instance, such as i-0123456789abcdef0"),
            Means("ec2.instance", "id"),
        ]
        | None
    ) = None
    """The instance that it is associated with; null ends the association. If left out, associations are not touched."""
    network_interface_id: (
        Annotated[
            str,
            Form(rf"eni-{HEX}", "the id of a network interface, such as eni-0123456789abcdef0"),
            Means("ec2.network_interface", "id"),
        ]
        | None
    ) = None
    """The network interface that it is associated with, in place of `instance_id`."""
    private_ip_address: Annotated[Ipv4 | None, LASTS] = None
    """The private address that it is associated with; if left out, the first one of the interface."""


DEFAULTS: Settings = {"public_ipv4_pool": "amazon"}
"""What EC2 gives a new address.

Source: DescribeAddresses (Amazon EC2 API Reference).
"""
