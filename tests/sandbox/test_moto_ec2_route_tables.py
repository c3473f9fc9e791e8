"""Route tables: routes, their targets and states, associations, the main table, propagation, and AWS's refusals."""

from typing import Any

import pytest

from tests.sandbox.network import made_vpc, refusal, tagged

EVERYWHERE = "0.0.0.0/0"


@pytest.fixture
def vpc_id(ec2: Any) -> str:
    return made_vpc(ec2, ipv6=True)


@pytest.fixture
def table_id(ec2: Any, vpc_id: str) -> str:
    return made(ec2, vpc_id)


def made(ec2: Any, vpc_id: str, **more: Any) -> str:
    table_id: str = ec2.create_route_table(VpcId=vpc_id, **more)["RouteTable"]["RouteTableId"]
    return table_id


def shown(ec2: Any, table_id: str) -> Any:
    (table,) = ec2.describe_route_tables(RouteTableIds=[table_id])["RouteTables"]
    return table


def route(ec2: Any, table_id: str, destination: str = EVERYWHERE) -> Any:
    found = [each for each in shown(ec2, table_id)["Routes"] if destination in each.values()]
    return found[0] if found else None


def main_of(ec2: Any, vpc_id: str) -> tuple[str, str]:
    """The main table of a VPC, and its main association."""
    named = [
        {"Name": "vpc-id", "Values": [vpc_id]},
        {"Name": "association.main", "Values": ["true"]},
    ]
    (table,) = ec2.describe_route_tables(Filters=named)["RouteTables"]
    return table["RouteTableId"], table["Associations"][0]["RouteTableAssociationId"]


def subnet(ec2: Any, vpc_id: str, block: str = "10.0.1.0/24") -> str:
    subnet_id: str = ec2.create_subnet(VpcId=vpc_id, CidrBlock=block)["Subnet"]["SubnetId"]
    return subnet_id


def gateway(ec2: Any, vpc_id: str | None) -> str:
    gateway_id: str = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    if vpc_id:
        ec2.attach_internet_gateway(InternetGatewayId=gateway_id, VpcId=vpc_id)
    return gateway_id


def vpn_gateway(ec2: Any, vpc_id: str | None) -> str:
    gateway_id: str = ec2.create_vpn_gateway(Type="ipsec.1")["VpnGateway"]["VpnGatewayId"]
    if vpc_id:
        ec2.attach_vpn_gateway(VpnGatewayId=gateway_id, VpcId=vpc_id)
    return gateway_id


def test_a_new_table_has_local_routes_alone(ec2: Any, vpc_id: str) -> None:
    table = shown(ec2, made(ec2, vpc_id, TagSpecifications=tagged("route-table", Team="a")))
    assert [(each["GatewayId"], each["Origin"], each["State"]) for each in table["Routes"]] == [
        ("local", "CreateRouteTable", "active")
    ] * 2
    assert (table["Associations"], table["PropagatingVgws"]) == ([], [])
    assert (table["VpcId"], table["Tags"]) == (vpc_id, [{"Key": "Team", "Value": "a"}])


def test_a_token_makes_one_table(ec2: Any, vpc_id: str) -> None:
    assert made(ec2, vpc_id, ClientToken="a") == made(ec2, vpc_id, ClientToken="a")
    assert made(ec2, vpc_id, ClientToken="b") != made(ec2, vpc_id)


