"""Passes over VPC endpoints: the order of creates and deletes, what waits for others, and what is replaced."""

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
"""Seconds that each change of an endpoint takes in these tests."""
VPC = "${ec2.vpc:main#id}"
LOGS, S3 = (f"com.amazonaws.{REGION}.{each}" for each in ("logs", "s3"))
INBOUND = "private_dns_only_for_inbound_resolver_endpoint"
ALL: Mapping[str, Any] = {"prune": True, "guard": {"max_percent": 100}}
"""What a stack says that may lose everything."""


@pytest.fixture
def harness(tmp_path: Path) -> Iterator[LiveHarness]:
    clock = VirtualClock()
    with Sandbox(clock=clock.now, sleep=clock.sleep, settling_seconds=TAKES) as box:
        yield LiveHarness(box, clock, account_in(box, REGION, clock), tmp_path)


@pytest.fixture
def ec2(harness: LiveHarness) -> Any:
    return harness.client("ec2")


def subnet(name: str) -> str:
    return f"${{ec2.subnet:{name}#id}}"


def network(**endpoints: Any) -> dict[str, Any]:
    """A VPC with three subnets, the first and the last in one zone, and these endpoints."""
    zones = {"a": f"{REGION}a", "b": f"{REGION}b", "beside-a": f"{REGION}a"}
    return {
        "ec2.vpc": {"main": {"cidr_block": "10.0.0.0/16", "enable_dns_hostnames": True}},
        "ec2.subnet": {
            name: {"vpc_id": VPC, "cidr_block": f"10.0.{at}.0/24", "availability_zone": zone}
            for at, (name, zone) in enumerate(zones.items())
        },
        "ec2.route_table": {"inside": {"vpc_id": VPC, "subnet_ids": [subnet("a")]}},
        "ec2.security_group": {"endpoints": {"description": "For endpoints", "vpc_id": VPC}},
        "ec2.vpc_endpoint": {name: {"vpc_id": VPC, **each} for name, each in endpoints.items()},
    }


GATEWAY = {"service_name": S3, "route_table_ids": ["${ec2.route_table:inside#id}"]}


def interface(service: str = LOGS, *subnets: str, **more: Any) -> dict[str, Any]:
    return {
        "vpc_endpoint_type": "Interface",
        "service_name": service,
        "subnet_ids": [subnet(each) for each in subnets],
        "private_dns_enabled": True,
        **more,
    }


def endpoints(ec2: Any) -> list[tuple[str, str]]:
    """Every endpoint that AWS shows, the oldest first: its service and its state."""
    rows = ec2.describe_vpc_endpoints()["VpcEndpoints"]
    return [(each["ServiceName"].rpartition(".")[2], each["State"]) for each in rows]


def order(harness: LiveHarness) -> list[str]:
    return [name for name, _ in harness.calls]


def test_one_pass_makes_all_and_one_pass_deletes_all(harness: LiveHarness, ec2: Any) -> None:
    """An endpoint for S3 with private DNS waits for the gateway endpoint, which no field names."""
    groups = {"security_group_ids": ["${ec2.security_group:endpoints#id}"]}
    wanted = network(
        inbound=interface(S3, "b"), logs=interface(LOGS, "a", "b", **groups), s3=GATEWAY
    )  # fmt: skip
    harness.settle(wanted)
    assert sorted(endpoints(ec2)) == [("logs", "available"), ("s3", "available"), ("s3", "available")]
    report = harness.run({}, **ALL)
    assert report.outcome == "settled", messages(report)
    called = order(harness)
    assert called.count("DeleteVpcEndpoints") == 4  # that of the gateway endpoint is refused at first
    assert called[-1] == "DeleteVpc"
    assert {state for _, state in endpoints(ec2)} == {"deleted"}
    # An endpoint that AWS still shows is none, and its create token makes no other one.
    harness.settle(wanted)
    assert sorted(state for _, state in endpoints(ec2)) == ["available"] * 3 + ["deleted"] * 3


