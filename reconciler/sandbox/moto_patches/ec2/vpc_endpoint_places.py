"""What a VPC endpoint puts into a VPC: network interfaces in subnets, and routes in route tables.

Known-lossy: an endpoint has IPv4 addresses in every subnet that has an IPv4 block.
"""

from collections.abc import Iterable, Mapping
from ipaddress import IPv6Address, IPv6Network
from typing import Any

from moto.ec2.models import EC2Backend
from moto.ec2.models.elastic_network_interfaces import NetworkInterface

from reconciler.sandbox.moto_patches.ec2 import nat_addresses, routes
from reconciler.sandbox.moto_patches.ec2.requests import refused
from reconciler.sandbox.moto_patches.ec2.vpc_endpoint_checks import BALANCER, wrong

OF_AWS = 4
"""The first addresses of a subnet that AWS keeps: https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html."""


def interface_in(
    ec2: EC2Backend, endpoint: Any, subnet_id: str, chosen: Mapping[str, str]
) -> NetworkInterface:
    """Make the network interface of an endpoint in a subnet, with addresses of a request or with free ones."""
    subnet = ec2.get_subnet(subnet_id)
    blocks = [each["ipv6CidrBlock"] for each in subnet.ipv6_cidr_block_associations.values()]
    v6 = endpoint.ip_address_type != "ipv4"
    if v6 and not blocks:
        raise wrong(f"The subnet {subnet_id} has no IPv6 CIDR block")
    if chosen.get("Ipv6") and not v6:
        raise wrong(f"The endpoint has no IPv6 addresses, and so none in the subnet {subnet_id}")
    wanted = [chosen["Ipv4"]] if chosen.get("Ipv4") else []
    ips = nat_addresses.chosen_ips(ec2, subnet, wanted, 1) if subnet.cidr_block else [""]
    made = ec2.create_network_interface(
        subnet,
        ips[0],
        group_ids=list(endpoint.security_group_ids),
        description=f"VPC Endpoint Interface {endpoint.id}",
        ipv6_addresses=[_chosen_v6(ec2, blocks[0], chosen.get("Ipv6"))] if v6 else [],
    )
    balancer = endpoint.vpc_endpoint_type == BALANCER
    made.interface_type = "gateway_load_balancer_endpoint" if balancer else "vpc_endpoint"
    made.requester_managed, made.status = True, "in-use"
    return made


def _chosen_v6(ec2: EC2Backend, block: str, wanted: str | None) -> str:
    network = IPv6Network(block)
    used = {IPv6Address(ip) for interface in ec2.enis.values() for ip in interface.ipv6_addresses}
    if wanted:
        address = IPv6Address(wanted)
        if address not in network or address in used:
            raise wrong(f"The address {wanted} cannot be used in the subnet")
        return str(address)
    return str(next(each for at in range(OF_AWS, 4096) if (each := network[at]) not in used))


def interfaces_of(ec2: EC2Backend, endpoint: Any) -> dict[str, NetworkInterface]:
    """Return the network interfaces of an endpoint by subnet."""
    found = (ec2.enis[each] for each in endpoint.network_interface_ids if each in ec2.enis)
    return {each.subnet.id: each for each in found}


def remove_interfaces(ec2: EC2Backend, endpoint: Any, subnet_ids: Iterable[str]) -> None:
    """Remove the network interfaces of an endpoint in these subnets."""
    held = interfaces_of(ec2, endpoint)
    for each in [held[subnet_id] for subnet_id in subnet_ids if subnet_id in held]:
        del ec2.enis[each.id]
        endpoint.network_interface_ids = [id_ for id_ in endpoint.network_interface_ids if id_ != each.id]


def prefix_list(ec2: EC2Backend, service: str) -> str | None:
    """Return the id of AWS's list of the addresses of a service; None if the sandbox has none."""
    lists = ec2.managed_prefix_lists.values()
    return next((each.id for each in lists if each.prefix_list_name == service), None)


def check_tables(ec2: EC2Backend, endpoint: Any, table_ids: Iterable[str]) -> None:
    """Refuse route tables of other VPCs, and those that have a route to the service already."""
    listed = prefix_list(ec2, endpoint.service_name)
    for each in table_ids:
        table = ec2.get_route_table(each)
        if table.vpc_id != endpoint.vpc_id:
            raise wrong(f"Route table {each} and endpoint belong to different networks")
        if listed and any(route.destination_prefix_list_id == listed for route in table.routes):
            text = f"route table {each} already has a route with destination-prefix-list-id {listed}"
            raise refused("RouteAlreadyExists", text)


def add_routes(ec2: EC2Backend, endpoint: Any, table_ids: Iterable[str]) -> None:
    """Lead the traffic to the service to the endpoint."""
    listed = prefix_list(ec2, endpoint.service_name)
    for each in table_ids if listed else ():
        routes.add_endpoint_route(ec2, ec2.get_route_table(each), str(listed), endpoint.id)


def remove_routes(ec2: EC2Backend, endpoint: Any, table_ids: Iterable[str]) -> None:
    """Remove the routes to the endpoint."""
    listed = prefix_list(ec2, endpoint.service_name)
    for each in [ec2.route_tables[id_] for id_ in table_ids if id_ in ec2.route_tables] if listed else ():
        routes.remove_endpoint_route(each, str(listed))


def led_to(ec2: EC2Backend, endpoint_id: str) -> bool:
    """Return whether a route that somebody made leads to a Gateway Load Balancer endpoint."""
    found = (route for table in ec2.route_tables.values() for route in table.routes)
    return any(routes.target_of(route).get("VpcEndpointId") == endpoint_id for route in found)
