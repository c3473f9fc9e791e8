"""The routes of route tables: every destination and target, their states, and AWS's checks.

Known-lossy: local gateways, core networks and ODB networks are not checked, because the sandbox has none.
"""

from collections.abc import Callable, Mapping
from ipaddress import IPv4Network, IPv6Network
from typing import cast

from moto.ec2.models import EC2Backend
from moto.ec2.models.route_tables import Route, RouteTable
from moto.ec2.utils import generate_route_id

from reconciler.sandbox.moto_patches.ec2.requests import Params, Reply, invalid, refuse_dry_run, refused

DESTINATIONS = ("DestinationCidrBlock", "DestinationIpv6CidrBlock", "DestinationPrefixListId")
LOCAL = "local"
LIVE = ("pending", "available")
"""The states in which a NAT gateway exists."""
Holds = Callable[[EC2Backend, str], bool]


def _gateway_is_there(ec2: EC2Backend, id_: str) -> bool:
    return id_ in ec2.internet_gateways or id_ in ec2.vpn_gateways


def _instance_is_there(ec2: EC2Backend, id_: str) -> bool:
    found = ec2.get_instance_by_id(id_)
    return found is not None and found.state != "terminated"


# By target: its name in error messages, the code of its error, and whether it exists.
# https://docs.aws.amazon.com/ec2/latest/devguide/errors-overview.html
CHECKED: Mapping[str, tuple[str, str, Holds]] = {
    "CarrierGatewayId": ("carrierGateway", "InvalidCarrierGatewayID", lambda ec2, id_: id_ in ec2.carrier_gateways),
    "EgressOnlyInternetGatewayId": (
        "egressOnlyInternetGateway",
        "InvalidGatewayID",
        lambda ec2, id_: id_ in ec2.egress_only_internet_gateways,
    ),
    "GatewayId": ("gateway", "InvalidGatewayID", _gateway_is_there),
    "InstanceId": ("instance", "InvalidInstanceID", _instance_is_there),
    "NatGatewayId": (
        "natGateway",
        "InvalidNatGatewayID",
        lambda ec2, id_: id_ in ec2.nat_gateways and ec2.nat_gateways[id_].state in LIVE,
    ),
    "NetworkInterfaceId": ("networkInterface", "InvalidNetworkInterfaceID", lambda ec2, id_: id_ in ec2.enis),
    "TransitGatewayId": ("transitGateway", "InvalidTransitGatewayID", lambda ec2, id_: id_ in ec2.transit_gateways),
    "VpcEndpointId": (
        "vpcEndpoint",
        "InvalidVpcEndpointId",
        lambda ec2, id_: id_ in ec2.vpc_end_points and ec2.vpc_end_points[id_].state != "deleted",
    ),
    "VpcPeeringConnectionId": (
        "vpcPeeringConnection",
        "InvalidVpcPeeringConnectionID",
        lambda ec2, id_: id_ in ec2.vpc_pcxs,
    ),
}  # fmt: skip
TARGETS = (*sorted(CHECKED), "CoreNetworkArn", "LocalGatewayId", "OdbNetworkArn")
MAKE = cast("Callable[..., Route]", Route)  # to mypy, the classes of moto's resources are abstract
OF_LOCAL = ("LocalTarget", "NatGatewayId", "NetworkInterfaceId", "InstanceId", "VpcEndpointId")
"""The targets that a local route may have: https://docs.aws.amazon.com/vpc/latest/userguide/replace-local-route-target.html"""


def create(ec2: EC2Backend, params: Params) -> Reply:
    """CreateRoute.

    Source: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateRoute.html
    """
    table = ec2.get_route_table(params["RouteTableId"])
    member, destination = _destination(ec2, params)
    target = _target(ec2, table, params)
    route_id = generate_route_id(table.id, destination)
    if route_id in table._routes:  # noqa: SLF001  moto has no other way
        raise refused("RouteAlreadyExists", f"The route identified by {destination} already exists.")
    refuse_dry_run(params)
    blocks = {each: destination if each == member else None for each in DESTINATIONS[:2]}
    listed = ec2.managed_prefix_lists.get(destination)
    route = MAKE(table, blocks["DestinationCidrBlock"], blocks["DestinationIpv6CidrBlock"], listed)
    vars(route)["sandbox_target"] = target
    table._routes[route_id] = route  # noqa: SLF001
    return {"Return": True}


