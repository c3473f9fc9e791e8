"""Elastic IP addresses and NAT gateways: their states by the clock, their associations, and AWS's refusals.

Sources: AllocateAddress, ReleaseAddress, AssociateAddress, ModifyAddressAttribute, CreateNatGateway, DeleteNatGateway,
AssociateNatGatewayAddress (Amazon EC2 API Reference).
"""

from collections.abc import Iterator
from typing import Any

import pytest

from reconciler.runtime.clock import VirtualClock
from reconciler.sandbox import Sandbox
from tests.sandbox.network import made_vpc, refusal, tagged
from tests.sandbox.refusals import client_of

SETTLES = 60.0
"""Seconds that each change takes in these tests."""


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock()


@pytest.fixture
def ec2(clock: VirtualClock) -> Iterator[Any]:
    with Sandbox(clock=clock.now, settling_seconds=SETTLES) as box:
        yield client_of(box, "ec2")


@pytest.fixture
def vpc_id(ec2: Any) -> str:
    return made_vpc(ec2)


@pytest.fixture
def subnet_id(ec2: Any, vpc_id: str) -> str:
    id_: str = ec2.create_subnet(VpcId=vpc_id, CidrBlock="10.0.1.0/24")["Subnet"]["SubnetId"]
    return id_


@pytest.fixture
def internet(ec2: Any, vpc_id: str) -> str:
    id_: str = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    ec2.attach_internet_gateway(InternetGatewayId=id_, VpcId=vpc_id)
    return id_


def allocated(ec2: Any, **more: Any) -> str:
    id_: str = ec2.allocate_address(**more)["AllocationId"]
    return id_


def address(ec2: Any, id_: str) -> Any:
    (found,) = ec2.describe_addresses(AllocationIds=[id_])["Addresses"]
    return found


def record(ec2: Any, id_: str) -> Any:
    asked = {"AllocationIds": [id_], "Attribute": "domain-name"}
    (found,) = ec2.describe_addresses_attribute(**asked)["Addresses"]
    return found.get("PtrRecord"), (found.get("PtrRecordUpdate") or {}).get("Value")


def made(ec2: Any, **asked: Any) -> str:
    id_: str = ec2.create_nat_gateway(**asked)["NatGateway"]["NatGatewayId"]
    return id_


def gateway(ec2: Any, id_: str) -> Any:
    (found,) = ec2.describe_nat_gateways(NatGatewayIds=[id_])["NatGateways"]
    return found


def held(ec2: Any, id_: str) -> list[tuple[str | None, str, str]]:
    """The addresses of a gateway: elastic, private, and status."""
    found = gateway(ec2, id_)["NatGatewayAddresses"]
    return [(each.get("AllocationId"), each.get("PrivateIp"), each["Status"]) for each in found]


def test_an_address_is_released_once_nothing_uses_it(ec2: Any, subnet_id: str, internet: str) -> None:
    id_ = allocated(ec2, TagSpecifications=tagged("elastic-ip", Team="a"))
    free = address(ec2, id_)
    named = {"Domain": "vpc", "NetworkBorderGroup": "eu-west-2", "PublicIpv4Pool": "amazon"}
    assert free == {
        **named,
        "AllocationId": id_,
        "PublicIp": free["PublicIp"],
        "Tags": [{"Key": "Team", "Value": "a"}],
    }
    interface = ec2.create_network_interface(SubnetId=subnet_id)["NetworkInterface"]
    to = {"AllocationId": id_, "NetworkInterfaceId": interface["NetworkInterfaceId"]}
    code, _ = refusal(ec2.associate_address, **to, PrivateIpAddress="10.0.1.250")
    assert code == "InvalidParameterValue"
    association = ec2.associate_address(**to)["AssociationId"]
    assert ec2.associate_address(**to)["AssociationId"] == association
    assert address(ec2, id_)["PrivateIpAddress"] == interface["PrivateIpAddress"]
    assert refusal(ec2.release_address, AllocationId=id_)[0] == "InvalidIPAddress.InUse"
    other = allocated(ec2)
    code, _ = refusal(ec2.associate_address, **{**to, "AllocationId": other})
    assert code == "Resource.AlreadyAssociated"
    ec2.disassociate_address(AssociationId=association)
    assert address(ec2, id_) == free
    elsewhere = {"AllocationId": id_, "NetworkBorderGroup": "eu-west-2-wl1"}
    assert refusal(ec2.release_address, **elsewhere)[0] == "InvalidAddress.NotFound"
    ec2.release_address(AllocationId=id_)
    assert refusal(ec2.describe_addresses, AllocationIds=[id_])[0] == "InvalidAllocationID.NotFound"
    assert ec2.allocate_address(Address=free["PublicIp"])["PublicIp"] == free["PublicIp"]
    assert refusal(ec2.allocate_address, Address="192.0.2.1")[0] == "InvalidAddress.NotFound"


