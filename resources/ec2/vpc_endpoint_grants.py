"""IAM grants that the caller needs because of what a VPC endpoint leads to.

Sources: "Actions, resources, and condition keys" for Amazon EC2 and Amazon VPC Lattice (Service Authorization Reference); "Access
AWS services across Regions" (AWS PrivateLink).
"""

from collections.abc import Iterator, Mapping

from reconciler.permissions import Grant, GrantedFor, Location
from reconciler.resources.ec2.vpc_endpoint_model import INTERFACE


def for_region(region: str, location: Location) -> Iterator[Grant]:
    """The grant to reach a service of another Region."""
    if region != location.region:
        yield Grant("vpce:AllowMultiRegion", location.arn("ec2", "vpc-endpoint/*"))


def for_network(network: str, location: Location) -> Iterator[Grant]:
    """The grant to associate the endpoint with a service network."""
    del network, location
    action = "vpc-lattice:CreateServiceNetworkVpcEndpointAssociation"
    yield Grant(action, "*", reason="IAM names no resource of it")


def for_private_dns(value: bool | str, location: Location) -> Iterator[Grant]:
    """The grant to associate the VPC with AWS's hosted zone of the service; an interface endpoint has private DNS by default."""
    if value in (True, INTERFACE):
        zones = f"arn:{location.partition}:route53:::hostedzone/*"
        yield Grant("route53:AssociateVPCWithHostedZone", zones)


GRANTED_FOR: Mapping[str, GrantedFor] = {
    "service_region": for_region,
    "service_network_arn": for_network,
    "private_dns_enabled": for_private_dns,
    "vpc_endpoint_type": for_private_dns,
}
