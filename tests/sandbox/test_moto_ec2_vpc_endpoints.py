"""VPC endpoints: their states by the clock, their places in a VPC, and AWS's refusals.

Sources: CreateVpcEndpoint, ModifyVpcEndpoint, DeleteVpcEndpoints (Amazon EC2 API Reference); "Gateway endpoints", "Access AWS
services through AWS PrivateLink" (AWS PrivateLink).
"""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from reconciler.runtime.clock import VirtualClock
from reconciler.sandbox import Sandbox
from tests.sandbox.network import REGION, made_vpc, refusal, tagged
from tests.sandbox.refusals import client_of

SETTLES = 60.0
"""Seconds that each change takes in these tests."""
S3, LOGS = (f"com.amazonaws.{REGION}.{each}" for each in ("s3", "logs"))
INBOUND = "PrivateDnsOnlyForInboundResolverEndpoint"
POLICY = json.dumps({"Statement": [{"Effect": "Deny", "Principal": "*", "Action": "*", "Resource": "*"}]})


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock()


@pytest.fixture
def box(clock: VirtualClock) -> Iterator[Sandbox]:
    with Sandbox(clock=clock.now, settling_seconds=SETTLES) as found:
        yield found


@pytest.fixture
def ec2(box: Sandbox) -> Any:
    return client_of(box, "ec2")


@pytest.fixture
def vpc_id(ec2: Any) -> str:
    id_ = made_vpc(ec2)
    ec2.modify_vpc_attribute(VpcId=id_, EnableDnsHostnames={"Value": True})
    return id_


@pytest.fixture
def subnets(ec2: Any, vpc_id: str) -> list[str]:
    """Subnets of two zones, and a second one in the first zone."""
    return [
        ec2.create_subnet(VpcId=vpc_id, CidrBlock=f"10.0.{at}.0/24", AvailabilityZone=f"{REGION}{zone}")[
            "Subnet"
        ]["SubnetId"]
        for at, zone in ((1, "a"), (2, "b"), (3, "a"))
    ]


@pytest.fixture
def tables(ec2: Any, vpc_id: str) -> list[str]:
    return [ec2.create_route_table(VpcId=vpc_id)["RouteTable"]["RouteTableId"] for _ in range(2)]


def group(ec2: Any, vpc_id: str, name: str) -> str:
    id_: str = ec2.create_security_group(VpcId=vpc_id, GroupName=name, Description=name)["GroupId"]
    return id_


def made(ec2: Any, vpc_id: str, **asked: Any) -> str:
    id_: str = ec2.create_vpc_endpoint(VpcId=vpc_id, **asked)["VpcEndpoint"]["VpcEndpointId"]
    return id_


def interface(ec2: Any, vpc_id: str, service: str = LOGS, **asked: Any) -> str:
    return made(ec2, vpc_id, VpcEndpointType="Interface", ServiceName=service, **asked)


def shown(ec2: Any, id_: str) -> Any:
    (found,) = ec2.describe_vpc_endpoints(VpcEndpointIds=[id_])["VpcEndpoints"]
    return found


def failures(ec2: Any, *ids: str) -> list[tuple[str, str]]:
    found = ec2.delete_vpc_endpoints(VpcEndpointIds=[*ids])["Unsuccessful"]
    return [(each["ResourceId"], each["Error"]["Code"]) for each in found]


def routes(ec2: Any, table_id: str) -> list[tuple[str, str]]:
    """The routes to endpoints, as target and state."""
    (table,) = ec2.describe_route_tables(RouteTableIds=[table_id])["RouteTables"]
    found = [each for each in table["Routes"] if each.get("GatewayId", "").startswith("vpce-")]
    assert all(each["DestinationPrefixListId"].startswith("pl-") for each in found)
    return [(each["GatewayId"], each["State"]) for each in found]


def test_a_gateway_endpoint_is_a_route_in_each_of_its_tables(
    ec2: Any, vpc_id: str, tables: list[str]
) -> None:
    first, second = tables
    id_ = made(
        ec2, vpc_id, ServiceName=S3, RouteTableIds=[first], TagSpecifications=tagged("vpc-endpoint", Team="a")
    )
    found = shown(ec2, id_)
    assert (found["VpcEndpointType"], found["State"], found["RouteTableIds"]) == (
        "Gateway",
        "available",
        [first],
    )
    assert json.loads(found["PolicyDocument"])["Statement"][0]["Effect"] == "Allow"
    assert found["Tags"] == [{"Key": "Team", "Value": "a"}]
    assert routes(ec2, first) == [(id_, "active")]
    again = refusal(ec2.create_vpc_endpoint, VpcId=vpc_id, ServiceName=S3, RouteTableIds=[first])
    assert again[0] == "RouteAlreadyExists"
    (route,) = [
        each
        for each in ec2.describe_route_tables(RouteTableIds=[first])["RouteTables"][0]["Routes"]
        if each.get("GatewayId") == id_
    ]
    listed = route["DestinationPrefixListId"]
    delete = refusal(ec2.delete_route, RouteTableId=first, DestinationPrefixListId=listed)
    assert delete[0] == "InvalidParameterValue"

    ec2.modify_vpc_endpoint(
        VpcEndpointId=id_, AddRouteTableIds=[second], RemoveRouteTableIds=[first], PolicyDocument=POLICY
    )
    assert (routes(ec2, first), routes(ec2, second)) == ([], [(id_, "active")])
    assert shown(ec2, id_)["PolicyDocument"] == POLICY
    ec2.modify_vpc_endpoint(VpcEndpointId=id_, ResetPolicy=True)
    assert shown(ec2, id_)["PolicyDocument"] != POLICY
    assert failures(ec2, id_) == []
    assert routes(ec2, second) == []