def test_every_target_is_shown(ec2: Any, vpc_id: str, table_id: str) -> None:
    subnet_id, other = subnet(ec2, vpc_id), made_vpc(ec2, "10.9.0.0/16")
    targets = {
        "GatewayId": gateway(ec2, vpc_id),
        "NatGatewayId": ec2.create_nat_gateway(SubnetId=subnet_id, ConnectivityType="private")["NatGateway"][
            "NatGatewayId"
        ],
        "NetworkInterfaceId": ec2.create_network_interface(SubnetId=subnet_id)["NetworkInterface"][
            "NetworkInterfaceId"
        ],
        "VpcPeeringConnectionId": ec2.create_vpc_peering_connection(VpcId=vpc_id, PeerVpcId=other)[
            "VpcPeeringConnection"
        ]["VpcPeeringConnectionId"],
        "TransitGatewayId": ec2.create_transit_gateway()["TransitGateway"]["TransitGatewayId"],
        "CarrierGatewayId": ec2.create_carrier_gateway(VpcId=vpc_id)["CarrierGateway"]["CarrierGatewayId"],
        "LocalGatewayId": "lgw-0123456789abcdef0",
        "CoreNetworkArn": "arn:aws:networkmanager::123456789012:core-network/core-network-0123",
        "OdbNetworkArn": "arn:aws:odb:eu-west-2:123456789012:odb-network/odbnet_0123",
    }
    for number, (member, id_) in enumerate(targets.items()):
        ec2.create_route(
            RouteTableId=table_id, DestinationCidrBlock=f"192.168.{number}.9/24", **{member: id_}
        )
    found = [each for each in shown(ec2, table_id)["Routes"] if each["Origin"] == "CreateRoute"]
    assert [(each["DestinationCidrBlock"], each["State"]) for each in found] == [
        (f"192.168.{number}.0/24", "active") for number in range(len(targets))
    ]
    assert [each[member] for each, member in zip(found, targets, strict=True)] == [*targets.values()]


def test_every_destination_is_shown(ec2: Any, vpc_id: str, table_id: str) -> None:
    listed = ec2.create_managed_prefix_list(PrefixListName="a", MaxEntries=1, AddressFamily="IPv4")
    to = {"RouteTableId": table_id, "GatewayId": gateway(ec2, vpc_id)}
    ec2.create_route(**to, DestinationIpv6CidrBlock="::/0")
    ec2.create_route(**to, DestinationPrefixListId=listed["PrefixList"]["PrefixListId"])
    assert route(ec2, table_id, "::/0")["GatewayId"] == to["GatewayId"]
    assert route(ec2, table_id, listed["PrefixList"]["PrefixListId"])["GatewayId"] == to["GatewayId"]
    outbound = ec2.create_egress_only_internet_gateway(VpcId=vpc_id)["EgressOnlyInternetGateway"]
    id_ = outbound["EgressOnlyInternetGatewayId"]
    ec2.replace_route(RouteTableId=table_id, DestinationIpv6CidrBlock="::/0", EgressOnlyInternetGatewayId=id_)
    assert route(ec2, table_id, "::/0")["EgressOnlyInternetGatewayId"] == id_
    assert "GatewayId" not in route(ec2, table_id, "::/0")


def test_a_route_without_its_target_is_a_black_hole(ec2: Any, vpc_id: str, table_id: str) -> None:
    gateway_id = gateway(ec2, vpc_id)
    ec2.create_route(RouteTableId=table_id, DestinationCidrBlock=EVERYWHERE, GatewayId=gateway_id)
    ec2.detach_internet_gateway(InternetGatewayId=gateway_id, VpcId=vpc_id)
    assert (route(ec2, table_id)["State"], route(ec2, table_id)["GatewayId"]) == ("blackhole", gateway_id)


def test_a_local_route_gets_another_target_and_its_own_one_back(ec2: Any, vpc_id: str, table_id: str) -> None:
    interface = ec2.create_network_interface(SubnetId=subnet(ec2, vpc_id))["NetworkInterface"]
    local = {"RouteTableId": table_id, "DestinationCidrBlock": "10.0.0.0/16"}
    ec2.replace_route(**local, NetworkInterfaceId=interface["NetworkInterfaceId"])
    found = route(ec2, table_id, "10.0.0.0/16")
    assert (found["Origin"], found["NetworkInterfaceId"], found.get("GatewayId")) == (
        "CreateRouteTable",
        interface["NetworkInterfaceId"],
        None,
    )
    ec2.replace_route(**local, LocalTarget=True)
    assert route(ec2, table_id, "10.0.0.0/16")["GatewayId"] == "local"
    assert refusal(ec2.replace_route, **local, GatewayId=gateway(ec2, vpc_id))[0] == "InvalidParameterValue"
    assert refusal(ec2.delete_route, **local)[1].startswith("cannot remove local route 10.0.0.0/16")


