"""Route tables: their associations with subnets and gateways, the main table of a VPC, and propagating gateways.

Known-lossy: a virtual private gateway propagates no routes.
"""

from collections.abc import Iterator, Mapping

from moto.ec2.models import EC2Backend
from moto.ec2.models.route_tables import RouteTable
from moto.ec2.utils import random_subnet_association_id

from reconciler.sandbox.moto_patches.ec2 import routes
from reconciler.sandbox.moto_patches.ec2.requests import (
    Params,
    Reply,
    Values,
    found_by,
    invalid,
    page,
    refuse_dry_run,
    refused,
    shown_tags,
    tags_for,
)

TARGETS = ("SubnetId", "GatewayId", "PublicIpv4Pool")
ASSOCIATED = {"State": "associated"}


def create(ec2: EC2Backend, params: Params) -> Reply:
    """CreateRouteTable.

    Source: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateRouteTable.html
    """
    tags, token = tags_for("route-table", params), params.get("ClientToken")
    ec2.get_vpc(params["VpcId"])
    before = [
        each for each in ec2.route_tables.values() if token and vars(each).get("sandbox_token") == token
    ]
    refuse_dry_run(params)
    if before:
        return {"RouteTable": show(ec2, before[0]), "ClientToken": token}
    table = ec2.create_route_table(params["VpcId"], [{"Key": key, "Value": tags[key]} for key in tags])
    vars(table)["sandbox_token"] = token
    return {"RouteTable": show(ec2, table), "ClientToken": token}


def describe(ec2: EC2Backend, params: Params) -> Reply:
    """DescribeRouteTables."""
    refuse_dry_run(params)
    ids = params.get("RouteTableIds") or list(ec2.route_tables)
    for each in ids:
        _table(ec2, each)
    shown = [show(ec2, table) for each, table in ec2.route_tables.items() if each in ids]
    found = found_by(params, shown, FILTERS, lambda row: ec2.tags.get(row["RouteTableId"], {}))
    return page("RouteTables", found, params)


def delete(ec2: EC2Backend, params: Params) -> Reply:
    """DeleteRouteTable; refused for the main table, and while subnets or gateways are associated.

    Source: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteRouteTable.html
    """
    table = _table(ec2, params["RouteTableId"])
    if _held(table):
        text = f"The routeTable '{table.id}' has dependencies and cannot be deleted."
        raise refused("DependencyViolation", text)
    refuse_dry_run(params)
    del ec2.route_tables[table.id]
    ec2.tags.pop(table.id, None)
    return {}


def associate(ec2: EC2Backend, params: Params) -> Reply:
    """AssociateRouteTable; a subnet has one explicit association.

    Source: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AssociateRouteTable.html
    """
    table = _table(ec2, params["RouteTableId"])
    given = [params[name] for name in TARGETS if params.get(name)]
    if len(given) != 1:
        code = "InvalidParameterCombination" if given else "MissingParameter"
        raise refused(code, f"The request must contain exactly one of {', '.join(TARGETS)}")
    _check_network(ec2, table, params)
    for other in ec2.route_tables.values():
        for association, target in _associations(other).items():
            if target == given[0] and other is table:
                return {"AssociationId": association, "AssociationState": ASSOCIATED}
            if target == given[0]:
                text = f"the specified association for route table {table.id} conflicts with an existing association"
                raise refused("Resource.AlreadyAssociated", text)
    refuse_dry_run(params)
    association = random_subnet_association_id()
    _associations(table)[association] = given[0]
    return {"AssociationId": association, "AssociationState": ASSOCIATED}


def _check_network(ec2: EC2Backend, table: RouteTable, params: Params) -> None:
    """Refuse a subnet or a gateway that does not exist or is in another VPC."""
    subnet_id, gateway_id = params.get("SubnetId"), params.get("GatewayId")
    if subnet_id and ec2.get_subnet(subnet_id).vpc_id != table.vpc_id:
        text = f"Route table {table.id} and subnet {subnet_id} belong to different networks"
        raise invalid(text)
    if gateway_id and gateway_id not in {*ec2.internet_gateways, *ec2.vpn_gateways}:
        raise refused("InvalidGatewayID.NotFound", f"The gateway ID '{gateway_id}' does not exist")
    if gateway_id and not routes.is_attached(ec2, gateway_id, table.vpc_id):
        text = f"Route table {table.id} and gateway {gateway_id} belong to different networks"
        raise invalid(text)


def disassociate(ec2: EC2Backend, params: Params) -> Reply:
    """DisassociateRouteTable; the main association stays.

    Source: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DisassociateRouteTable.html
    """
    table, association = _holder(ec2, params["AssociationId"])
    if association == table.main_association_id:
        raise invalid(f"cannot disassociate the main route table association {association}")
    refuse_dry_run(params)
    del _associations(table)[association]
    return {}


def replace(ec2: EC2Backend, params: Params) -> Reply:
    """ReplaceRouteTableAssociation; for the main association it makes another table the main one of the VPC.

    Source: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ReplaceRouteTableAssociation.html
    """
    old, association = _holder(ec2, params["AssociationId"])
    new = _table(ec2, params["RouteTableId"])
    if old.vpc_id != new.vpc_id:
        raise invalid(f"Route tables {old.id} and {new.id} belong to different networks")
    refuse_dry_run(params)
    made = random_subnet_association_id()
    if association == old.main_association_id:
        old.main_association_id, new.main_association_id = None, made
    else:
        _associations(new)[made] = _associations(old).pop(association)
    return {"NewAssociationId": made, "AssociationState": ASSOCIATED}