def test_an_interface_endpoint_is_an_interface_in_each_of_its_subnets(
    ec2: Any, clock: VirtualClock, vpc_id: str, subnets: list[str]
) -> None:
    first, second, beside_first = subnets
    web, app = group(ec2, vpc_id, "web"), group(ec2, vpc_id, "app")
    chosen = [{"SubnetId": first, "Ipv4": "10.0.1.77"}]
    id_ = interface(ec2, vpc_id, SubnetIds=[first], SecurityGroupIds=[web], SubnetConfigurations=chosen)
    found = shown(ec2, id_)
    assert (found["State"], found["PrivateDnsEnabled"]) == ("pending", True)
    assert found["DnsOptions"] == {"DnsRecordIpType": "ipv4", INBOUND: False}
    assert found["DnsEntries"][0]["DnsName"].endswith(f".logs.{REGION}.vpce.amazonaws.com")
    held = ec2.describe_network_interfaces(NetworkInterfaceIds=found["NetworkInterfaceIds"])[
        "NetworkInterfaces"
    ]
    assert [(each["SubnetId"], each["PrivateIpAddress"], each["InterfaceType"]) for each in held] == [
        (first, "10.0.1.77", "vpc_endpoint")
    ]
    assert [each["GroupId"] for each in held[0]["Groups"]] == [web]
    clock.sleep(SETTLES)
    assert shown(ec2, id_)["State"] == "available"

    same_zone = {"VpcEndpointId": id_, "AddSubnetIds": [beside_first], "RemoveSubnetIds": [first]}
    assert refusal(ec2.modify_vpc_endpoint, **same_zone)[0] == "DuplicateSubnetsInSameZone"
    ec2.modify_vpc_endpoint(
        VpcEndpointId=id_, AddSubnetIds=[second], RemoveSubnetIds=[first], AddSecurityGroupIds=[app],
        RemoveSecurityGroupIds=[web], PrivateDnsEnabled=False,
    )  # fmt: skip
    found = shown(ec2, id_)
    assert (found["State"], found["SubnetIds"], found["PrivateDnsEnabled"]) == ("pending", [second], False)
    assert [each["GroupId"] for each in found["Groups"]] == [app]
    ec2.delete_subnet(SubnetId=first)
    ec2.delete_security_group(GroupId=web)
    moved = [{"SubnetId": second, "Ipv4": "10.0.2.78"}]
    ec2.modify_vpc_endpoint(VpcEndpointId=id_, SubnetConfigurations=moved)
    (interface_id,) = shown(ec2, id_)["NetworkInterfaceIds"]
    (held,) = ec2.describe_network_interfaces(NetworkInterfaceIds=[interface_id])["NetworkInterfaces"]
    assert held["PrivateIpAddress"] == "10.0.2.78"

    assert refusal(ec2.delete_subnet, SubnetId=second)[0] == "DependencyViolation"
    assert failures(ec2, id_) == []
    assert refusal(ec2.delete_security_group, GroupId=app)[0] == "DependencyViolation"
    assert refusal(ec2.delete_vpc, VpcId=vpc_id)[0] == "DependencyViolation"
    assert shown(ec2, id_)["State"] == "deleting"
    assert refusal(ec2.modify_vpc_endpoint, VpcEndpointId=id_, PrivateDnsEnabled=True)[0] == "IncorrectState"
    clock.sleep(SETTLES)
    assert shown(ec2, id_)["State"] == "deleted"
    assert failures(ec2, id_, "vpce-1") == [(each, "InvalidVpcEndpoint.NotFound") for each in (id_, "vpce-1")]
    for each in (second, beside_first):
        ec2.delete_subnet(SubnetId=each)
    ec2.delete_security_group(GroupId=app)
    ec2.delete_vpc(VpcId=vpc_id)
    clock.sleep(3600)
    assert refusal(shown, ec2=ec2, id_=id_)[0] == "InvalidVpcEndpointId.NotFound"


