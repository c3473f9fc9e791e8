"""IAM grants that the caller needs because of the settings of a key."""

from collections.abc import Iterator

from reconciler.permissions import Grant, Location
from reconciler.resources.grants import service_linked_role


def for_multi_region(wanted: bool, location: Location) -> Iterator[Grant]:
    """The service-linked role of multi-Region keys ("Controlling access to multi-Region keys", AWS KMS Developer Guide)."""
    if wanted:
        yield service_linked_role("mrk.kms.amazonaws.com", location)
