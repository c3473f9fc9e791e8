"""Internet gateways: attached to one VPC, and refused where AWS refuses.

Sources: AttachInternetGateway, DetachInternetGateway, DeleteInternetGateway (Amazon EC2 API Reference).
"""

from typing import Any

import pytest

from tests.sandbox.network import made_vpc, refusal, tagged


@pytest.fixture
def vpc_id(ec2: Any) -> str:
    return made_vpc(ec2)


def made(ec2: Any, **more: Any) -> str:
    id_: str = ec2.create_internet_gateway(**more)["InternetGateway"]["InternetGatewayId"]
    return id_


def shown(ec2: Any, id_: str) -> Any:
    (gateway,) = ec2.describe_internet_gateways(InternetGatewayIds=[id_])["InternetGateways"]
    return gateway


def test_a_gateway_is_attached_to_one_vpc_at_a_time(ec2: Any, vpc_id: str) -> None:
    one, other = made(ec2, TagSpecifications=tagged("internet-gateway", Team="a")), made(ec2)
    assert shown(ec2, one)["Attachments"] == []
    ec2.attach_internet_gateway(InternetGatewayId=one, VpcId=vpc_id)
    assert shown(ec2, one) == {
        "InternetGatewayId": one,
        "OwnerId": "123456789012",
        "Attachments": [{"State": "available", "VpcId": vpc_id}],
        "Tags": [{"Key": "Team", "Value": "a"}],
    }
    code, _ = refusal(ec2.attach_internet_gateway, InternetGatewayId=one, VpcId=made_vpc(ec2))
    assert code == "Resource.AlreadyAssociated"
    told = refusal(ec2.attach_internet_gateway, InternetGatewayId=other, VpcId=vpc_id)
    assert told == (
        "InvalidParameterValue",
        f"Network {vpc_id} already has an internet gateway attached",
    )
    code, _ = refusal(ec2.delete_internet_gateway, InternetGatewayId=one)
    assert code == "DependencyViolation"
    ec2.detach_internet_gateway(InternetGatewayId=one, VpcId=vpc_id)
    code, _ = refusal(ec2.detach_internet_gateway, InternetGatewayId=one, VpcId=vpc_id)
    assert code == "Gateway.NotAttached"
    ec2.delete_internet_gateway(InternetGatewayId=one)
    code, text = refusal(ec2.describe_internet_gateways, InternetGatewayIds=[one])
    assert (code, text) == (
        "InvalidInternetGatewayID.NotFound",
        f"The internetGateway ID '{one}' does not exist",
    )


def test_a_gateway_of_a_vpc_with_public_addresses_stays(ec2: Any, vpc_id: str) -> None:
    gateway = made(ec2)
    ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc_id)
    subnet_id = ec2.create_subnet(VpcId=vpc_id, CidrBlock="10.0.1.0/24")["Subnet"]["SubnetId"]
    interface = ec2.create_network_interface(SubnetId=subnet_id)["NetworkInterface"]["NetworkInterfaceId"]
    address = ec2.allocate_address(Domain="vpc")["AllocationId"]
    associated = ec2.associate_address(AllocationId=address, NetworkInterfaceId=interface)["AssociationId"]
    code, _ = refusal(ec2.detach_internet_gateway, InternetGatewayId=gateway, VpcId=vpc_id)
    assert code == "DependencyViolation"
    ec2.disassociate_address(AssociationId=associated)
    ec2.detach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc_id)


def test_gateways_are_found_by_their_vpc_and_in_pages(ec2: Any, vpc_id: str) -> None:
    mine = [made(ec2) for _ in range(6)]
    ec2.attach_internet_gateway(InternetGatewayId=mine[3], VpcId=vpc_id)
    here = [{"Name": "attachment.vpc-id", "Values": [vpc_id]}]
    (found,) = ec2.describe_internet_gateways(Filters=here)["InternetGateways"]
    assert found["InternetGatewayId"] == mine[3]
    wanted = [{"Name": "internet-gateway-id", "Values": mine}]
    pages = ec2.get_paginator("describe_internet_gateways").paginate(
        Filters=wanted, PaginationConfig={"PageSize": 5}
    )
    assert [len(each["InternetGateways"]) for each in pages] == [5, 1]