def replace(ec2: EC2Backend, params: Params) -> Reply:
    """ReplaceRoute; a local route may get another target, and its own one back.

    Source: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ReplaceRoute.html
    """
    table = ec2.get_route_table(params["RouteTableId"])
    _, destination = _destination(ec2, params)
    target = _target(ec2, table, params)
    route = table._routes.get(generate_route_id(table.id, destination))  # noqa: SLF001
    if route is None:
        text = f"There is no route defined for '{destination}' in the route table. Use CreateRoute instead."
        raise invalid(text)
    _refuse_endpoint_route(table, route, destination)
    if ("LocalTarget" in target and not route.local) or (route.local and not target.keys() & {*OF_LOCAL}):
        raise invalid(f"The target of the route {destination} cannot be {' '.join(target)}")
    refuse_dry_run(params)
    vars(route)["sandbox_target"] = {} if "LocalTarget" in target else target
    return {}


def delete(ec2: EC2Backend, params: Params) -> Reply:
    """DeleteRoute; AWS's own routes stay.

    Source: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteRoute.html
    """
    table = ec2.get_route_table(params["RouteTableId"])
    member, destination = _destination(ec2, params)
    route_id = generate_route_id(table.id, destination)
    route = table._routes.get(route_id)  # noqa: SLF001
    if route is None:
        what = "destination-prefix-list-id" if member == DESTINATIONS[2] else "destination-cidr-block"
        text = f"no route with {what} {destination} in route table {table.id}"
        raise refused("InvalidRoute.NotFound", text)
    if route.local:
        raise invalid(f"cannot remove local route {destination} in route table {table.id}")
    _refuse_endpoint_route(table, route, destination)
    refuse_dry_run(params)
    del table._routes[route_id]  # noqa: SLF001
    return {}


def add_endpoint_route(ec2: EC2Backend, table: RouteTable, list_id: str, endpoint_id: str) -> None:
    """Add the route to a gateway endpoint, whose destination is AWS's list of the addresses of a service."""
    route = MAKE(table, None, None, ec2.managed_prefix_lists[list_id])
    vars(route)["sandbox_target"] = {"GatewayId": endpoint_id}
    table._routes[route.id] = route  # noqa: SLF001  moto has no other way


def remove_endpoint_route(table: RouteTable, list_id: str) -> None:
    """Remove the route to a gateway endpoint."""
    table._routes.pop(generate_route_id(table.id, list_id), None)  # noqa: SLF001


def show(ec2: EC2Backend, route: Route) -> Reply:
    """Return a route in the form of replies."""
    target = {**target_of(route)}
    shown = {**target}
    if "VpcEndpointId" in target:
        shown["GatewayId"] = shown.pop("VpcEndpointId")
    interface = ec2.enis.get(target.get("NetworkInterfaceId", ""))
    instance = ec2.get_instance_by_id(target["InstanceId"]) if "InstanceId" in target else None
    instance = instance or (interface.instance if interface else None)
    if instance:
        shown |= {"InstanceId": instance.id, "InstanceOwnerId": ec2.account_id}
        shown.setdefault("NetworkInterfaceId", next(iter(instance.nics.values())).id)
    return {
        "DestinationCidrBlock": route.destination_cidr_block,
        "DestinationIpv6CidrBlock": route.destination_ipv6_cidr_block,
        "DestinationPrefixListId": route.destination_prefix_list_id,
        **shown,
        "Origin": "CreateRouteTable" if route.local else "CreateRoute",
        "State": "active" if _leads_somewhere(ec2, route.route_table.vpc_id, target) else "blackhole",
    }