def test_wrong_routes_are_refused(ec2: Any, vpc_id: str, table_id: str) -> None:
    """https://docs.aws.amazon.com/ec2/latest/devguide/errors-overview.html."""
    attached, alone = gateway(ec2, vpc_id), gateway(ec2, None)
    at = {"RouteTableId": table_id, "DestinationCidrBlock": EVERYWHERE}
    assert refusal(ec2.create_route, **at)[0] == "MissingParameter"
    assert refusal(ec2.create_route, RouteTableId=table_id, GatewayId=attached)[0] == "MissingParameter"
    assert refusal(ec2.create_route, **at, GatewayId=attached, NatGatewayId="nat-1")[0] == (
        "InvalidParameterCombination"
    )
    assert refusal(ec2.create_route, **at, GatewayId="igw-1")[0] == "InvalidGatewayID.NotFound"
    assert refusal(ec2.create_route, **at, NatGatewayId="nat-1")[0] == "InvalidNatGatewayID.NotFound"
    assert refusal(ec2.create_route, **at, InstanceId="i-1")[0] == "InvalidInstanceID.NotFound"
    assert refusal(ec2.create_route, **at, GatewayId=alone) == (
        "InvalidParameterValue",
        f"route table {table_id} and network gateway {alone} belong to different networks",
    )
    wrong = {**at, "DestinationCidrBlock": "10.0.0.300/8"}
    assert refusal(ec2.create_route, **wrong, GatewayId=attached)[0] == "InvalidParameterValue"
    assert refusal(ec2.replace_route, **at, GatewayId=attached)[1] == (
        f"There is no route defined for '{EVERYWHERE}' in the route table. Use CreateRoute instead."
    )
    assert refusal(ec2.delete_route, **at)[0] == "InvalidRoute.NotFound"
    ec2.create_route(**at, GatewayId=attached)
    assert refusal(ec2.create_route, **at, GatewayId=attached)[0] == "RouteAlreadyExists"
    ec2.delete_route(**at)
    assert route(ec2, table_id) is None


def test_a_subnet_has_one_explicit_association(ec2: Any, vpc_id: str, table_id: str) -> None:
    """https://docs.aws.amazon.com/vpc/latest/userguide/VPC_Route_Tables.html#subnet-route-tables."""
    subnet_id, other = subnet(ec2, vpc_id), made(ec2, vpc_id)
    to_table = {"RouteTableId": table_id, "SubnetId": subnet_id}
    first = ec2.associate_route_table(**to_table)["AssociationId"]
    assert ec2.associate_route_table(**to_table)["AssociationId"] == first
    code, text = refusal(ec2.associate_route_table, RouteTableId=other, SubnetId=subnet_id)
    assert (code, text.endswith("conflicts with an existing association")) == (
        "Resource.AlreadyAssociated",
        True,
    )
    moved = ec2.replace_route_table_association(AssociationId=first, RouteTableId=other)["NewAssociationId"]
    assert shown(ec2, table_id)["Associations"] == []
    (association,) = shown(ec2, other)["Associations"]
    assert (association["RouteTableAssociationId"], association["SubnetId"]) == (moved, subnet_id)
    ec2.disassociate_route_table(AssociationId=moved)
    assert refusal(ec2.disassociate_route_table, AssociationId=moved)[0] == "InvalidAssociationID.NotFound"


