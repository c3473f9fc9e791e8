"""Passes over route tables: subnets that move, the main table of a VPC, AWS's own routes, and deletes."""

from typing import Any

import pytest

from tests.resources.live_harness import LiveHarness, fields, messages

pytestmark = pytest.mark.whole

VPC = "10.0.0.0/16"
OUT = "0.0.0.0/0"


@pytest.fixture
def ec2(harness: LiveHarness) -> Any:
    return harness.client("ec2")


@pytest.fixture
def vpc_id(ec2: Any) -> str:
    return str(ec2.create_vpc(CidrBlock=VPC)["Vpc"]["VpcId"])


def subnet(ec2: Any, vpc_id: str, number: int = 1) -> str:
    return str(ec2.create_subnet(VpcId=vpc_id, CidrBlock=f"10.0.{number}.0/24")["Subnet"]["SubnetId"])


def gateway(ec2: Any, vpc_id: str) -> str:
    gateway_id = str(ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"])
    ec2.attach_internet_gateway(InternetGatewayId=gateway_id, VpcId=vpc_id)
    return gateway_id


def tables(vpc_id: str, **settings: Any) -> dict[str, Any]:
    return {"ec2.route_table": {name: {"vpc_id": vpc_id, **each} for name, each in settings.items()}}


def shown(ec2: Any, name: str) -> Any:
    named = [{"Name": "tag:reconciler:key", "Values": [name]}]
    (table,) = ec2.describe_route_tables(Filters=named)["RouteTables"]
    return table


def held(ec2: Any, name: str) -> list[str]:
    return [each["SubnetId"] for each in shown(ec2, name)["Associations"] if "SubnetId" in each]


def main_of(ec2: Any, vpc_id: str) -> str:
    named = [{"Name": "vpc-id", "Values": [vpc_id]}, {"Name": "association.main", "Values": ["true"]}]
    return str(ec2.describe_route_tables(Filters=named)["RouteTables"][0]["RouteTableId"])


def names(harness: LiveHarness) -> list[str]:
    return [name for name, _ in harness.calls]


@pytest.mark.parametrize(("loser", "taker"), [("a", "b"), ("b", "a")])
def test_a_subnet_moves_to_another_table_by_one_call(
    harness: LiveHarness, ec2: Any, vpc_id: str, loser: str, taker: str
) -> None:
    """Between two calls the subnet would use the main table."""
    one, other = subnet(ec2, vpc_id, 1), subnet(ec2, vpc_id, 2)
    harness.settle(tables(vpc_id, **{loser: {"subnet_ids": [one, other]}, taker: {"subnet_ids": []}}))
    moved = tables(vpc_id, **{loser: {"subnet_ids": [one]}, taker: {"subnet_ids": [other]}})
    assert harness.run(moved).outcome == "settled"
    assert names(harness)[0] == "ReplaceRouteTableAssociation"
    assert "AssociateRouteTable" not in names(harness)
    assert (held(ec2, loser), held(ec2, taker)) == ([one], [other])
    harness.require_quiet(moved)


def test_a_new_table_gets_its_routes_and_then_the_subnet_of_another_one(
    harness: LiveHarness, ec2: Any, vpc_id: str
) -> None:
    one, out = subnet(ec2, vpc_id), gateway(ec2, vpc_id)
    harness.settle(tables(vpc_id, a={"subnet_ids": [one]}))
    route = {"destination_cidr_block": OUT, "gateway_id": out}
    moved = tables(vpc_id, a={"subnet_ids": []}, b={"routes": [route], "subnet_ids": [one]})
    assert harness.run(moved).outcome == "settled"
    assert names(harness)[:3] == ["CreateRouteTable", "CreateRoute", "ReplaceRouteTableAssociation"]
    harness.require_quiet(moved)


def test_two_tables_exchange_their_subnets(harness: LiveHarness, ec2: Any, vpc_id: str) -> None:
    one, other = subnet(ec2, vpc_id, 1), subnet(ec2, vpc_id, 2)
    harness.settle(tables(vpc_id, a={"subnet_ids": [one]}, b={"subnet_ids": [other]}))
    swapped = tables(vpc_id, a={"subnet_ids": [other]}, b={"subnet_ids": [one]})
    assert harness.run(swapped).outcome == "settled"
    assert (held(ec2, "a"), held(ec2, "b")) == ([other], [one])
    harness.require_quiet(swapped)


def test_a_subnet_keeps_its_table_while_routes_of_the_other_one_are_refused(
    harness: LiveHarness, ec2: Any, vpc_id: str
) -> None:
    one = subnet(ec2, vpc_id)
    harness.settle(tables(vpc_id, a={"subnet_ids": [one]}))
    route = {"destination_cidr_block": OUT, "instance_id": "i-0123456789abcdef0"}
    report = harness.run(tables(vpc_id, a={"subnet_ids": []}, b={"routes": [route], "subnet_ids": [one]}))
    assert report.outcome != "settled"
    assert held(ec2, "a") == [one]


def test_the_main_table_of_a_vpc_is_another_one_until_it_is_deleted(
    harness: LiveHarness, ec2: Any, vpc_id: str
) -> None:
    original, one = main_of(ec2, vpc_id), subnet(ec2, vpc_id)
    harness.settle(tables(vpc_id, a={"main": True, "subnet_ids": [one]}))
    assert main_of(ec2, vpc_id) == shown(ec2, "a")["RouteTableId"]
    assert harness.run({}, prune=True).outcome == "settled"
    assert names(harness) == [
        "ReplaceRouteTableAssociation",
        "DisassociateRouteTable",
        "DeleteRouteTable",
    ]
    assert main_of(ec2, vpc_id) == original


def test_the_main_table_of_aws_is_adopted_and_never_deleted(
    harness: LiveHarness, ec2: Any, vpc_id: str
) -> None:
    original = main_of(ec2, vpc_id)
    ec2.create_tags(Resources=[original], Tags=[{"Key": "Name", "Value": "main"}])
    wanted = tables(vpc_id, main={"adopt": True, "routes": [], "tags": {"Name": "main"}})
    harness.settle(wanted)
    assert shown(ec2, "main")["RouteTableId"] == original
    harness.run({}, prune=True)
    assert main_of(ec2, vpc_id) == original
    assert "DeleteRouteTable" not in names(harness)


def test_the_main_table_of_aws_is_referred_to(harness: LiveHarness, ec2: Any, vpc_id: str) -> None:
    chosen = {"ec2.route_table": {"main": {"existing": {"vpc_id": vpc_id, "main": True}}}}
    harness.settle({**chosen, **groups("${ec2.route_table:main#id}", vpc_id)})
    (group,) = ec2.describe_security_groups(Filters=[{"Name": "group-name", "Values": ["web"]}])[
        "SecurityGroups"
    ]
    assert group["Description"] == main_of(ec2, vpc_id)


def groups(description: str, vpc_id: str) -> dict[str, Any]:
    return {"ec2.security_group": {"web": {"vpc_id": vpc_id, "description": description}}}


def test_routes_of_aws_are_left_alone(harness: LiveHarness, ec2: Any, vpc_id: str) -> None:
    wanted = tables(vpc_id, a={"routes": []})
    harness.settle(wanted)
    table_id = shown(ec2, "a")["RouteTableId"]
    service = "com.amazonaws.eu-west-2.s3"
    ec2.create_vpc_endpoint(VpcId=vpc_id, ServiceName=service, RouteTableIds=[table_id])
    ec2.associate_vpc_cidr_block(VpcId=vpc_id, CidrBlock="10.1.0.0/16")
    assert len(shown(ec2, "a")["Routes"]) == 3
    harness.require_quiet(wanted)


def test_a_route_that_was_added_by_hand_is_named_and_removed(
    harness: LiveHarness, ec2: Any, vpc_id: str
) -> None:
    out = gateway(ec2, vpc_id)
    wanted = tables(vpc_id, a={"routes": []})
    harness.settle(wanted)
    ec2.create_route(RouteTableId=shown(ec2, "a")["RouteTableId"], DestinationCidrBlock=OUT, GatewayId=out)
    report = harness.run(wanted)
    assert (report.outcome, fields(report), names(harness)) == (
        "settled",
        ["routes"],
        ["DeleteRoute"],
    )


def test_a_blackhole_is_a_remark(harness: LiveHarness, ec2: Any, vpc_id: str) -> None:
    out = gateway(ec2, vpc_id)
    wanted = tables(vpc_id, a={"routes": [{"destination_cidr_block": OUT, "gateway_id": out}]})
    harness.settle(wanted)
    ec2.detach_internet_gateway(InternetGatewayId=out, VpcId=vpc_id)
    report = harness.run(wanted)
    assert (report.outcome, names(harness)) == ("settled", [])
    assert "is a blackhole" in str(report.plan.actions) + str(messages(report)) + str(report)
