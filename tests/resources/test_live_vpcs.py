"""Passes over VPCs: changes by others, names that several have, what is in them, and the default VPC."""

from collections.abc import Mapping
from typing import Any

import pytest

from reconciler.sandbox.fault_injection import FaultKind
from tests.resources.live_harness import LiveHarness, fields, messages

pytestmark = pytest.mark.whole

MAIN = {"cidr_block": "10.0.0.0/16", "tags": {"Name": "main"}}
PRUNE: Mapping[str, Any] = {"prune": True, "guard": {"max_percent": 100}}
ID = "${ec2.vpc:main#id}"


def vpc(**settings: Any) -> dict[str, Any]:
    return {"ec2.vpc": {"main": {**MAIN, **settings}}}


def subnet(block: str) -> dict[str, Any]:
    return {"ec2.subnet": {"a": {"vpc_id": ID, "cidr_block": block}}}


@pytest.fixture
def ec2(harness: LiveHarness) -> Any:
    return harness.client("ec2")


def live(ec2: Any, name: str = "main") -> dict[str, Any]:
    (found,) = ec2.describe_vpcs(Filters=[{"Name": "tag:reconciler:key", "Values": [name]}])["Vpcs"]
    return dict(found)


def tag(**tags: str) -> list[dict[str, Any]]:
    return [{"ResourceType": "vpc", "Tags": [{"Key": key, "Value": value} for key, value in tags.items()]}]


def operations(harness: LiveHarness) -> list[str]:
    return [name for name, _ in harness.calls]


def test_a_change_by_hand_is_named_and_reverted(harness: LiveHarness, ec2: Any) -> None:
    wanted = vpc(enable_dns_hostnames=True, secondary_cidr_blocks=[{"cidr_block": "10.8.0.0/16"}])
    harness.settle(wanted)
    id_ = live(ec2)["VpcId"]
    ec2.modify_vpc_attribute(VpcId=id_, EnableDnsHostnames={"Value": False})
    ec2.associate_vpc_cidr_block(VpcId=id_, CidrBlock="10.9.0.0/16")
    report = harness.run(wanted)
    assert fields(report) == ["enable_dns_hostnames", "secondary_cidr_blocks[10.9.0.0/16]"]
    assert operations(harness) == ["ModifyVpcAttribute", "DisassociateVpcCidrBlock"]
    harness.require_quiet(wanted)


def test_a_subnet_waits_for_the_secondary_block_that_it_is_in(harness: LiveHarness, ec2: Any) -> None:
    block = {"cidr_block": "100.64.0.0/16"}
    wanted = {**vpc(secondary_cidr_blocks=[block]), **subnet("100.64.1.0/24")}
    report = harness.run(wanted)
    assert report.outcome == "settled", messages(report)
    assert operations(harness) == ["CreateVpc", "AssociateVpcCidrBlock", "CreateSubnet"]
    harness.require_quiet(wanted)
    harness.run(vpc(secondary_cidr_blocks=[]), **PRUNE)
    harness.settle(vpc(secondary_cidr_blocks=[]), **PRUNE)


def test_blocks_that_overlap_are_exchanged(harness: LiveHarness) -> None:
    harness.settle(vpc(secondary_cidr_blocks=[{"cidr_block": "10.2.0.0/17"}]))
    harness.run(vpc(secondary_cidr_blocks=[{"cidr_block": "10.2.0.0/16"}]))
    assert operations(harness) == ["DisassociateVpcCidrBlock", "AssociateVpcCidrBlock"]


def test_an_ipv6_block_that_is_given_back_is_shown_as_a_delete(harness: LiveHarness, ec2: Any) -> None:
    harness.settle(vpc(amazon_provided_ipv6_cidr_block=True))
    (block,) = live(ec2)["Ipv6CidrBlockAssociationSet"]
    report = harness.run(vpc(amazon_provided_ipv6_cidr_block=False), dry_run=True)
    assert block["Ipv6CidrBlock"] in str(report.plan.actions)
    assert report.plan.deletes == 1


def test_the_tenancy_cannot_become_dedicated(harness: LiveHarness) -> None:
    harness.settle(vpc())
    report = harness.run(vpc(instance_tenancy="dedicated", policy={"replace": True}))
    assert "AWS changes the tenancy of a VPC only to default" in str(report.plan.actions)
    assert harness.calls == []


# -- names -----------------------------------------------------------------------------------------------------------


def test_an_unmarked_vpc_is_adopted_by_its_tag_name(harness: LiveHarness, ec2: Any) -> None:
    made = ec2.create_vpc(CidrBlock="10.0.0.0/16", TagSpecifications=tag(Name="main"))["Vpc"]["VpcId"]
    harness.settle(vpc())
    assert live(ec2)["VpcId"] == made


