"""The settings of an instance of Lightsail.

Sources: CreateInstances, PutInstancePublicPorts, EnableAddOn, UpdateInstanceMetadataOptions (Amazon Lightsail API Reference).
"""

from typing import Annotated, Literal

from pydantic import Field

from reconciler.forms import Form
from reconciler.model import CamelPart, CamelResource, Cleared, InFile, Rows, Settings, Unordered, Wire
from reconciler.resources.lasting import LASTS, lasts
from reconciler.resources.lightsail.add_ons import AddOns
from reconciler.resources.lightsail.common import NAME, Zone

BLOCK = Form(
    r"(\d{1,3}\.){3}\d{1,3}/\d{1,2}",
    "a block of addresses such as 192.0.2.0/24; one address is 192.0.2.44/32",
)
BLOCK_V6 = Form(
    r"[0-9a-f:]+(:[0-9.]+)?/\d{1,3}", "a block of IPv6 addresses in lower case such as 2001:db8::/32"
)
LISTS = lasts("[]")
OFFER = Form(r"[a-z0-9_]+", "an id of a-z, 0-9 and _, such as medium_3_0 or ubuntu_22_04")
PortNumber = Annotated[int, Field(ge=-1, le=65_535)]


class PublicPort(CamelPart):
    """Ports that the firewall of an instance opens, and to whom. Without addresses they are open to everybody."""

    from_port: PortNumber
    """The first port; for ICMP the type. The protocol `all` has 0 and 65535."""
    to_port: PortNumber
    """The last port; for ICMP the code."""
    protocol: Literal["tcp", "udp", "icmp", "icmpv6", "all"]
    cidrs: Annotated[list[Annotated[str, BLOCK]] | None, Unordered(), LISTS] = None
    ipv6_cidrs: Annotated[list[Annotated[str, BLOCK_V6]] | None, Unordered(), LISTS] = None
    cidr_list_aliases: Annotated[list[Literal["lightsail-connect"]] | None, Unordered(), LISTS] = None
    """`lightsail-connect` is the client in the browser of Lightsail's console."""


class MetadataOptions(CamelPart):
    """Who may read the metadata of an instance from within it."""

    http_tokens: Annotated[Literal["optional", "required"] | None, LASTS] = None
    """`required` is version 2 of the service alone (IMDSv2)."""
    http_endpoint: Annotated[Literal["enabled", "disabled"] | None, LASTS] = None
    http_put_response_hop_limit: Annotated[int | None, Field(ge=1, le=64), LASTS] = None
    http_protocol_ipv6: Annotated[Literal["enabled", "disabled"] | None, LASTS] = None
    """Only in eu-north-1."""


class Instance(CamelResource):
    """An instance: a virtual private server."""

    availability_zone: Zone = None
    blueprint_id: Annotated[Annotated[str, OFFER] | None, LASTS] = None
    """The image, such as `ubuntu_22_04`. AWS never changes it."""
    bundle_id: Annotated[Annotated[str, OFFER] | None, LASTS] = None
    """The size, such as `medium_3_0`. A larger one is made of a snapshot, with `policy: {replace: true}`."""
    user_data: Annotated[str | None, InFile(), LASTS] = None
    """A script for the first start. AWS never shows it, so a change of it is for new instances alone."""
    key_pair_name: Annotated[Annotated[str, NAME] | None, LASTS] = None
    """The SSH key pair; if left out, the default one of the Region."""
    ip_address_type: Annotated[Literal["dualstack", "ipv4", "ipv6"] | None, lasts("dualstack")] = None
    public_ports: Annotated[
        list[PublicPort] | None,
        Rows(("from_port", "to_port", "protocol")),
        Wire("portInfos"),
        Cleared([]),
    ] = None
    """All open ports; others are closed."""
    metadata_options: Annotated[MetadataOptions | None, LASTS] = None
    add_ons: AddOns = None


DEFAULTS: Settings = {
    "ip_address_type": "dualstack",
    "metadata_options": {
        "http_tokens": "optional",
        "http_endpoint": "enabled",
        "http_put_response_hop_limit": 1,
        "http_protocol_ipv6": "disabled",
    },
}
"""What AWS gives a new instance.

Source: CreateInstances, UpdateInstanceMetadataOptions (Amazon Lightsail API Reference).
"""
