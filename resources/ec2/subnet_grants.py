"""IAM grants that the caller needs because of the settings of a subnet."""

from collections.abc import Iterator

from reconciler.permissions import Grant, Location

POOL = "arn:{partition}:ec2::{account}:ipam-pool/"


def for_pool(pool: str, location: Location) -> Iterator[Grant]:
    """The grant to allocate addresses from an IPAM pool ("Actions ... for Amazon EC2", Service Authorization Reference)."""
    yield Grant("ec2:CreateSubnet", location.filled(POOL) + pool)
