"""Reads route tables from the reply of DescribeRouteTables.

A table shows only its own associations. To move a subnet or the main association, the tables around it are read too.
Source: RouteTable, Route, RouteTableAssociation (Amazon EC2 API Reference).
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from reconciler.contract import Wired
from reconciler.model import Settings

DESTINATIONS = ("DestinationCidrBlock", "DestinationIpv6CidrBlock", "DestinationPrefixListId")
MEMBERS = {"SubnetId": "SubnetIds", "GatewayId": "GatewayIds", "PublicIpv4Pool": "PublicIpv4Pools"}
"""By member of an association: our member with all of a table."""
LOCAL, LATTICE, ENDPOINT = "local", "VpcLattice", "vpce-"
OF_TABLE, OF_AUTHOR = "CreateRouteTable", "CreateRoute"
"""The origins of routes that are neither propagated nor advertised."""
HELD, MAIN, BEFORE = "AssociationsInVpc", "MainAssociationId", "UnusedTableId"
"""Members that we add: the association of each subnet and gateway in the VPC, the main one, and an unused table."""


def destination(route: Wired) -> tuple[Any, ...]:
    """The destination of a route, which identifies it."""
    return tuple(route.get(name) for name in DESTINATIONS)


def is_local(route: Wired) -> bool:
    """Whether a route leads to the VPC itself."""
    return bool(route.get("GatewayId") == LOCAL)


def routes_in(row: Wired) -> list[Wired]:
    """The routes of a table that a user can set, with the member names of CreateRoute."""
    return [_as_sent(each) for each in row.get("Routes") or () if not _is_aws_s(each)]


def _is_aws_s(route: Wired) -> bool:
    """Whether AWS makes a route itself: a local or propagated one, or one of a gateway endpoint or of VPC Lattice."""
    gateway = route.get("GatewayId") or ""
    of_endpoint = gateway.startswith(ENDPOINT) and bool(route.get("DestinationPrefixListId"))
    by_hand = route.get("Origin", OF_AUTHOR) in (OF_TABLE, OF_AUTHOR)
    return is_local(route) or of_endpoint or gateway == LATTICE or not by_hand


def _as_sent(route: Wired) -> Wired:
    """A route with one target. AWS also shows the instance of an interface; only the interface is exact."""
    gateway = route.get("GatewayId") or ""
    shown = {name: value for name, value in route.items() if name not in ("GatewayId", "InstanceId")}
    if gateway:
        shown["VpcEndpointId" if gateway.startswith(ENDPOINT) else "GatewayId"] = gateway
    if route.get("InstanceId"):
        shown["Instance" if route.get("NetworkInterfaceId") else "InstanceId"] = route["InstanceId"]
    return shown


def associations(row: Wired) -> list[Wired]:
    """The associations of a table that exist or are being made."""
    found = row.get("Associations") or ()
    gone = ("disassociating", "disassociated", "failed")
    return [each for each in found if (each.get("AssociationState") or {}).get("State") not in gone]


def shown(row: Any) -> Wired:
    """A table with our members instead of its associations."""
    held = associations(row)
    ids = {name: [each[member] for each in held if each.get(member)] for member, name in MEMBERS.items()}
    main = {"Main": True} if any(each.get("Main") for each in held) else {}
    vgws = [each["GatewayId"] for each in row.get("PropagatingVgws") or ()]
    local = {destination(each) for each in row.get("Routes") or () if is_local(each)}
    found: Wired = row | {
        "Routes": routes_in(row),
        "LocalRoutes": [list(each) for each in sorted(local, key=str)],
        "PropagatingVgws": vgws,
        **ids,
        **main,
    }
    return found


def with_neighbours(rows: Iterable[Any]) -> Iterator[tuple[Any, Wired]]:
    """Each table, and what the tables of its VPC hold."""
    tables = [*rows]
    around = {vpc_id: _around(tables, vpc_id) for vpc_id in {each.get("VpcId") for each in tables}}
    return ((row, around[row.get("VpcId")]) for row in tables)


def _around(tables: Iterable[Wired], vpc_id: str | None) -> Wired:
    held: dict[str, str] = {}
    main, unused = None, None
    for row in (each for each in tables if each.get("VpcId") == vpc_id):
        for each in associations(row):
            target = next((each[member] for member in MEMBERS if each.get(member)), None)
            if each.get("Main"):
                main = each.get("RouteTableAssociationId")
            elif target:
                held[target] = each.get("RouteTableAssociationId", "")
        if not associations(row) and not row.get("Tags") and not routes_in(row):
            unused = row.get("RouteTableId")
    return {HELD: held, MAIN: main, BEFORE: unused}


def at_work(row: Wired) -> str | None:
    """The work of AWS on the associations of a table that has not ended; None if there is none."""
    for each in row.get("Associations") or ():
        state = (each.get("AssociationState") or {}).get("State")
        if state in ("associating", "disassociating"):
            target = next((each[member] for member in MEMBERS if each.get(member)), "the VPC")
            return f"association with {target} is {state}"
    return None


def by_instance(live: Any, written: Settings, reported: Wired) -> Any:
    """The routes in the words of the files, with an instance as the target where the files write one."""
    wanted = {_key(route) for route in written.get("routes") or () if route.get("instance_id")}
    instances = {
        destination(each): each["Instance"] for each in reported.get("Routes") or () if each.get("Instance")
    }
    names = ("destination_cidr_block", "destination_ipv6_cidr_block", "destination_prefix_list_id")

    def named(route: Mapping[str, Any]) -> Mapping[str, Any]:
        key = _key(route)
        if key not in wanted or key not in instances:
            return route
        return {**{name: route[name] for name in names if route.get(name)}, "instance_id": instances[key]}

    return [named(route) for route in live or ()]


def _key(route: Mapping[str, Any]) -> tuple[Any, ...]:
    """The destination of a route in the words of the files."""
    names = ("destination_cidr_block", "destination_ipv6_cidr_block", "destination_prefix_list_id")
    return tuple(route.get(name) for name in names)


def black_holes(reported: Wired) -> Iterator[str]:
    """A remark for each route whose target does not exist or is not attached."""
    for route in reported.get("Routes") or ():
        if route.get("State") == "blackhole":
            where = next(filter(None, destination(route)), "")
            yield f"the route to {where} is a blackhole: its target was deleted or detached"
