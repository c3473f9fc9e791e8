"""What IAM asks of the caller because of what is written in a subnet."""

from collections.abc import Iterator

from reconciler.permissions import Grant, Location

POOL = "arn:{partition}:ec2::{account}:ipam-pool/"


def for_pool(pool: str, location: Location) -> Iterator[Grant]:
    """The right to take addresses from an IPAM pool ("Actions ... for Amazon EC2", Service Authorization Reference)."""
    yield Grant("ec2:CreateSubnet", location.filled(POOL) + pool)
