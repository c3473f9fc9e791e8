"""Passes over NAT gateways and elastic IP addresses: the order of creates and deletes, failures, and what is left alone."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from reconciler.runtime.clock import VirtualClock
from reconciler.sandbox import Sandbox
from reconciler.sandbox.account import account_in
from reconciler.sandbox.fault_injection import Attempt, FaultKind
from tests.resources.live_harness import REGION, LiveHarness, fields, messages

TAKES = 90.0
"""Seconds that each change of a gateway takes in these tests."""
VPC, GATEWAY, SUBNET = "${ec2.vpc:main#id}", "${ec2.internet_gateway:main#id}", "${ec2.subnet:public#id}"
ALL: Mapping[str, Any] = {"prune": True, "guard": {"max_percent": 100}}
"""What a stack says that may lose everything."""
FREE = {"policy": {"protect": False}}


@pytest.fixture
def harness(tmp_path: Path) -> Iterator[LiveHarness]:
    clock = VirtualClock()
    with Sandbox(clock=clock.now, sleep=clock.sleep, settling_seconds=TAKES) as box:
        yield LiveHarness(box, clock, account_in(box, REGION, clock), tmp_path)


@pytest.fixture
def ec2(harness: LiveHarness) -> Any:
    return harness.client("ec2")


def network(*, internet: bool = True, **nat: Any) -> dict[str, Any]:
    """A VPC whose private subnet reaches the internet by a NAT gateway, which names no internet gateway."""
    public = {"destination_cidr_block": "0.0.0.0/0", "gateway_id": GATEWAY}
    private = {"destination_cidr_block": "0.0.0.0/0", "nat_gateway_id": "${ec2.nat_gateway:out#id}"}
    gateways = {"ec2.internet_gateway": {"main": {"vpc_id": VPC}}} if internet else {}
    return {
        "ec2.elastic_ip": {"out": FREE},
        "ec2.nat_gateway": {"out": {"subnet_id": SUBNET, "allocation_id": "${ec2.elastic_ip:out#id}", **nat}},
        "ec2.route_table": {
            **({"public": {"vpc_id": VPC, "routes": [public], "subnet_ids": [SUBNET]}} if internet else {}),
            "private": {"vpc_id": VPC, "routes": [private], "subnet_ids": ["${ec2.subnet:private#id}"]},
        },
        "ec2.subnet": {
            name: {"vpc_id": VPC, "cidr_block": f"10.0.{number}.0/24"}
            for number, name in enumerate(("public", "private"))
        },
        "ec2.vpc": {"main": {"cidr_block": "10.0.0.0/16"}},
        **gateways,
    }


def only_nat(resources: Mapping[str, Any], **nat: Any) -> dict[str, Any]:
    """The same with other settings of the gateway."""
    gateway = {**resources["ec2.nat_gateway"]["out"], **nat}
    return {**resources, "ec2.nat_gateway": {"out": gateway}}


def gateways(ec2: Any) -> list[tuple[str, str]]:
    """Every gateway that AWS shows, the oldest first: its id and its state."""
    rows = ec2.describe_nat_gateways()["NatGateways"]
    return [(each["NatGatewayId"], each["State"]) for each in rows]


def order(harness: LiveHarness) -> list[str]:
    return [name for name, _ in harness.calls]


def test_one_pass_makes_all_and_one_pass_deletes_all(harness: LiveHarness, ec2: Any) -> None:
    harness.settle(network())
    (route,) = [
        each
        for table in ec2.describe_route_tables()["RouteTables"]
        for each in table["Routes"]
        if "NatGatewayId" in each
    ]
    assert (route["NatGatewayId"], route["State"]) == (gateways(ec2)[0][0], "active")
    report = harness.run({}, **ALL)
    assert report.outcome == "settled", messages(report)
    called = order(harness)
    assert called.index("DeleteNatGateway") < called.index("ReleaseAddress")
    assert called.index("DeleteNatGateway") < called.index("DetachInternetGateway")
    assert called.count("DeleteNatGateway") == called.count("ReleaseAddress") == 1
    assert ec2.describe_addresses()["Addresses"] == []
    assert [state for _, state in gateways(ec2)] == ["deleted"]
    # The gateway that AWS still shows is none, and its create token makes no other one.
    harness.settle(network())
    assert [state for _, state in gateways(ec2)] == ["deleted", "available"]


def test_a_gateway_that_fails_is_made_anew_once_nothing_is_missing(harness: LiveHarness, ec2: Any) -> None:
    report = harness.run(network(internet=False))
    assert report.outcome == "failed"
    assert any("has no Internet gateway attached" in each for each in messages(report))
    harness.settle(network(tags={"Team": "net"}))
    assert [state for _, state in gateways(ec2)] == ["failed", "available"]


def test_a_gateway_that_somebody_deletes_is_made_anew_with_its_address(
    harness: LiveHarness, ec2: Any
) -> None:
    harness.settle(network())
    ec2.delete_nat_gateway(NatGatewayId=gateways(ec2)[0][0])
    report = harness.run(network())
    assert report.outcome == "pending"
    assert any("is being deleted, and still has eipalloc-" in each for each in messages(report))
    harness.clock.sleep(TAKES)
    harness.settle(network())
    assert [state for _, state in gateways(ec2)] == ["deleted", "available"]


def test_a_token_that_aws_knows_longer_than_the_gateway_makes_another_one(
    harness: LiveHarness, ec2: Any
) -> None:
    harness.settle(network())
    (first, _), *_ = gateways(ec2)
    ec2.delete_nat_gateway(NatGatewayId=first)
    harness.clock.sleep(TAKES)
    ec2.delete_tags(Resources=[first])  # as if AWS did not show it any more
    assert harness.run(network()).outcome == "settled"
    assert order(harness).count("CreateNatGateway") == 2
    assert [state for _, state in gateways(ec2)] == ["deleted", "available"]
    harness.require_quiet(network())


def test_a_crash_right_after_the_create_leaves_one_gateway(harness: LiveHarness, ec2: Any) -> None:
    def crash(attempt: Attempt) -> FaultKind | None:
        return FaultKind.CRASH_AFTER if attempt.operation == "CreateNatGateway" else None

    harness.box.inject(crash)
    with pytest.raises(BaseException, match="CreateNatGateway"):
        harness.run(network())
    harness.box.end_faults()
    harness.settle(network())
    assert len(gateways(ec2)) == 1


def test_connections_of_a_removed_address_drain(harness: LiveHarness, ec2: Any) -> None:
    ids = [ec2.allocate_address(Domain="vpc")["AllocationId"] for _ in range(2)]
    before = network(secondary_allocation_ids=ids[:1], max_drain_duration_seconds=20)
    harness.settle(before)
    after = only_nat(before, secondary_allocation_ids=ids[1:])
    assert harness.run(after).outcome == "settled"
    assert order(harness) == ["AssociateNatGatewayAddress", "DisassociateNatGatewayAddress"]
    assert harness.calls[1][1]["MaxDrainDurationSeconds"] == 20
    harness.require_quiet(after)


@pytest.mark.whole
def test_an_address_in_use_is_not_released(harness: LiveHarness, ec2: Any) -> None:
    harness.settle(network())
    kept = {kind: names for kind, names in network().items() if kind != "ec2.elastic_ip"}
    literal = {"allocation_id": ec2.describe_addresses()["Addresses"][0]["AllocationId"]}
    report = harness.run(only_nat(kept, **literal), **ALL)
    assert report.outcome == "failed"
    (said,) = [each for each in messages(report) if "ec2.elastic_ip/out" in each]
    assert "is associated with eni-" in said
    assert "it is used by ec2.nat_gateway/out" in said
    assert "ReleaseAddress" not in order(harness)


@pytest.mark.whole
def test_an_association_that_no_file_writes_is_left_alone(harness: LiveHarness, ec2: Any) -> None:
    mail = {"ec2.elastic_ip": {"mail": {**FREE, "domain_name": "mail.example.com"}}}
    harness.settle(mail)
    (address,) = ec2.describe_addresses()["Addresses"]
    subnet = ec2.describe_subnets()["Subnets"][0]
    gateway = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=subnet["VpcId"])
    interface = ec2.create_network_interface(SubnetId=subnet["SubnetId"])["NetworkInterface"]
    to = {"AllocationId": address["AllocationId"], "NetworkInterfaceId": interface["NetworkInterfaceId"]}
    association = ec2.associate_address(**to)["AssociationId"]
    harness.require_quiet(mail)
    # In a default VPC, AWS would release the address all the same.
    report = harness.run({}, **ALL)
    assert report.outcome == "failed"
    assert harness.calls == []
    ec2.disassociate_address(AssociationId=association)
    for _ in range(3):  # the reverse DNS record goes first, and takes its time
        report = harness.run({}, **ALL)
    assert (report.outcome, fields(report)) == ("settled", [])
    assert ec2.describe_addresses()["Addresses"] == []
