"""ec2.route_table."""

from typing import Any

from reconciler.testing import Change, Drift, Given, Sample, Settings

CREATE, REPLACE, DELETE = "CreateRoute", "ReplaceRoute", "DeleteRoute"
ASSOCIATE, MOVE, END = "AssociateRouteTable", "ReplaceRouteTableAssociation", "DisassociateRouteTable"
EVERYWHERE: Settings = {"destination_cidr_block": "0.0.0.0/0"}
OFFICES: Settings = {"destination_prefix_list_id": "${one_list}"}
OUT: Settings = {**EVERYWHERE, "gateway_id": "${one_gateway}"}
OUT_V6: Settings = {
    "destination_ipv6_cidr_block": "::/0",
    "egress_only_internet_gateway_id": "${one_outbound}",
}
TO_PEER: Settings = {
    "destination_cidr_block": "10.9.0.0/16",
    "vpc_peering_connection_id": "${one_peering}",
}
TO_OFFICES: Settings = {**OFFICES, "transit_gateway_id": "${one_transit}"}
INSIDE: Settings = {"destination_cidr_block": "10.0.0.0/16"}
ROUTES = [OUT, OUT_V6, TO_PEER, TO_OFFICES]
TARGETS: Settings = {
    "gateway_id": "${one_vgw}",
    "nat_gateway_id": "${one_nat}",
    "instance_id": "${one_instance}",
    "network_interface_id": "${one_interface}",
    "transit_gateway_id": "${one_transit}",
    "vpc_endpoint_id": "${one_endpoint}",
    "carrier_gateway_id": "${one_carrier}",
    "local_gateway_id": "lgw-0123456789abcdef0",
    "core_network_arn": "arn:aws:networkmanager::123456789012:core-network/core-network-0123456789abcdef0",
    "odb_network_arn": "arn:aws:odb:eu-west-2:123456789012:odb-network/odbnet_0123456789",
}
"""Another target of the route to everywhere, by its field."""


def given(
    operation: str, parameters: Settings, variable: str = "", member: str = "", like: str = ""
) -> Given:
    return Given("ec2", operation, parameters, variable, member, like=like or "vpc-01234567")


def subnet(variable: str, number: int) -> Given:
    asked = {"VpcId": "${one_vpc}", "CidrBlock": f"10.0.{number}.0/24"}
    return given("create_subnet", asked, variable, "Subnet.SubnetId", f"subnet-{number:08}")


def gateway(variable: str, like: str) -> tuple[Given, Given]:
    attached = {"InternetGatewayId": f"${{{variable}}}", "VpcId": "${one_vpc}"}
    return (
        given("create_internet_gateway", {}, variable, "InternetGateway.InternetGatewayId", like),
        given("attach_internet_gateway", attached),
    )


def routes(*changed: Settings) -> list[Any]:
    """The routes of the base with these in place of those to the same destinations."""
    kept = [
        each for each in ROUTES if not any(next(iter(each.items())) in other.items() for other in changed)
    ]
    return [*changed, *kept]