def test_a_different_vpc_of_the_same_name_is_only_taken_over_if_the_files_say_so(
    harness: LiveHarness, ec2: Any
) -> None:
    made = ec2.create_vpc(CidrBlock="10.9.0.0/16", TagSpecifications=tag(Name="main"))["Vpc"]["VpcId"]
    report = harness.run(vpc())
    assert "adopt: true" in str(report.plan.actions)
    assert harness.calls == []
    harness.settle(vpc(cidr_block="10.9.0.0/16", adopt=True))
    assert live(ec2)["VpcId"] == made


def test_a_vpc_of_another_stack_with_the_same_name_is_left_alone(harness: LiveHarness, ec2: Any) -> None:
    marks = {"Name": "main", "reconciler:stack": "desk/prod", "reconciler:key": "other"}
    theirs = ec2.create_vpc(CidrBlock="10.0.0.0/16", TagSpecifications=tag(**marks))["Vpc"]
    report = harness.run(vpc(adopt=True))
    assert "desk/prod" in str(report.plan.actions)
    assert harness.calls == []
    harness.settle(vpc())
    assert live(ec2)["VpcId"] != theirs["VpcId"]


@pytest.mark.parametrize("stranger", [False, True])
def test_a_create_whose_reply_is_lost_makes_one_vpc(
    harness: LiveHarness, ec2: Any, *, stranger: bool
) -> None:
    marks = {"Name": "main", "reconciler:stack": "desk/prod", "reconciler:key": "main"}
    if stranger:
        ec2.create_vpc(CidrBlock="10.0.0.0/16", TagSpecifications=tag(**marks))
    before = len(ec2.describe_vpcs()["Vpcs"])
    harness.box.inject(lambda each: FaultKind.TIMEOUT_AFTER if each.operation == "CreateVpc" else None)
    harness.run(vpc())
    harness.box.end_faults()
    harness.settle(vpc())
    assert len(ec2.describe_vpcs()["Vpcs"]) == before + 1


# -- the default VPC -------------------------------------------------------------------------------------------------


def test_the_default_vpc_is_referred_to(harness: LiveHarness, ec2: Any) -> None:
    group = {"description": "web", "vpc_id": "${ec2.vpc:default#id}"}
    harness.settle({"ec2.vpc": {"default": {"existing": True}}, "ec2.security_group": {"web": group}})
    (default,) = ec2.describe_vpcs(Filters=[{"Name": "is-default", "Values": ["true"]}])["Vpcs"]
    (made,) = ec2.describe_security_groups(Filters=[{"Name": "group-name", "Values": ["web"]}])[
        "SecurityGroups"
    ]
    assert made["VpcId"] == default["VpcId"]
    assert not default.get("Tags")


def test_the_default_vpc_is_adopted_and_never_deleted(harness: LiveHarness) -> None:
    harness.settle({"ec2.vpc": {"default": {"adopt": True, "enable_dns_hostnames": True}}})
    report = harness.settle(vpc(), **PRUNE)
    assert {action.verb for action in report.plan.actions.values()} == {"release", "create"}


# -- deletes ---------------------------------------------------------------------------------------------------------


def test_a_vpc_is_deleted_after_what_is_in_it(harness: LiveHarness) -> None:
    harness.settle({**vpc(), **subnet("10.0.1.0/24")})
    report = harness.run({}, **PRUNE)
    assert report.outcome == "settled", messages(report)
    assert operations(harness) == ["DeleteSubnet", "DeleteVpc"]


def test_a_vpc_with_contents_of_others_stays(harness: LiveHarness, ec2: Any) -> None:
    harness.settle(vpc())
    ec2.create_subnet(VpcId=live(ec2)["VpcId"], CidrBlock="10.0.9.0/24")
    report = harness.run({}, **PRUNE)
    (said,) = messages(report)
    assert "DependencyViolation" in said
    assert "ec2.subnet/10.0.9.0/24" in said
    assert live(ec2)


def test_a_vpc_and_its_subnet_are_replaced_together(harness: LiveHarness, ec2: Any) -> None:
    replace = {"policy": {"replace": True}}
    harness.settle({**vpc(), **subnet("10.0.1.0/24")})
    before = live(ec2)["VpcId"]
    other = {"ec2.vpc": {"main": {**MAIN, "cidr_block": "10.1.0.0/16", **replace}}}
    rooms = {"ec2.subnet": {"a": {"vpc_id": ID, "cidr_block": "10.1.1.0/24", **replace}}}
    report = harness.run({**other, **rooms}, guard={"max_percent": 100})
    assert report.outcome == "settled", messages(report)
    assert live(ec2)["VpcId"] != before
    harness.require_quiet({**other, **rooms}, guard={"max_percent": 100})
