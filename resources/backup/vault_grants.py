"""IAM grants that the caller needs because of the settings of a backup vault."""

from collections.abc import Iterator

from reconciler.permissions import Grant, Location

ACTIONS = ("CreateGrant", "Decrypt", "DescribeKey", "GenerateDataKey", "RetireGrant")


def for_key(key: str, location: Location) -> Iterator[Grant]:
    """The grants to use the key of a vault through AWS Backup (CreateBackupVault, Service Authorization Reference)."""
    yield from (Grant(f"kms:{each}", location.key(key)) for each in ACTIONS)
