"""IAM grants that the caller needs because of the role that replicates a bucket.

Source: the dependent actions in "Actions, resources, and condition keys for Amazon S3" (Service Authorization Reference).
"""

from collections.abc import Iterator, Mapping
from typing import Any

from reconciler.permissions import Grant, Location
from reconciler.resources.grants import to_pass


def for_replication(replication: Mapping[str, Any], location: Location) -> Iterator[Grant]:
    """The grant to pass the role to S3."""
    del location
    yield to_pass(replication["role"], "s3")
