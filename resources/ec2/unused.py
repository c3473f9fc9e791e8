"""When security groups, gateways, route tables, endpoints and elastic IP addresses are candidates for removal.

Sources: Address, DescribeNetworkInterfaces, SecurityGroup, InternetGateway, RouteTable (Amazon EC2 API Reference).
"""

from collections.abc import Iterator

from reconciler.contract import Considered, Evidence, Unused, day
from reconciler.resources.ec2.common import described


def _on_no_interface(look: Considered) -> Iterator[Evidence]:
    id_ = look.sighting.id
    used = {
        group["GroupId"]
        for interface in look.api.pages("describe_network_interfaces")
        for group in interface.get("Groups") or ()
    }
    if id_ in used:
        return
    naming = [
        group["GroupId"]
        for group in look.api.pages("describe_security_groups")
        if group["GroupId"] != id_ and id_ in _named(group)
    ]
    if not naming:
        yield Evidence("on 0 network interfaces, and no rule of another group names it")


def _named(group: dict[str, list[dict[str, list[dict[str, str]]]]]) -> Iterator[str]:
    """The groups that the rules of a group name."""
    for rule in (*group["IpPermissions"], *group["IpPermissionsEgress"]):
        yield from (pair["GroupId"] for pair in rule.get("UserIdGroupPairs") or () if "GroupId" in pair)


def _detached(look: Considered) -> Iterator[Evidence]:
    if not look.sighting.settings.get("Attachments"):
        yield Evidence("attached to no VPC")


def _unassociated(look: Considered) -> Iterator[Evidence]:
    table = described(look.api, "describe_route_tables", "RouteTables", RouteTableIds=[look.sighting.id])
    if not table.get("Associations"):
        yield Evidence("0 subnets and gateways use it")


def _free(look: Considered) -> Iterator[Evidence]:
    address = look.sighting.settings
    if not address.get("AssociationId"):
        yield Evidence(f"{address.get('PublicIp')} is associated with nothing")


def _not_routed_to(look: Considered) -> Iterator[Evidence]:
    tables = look.api.pages("describe_route_tables")
    routes = [route for table in tables for route in table.get("Routes") or ()]
    if all(route.get("NatGatewayId") != look.sighting.id for route in routes):
        yield Evidence(f"0 routes lead to it; created {day(look.sighting.settings.get('CreateTime'))}")


def _without_a_place(look: Considered) -> Iterator[Evidence]:
    endpoint = look.sighting.settings
    since = day(endpoint.get("CreationTimestamp"))
    if endpoint.get("VpcEndpointType") == "Gateway" and not endpoint.get("RouteTableIds"):
        yield Evidence(f"0 route tables lead to it; created {since}")
    elif endpoint.get("VpcEndpointType") != "Gateway" and not endpoint.get("SubnetIds"):
        yield Evidence(f"in 0 subnets; created {since}")


ELASTIC_IP = Unused("it is associated with nothing", _free)
NAT_GATEWAY = Unused("no route leads to it", _not_routed_to, ("describe_route_tables",))
VPC_ENDPOINT = Unused("it has no route table or subnet", _without_a_place)
SECURITY_GROUP = Unused(
    "no network interface has it, and no rule of another group names it",
    _on_no_interface,
    ("describe_network_interfaces", "describe_security_groups"),
)
INTERNET_GATEWAY = Unused("it is attached to no VPC", _detached)
ROUTE_TABLE = Unused("no subnet or gateway uses it", _unassociated, ("describe_route_tables",))
