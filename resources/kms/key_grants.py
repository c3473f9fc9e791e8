"""What IAM asks of the caller because of what is written in a key."""

from collections.abc import Iterator

from reconciler.permissions import Grant, Location

MRK = "mrk.kms.amazonaws.com"


def for_multi_region(wanted: bool, location: Location) -> Iterator[Grant]:
    """The service-linked role of multi-Region keys ("Controlling access to multi-Region keys", AWS KMS Developer Guide)."""
    if wanted:
        role = f"arn:{location.partition}:iam::{location.account}:role/aws-service-role/{MRK}/*"
        yield Grant("iam:CreateServiceLinkedRole", role, (("StringEquals", "iam:AWSServiceName", (MRK,)),))