def propagate(ec2: EC2Backend, params: Params) -> Reply:
    """EnableVgwRoutePropagation.

    Source: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_EnableVgwRoutePropagation.html
    """
    table, gateway = _propagation(ec2, params)
    if not routes.is_attached(ec2, gateway, table.vpc_id):
        raise refused("Gateway.NotAttached", f"resource {gateway} is not attached to VPC {table.vpc_id}")
    refuse_dry_run(params)
    vars(table)["sandbox_vgws"] = sorted({*_propagating(table), gateway})
    return {}


def stop_propagation(ec2: EC2Backend, params: Params) -> Reply:
    """DisableVgwRoutePropagation.

    Source: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DisableVgwRoutePropagation.html
    """
    table, gateway = _propagation(ec2, params)
    refuse_dry_run(params)
    vars(table)["sandbox_vgws"] = [each for each in _propagating(table) if each != gateway]
    return {}


def _propagation(ec2: EC2Backend, params: Params) -> tuple[RouteTable, str]:
    table, gateway = _table(ec2, params["RouteTableId"]), params["GatewayId"]
    if gateway not in ec2.vpn_gateways:
        raise refused("InvalidVpnGatewayID.NotFound", f"The vpnGateway ID '{gateway}' does not exist")
    return table, gateway


def show(ec2: EC2Backend, table: RouteTable) -> Reply:
    """Return a route table in the form of replies."""
    return {
        "RouteTableId": table.id,
        "VpcId": table.vpc_id,
        "OwnerId": ec2.account_id,
        "Routes": [routes.show(ec2, each) for each in table.routes],
        "Associations": list(_shown_associations(table)),
        "PropagatingVgws": [{"GatewayId": each} for each in _propagating(table)],
        "Tags": shown_tags(ec2, table.id),
    }


def _shown_associations(table: RouteTable) -> Iterator[Reply]:
    for association, target in _held(table).items():
        member = "SubnetId" if target.startswith("subnet-") else "GatewayId"
        member = "PublicIpv4Pool" if target.startswith("ipv4pool-") else member
        yield {
            "RouteTableAssociationId": association,
            "RouteTableId": table.id,
            "Main": not target,
            **({member: target} if target else {}),
            "AssociationState": ASSOCIATED,
        }


def _table(ec2: EC2Backend, table_id: str) -> RouteTable:
    table = ec2.route_tables.get(table_id)
    if table is None:
        raise refused("InvalidRouteTableID.NotFound", f"The routeTable ID '{table_id}' does not exist")
    return table


def _associations(table: RouteTable) -> dict[str, str]:
    return table._associations  # noqa: SLF001  moto has no other way


def _held(table: RouteTable) -> Mapping[str, str]:
    """Return all associations with their targets; that of the main association is empty."""
    main = {table.main_association_id: ""} if table.main_association_id else {}
    return {**main, **_associations(table)}


def _holder(ec2: EC2Backend, association: str) -> tuple[RouteTable, str]:
    for table in ec2.route_tables.values():
        if association in _held(table):
            return table, association
    text = f"The association ID '{association}' does not exist"
    raise refused("InvalidAssociationID.NotFound", text)


def _propagating(table: RouteTable) -> list[str]:
    found: list[str] = vars(table).get("sandbox_vgws", [])
    return found


def _rows(member: str, name: str) -> Values:
    return lambda row: [each.get(name) for each in row[member]]


# https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeRouteTables.html
FILTERS: Mapping[str, Values] = {
    "association.gateway-id": _rows("Associations", "GatewayId"),
    "association.main": _rows("Associations", "Main"),
    "association.route-table-association-id": _rows("Associations", "RouteTableAssociationId"),
    "association.route-table-id": _rows("Associations", "RouteTableId"),
    "association.subnet-id": _rows("Associations", "SubnetId"),
    "owner-id": lambda row: [row["OwnerId"]],
    "route-table-id": lambda row: [row["RouteTableId"]],
    "route.destination-cidr-block": _rows("Routes", "DestinationCidrBlock"),
    "route.destination-ipv6-cidr-block": _rows("Routes", "DestinationIpv6CidrBlock"),
    "route.destination-prefix-list-id": _rows("Routes", "DestinationPrefixListId"),
    "route.egress-only-internet-gateway-id": _rows("Routes", "EgressOnlyInternetGatewayId"),
    "route.gateway-id": _rows("Routes", "GatewayId"),
    "route.instance-id": _rows("Routes", "InstanceId"),
    "route.nat-gateway-id": _rows("Routes", "NatGatewayId"),
    "route.origin": _rows("Routes", "Origin"),
    "route.state": _rows("Routes", "State"),
    "route.transit-gateway-id": _rows("Routes", "TransitGatewayId"),
    "route.vpc-peering-connection-id": _rows("Routes", "VpcPeeringConnectionId"),
    "transit-gateway-id": _rows("Routes", "TransitGatewayId"),
    "vpc-id": lambda row: [row["VpcId"]],
}
