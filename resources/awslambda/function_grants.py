"""What IAM asks of the caller because of what is written in a function."""

from collections.abc import Iterator, Mapping
from typing import Any

from reconciler.permissions import Grant, Location
from reconciler.resources.grants import to_pass


def for_role(role: str, location: Location) -> Iterator[Grant]:
    """The right to give a function its role."""
    del location
    yield to_pass(role, "lambda")


def for_vpc(config: Mapping[str, Any], location: Location) -> Iterator[Grant]:
    """What AWS asks before a function runs in a VPC; IAM knows no resources of these."""
    del config, location
    yield Grant("ec2:DescribeSecurityGroups", "*", reason="lists all security groups")
    yield Grant("ec2:DescribeSubnets", "*", reason="lists all subnets")
    yield Grant("ec2:DescribeVpcs", "*", reason="lists all VPCs")
