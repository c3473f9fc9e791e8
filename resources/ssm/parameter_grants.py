"""IAM grants that the caller needs because of the key of a SecureString.

Source: https://docs.aws.amazon.com/kms/latest/developerguide/services-parameter-store.html
"""

from collections.abc import Iterator

from reconciler.permissions import Grant, Location


def for_key(key: str, location: Location) -> Iterator[Grant]:
    """The grants to encrypt a value through Parameter Store: of a standard and of an advanced parameter."""
    yield from (
        Grant(f"kms:{each}", location.key(key), location.via("ssm"))
        for each in ("Encrypt", "GenerateDataKey")
    )
