"""The settings of a VPC endpoint.

Sources: CreateVpcEndpoint, ModifyVpcEndpoint, DnsOptionsSpecification (Amazon EC2 API Reference).
"""

from typing import Annotated, Any, Literal, TypeAlias

from pydantic import Field

from reconciler.forms import Form
from reconciler.model import Cleared, Means, Part, Resource, Rows, Settings, Unordered
from reconciler.resources.ec2.common import Ipv4, Ipv6
from reconciler.resources.identifiers import HEX, SecurityGroupId, SubnetId, VpcId, arn_form
from reconciler.resources.lasting import LASTS, lasts
from reconciler.resources.policy_document import RESOURCE_POLICY

GATEWAY, INTERFACE, BALANCER = "Gateway", "Interface", "GatewayLoadBalancer"
ROWS = "subnet_configurations"
"""The field whose rows are read by further calls."""
FIXED = (
    *("vpc_endpoint_type", "vpc_id", "service_name", "service_region"),
    *("service_network_arn", "resource_configuration_arn"),
)
"""The fields that only create can set."""
FULL_ACCESS: Settings = {
    "Version": "2008-10-17",
    "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}],
}
"""The policy that AWS gives an endpoint without one ("Default endpoint policy", AWS PrivateLink)."""

RouteTableId: TypeAlias = Annotated[
    str,
    Form(rf"rtb-{HEX}", "the id of a route table, such as ${ec2.route_table:NAME#id}"),
    Means("ec2.route_table", "id"),
]
ServiceName: TypeAlias = Annotated[
    str,
    Form(
        r"[a-z]+(\.[A-Za-z0-9_-]+){2,}",
        "the name of an endpoint service, such as com.amazonaws.${region}.s3",
    ),
]
Domain: TypeAlias = Annotated[str, Field(min_length=1, max_length=255)]


class DnsOptions(Part):
    """The DNS records of an endpoint."""

    dns_record_ip_type: Annotated[Literal["ipv4", "dualstack", "ipv6", "service-defined"] | None, LASTS] = (
        None
    )
    private_dns_only_for_inbound_resolver_endpoint: Annotated[
        bool | None, lasts("private_dns_only_for_inbound_resolver_endpoint: false")
    ] = None
    """For Amazon S3: private DNS for what comes through Route 53 Resolver; what is in the VPC uses a gateway endpoint."""
    private_dns_preference: Annotated[
        Literal[
            "VERIFIED_DOMAINS_ONLY",
            "ALL_DOMAINS",
            "VERIFIED_DOMAINS_AND_SPECIFIED_DOMAINS",
            "SPECIFIED_DOMAINS_ONLY",
        ]
        | None,
        LASTS,
    ] = None
    private_dns_specified_domains: Annotated[
        list[Domain] | None, Field(min_length=1, max_length=10), Unordered(), LASTS
    ] = None


class SubnetConfiguration(Part):
    """The addresses of an endpoint in one of its subnets."""

    subnet_id: SubnetId
    ipv4: Annotated[Ipv4 | None, LASTS] = None
    ipv6: Annotated[Ipv6 | None, LASTS] = None


class VpcEndpoint(Resource):
    """An endpoint in a VPC for a service. It has no name in AWS: our mark identifies it, or its tag `Name` if it has no mark yet."""

    vpc_endpoint_type: Annotated[
        Literal["Interface", "Gateway", "GatewayLoadBalancer", "Resource", "ServiceNetwork", "Tunnel"] | None,
        LASTS,
    ] = None
    """`Gateway` if left out."""
    vpc_id: Annotated[VpcId | None, LASTS] = None
    service_name: Annotated[ServiceName | None, LASTS] = None
    """The service: `com.amazonaws.${region}.s3`, or `com.amazonaws.vpce.REGION.vpce-svc-ID` for the service of a customer."""
    service_region: Annotated[
        Annotated[str, Form(r"[a-z0-9-]+", "a Region, such as eu-west-2")] | None, LASTS
    ] = None
    """The Region of the service; the own one if left out."""
    service_network_arn: Annotated[
        Annotated[
            str,
            arn_form("vpc-lattice", r"servicenetwork/\S+", "the ARN of a service network of VPC Lattice"),
            Means("vpclattice.service_network"),
        ]
        | None,
        LASTS,
    ] = None
    resource_configuration_arn: Annotated[
        Annotated[
            str,
            arn_form(
                "vpc-lattice",
                r"resourceconfiguration/\S+",
                "the ARN of a resource configuration of VPC Lattice",
            ),
            Means("vpclattice.resource_configuration"),
        ]
        | None,
        LASTS,
    ] = None
    policy_document: Annotated[dict[str, Any] | None, RESOURCE_POLICY] = None
    """What may be called through a gateway or an interface endpoint; null for everything."""
    route_table_ids: Annotated[list[RouteTableId] | None, Unordered()] = None
    """The route tables from which a gateway endpoint is reached; if written, these are all."""
    subnet_ids: Annotated[list[SubnetId] | None, Unordered()] = None
    """The subnets in which it has a network interface, one for each Availability Zone; if written, these are all."""
    subnet_configurations: Annotated[
        list[SubnetConfiguration] | None, Field(min_length=1), Rows(("subnet_id",)), LASTS
    ] = None
    """The addresses in some of the subnets; AWS chooses those in the others."""
    security_group_ids: Annotated[list[SecurityGroupId] | None, Field(min_length=1), Unordered(), LASTS] = (
        None
    )
    """The security groups of its network interfaces; the default group of the VPC if left out."""
    ip_address_type: Annotated[Literal["ipv4", "dualstack", "ipv6"] | None, Cleared("ipv4")] = None
    dns_options: Annotated[DnsOptions | None, LASTS] = None
    private_dns_enabled: Annotated[bool | None, lasts("private_dns_enabled: false")] = None
    """Whether the usual names of the service lead to the endpoint. AWS's default is true for its own services."""


DEFAULTS: Settings = {
    "vpc_endpoint_type": GATEWAY,
    "policy_document": FULL_ACCESS,
    "route_table_ids": [],
    "subnet_ids": [],
    "ip_address_type": "ipv4",
}
"""What EC2 gives a new endpoint.

Source: CreateVpcEndpoint (Amazon EC2 API Reference).
"""