def test_a_subnet_of_the_same_zone_takes_the_place_of_another(harness: LiveHarness, ec2: Any) -> None:
    harness.settle(network(logs=interface(LOGS, "a")))
    harness.settle(network(logs=interface(LOGS, "b")))
    harness.settle(network(logs=interface(LOGS, "a")))
    after = network(logs=interface(LOGS, "beside-a", "b"))
    assert harness.run(after).outcome == "settled"
    (_, first), (_, second) = harness.calls
    assert [*first] == ["VpcEndpointId", "RemoveSubnetIds"]
    assert len(second["AddSubnetIds"]) == 2
    harness.require_quiet(after)


def test_another_endpoint_for_the_same_table_and_name(harness: LiveHarness, ec2: Any) -> None:
    harness.settle(network(s3=GATEWAY, logs=interface(LOGS, "a")))
    after = network(storage=GATEWAY, log=interface(LOGS, "a"))
    for _ in range(2):
        report = harness.run(after, **ALL)
    assert report.outcome == "settled", messages(report)
    assert sorted(endpoints(ec2)) == [
        (each, state) for each in ("logs", "s3") for state in ("available", "deleted")
    ]


def test_a_crash_right_after_the_create_leaves_one_endpoint(harness: LiveHarness, ec2: Any) -> None:
    def crash(attempt: Attempt) -> FaultKind | None:
        return FaultKind.CRASH_AFTER if attempt.operation == "CreateVpcEndpoint" else None

    harness.box.inject(crash)
    with pytest.raises(BaseException, match="CreateVpcEndpoint"):
        harness.run(network(logs=interface(LOGS, "a")))
    harness.box.end_faults()
    harness.settle(network(logs=interface(LOGS, "a")))
    assert [service for service, _ in endpoints(ec2)] == ["logs"]


def test_routes_to_an_endpoint_go_first(harness: LiveHarness, ec2: Any) -> None:
    service = f"com.amazonaws.vpce.{REGION}.vpce-svc-1"
    balancer = {
        "vpc_endpoint_type": "GatewayLoadBalancer",
        "service_name": service,
        "subnet_ids": [subnet("a")],
    }
    wanted = network(inspection=balancer)
    route = {"destination_cidr_block": "0.0.0.0/0", "vpc_endpoint_id": "${ec2.vpc_endpoint:inspection#id}"}
    wanted["ec2.route_table"]["inside"]["routes"] = [route]
    harness.settle(wanted)
    report = harness.run({}, **ALL)
    assert report.outcome == "settled", messages(report)


def test_private_dns_of_a_service_network_needs_another_endpoint(harness: LiveHarness, ec2: Any) -> None:
    arn = f"arn:aws:vpc-lattice:{REGION}:123456789012:servicenetwork/sn-1"
    leads = {"vpc_endpoint_type": "ServiceNetwork", "service_network_arn": arn}
    harness.settle(network(net={**leads, "private_dns_enabled": True}))
    other = {**leads, "private_dns_enabled": False}
    report = harness.run(network(net=other))
    assert (report.outcome, harness.calls) == ("failed", [])
    assert any("AWS cannot change private_dns_enabled; `policy" in each for each in messages(report))
    replaced = network(net={**other, "policy": {"replace": True}})
    harness.settle(replaced)
    harness.require_quiet(replaced)
    rows = ec2.describe_vpc_endpoints()["VpcEndpoints"]
    assert [(each["State"], each["PrivateDnsEnabled"]) for each in rows] == [
        ("deleted", True),
        ("available", False),
    ]


def test_that_an_owner_has_not_accepted_yet_is_a_remark(harness: LiveHarness, ec2: Any) -> None:
    harness.settle(network())
    (row, *_) = ec2.describe_subnets()["Subnets"]
    made = harness.client("elbv2").create_load_balancer(Name="b", Type="network", Subnets=[row["SubnetId"]])
    arns = [made["LoadBalancers"][0]["LoadBalancerArn"]]
    service = ec2.create_vpc_endpoint_service_configuration(
        AcceptanceRequired=True, NetworkLoadBalancerArns=arns
    )
    name = service["ServiceConfiguration"]["ServiceName"]
    wanted = network(shop=interface(name, "a", private_dns_enabled=False))
    report = harness.run(wanted)
    assert report.outcome == "settled", messages(report)
    assert (fields(harness.run(wanted)), harness.calls) == ([], [])
    assert any(
        "it waits until the owner of the service accepts it" in each for each in harness.run(wanted).notes
    )
