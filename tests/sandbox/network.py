"""A VPC for tests of EC2's subnets and security groups."""

from ipaddress import IPv6Network
from typing import Any

import pytest
from botocore.exceptions import ClientError

REGION = "eu-west-2"
ALL = {"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}


def made_vpc(ec2: Any, block: str = "10.0.0.0/16", *, ipv6: bool = False) -> str:
    vpc_id: str = ec2.create_vpc(CidrBlock=block, AmazonProvidedIpv6CidrBlock=ipv6)["Vpc"]["VpcId"]
    return vpc_id


def blocks_v6(ec2: Any, vpc_id: str) -> list[str]:
    """The /64 blocks of a VPC's IPv6 block."""
    (vpc,) = ec2.describe_vpcs(VpcIds=[vpc_id])["Vpcs"]
    whole = IPv6Network(vpc["Ipv6CidrBlockAssociationSet"][0]["Ipv6CidrBlock"])
    return [str(block) for block in whole.subnets(new_prefix=64)]


def tagged(kind: str, **tags: str) -> list[dict[str, Any]]:
    return [{"ResourceType": kind, "Tags": [{"Key": key, "Value": value} for key, value in tags.items()]}]


def refusal(operation: Any, **params: Any) -> tuple[str, str]:
    with pytest.raises(ClientError) as refused:
        operation(**params)
    error = refused.value.response["Error"]
    return error["Code"], error["Message"]