def target_of(route: Route) -> Mapping[str, str]:
    """Return the target of a route; moto's own operations create routes too, with moto's objects as targets."""
    kept: Mapping[str, str] = vars(route).get("sandbox_target") or {}
    if kept:
        return kept
    if route.local:
        return {"GatewayId": LOCAL}
    found = {
        "GatewayId": route.gateway_id,
        "InstanceId": route.instance_id,
        "NatGatewayId": route.nat_gateway_id,
        "EgressOnlyInternetGatewayId": route.egress_only_internet_gateway_id,
        "TransitGatewayId": route.transit_gateway_id,
        "NetworkInterfaceId": route.network_interface_id,
        "VpcPeeringConnectionId": route.vpc_peering_connection_id,
        "CarrierGatewayId": route.carrier_gateway_id,
    }
    return {name: value for name, value in found.items() if value}


def _leads_somewhere(ec2: EC2Backend, vpc_id: str, target: Mapping[str, str]) -> bool:
    """Return whether the target of a route exists, and is attached to the VPC if it has to be."""
    for member, id_ in target.items():
        if member == "GatewayId" and (id_ == LOCAL or id_.startswith("vpce-")):
            continue
        if member in CHECKED and not CHECKED[member][2](ec2, id_):
            return False
        if member == "GatewayId" and not is_attached(ec2, id_, vpc_id):
            return False
    return True


def is_attached(ec2: EC2Backend, gateway_id: str, vpc_id: str) -> bool:
    """Return whether an internet gateway or a virtual private gateway is attached to a VPC."""
    if gateway_id in ec2.vpn_gateways:
        found = ec2.vpn_gateways[gateway_id].attachments.get(vpc_id)
        return found is not None and found.state == "attached"
    gateway = ec2.internet_gateways.get(gateway_id)
    return gateway is not None and gateway.vpc is not None and gateway.vpc.id == vpc_id


def _destination(ec2: EC2Backend, params: Params) -> tuple[str, str]:
    """Return the member and the value of the destination, in canonical form."""
    given = [(name, params[name]) for name in DESTINATIONS if params.get(name)]
    if len(given) != 1:
        code = "InvalidParameterCombination" if given else "MissingParameter"
        raise refused(code, f"The request must contain exactly one of {', '.join(DESTINATIONS)}")
    ((name, value),) = given
    if name == "DestinationPrefixListId":
        if value not in ec2.managed_prefix_lists:
            raise refused("InvalidPrefixListID.NotFound", f"The prefix list ID '{value}' does not exist")
        return name, value
    kind = IPv4Network if name == "DestinationCidrBlock" else IPv6Network
    try:
        block = kind(value, strict=False) if "/" in value else None
    except ValueError:
        block = None
    if block is None:
        parameter = name[0].lower() + name[1:]
        raise invalid(
            f"Value ({value}) for parameter {parameter} is invalid. This is not a valid CIDR block."
        )
    return name, str(block)


def _target(ec2: EC2Backend, table: RouteTable, params: Params) -> dict[str, str]:
    """Return the target of a request, by its member."""
    given = {name: params[name] for name in (*TARGETS, "LocalTarget") if params.get(name)}
    if len(given) != 1:
        code = "InvalidParameterCombination" if given else "MissingParameter"
        raise refused(code, "The request must contain exactly one target of the route")
    ((name, value),) = given.items()
    if name in CHECKED:
        noun, code, is_there = CHECKED[name]
        if not is_there(ec2, value):
            raise refused(f"{code}.NotFound", f"The {noun} ID '{value}' does not exist")
    if name == "GatewayId" and not is_attached(ec2, value, table.vpc_id):
        text = f"route table {table.id} and network gateway {value} belong to different networks"
        raise invalid(text)
    if name == "VpcEndpointId" and ec2.vpc_end_points[value].vpc_endpoint_type != "GatewayLoadBalancer":
        raise refused("RouteNotSupported", f"Route table contains unsupported route target: {value}.")
    if name == "EgressOnlyInternetGatewayId" and params.get("DestinationCidrBlock"):
        raise invalid("An egress-only internet gateway takes IPv6 destinations alone")
    return given


def _refuse_endpoint_route(table: RouteTable, route: Route, destination: str) -> None:
    """Refuse to change a route of a gateway endpoint.

    Source: https://docs.aws.amazon.com/vpc/latest/privatelink/gateway-endpoints.html
    """
    if route.destination_prefix_list_id and target_of(route).get("GatewayId", "").startswith("vpce-"):
        raise invalid(f"cannot modify VPC endpoint route {destination} in route table {table.id}")