SAMPLE = Sample(
    name="private",
    given=(
        given(
            "create_vpc",
            {"CidrBlock": "10.0.0.0/16", "AmazonProvidedIpv6CidrBlock": True},
            "one_vpc",
            "Vpc.VpcId",
        ),
        given("create_vpc", {"CidrBlock": "10.9.0.0/16"}, "another_vpc", "Vpc.VpcId", "vpc-12345678"),
        subnet("one_subnet", 1),
        subnet("another_subnet", 2),
        subnet("third_subnet", 3),
        *gateway("one_gateway", "igw-01234567"),
        given(
            "create_vpn_gateway", {"Type": "ipsec.1"}, "one_vgw", "VpnGateway.VpnGatewayId", "vgw-01234567"
        ),
        given("attach_vpn_gateway", {"VpnGatewayId": "${one_vgw}", "VpcId": "${one_vpc}"}),
        given(
            "create_vpn_gateway",
            {"Type": "ipsec.1"},
            "another_vgw",
            "VpnGateway.VpnGatewayId",
            "vgw-12345678",
        ),
        given("attach_vpn_gateway", {"VpnGatewayId": "${another_vgw}", "VpcId": "${one_vpc}"}),
        given(
            "create_egress_only_internet_gateway",
            {"VpcId": "${one_vpc}"},
            "one_outbound",
            "EgressOnlyInternetGateway.EgressOnlyInternetGatewayId",
            "eigw-01234567",
        ),
        given(
            "create_vpc_peering_connection",
            {"VpcId": "${one_vpc}", "PeerVpcId": "${another_vpc}"},
            "one_peering",
            "VpcPeeringConnection.VpcPeeringConnectionId",
            "pcx-01234567",
        ),
        given(
            "create_managed_prefix_list",
            {"PrefixListName": "offices", "MaxEntries": 5, "AddressFamily": "IPv4"},
            "one_list",
            "PrefixList.PrefixListId",
            "pl-1234",
        ),
        given("create_transit_gateway", {}, "one_transit", "TransitGateway.TransitGatewayId", "tgw-01234567"),
        given(
            "create_nat_gateway",
            {"SubnetId": "${one_subnet}", "ConnectivityType": "private"},
            "one_nat",
            "NatGateway.NatGatewayId",
            "nat-01234567",
        ),
        given(
            "run_instances",
            {"ImageId": "ami-03cf127a", "MinCount": 1, "MaxCount": 1, "SubnetId": "${one_subnet}"},
            "one_instance",
            "Instances.0.InstanceId",
            "i-01234567",
        ),
        given(
            "create_network_interface",
            {"SubnetId": "${one_subnet}"},
            "one_interface",
            "NetworkInterface.NetworkInterfaceId",
            "eni-01234567",
        ),
        given(
            "create_vpc_endpoint",
            {
                "VpcId": "${one_vpc}",
                "VpcEndpointType": "GatewayLoadBalancer",
                "ServiceName": "com.amazonaws.vpce.eu-west-2.vpce-svc-0123456789abcdef0",
                "SubnetIds": ["${one_subnet}"],
            },
            "one_endpoint",
            "VpcEndpoint.VpcEndpointId",
            "vpce-01234567",
        ),
        given(
            "create_carrier_gateway",
            {"VpcId": "${one_vpc}"},
            "one_carrier",
            "CarrierGateway.CarrierGatewayId",
            "cagw-01234567",
        ),
        given("create_route_table", {"VpcId": "${one_vpc}"}, "other_table", "RouteTable.RouteTableId"),
        given("associate_route_table", {"RouteTableId": "${other_table}", "SubnetId": "${third_subnet}"}),
    ),
    base={
        "vpc_id": "${one_vpc}",
        "routes": ROUTES,
        "subnet_ids": ["${one_subnet}"],
        "gateway_ids": ["${one_gateway}"],
        "public_ipv4_pools": ["ipv4pool-ec2-0123456789abcdef0"],
        "propagating_vgws": ["${one_vgw}"],
        "main": True,
        "tags": {"Name": "private", "Team": "shop"},
    },
    forms={"as AWS creates it": {"vpc_id": "${one_vpc}", "routes": [{**INSIDE, "local_target": True}]}},
    changes=(
        Change("vpc_id", "${another_vpc}", refused="AWS cannot change vpc_id"),
        *(
            Change("routes", routes({**EVERYWHERE, field: target}), (REPLACE,), f"by {field}")
            for field, target in TARGETS.items()
        ),
        Change(
            "routes", routes({**INSIDE, "network_interface_id": "${one_interface}"}), (REPLACE,), "of the VPC"
        ),
        Change("routes", ROUTES[1:], (DELETE,), "one fewer"),
        Change(
            "routes", [*ROUTES[:2], {**INSIDE, "local_target": True}], (DELETE, DELETE), "and the local one"
        ),
        Change("routes", [], (DELETE,) * 4, "none"),
        Change(
            "routes",
            [{**EVERYWHERE, "nat_gateway_id": "${one_nat}"}, {**OFFICES, "gateway_id": "${one_gateway}"}],
            (REPLACE, REPLACE, DELETE, DELETE),
            "others",
        ),
        Change("subnet_ids", ["${one_subnet}", "${another_subnet}"], (ASSOCIATE,), "one more"),
        Change("subnet_ids", ["${one_subnet}", "${third_subnet}"], (MOVE,), "that of another table"),
        Change("subnet_ids", ["${another_subnet}"], (ASSOCIATE, END), "another"),
        Change("subnet_ids", [], (END,), "none"),
        Change("gateway_ids", ["${one_vgw}"], (ASSOCIATE, END)),
        Change("public_ipv4_pools", ["ipv4pool-ec2-1123456789abcdef0"], (ASSOCIATE, END)),
        Change(
            "propagating_vgws",
            ["${another_vgw}"],
            ("EnableVgwRoutePropagation", "DisableVgwRoutePropagation"),
        ),
        Change("main", True, (MOVE,), form="as AWS creates it"),
        Change("tags", {"Name": "other", "Team": None}, ("CreateTags", "DeleteTags")),
    ),
    drifts=(
        Drift("routes", "delete_route", {"DestinationCidrBlock": "0.0.0.0/0"}),
        Drift(
            "routes",
            "create_route",
            {"DestinationCidrBlock": "192.168.0.0/16", "LocalGatewayId": "lgw-0123456789abcdef0"},
        ),
    ),
)
