"""IAM grants that the caller needs because of the settings of a function."""

from collections.abc import Iterator, Mapping
from typing import Any

from reconciler.permissions import Grant, Location
from reconciler.resources.grants import to_pass


def for_role(role: str, location: Location) -> Iterator[Grant]:
    """The grant to pass the role of a function to Lambda."""
    del location
    yield to_pass(role, "lambda")


def for_vpc(config: Mapping[str, Any], location: Location) -> Iterator[Grant]:
    """The grants that a function in a VPC needs; IAM names no resources of these actions."""
    del config, location
    yield Grant("ec2:DescribeSecurityGroups", "*", reason="lists all security groups")
    yield Grant("ec2:DescribeSubnets", "*", reason="lists all subnets")
    yield Grant("ec2:DescribeVpcs", "*", reason="lists all VPCs")
