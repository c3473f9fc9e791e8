"""What AWS refuses of a request for a VPC endpoint.

Known-lossy: every service that has the name of the Region is there, in every Availability Zone; customers' services, service
networks and resource configurations are not looked up.
"""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from moto.ec2.models import EC2Backend
from moto.ec2.models.vpcs import VPC

from reconciler.sandbox.moto_patches.ec2.requests import Params, refused

GATEWAY, INTERFACE, BALANCER = "Gateway", "Interface", "GatewayLoadBalancer"
TARGETS: Mapping[str, str] = {
    GATEWAY: "ServiceName",
    INTERFACE: "ServiceName",
    BALANCER: "ServiceName",
    "ServiceNetwork": "ServiceNetworkArn",
    "Resource": "ResourceConfigurationArn",
    "Tunnel": "ResourceConfigurationArn",
}
"""By type: the member of what the endpoint leads to."""
WITH_GROUPS = (INTERFACE, "ServiceNetwork", "Resource", "Tunnel")
TAKEN_BY: Mapping[str, tuple[str, ...]] = {
    "PolicyDocument": (GATEWAY, INTERFACE),
    "RouteTableIds": (GATEWAY,),
    "SubnetIds": (*WITH_GROUPS, BALANCER),
    "SubnetConfigurations": (*WITH_GROUPS, BALANCER),
    "SecurityGroupIds": WITH_GROUPS,
    "PrivateDnsEnabled": WITH_GROUPS,
}
"""By member: the types of endpoints that take it (CreateVpcEndpoint, Amazon EC2 API Reference)."""
OF_GATEWAYS = ("s3", "dynamodb", "s3express")
"""The services that have gateway endpoints: https://docs.aws.amazon.com/vpc/latest/privatelink/gateway-endpoints.html"""
INBOUND = "PrivateDnsOnlyForInboundResolverEndpoint"
OF_LATTICE = ("PrivateDnsPreference", "PrivateDnsSpecifiedDomains")
"""DNS options of which only create takes another value."""


def wrong(text: str) -> Exception:
    """Return the error of most operations of AWS PrivateLink."""
    return refused("InvalidParameter", text)


def check_type(params: Params, type_: str) -> None:
    """Refuse members that endpoints of this type do not have, and a missing target."""
    for member in sorted({*TARGETS.values()}):
        if bool(params.get(member)) is not (member == TARGETS[type_]):
            needed = member == TARGETS[type_]
            raise refused(
                "MissingParameter" if needed else "InvalidParameter",
                f"An endpoint of the type {type_} {'needs' if needed else 'takes no'} {member}",
            )
    for member, types in TAKEN_BY.items():
        if params.get(member) and type_ not in types:
            raise wrong(f"{member} is not supported for endpoints of the type {type_}")
    if type_ == BALANCER and len(params.get("SubnetIds") or ()) > 1:
        raise wrong("A Gateway Load Balancer endpoint has one subnet")
    check_policy(params)


def check_policy(params: Params) -> None:
    """Refuse a policy that is no JSON object."""
    try:
        policy = json.loads(params.get("PolicyDocument") or "{}")
    except ValueError:
        policy = None
    if not isinstance(policy, dict):
        raise refused("InvalidPolicyDocument", "Invalid policy document: it is not valid JSON")


def check_service(ec2: EC2Backend, params: Params, type_: str) -> None:
    """Refuse services of other Regions, and services that have no endpoints of this type."""
    name: str = params.get("ServiceName") or ""
    region = params.get("ServiceRegion") or ec2.region_name
    if not name:
        return
    short = service_of(name)
    if region not in name.split(".") and short != "iam":
        raise refused("InvalidServiceName", f"The Vpc Endpoint Service '{name}' does not exist")
    if type_ == GATEWAY and short not in OF_GATEWAYS:
        text = f"Endpoint type (Gateway) does not match available service types ([Interface]) of {name}."
        raise wrong(text)
    if region != ec2.region_name and type_ != INTERFACE:
        raise wrong(f"Endpoints of the type {type_} are for services of their own Region")


def service_of(name: str) -> str:
    """Return the last part of the name of a service, such as `s3`."""
    return name.rpartition(".")[2]


def of_aws(name: str) -> bool:
    """Return whether a service is one of AWS's."""
    return bool(name) and not service_of(name).startswith("vpce-svc-")


def check_private_dns(ec2: EC2Backend, vpc: VPC, service: str, others: Iterable[Any]) -> None:
    """Refuse private DNS in a VPC that does not resolve names, or that resolves this name already.

    Source: https://docs.aws.amazon.com/vpc/latest/privatelink/create-interface-endpoint.html
    """
    if not (vpc.enable_dns_support and vpc.enable_dns_hostnames):
        raise wrong(
            "Enabling private DNS requires both enableDnsSupport and enableDnsHostnames VPC attributes set to true for "
            f"{vpc.id}"
        )
    if any(each.service_name == service and each.private_dns_enabled for each in others):
        domain = f"{service_of(service)}.{ec2.region_name}.amazonaws.com"
        raise wrong(
            "private-dns-enabled cannot be set because there is already a conflicting DNS domain for "
            f"{domain} in the VPC {vpc.id}"
        )


def check_inbound(options: Mapping[str, Any], vpc_id: str, service: str, others: Iterable[Any]) -> None:
    """Refuse private DNS for inbound endpoints alone without a gateway endpoint for the service.

    Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/privatelink-interface-endpoints.html
    """
    if not options.get(INBOUND):
        return
    if service_of(service) not in OF_GATEWAYS:
        raise wrong(f"{INBOUND} is only supported for services with gateway endpoints, not for {service}")
    if not any(each.vpc_endpoint_type == GATEWAY and each.service_name == service for each in others):
        raise wrong(
            f"To set {INBOUND} to true, the VPC {vpc_id} must have a Gateway endpoint for the service."
        )


def check_options(options: Mapping[str, Any], type_: str, *, private: bool) -> None:
    """Refuse preferences about domains for endpoints without them."""
    if any(options.get(each) for each in OF_LATTICE) and not (
        private and type_ in ("ServiceNetwork", "Resource")
    ):
        raise wrong(
            f"{OF_LATTICE[0]} is only supported with private DNS for endpoints of the types ServiceNetwork and Resource"
        )
    with_domains = "SPECIFIED_DOMAINS" in str(options.get(OF_LATTICE[0]))
    if bool(options.get(OF_LATTICE[1])) is not with_domains:
        raise wrong(f"{OF_LATTICE[1]} is for a {OF_LATTICE[0]} with specified domains")


def check_subnets(ec2: EC2Backend, vpc_id: str, subnet_ids: Iterable[str]) -> None:
    """Refuse subnets of other VPCs, and two subnets in one Availability Zone."""
    zones = set()
    for each in subnet_ids:
        subnet = ec2.get_subnet(each)
        if subnet.vpc_id != vpc_id:
            raise wrong(f"Subnet {each} does not belong to the VPC {vpc_id}")
        if subnet.availability_zone in zones:
            raise refused(
                "DuplicateSubnetsInSameZone",
                f"Found another VPC endpoint subnet in the availability zone of {each}. VPC endpoint subnets should be in "
                "different availability zones supported by the VPC endpoint service.",
            )
        zones.add(subnet.availability_zone)


def check_groups(ec2: EC2Backend, vpc_id: str, group_ids: Iterable[str]) -> None:
    """Refuse security groups that the VPC does not have."""
    for each in group_ids:
        if each not in ec2.groups[vpc_id]:
            raise refused("InvalidGroup.NotFound", f"The security group '{each}' does not exist")
