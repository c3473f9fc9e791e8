"""IAM grants that the caller needs because of the key of a bus.

Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-encryption-key-policy.html
"""

from collections.abc import Iterator

from reconciler.permissions import Grant, Location


def for_key(key: str, location: Location) -> Iterator[Grant]:
    """The grants to use a key through EventBridge, which checks it when it is set."""
    yield from (
        Grant(f"kms:{each}", location.key(key), location.via("events"))
        for each in ("DescribeKey", "GenerateDataKey", "Decrypt")
    )