def test_private_dns_needs_the_attributes_of_the_vpc_and_a_free_name(
    ec2: Any, vpc_id: str, tables: list[str]
) -> None:
    other = made_vpc(ec2, "10.1.0.0/16")
    asked = {"VpcEndpointType": "Interface", "ServiceName": LOGS}
    code, text = refusal(ec2.create_vpc_endpoint, VpcId=other, **asked)
    assert code == "InvalidParameter"
    assert "enableDnsHostnames" in text
    interface(ec2, vpc_id)
    assert "conflicting DNS domain" in refusal(ec2.create_vpc_endpoint, VpcId=vpc_id, **asked)[1]
    second = interface(ec2, vpc_id, PrivateDnsEnabled=False)
    change = {"VpcEndpointId": second, "PrivateDnsEnabled": True}
    assert "conflicting DNS domain" in refusal(ec2.modify_vpc_endpoint, **change)[1]

    code, text = refusal(ec2.create_vpc_endpoint, VpcId=vpc_id, **{**asked, "ServiceName": S3})
    assert text.endswith("must have a Gateway endpoint for the service.")
    gateway = made(ec2, vpc_id, ServiceName=S3, RouteTableIds=tables[:1])
    inbound = interface(ec2, vpc_id, S3)
    assert shown(ec2, inbound)["DnsOptions"][INBOUND] is True
    assert failures(ec2, gateway) == [(gateway, "DependencyViolation")]
    ec2.modify_vpc_endpoint(VpcEndpointId=inbound, DnsOptions={INBOUND: False})
    assert failures(ec2, gateway) == []
    wrong = {**asked, "PrivateDnsEnabled": False, "DnsOptions": {"PrivateDnsPreference": "ALL_DOMAINS"}}
    assert refusal(ec2.create_vpc_endpoint, VpcId=vpc_id, **wrong)[0] == "InvalidParameter"


def test_an_endpoint_for_a_balancer_stays_while_routes_lead_to_it(
    ec2: Any, clock: VirtualClock, vpc_id: str, subnets: list[str], tables: list[str]
) -> None:
    asked = {
        "VpcEndpointType": "GatewayLoadBalancer",
        "ServiceName": f"com.amazonaws.vpce.{REGION}.vpce-svc-1",
    }
    both = {**asked, "SubnetIds": subnets[:2]}
    assert refusal(ec2.create_vpc_endpoint, VpcId=vpc_id, **both)[0] == "InvalidParameter"
    id_ = made(ec2, vpc_id, **asked, SubnetIds=subnets[:1])
    clock.sleep(SETTLES)
    moved = refusal(ec2.modify_vpc_endpoint, VpcEndpointId=id_, AddSubnetIds=subnets[1:2])
    assert moved[0] == "InvalidParameter"
    to = {"RouteTableId": tables[0], "DestinationCidrBlock": "0.0.0.0/0"}
    ec2.create_route(**to, VpcEndpointId=id_)
    assert failures(ec2, id_) == [(id_, "DependencyViolation")]
    ec2.delete_route(**to)
    assert failures(ec2, id_) == []


def test_a_token_makes_one_endpoint(ec2: Any, vpc_id: str) -> None:
    asked = {"ServiceName": S3, "ClientToken": "once"}
    id_ = made(ec2, vpc_id, **asked)
    assert made(ec2, vpc_id, **asked) == id_
    other = refusal(ec2.create_vpc_endpoint, VpcId=vpc_id, **asked, PolicyDocument=POLICY)
    assert other[0] == "IdempotentParameterMismatch"
    assert (
        len(ec2.describe_vpc_endpoints(Filters=[{"Name": "vpc-id", "Values": [vpc_id]}])["VpcEndpoints"]) == 1
    )


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({}, "MissingParameter"),
        ({"ServiceName": "com.amazonaws.us-east-1.s3"}, "InvalidServiceName"),
        ({"ServiceName": LOGS}, "InvalidParameter"),
        ({"ServiceName": S3, "PrivateDnsEnabled": True}, "InvalidParameter"),
        ({"ServiceName": S3, "PolicyDocument": "{"}, "InvalidPolicyDocument"),
        ({"VpcEndpointType": "Resource", "ServiceName": S3}, "MissingParameter"),
        ({"VpcEndpointType": "Interface", "ServiceName": LOGS, "RouteTableIds": ["rtb-1"]}, "InvalidParameter"),
        ({"VpcEndpointType": "Interface", "ServiceName": LOGS, "SecurityGroupIds": ["sg-1"]}, "InvalidGroup.NotFound"),
    ],
)  # fmt: skip
def test_what_an_endpoint_of_a_type_does_not_have_is_refused(
    ec2: Any, vpc_id: str, asked: dict[str, Any], code: str
) -> None:
    assert refusal(ec2.create_vpc_endpoint, VpcId=vpc_id, **asked)[0] == code


def test_the_owner_of_a_service_accepts_endpoints(
    vpc_id: str, subnets: list[str], box: Sandbox, ec2: Any
) -> None:
    balancer = client_of(box, "elbv2").create_load_balancer(Name="b", Type="network", Subnets=subnets[:1])
    arns = [balancer["LoadBalancers"][0]["LoadBalancerArn"]]
    asked = {"AcceptanceRequired": True, "NetworkLoadBalancerArns": arns}
    service = ec2.create_vpc_endpoint_service_configuration(**asked)["ServiceConfiguration"]
    id_ = interface(ec2, vpc_id, service["ServiceName"], SubnetIds=subnets[:1])
    assert shown(ec2, id_)["State"] == "pendingAcceptance"