def test_an_address_cannot_be_reached_without_an_internet_gateway(ec2: Any, subnet_id: str) -> None:
    interface = ec2.create_network_interface(SubnetId=subnet_id)["NetworkInterface"]["NetworkInterfaceId"]
    code, text = refusal(ec2.associate_address, AllocationId=allocated(ec2), NetworkInterfaceId=interface)
    assert (code, "is not attached to any internet gateway" in text) == ("Gateway.NotAttached", True)


def test_a_reverse_dns_record_takes_time_and_holds_the_address(ec2: Any, clock: VirtualClock) -> None:
    id_ = allocated(ec2)
    assert record(ec2, id_) == (None, None)
    ec2.modify_address_attribute(AllocationId=id_, DomainName="mail.example.com")
    assert record(ec2, id_) == (None, "mail.example.com.")
    clock.sleep(SETTLES)
    assert record(ec2, id_) == ("mail.example.com.", None)
    assert refusal(ec2.release_address, AllocationId=id_)[0] == "InvalidAddress.Locked"
    ec2.reset_address_attribute(AllocationId=id_, Attribute="domain-name")
    assert record(ec2, id_) == ("mail.example.com.", "")
    clock.sleep(SETTLES)
    ec2.release_address(AllocationId=id_)


def test_a_public_gateway_holds_what_it_needs(
    ec2: Any, vpc_id: str, subnet_id: str, internet: str, clock: VirtualClock
) -> None:
    first, second = allocated(ec2), allocated(ec2)
    reply = ec2.create_nat_gateway(SubnetId=subnet_id, AllocationId=first, PrivateIpAddress="10.0.1.9")
    id_ = reply["NatGateway"]["NatGatewayId"]
    assert (reply["NatGateway"]["State"], gateway(ec2, id_)["State"]) == ("pending", "pending")
    more = {"NatGatewayId": id_, "AllocationIds": [second]}
    assert refusal(ec2.associate_nat_gateway_address, **more)[0] == "IncorrectState"
    clock.sleep(SETTLES)
    assert gateway(ec2, id_)["State"] == "available"
    ec2.associate_nat_gateway_address(**more, PrivateIpAddresses=["10.0.1.10"])
    clock.sleep(SETTLES)
    assert held(ec2, id_) == [(first, "10.0.1.9", "succeeded"), (second, "10.0.1.10", "succeeded")]
    assert refusal(ec2.associate_nat_gateway_address, **more)[0] == "Resource.AlreadyAssociated"
    associations = [each["AssociationId"] for each in gateway(ec2, id_)["NatGatewayAddresses"]]
    here = {"NatGatewayId": id_}
    code, _ = refusal(ec2.disassociate_nat_gateway_address, **here, AssociationIds=associations[:1])
    assert code == "InvalidParameterValue"
    # What it uses stays: its addresses, its subnet, the internet gateway.
    assert refusal(ec2.release_address, AllocationId=first)[0] == "AuthFailure"
    assert refusal(ec2.disassociate_address, AssociationId=associations[0])[0] == "AuthFailure"
    assert refusal(ec2.delete_subnet, SubnetId=subnet_id)[0] == "DependencyViolation"
    detached = {"InternetGatewayId": internet, "VpcId": vpc_id}
    assert refusal(ec2.detach_internet_gateway, **detached)[0] == "DependencyViolation"
    ec2.disassociate_nat_gateway_address(**here, AssociationIds=associations[1:])
    assert held(ec2, id_)[1] == (second, "10.0.1.10", "disassociating")
    third = {**here, "AllocationIds": [allocated(ec2)]}
    assert refusal(ec2.associate_nat_gateway_address, **third)[0] == "IncorrectState"
    clock.sleep(SETTLES)
    assert len(held(ec2, id_)) == 1
    ec2.release_address(AllocationId=second)
    ec2.delete_nat_gateway(**here)
    assert gateway(ec2, id_)["State"] == "deleting"
    assert refusal(ec2.release_address, AllocationId=first)[0] == "AuthFailure"
    clock.sleep(SETTLES)
    assert gateway(ec2, id_)["State"] == "deleted"
    assert refusal(ec2.delete_nat_gateway, **here)[0] == "NatGatewayNotFound"
    ec2.release_address(AllocationId=first)
    ec2.detach_internet_gateway(**detached)
    ec2.delete_subnet(SubnetId=subnet_id)
    ec2.delete_vpc(VpcId=vpc_id)
    clock.sleep(3600.0)
    assert refusal(ec2.describe_nat_gateways, NatGatewayIds=[id_])[0] == "NatGatewayNotFound"