def test_gateways_and_pools_are_associated(ec2: Any, vpc_id: str, table_id: str) -> None:
    gateway_id = gateway(ec2, vpc_id)
    ec2.associate_route_table(RouteTableId=table_id, GatewayId=gateway_id)
    ec2.associate_route_table(RouteTableId=table_id, PublicIpv4Pool="ipv4pool-ec2-0123")
    assert [
        each.get("GatewayId") or each.get("PublicIpv4Pool") for each in shown(ec2, table_id)["Associations"]
    ] == [gateway_id, "ipv4pool-ec2-0123"]
    alone = gateway(ec2, None)
    assert refusal(ec2.associate_route_table, RouteTableId=table_id, GatewayId=alone)[0] == (
        "InvalidParameterValue"
    )
    elsewhere = subnet(ec2, made_vpc(ec2, "10.9.0.0/16"), "10.9.1.0/24")
    assert refusal(ec2.associate_route_table, RouteTableId=table_id, SubnetId=elsewhere)[0] == (
        "InvalidParameterValue"
    )


def test_another_table_becomes_the_main_one(ec2: Any, vpc_id: str, table_id: str) -> None:
    """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ReplaceRouteTableAssociation.html."""
    original, association = main_of(ec2, vpc_id)
    assert refusal(ec2.disassociate_route_table, AssociationId=association)[0] == "InvalidParameterValue"
    assert refusal(ec2.delete_route_table, RouteTableId=original)[0] == "DependencyViolation"
    ec2.replace_route_table_association(AssociationId=association, RouteTableId=table_id)
    assert main_of(ec2, vpc_id)[0] == table_id
    assert refusal(ec2.delete_route_table, RouteTableId=table_id)[0] == "DependencyViolation"
    ec2.delete_route_table(RouteTableId=original)


def test_a_table_with_associations_is_not_deleted(ec2: Any, vpc_id: str, table_id: str) -> None:
    association = ec2.associate_route_table(RouteTableId=table_id, SubnetId=subnet(ec2, vpc_id))
    assert refusal(ec2.delete_route_table, RouteTableId=table_id) == (
        "DependencyViolation",
        f"The routeTable '{table_id}' has dependencies and cannot be deleted.",
    )
    ec2.disassociate_route_table(AssociationId=association["AssociationId"])
    ec2.delete_route_table(RouteTableId=table_id)
    assert refusal(ec2.describe_route_tables, RouteTableIds=[table_id])[0] == "InvalidRouteTableID.NotFound"


def test_a_virtual_gateway_propagates(ec2: Any, vpc_id: str, table_id: str) -> None:
    """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_EnableVgwRoutePropagation.html."""
    gateway_id, alone = vpn_gateway(ec2, vpc_id), vpn_gateway(ec2, None)
    ec2.enable_vgw_route_propagation(RouteTableId=table_id, GatewayId=gateway_id)
    ec2.enable_vgw_route_propagation(RouteTableId=table_id, GatewayId=gateway_id)
    assert shown(ec2, table_id)["PropagatingVgws"] == [{"GatewayId": gateway_id}]
    refused = refusal(ec2.enable_vgw_route_propagation, RouteTableId=table_id, GatewayId=alone)
    assert refused[0] == "Gateway.NotAttached"
    ec2.disable_vgw_route_propagation(RouteTableId=table_id, GatewayId=gateway_id)
    assert shown(ec2, table_id)["PropagatingVgws"] == []


def test_pages_and_filters(ec2: Any, vpc_id: str) -> None:
    tables = sorted(made(ec2, vpc_id, TagSpecifications=tagged("route-table", Page="a")) for _ in range(6))
    pages = ec2.get_paginator("describe_route_tables").paginate(
        Filters=[{"Name": "tag:Page", "Values": ["a"]}], PaginationConfig={"PageSize": 5}
    )
    sizes = [[table["RouteTableId"] for table in page["RouteTables"]] for page in pages]
    assert [len(page) for page in sizes] == [5, 1]
    assert sorted(each for page in sizes for each in page) == tables
    by_vpc = ec2.describe_route_tables(Filters=[{"Name": "vpc-id", "Values": [vpc_id]}])["RouteTables"]
    assert len(by_vpc) == 7