def test_a_gateway_fails_later_where_something_is_missing(
    ec2: Any, vpc_id: str, subnet_id: str, clock: VirtualClock
) -> None:
    id_ = allocated(ec2)
    asked = {"SubnetId": subnet_id, "AllocationId": id_}
    for code in ("Gateway.NotAttached", "Resource.AlreadyAssociated"):
        failed = made(ec2, **asked)
        assert gateway(ec2, failed)["State"] == "pending"
        clock.sleep(SETTLES)
        assert (gateway(ec2, failed)["State"], gateway(ec2, failed)["FailureCode"]) == ("failed", code)
        if code == "Gateway.NotAttached":
            new = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
            ec2.attach_internet_gateway(InternetGatewayId=new, VpcId=vpc_id)
            made(ec2, **asked)
    wrong = {"SubnetId": subnet_id, "ConnectivityType": "private", "AllocationId": id_}
    assert refusal(ec2.create_nat_gateway, **wrong)[0] == "InvalidParameterCombination"
    assert refusal(ec2.create_nat_gateway, SubnetId=subnet_id)[0] == "MissingParameter"


def test_a_token_makes_one_gateway(ec2: Any, subnet_id: str, clock: VirtualClock) -> None:
    asked = {"SubnetId": subnet_id, "ConnectivityType": "private", "ClientToken": "one"}
    first = made(ec2, **asked)
    assert made(ec2, **asked) == first
    code, _ = refusal(ec2.create_nat_gateway, **asked, PrivateIpAddress="10.0.1.77")
    assert code == "IdempotentParameterMismatch"
    clock.sleep(SETTLES)
    ec2.delete_nat_gateway(NatGatewayId=first)
    clock.sleep(SETTLES)
    repeated = ec2.create_nat_gateway(**asked)["NatGateway"]
    assert (repeated["NatGatewayId"], repeated["State"]) == (first, "deleted")


def test_a_private_gateway_has_private_addresses_alone(ec2: Any, subnet_id: str, clock: VirtualClock) -> None:
    id_ = made(ec2, SubnetId=subnet_id, ConnectivityType="private", SecondaryPrivateIpAddressCount=1)
    clock.sleep(SETTLES)
    assert [each[0] for each in held(ec2, id_)] == [None, None]
    code, _ = refusal(ec2.assign_private_nat_gateway_address, NatGatewayId=id_, PrivateIpAddresses=["10.9.9.9"])  # fmt: skip
    assert code == "InvalidParameterValue"
    ec2.assign_private_nat_gateway_address(NatGatewayId=id_, PrivateIpAddresses=["10.0.1.99"])
    clock.sleep(SETTLES)
    last = held(ec2, id_)[-1]
    assert last == (None, "10.0.1.99", "succeeded")
    ec2.unassign_private_nat_gateway_address(NatGatewayId=id_, PrivateIpAddresses=["10.0.1.99"])
    clock.sleep(SETTLES)
    assert len(held(ec2, id_)) == 2


def test_a_regional_gateway_has_addresses_by_zone(
    ec2: Any, vpc_id: str, internet: str, clock: VirtualClock
) -> None:
    ids = [allocated(ec2), allocated(ec2)]
    regional = {"AvailabilityMode": "regional", "VpcId": vpc_id}
    assert refusal(ec2.create_nat_gateway, AvailabilityMode="regional")[0] == "MissingParameter"
    rows = [{"AvailabilityZoneId": "euw2-az2", "AllocationIds": ids[:1]}]
    id_ = made(ec2, **regional, AvailabilityZoneAddresses=rows)
    clock.sleep(SETTLES)
    ec2.associate_nat_gateway_address(NatGatewayId=id_, AllocationIds=ids[1:], AvailabilityZone="eu-west-2b")
    clock.sleep(SETTLES)
    found = gateway(ec2, id_)
    zones = [(each["AllocationId"], each["AvailabilityZone"]) for each in found["NatGatewayAddresses"]]
    assert zones == [(ids[0], "eu-west-2a"), (ids[1], "eu-west-2b")]
    assert (found["AutoProvisionZones"], "SubnetId" in found) == ("disabled", False)
    assert refusal(ec2.release_address, AllocationId=ids[0])[0] == "AuthFailure"
    assert refusal(ec2.detach_internet_gateway, InternetGatewayId=internet, VpcId=vpc_id)[0] == "DependencyViolation"  # fmt: skip
    ec2.delete_nat_gateway(NatGatewayId=id_)
    assert refusal(ec2.delete_vpc, VpcId=vpc_id)[0] == "DependencyViolation"
